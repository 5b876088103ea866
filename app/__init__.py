"""The classroom server: runs, their events, and the page that shows them."""

from .version import VERSION as __version__

__all__ = ["__version__"]
