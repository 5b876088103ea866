"""The numbered list of events: on disk, and on its way to everybody who follows."""
