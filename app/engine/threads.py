"""One BLAS thread in every process: the server's would spin where a worker could train.

Bits differ between one and two threads, and two make small products slower (docs/decisions/0004).
"""

import os

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def use_one_thread() -> None:
    """For this process if it has not loaded NumPy yet, and for its children."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
