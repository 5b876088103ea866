"""The network itself, as a file for notebooks."""

import nncore

from .lens import AtEpoch, Lens, Subject


def compute(subject: Subject, question: AtEpoch) -> bytes:
    """Weights and biases for `numpy.load`: of now, final once the run has ended, or of an epoch."""
    return nncore.dump_params(subject.params)


LENS = Lens(
    path="weights",
    query=AtEpoch,
    answer=None,
    compute=compute,
    media_type="application/x-npz",
    suffix="npz",
)
