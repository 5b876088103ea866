"""Looks inside a run's network. Asking changes nothing."""
