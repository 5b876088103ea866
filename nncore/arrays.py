"""The array types of the library, named once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""Floating-point numbers, float32 or float64."""
Bytes = NDArray[np.uint8]
"""Small whole numbers: pixels, labels, predictions."""
