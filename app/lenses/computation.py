"""Looks into a network, as plain values for JSON or as bytes. Pure, and the work is bounded."""

import json
import math
from dataclasses import fields
from typing import Any

import numpy as np

import nncore

# Weights times samples that one look may cost: below half a second on one core.
MAX_WORK = 2 * 10**9
# From 10^-12, which drowns in rounding, to a tenth, which is no derivative any more; two a decade.
EPSILONS = tuple(10.0 ** (-k / 2) for k in range(24, 1, -1))


def pack_params(params: nncore.Params, recipe: nncore.Recipe, epoch: int | None) -> bytes:
    """A network as bytes that a browser can use as they are.

    Four bytes with the length of the header (little-endian), the header as JSON filled up with spaces to a
    multiple of four, then w[0], b[0], w[1], b[1], ... row by row as little-endian float32.
    """
    header = json.dumps(
        {"epoch": epoch, "shape": params.shape, "activation": recipe.activation, "loss": recipe.loss}
    ).encode()
    header += b" " * (-len(header) % 4)
    arrays = [array.astype("<f4").tobytes() for array in params.arrays()]
    return b"".join([len(header).to_bytes(4, "little"), header, *arrays])


def affordable(params: nncore.Params, samples: int, most: int, work: int = MAX_WORK) -> int:
    """How many times so many samples may pass through a network: at least once, at most `most` times."""
    return max(1, min(most, work // max(1, _weights(params) * samples)))


def layers(
    params: nncore.Params, recipe: nncore.Recipe, samples: nncore.Samples, count: int, bins: int
) -> dict[str, Any]:
    """Histograms, widths and saturation of every layer over the first samples."""
    count = min(len(samples), affordable(params, 1, count))
    statistics = nncore.layer_statistics(params, recipe, samples.first(count), bins)
    return {"samples": count, "layers": [_plain(layer) for layer in statistics]}


def sample(
    params: nncore.Params, recipe: nncore.Recipe, samples: nncore.Samples, number: int
) -> dict[str, Any]:
    """One sample on its way through the network and back; delw[l] is the outer product of delta[l], v[l]."""
    x, label = _one(samples, recipe, number)
    view = nncore.inspect_sample(params, recipe, x[0], label)
    return {
        "number": number,
        "label": label,
        "prediction": view.prediction,
        "loss": view.loss,
        **{name: [values.tolist() for values in getattr(view, name)] for name in ("v", "z", "delta")},
    }


def gradient_check(
    params: nncore.Params,
    recipe: nncore.Recipe,
    samples: nncore.Samples,
    number: int,
    place: nncore.Place,
) -> dict[str, Any]:
    """One parameter nudged by several epsilons: both losses, and their quotient beside back-propagation."""
    x, label = _one(samples, recipe, number)
    exact = nncore.Params(*(tuple(a.astype(np.float64) for a in group) for group in (params.w, params.b)))
    t = np.eye(params.shape[-1])[[label]]
    gradient = nncore.gradients(exact, recipe, x, t)
    backprop = float((gradient.w if place.kind == "w" else gradient.b)[place.layer][place.index])
    value = float((params.w if place.kind == "w" else params.b)[place.layer][place.index])
    rows = []
    for epsilon in EPSILONS:
        below, above = nncore.losses_around(exact, recipe, x, t, place, epsilon)
        quotient = (above - below) / (2 * epsilon)
        size = max(abs(quotient), abs(backprop))
        difference = abs(quotient - backprop) / size if size else 0.0
        rows.append(
            {
                "epsilon": epsilon,
                "below": below,
                "above": above,
                "quotient": quotient,
                "difference": difference,
            }
        )
    return {"value": value, "backprop": backprop, "rows": rows}


def confusion(
    params: nncore.Params, recipe: nncore.Recipe, samples: nncore.Samples
) -> tuple[nncore.Evaluation, list[list[int]]]:
    """The verdict on a whole sample, and how often each class (row) was taken for each class (column)."""
    verdict = nncore.evaluate(params, recipe, samples)
    counts = nncore.confusion_matrix(verdict.predictions, samples.labels, recipe.shape[-1])
    return verdict, counts.tolist()


def spread(epochs: list[int], most: int) -> list[int]:
    """At most so many of the epochs: every second, fourth, eighth ... and the newest.

    As a run goes on, the same ones are chosen again, so that what was found out about them still serves.
    """
    stride = 1
    while math.ceil(len(epochs) / stride) > most:
        stride *= 2
    chosen = epochs[stride - 1 :: stride]
    return chosen if chosen[-1:] == epochs[-1:] else [*chosen, epochs[-1]]


def stubborn(wrong_after: list[Any], samples: nncore.Samples, limit: int) -> list[dict[str, int]]:
    """The samples that were wrong after most epochs, worst first; of each epoch a truth value per sample."""
    wrong = np.zeros(len(samples), np.int64)
    for one in wrong_after:
        wrong += one
    worst = np.argsort(-wrong, kind="stable")[:limit]
    return [
        {"number": int(number), "label": int(samples.labels[number]), "wrong": int(wrong[number])}
        for number in worst
        if wrong[number]
    ]


def _one(samples: nncore.Samples, recipe: nncore.Recipe, number: int) -> tuple[Any, int]:
    return samples.rows(slice(number, number + 1), recipe.numpy_dtype), int(samples.labels[number])


def _weights(params: nncore.Params) -> int:
    return sum(w.size for w in params.w)


def _plain(layer: nncore.LayerStatistics) -> dict[str, Any]:
    """A dataclass of histograms and numbers as JSON has them; what is not finite becomes null."""
    plain: dict[str, Any] = {}
    for field in fields(layer):
        value = getattr(layer, field.name)
        if isinstance(value, float):
            plain[field.name] = value if math.isfinite(value) else None
        elif value is None:
            plain[field.name] = None
        else:
            plain[field.name] = {
                "edges": value.edges.tolist(),
                "counts": value.counts.tolist(),
                "not_finite": value.not_finite,
            }
    return plain
