"""The only source of chance: every random draw of the project comes from `generator`."""

import zlib

import numpy as np


def generator(seed: int, purpose: str, epoch: int = 0) -> np.random.Generator:
    """Return a fresh generator that depends on its three arguments and on nothing else.

    Training keeps no generator between calls. The shuffle of epoch 7 is drawn from
    ``generator(seed, "shuffle", 7)`` whatever happened before, so a run that was interrupted, or
    that branched off another one, sees the same batches.

    Args:
        seed: the run's seed, 0 or larger.
        purpose: what the draws are for, for example ``"start"``, the first weights, or ``"shuffle"``.
        epoch: number of completed epochs, 0 or larger.

    >>> int(generator(1, "shuffle", 7).integers(1000)) == int(generator(1, "shuffle", 7).integers(1000))
    True
    """
    # crc32 turns the word into a number that is the same in every process; hash() would not be.
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), epoch])
