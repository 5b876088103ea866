"""Which form of a registry entry the kernel takes: the fast one if it gives the readable one's numbers.

The readable functions are called on numbers from tiny to huge, in double precision, and so is the fast form.
One number that differs, and the entry is trained with its readable functions, slower and right. This happens
whenever a kernel is set up, which costs a tenth of a millisecond: nothing is remembered that could be stale.
"""

import numpy as np

from nncore.activations import Activation
from nncore.arrays import Array
from nncore.forms import Call, FastActivation, FastLoss, FastOptimizer
from nncore.losses import Loss
from nncore.optimizers import Optimizer

_SIZES = np.concatenate([np.logspace(-6, 3, 64), np.linspace(0.1, 10.0, 64)])
# Rows and columns, because a function may turn out to act by rows; 0, where ReLU has its corner, among them.
NUMBERS: Array = np.concatenate([_SIZES, np.zeros(4), -_SIZES]).reshape(26, 10)
"""Weighted inputs at which two forms are compared, (26, 10)."""


def fast_activation(entry: Activation) -> FastActivation | None:
    """Return the entry's fast form, or None if it has none that agrees with its readable form."""
    form = entry.fast
    if form is None:
        return None
    u = form.z_scale * NUMBERS
    v = u if form.in_place else np.empty_like(u)
    s = np.empty_like(u)
    with np.errstate(all="ignore"):
        execute([*form.values(u, v), *form.slopes(u, s)])
        value = entry.function(NUMBERS.copy())
        slope = entry.derivative(NUMBERS.copy(), value)
    return form if _same(form.v_scale * v, value) and _same(form.slope_scale * s, slope) else None


def fast_loss(entry: Loss) -> FastLoss | None:
    """Return the entry's fast form, or None if it has none that agrees with its readable form."""
    form = entry.fast
    if form is None:
        return None
    t = np.eye(NUMBERS.shape[1])[np.arange(len(NUMBERS)) % NUMBERS.shape[1]]
    u = form.z_scale * NUMBERS
    s, d = np.empty_like(u), np.empty_like(u)
    with np.errstate(all="ignore"):
        execute(form.outputs(u))
        execute(form.slopes(u, s) if form.slopes else [])
        execute(form.delta(u, s, form.targets(t), d))
        delta = entry.delta(NUMBERS.copy(), entry.output(NUMBERS.copy()), t)
    return form if _same(form.delta_scale * d, delta) else None


def fast_optimizer(entry: Optimizer) -> FastOptimizer | None:
    """Return the entry's fast form, or None if it has none that agrees with its readable form."""
    form = entry.fast
    if form is None:
        return None
    eta, mu = 0.3, 0.7
    start = np.sin(np.arange(12.0))
    readable, fast = start.copy(), start.copy()
    memories = [[np.cos(np.arange(12.0) + i) for i in range(entry.memories)] for _ in range(2)]
    for update in range(2):
        gradient = np.cos(start * (update + 2.0))
        entry.update(readable, gradient.copy(), memories[0], eta, mu)
        target = form.target(fast, memories[1])
        target *= form.keep(mu)
        target -= eta * gradient
        execute(form.finish(fast, memories[1]))
    pairs = zip([readable, *memories[0]], [fast, *memories[1]], strict=True)
    return form if all(_same(a, b) for a, b in pairs) else None


def saturates_at_one(form: FastActivation, dtype: str, huge: float) -> bool:
    """Say whether a unit with a huge weighted input is exactly 1 with slope 0: it can be held there."""
    u = np.full((1, 1), form.z_scale * huge, dtype)
    v = u if form.in_place else np.empty_like(u)
    s = np.empty_like(u)
    with np.errstate(all="ignore"):
        execute([*form.values(u, v), *form.slopes(u, s)])
    return bool(form.v_scale * v[0, 0] == 1.0 and s[0, 0] == 0.0)


def execute(program: list[Call]) -> None:
    """Do what the program says."""
    for function, arguments in program:
        function(*arguments)


def _same(left: Array, right: Array) -> bool:
    return bool(np.shape(left) == np.shape(right) and np.allclose(left, right, rtol=1e-12, atol=1e-12))
