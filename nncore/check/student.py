"""The student's object: setting its weights, calling its methods, reading its arrays."""

import traceback
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nncore.arrays import Array
from nncore.network import Params

Numbers = Array
METHODS = ("predict", "gradient", "fit", "evaluate")


class Difference(Exception):
    """The first thing that differs.

    Attributes:
        sentence: what it is.
        equation: its number or name in docs/notation.md, or nothing.
        yours, right: the values at the place where they differ, or nothing.
    """

    def __init__(self, sentence: str, equation: str = "", yours: str = "", right: str = "") -> None:
        super().__init__(sentence, equation, yours, right)
        self.sentence, self.equation, self.yours, self.right = sentence, equation, yours, right


class Student:
    """An object of the student's class, with weights of ours.

    Raises:
        Difference: a method fails, or something does not have the lecture's form.
    """

    def __init__(self, make: Callable[[list[int]], Any], shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.model = attempt("the constructor", make, list(shape))

    def params(self) -> Params:
        """Return a copy of the weights and biases."""
        layers = range(len(self.shape) - 1)
        return Params(tuple(self.weights("w", n) for n in layers), tuple(self.biases("b", n) for n in layers))

    def take(self, params: Params) -> None:
        """Set weights and biases."""
        for name, arrays in (("w", params.w), ("b", params.b)):
            for layer, array in enumerate(arrays):
                mine = self._array(name, layer)
                if mine.dtype.kind != "f":
                    text = f"{name}[{layer}] holds {mine.dtype}; it must hold floating-point numbers"
                    raise Difference(text, "forward")
                mine[...] = array.reshape(mine.shape)

    def weights(self, name: str, layer: int) -> Numbers:
        """Return w[layer] or delw[layer], (fan_out, fan_in)."""
        array = self._array(name, layer)
        right = (self.shape[layer + 1], self.shape[layer])
        if array.shape != right:
            turned = " (it is transposed)" if array.shape == right[::-1] else ""
            text = f"{name}[{layer}] does not have a row for each neuron and a column for each input{turned}"
            raise Difference(text, "(4)" if name == "delw" else "forward", str(array.shape), str(right))
        return array.astype(np.float64)

    def biases(self, name: str, layer: int) -> Numbers:
        """Return b[layer] or delb[layer] as (fan_out,); a column will do."""
        array, n = self._array(name, layer), self.shape[layer + 1]
        if array.shape not in ((n, 1), (n,)):
            text = f"{name}[{layer}] is not a column with a number for each neuron"
            raise Difference(text, "(3)" if name == "delb" else "forward", str(array.shape), str((n, 1)))
        return array.astype(np.float64).reshape(n)

    def predict(self, x: Numbers) -> Numbers:
        """Return the outputs for one sample, (classes,)."""
        found = attempt("predict", self._method("predict"), x.copy())
        if np.size(found) != self.shape[-1]:
            text = "predict does not return a number for each output"
            raise Difference(text, "forward", f"shape {np.shape(found)}", f"shape {(self.shape[-1], 1)}")
        return np.asarray(found, np.float64).reshape(-1)

    def gradient(self, x: Numbers, t: Numbers) -> Params:
        """Return the gradient of one sample."""
        self.predict(x)
        attempt("gradient", self._method("gradient"), t.copy())
        layers = range(len(self.shape) - 1)
        return Params(
            tuple(self.weights("delw", n) for n in layers), tuple(self.biases("delb", n) for n in layers)
        )

    def fit(self, x: Numbers, t: Numbers, epochs: int, batch_size: int, eta: float) -> None:
        """Train."""
        attempt("fit", self._method("fit"), x.copy(), t.copy(), epochs, batch_size, eta)

    def evaluate(self, x: Numbers, t: Numbers) -> tuple[float, float]:
        """Return loss and accuracy."""
        found = attempt("evaluate", self._method("evaluate"), x.copy(), t.copy())
        try:
            loss, accuracy = found
            return float(loss), float(accuracy)
        except (TypeError, ValueError):
            text = "evaluate does not return two numbers, the loss and the accuracy"
            raise Difference(text, "loss", " ".join(repr(found).split())[:60], "(loss, accuracy)") from None

    def _method(self, name: str) -> Callable[..., Any]:
        method = getattr(self.model, name, None)
        if not callable(method):
            raise Difference(f"the class has no method {name}")
        found: Callable[..., Any] = method
        return found

    def _array(self, name: str, layer: int) -> NDArray[Any]:
        arrays = getattr(self.model, name, None)
        if arrays is None:
            raise Difference(f"the object has no {name}, the list of {_MEANT[name]}")
        count = len(self.shape) - 1
        if not isinstance(arrays, list | tuple) or len(arrays) != count:
            text = f"{name} is not a list with an array for each layer after the inputs"
            given = f"{len(arrays)} of them" if isinstance(arrays, list | tuple) else type(arrays).__name__
            raise Difference(text, "", given, f"{count} for the shape {list(self.shape)}")
        if not isinstance(arrays[layer], np.ndarray):
            raise Difference(f"{name}[{layer}] is no array", "", type(arrays[layer]).__name__, "ndarray")
        array: NDArray[Any] = arrays[layer]
        return array


_MEANT = {
    "w": "weights",
    "b": "biases",
    "delw": "the weights' gradients",
    "delb": "the biases' gradients",
}


def attempt(what: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call the student's code; what it raises is told with its line."""
    try:
        with np.errstate(all="ignore"):
            return function(*arguments)
    except Exception as error:
        raise Difference(f"{what} fails{_line(error)} with {type(error).__name__}: {error}") from error


def _line(error: Exception) -> str:
    """The student's line that failed: the innermost one that is neither Python's own nor a library's."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename
    ]
    ours = ("nncore", "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")
    outside = [f for f in frames if not set(ours) & set(f.filename.replace("\\", "/").split("/"))]
    return f" in line {outside[-1].lineno}" if outside else ""


def sizes(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return (fan_in, fan_out) of each layer."""
    return list(pairwise(shape))
