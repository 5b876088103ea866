"""What a class is: its people, what is open to them, its questions and tasks, and how events make them.

Pure: no clock, no store, no network.
"""
