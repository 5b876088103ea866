"""Fast forms: what a registry entry may add for the kernel, the same mathematics written to work in place.

An entry needs none: without one the kernel calls its readable functions. A fast form gives calls, pairs of a
function and its arguments, which are made once and carried out for every batch, on arrays that are there
already. Constant factors cost nothing in a matrix product, so that what is stored may be a multiple of what
is meant: the scales say which.

The readable form decides. The kernel compares the two whenever it is set up (nncore.fast.choice) and takes
a fast form only if it gives the same numbers. A changed readable function therefore changes the training.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nncore.arrays import Array

Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its arguments, to be called again and again."""


@dataclass(frozen=True)
class FastActivation:
    """An activation in place. It acts element by element: several layers may come as one flat array.

    Attributes:
        values: values(u, v) gives the calls that turn u, z_scale times the weighted inputs, into the values
            v / v_scale in `v`; they leave in u what `slopes` needs.
        slopes: slopes(u, s) gives the calls that fill s with the derivatives / slope_scale.
        in_place: v is u itself.
    """

    values: Callable[[Array, Array], list[Call]]
    slopes: Callable[[Array, Array], list[Call]]
    z_scale: float = 1.0
    v_scale: float = 1.0
    slope_scale: float = 1.0
    in_place: bool = False


@dataclass(frozen=True)
class FastLoss:
    """The delta of the output layer in place.

    Attributes:
        outputs: outputs(u) gives the calls that turn u, z_scale times the weighted inputs of the outputs,
            into what `slopes` and `delta` need.
        delta: delta(u, s, t, d) gives the calls that fill d with dL/dz / delta_scale.
        targets: targets(t) gives what stands for the one-hot targets t.
        slopes: as that of an activation, for the outputs; None if delta needs no s. If it is the hidden
            layers' function too, it is called once for all layers.
    """

    outputs: Callable[[Array], list[Call]]
    delta: Callable[[Array, Array, Array, Array], list[Call]]
    targets: Callable[[Array], Array]
    slopes: Callable[[Array, Array], list[Call]] | None = None
    z_scale: float = 1.0
    delta_scale: float = 1.0


@dataclass(frozen=True)
class FastOptimizer:
    """An update whose gradient is never written down: the product adds -eta times it where it belongs.

    Attributes:
        target: target(p, memory) is the array, p itself or a memory, that -eta dL/dp is added to.
        keep: keep(mu) is what the target is multiplied by before.
        finish: finish(p, memory) gives the calls that complete the update.
    """

    target: Callable[[Array, Sequence[Array]], Array]
    keep: Callable[[float], float]
    finish: Callable[[Array, Sequence[Array]], list[Call]]
