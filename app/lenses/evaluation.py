"""What a network says about the whole test sample: not a lens by itself, but what several of them count."""

from typing import Any

import nncore

from .lens import AtEpoch, Lens, Subject, whole_test


def compute(subject: Subject, question: AtEpoch) -> Any:
    """The predicted class of every test sample, a byte each."""
    return nncore.evaluate(subject.params, subject.recipe, subject.test).predictions.tobytes()


LENS = Lens(path="evaluation", query=AtEpoch, answer=None, compute=compute, work=whole_test)
