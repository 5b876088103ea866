"""Training: who is next, on which worker, and what becomes of the slice that comes back."""
