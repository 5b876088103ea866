"""The network itself, as bytes that a browser can use as they are."""

import json

from .lens import BINARY, AtEpoch, Lens, Subject


def compute(subject: Subject, question: AtEpoch) -> bytes:
    """Weights and biases as float32: four bytes with the length of a JSON header (little-endian), the header
    (epoch, shape, activation, loss), then w and b of each layer in turn, row by row."""
    params, recipe = subject.params, subject.recipe
    header = json.dumps(
        {
            "epoch": subject.epoch,
            "shape": params.shape,
            "activation": recipe.activation,
            "loss": recipe.loss,
        }
    ).encode()
    header += b" " * (-len(header) % 4)  # what follows starts at a multiple of four
    arrays = [array.astype("<f4").tobytes() for array in params.arrays()]
    return b"".join([len(header).to_bytes(4, "little"), header, *arrays])


LENS = Lens(path="params", query=AtEpoch, answer=None, compute=compute, media_type=BINARY)
