"""What the command `chalknet` does beside serving: a file for each group of its words."""
