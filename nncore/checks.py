"""Checks of arguments. Each ValueError names the argument, what was given and what is allowed.

Whole and real numbers may be Python's or NumPy's, rows of numbers may be lists: what a check returns is the
same in Python's own types, or as an array, so that equal settings look, compare and hash equal.
"""

import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray


def check_choice(name: str, value: Any, allowed: Collection[str]) -> str:
    """Require one of the `allowed` words, and return it."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {shown(value)}; allowed: {', '.join(allowed)}")
    return str(value)


def check_integer(name: str, value: Any, low: int, high: int) -> int:
    """Require a whole number in [low, high], and return it as int; True and False are not numbers here."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not low <= int(value) <= high:
        raise ValueError(f"{name} is {shown(value)}; allowed: whole numbers from {low:,} to {high:,}")
    return int(value)


def check_number(name: str, value: Any, low: float, high: float, *, open_low: bool = False) -> float:
    """Require a finite number in [low, high], or in (low, high] with `open_low`, and return it."""
    good = not isinstance(value, bool) and isinstance(value, Real)
    if good:
        # An integer too large for a float must be refused, not overflow: compare before converting.
        number = int(value) if isinstance(value, Integral) else float(value)
        if low <= number <= high and math.isfinite(number) and not (open_low and number == low):
            return number
    bound = "above" if open_low else "from"
    raise ValueError(f"{name} is {shown(value)}; allowed: finite numbers {bound} {low:g} up to {high:g}")


def check_array(name: str, value: Any) -> NDArray[Any]:
    """Require an array, or what NumPy makes one of without guessing, such as a list of equally long lists."""
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.asarray(None)  # lists of different lengths
    if array.dtype == object or array.ndim == 0:
        raise ValueError(f"{name} is {shown(value)}; allowed: an array, or lists of the same length")
    return array


def shown(value: Any) -> str:
    """Return `value` as text that fits into one line of an error message."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return "a whole number of more than 20 digits"  # repr would refuse the very long ones
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:77] + "..."
