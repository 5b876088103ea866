"""Checks of arguments. Each ValueError names the argument, what was given and what is allowed."""

import math
from collections.abc import Collection
from typing import Any


def check_choice(name: str, value: Any, allowed: Collection[str]) -> None:
    """Require one of the `allowed` words."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {shown(value)}; allowed: {', '.join(allowed)}")


def check_integer(name: str, value: Any, low: int, high: int) -> None:
    """Require a whole number in [low, high]; True and False are not numbers here."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} is {shown(value)}; allowed: whole numbers from {low:,} to {high:,}")


def check_number(name: str, value: Any, low: float, high: float, *, open_low: bool = False) -> None:
    """Require a finite number in [low, high], or in (low, high] with `open_low`."""
    good = not isinstance(value, bool) and isinstance(value, int | float)
    # An integer too large for a float must be refused, not overflow: compare before converting.
    good = good and low <= value <= high and math.isfinite(value) and not (open_low and value == low)
    if not good:
        bound = "above" if open_low else "from"
        raise ValueError(f"{name} is {shown(value)}; allowed: finite numbers {bound} {low:g} up to {high:g}")


def shown(value: Any) -> str:
    """Return `value` as text that fits into one line of an error message."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return "a whole number of more than 20 digits"  # repr would refuse the very long ones
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
