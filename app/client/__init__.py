"""A server from a script or a notebook: start runs, follow them, take their numbers home.

It speaks to a server over its API alone, and knows nothing else of it.

>>> from chalknet import Client
>>> run = Client("http://127.0.0.1:8000").start(preset="full-digits", eta=3)  # doctest: +SKIP
>>> for epoch in run.follow():  # doctest: +SKIP
...     print(epoch.epoch, epoch.test_accuracy)
"""

from .asynchronous import AsyncClient, AsyncRun
from .calls import NoAnswer, Refused
from .story import Epoch
from .synchronous import Client, Run

__all__ = ["AsyncClient", "AsyncRun", "Client", "Epoch", "NoAnswer", "Refused", "Run"]
