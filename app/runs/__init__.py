"""What a run is: its settings, its events and how they make its state.

Pure: no clock, no store, no network.
"""
