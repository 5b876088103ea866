"""Experiments: many runs as one thing, every combination of some settings times seeds. Pure."""
