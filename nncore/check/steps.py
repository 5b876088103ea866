"""The six steps in which a class is held against nncore; each raises the first Difference it finds."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from nncore.backprop import deltas, gradients
from nncore.check import mistakes
from nncore.check.mistakes import Descent, Guess, explain, flat, layer_values, same
from nncore.check.student import Difference, Numbers, Student, sizes
from nncore.gradcheck import Place, numerical_gradient
from nncore.network import Params, forward
from nncore.neurons import neurons
from nncore.recipe import Recipe
from nncore.rng import generator

# Two hidden layers of one size: a missing transpose, or the wrong layer, then gives a number to compare.
SHAPE = (3, 4, 4, 2)
RECIPE = Recipe(shape=SHAPE, batch_size=1, dtype="float64")
ETA = 0.7
Make = Callable[[list[int]], Any]


def check_shapes(make: Make) -> None:
    """Weights and biases have the lecture's shapes, and numbers that differ."""
    for shape in (SHAPE, (2, 5, 2)):
        params = Student(make, shape).params()
        for layer, w in enumerate(params.w):
            if not np.isfinite(w).all():
                raise Difference(f"w[{layer}] has numbers that are not finite")
            if np.ptp(w) == 0.0:
                text = (
                    f"all weights of w[{layer}] are the same: the neurons of a layer then stay alike for ever"
                )
                raise Difference(text, "", f"{w[0, 0]:g}", "random numbers")


def check_forward(make: Make) -> None:
    """predict gives the outputs for one sample after the other, and for other shapes."""
    for shape, samples in ((SHAPE, 2), ((2, 5, 2), 1)):
        student, params, x, _ = _prepared(make, shape, samples)
        recipe = Recipe(shape=shape, batch_size=1, dtype="float64")
        for row in x:
            yours = student.predict(row)
            z, v = layer_values(forward(params, recipe, row[None]))
            for layer in range(len(z)):
                own = _values_of(student, layer, len(shape) - 1)
                _compare_values(own, params, v, layer, last=layer == len(z) - 1)
            _compare_values(yours, params, v, len(z) - 1, last=True)
    if not same(flat(student.params()), flat(params)):
        raise Difference("predict changes the weights", "forward")


def check_gradient(make: Make) -> None:
    """gradient gives delta, delb and delw of one sample, and then of another."""
    student, params, x, t = _prepared(make, SHAPE, 2)
    before = params.zeros()
    for number in range(2):
        trace = forward(params, RECIPE, x[number][None])
        delta = [np.asarray(d[0]) for d in deltas(params, RECIPE, trace, t[number][None])]
        right = gradients(params, RECIPE, x[number][None], t[number][None])
        try:
            yours = student.gradient(x[number], t[number])
        except Difference as failed:
            raise _of_a_square_network(make) or failed from None
        if number and same(flat(yours), flat(right) + flat(before)):
            text = "delw and delb add up from one call of gradient to the next"
            at = int(np.argmax(np.abs(flat(yours) - flat(right))))
            raise Difference(text, "(3)", _short(flat(yours)[at]), _short(flat(right)[at]))
        before = right
        _compare_gradients(yours, params, x[number], t[number], delta)


def check_update(make: Make) -> None:
    """fit makes the right update with a batch, with a smaller last one, and so for each epoch."""
    student, params, x, t = _prepared(make, SHAPE, 3)
    start, everyone = flat(params), (0, 1, 2)
    descent = Descent(_gradient_at, x, t, start, ETA)
    student.fit(x, t, 1, 3, ETA)
    guesses = mistakes.of_update(descent, everyone, _where_biases_are())
    _compare_update(student, [descent.step(start, everyone)], guesses, "fit makes another update")

    student.take(params)
    student.fit(x, t, 3, 3, ETA)
    after = [start]
    for _ in range(4):
        after.append(descent.step(after[-1], everyone))
    epochs = mistakes.of_epochs(after, 3)
    _compare_update(student, [after[3]], epochs, "three epochs lead elsewhere")

    _, _, x, t = _prepared(make, SHAPE, 5)
    descent, five = Descent(_gradient_at, x, t, start, ETA), (0, 1, 2, 3, 4)
    allowed = []
    for first in combinations(five, 3):
        rest = tuple(n for n in five if n not in first)
        allowed.append(descent.step(descent.step(start, first), rest))
    orders = set()
    for _ in range(8):
        student.take(params)
        student.fit(x, t, 1, 3, ETA)
        guesses = mistakes.of_batches(descent, five, 3)
        otherwise = "fit makes other updates where the last batch is smaller"
        orders.add(_compare_update(student, allowed, guesses, otherwise))
    if orders == {0}:
        text = "fit takes the samples in the order in which they come: shuffle them before each epoch"
        raise Difference(text, "update")


def check_evaluation(make: Make) -> None:
    """evaluate gives loss and accuracy, and changes nothing."""
    student, params, x, _ = _prepared(make, SHAPE, 7)
    v = np.asarray(forward(params, RECIPE, x).v[-1], np.float64)
    labels = v.argmax(axis=1)
    labels[:2] = 1 - labels[:2]  # five of seven are right
    t = np.eye(2)[labels]
    loss, accuracy = student.evaluate(x, t)
    right = float(np.square(v - t).sum() / (2 * len(x)))
    if not same(loss, right):
        text = _explained(loss, mistakes.of_loss(right, len(x), 2, v - t), "evaluate gives another loss")
        raise Difference(text, "loss", _short(loss), _short(right))
    if not same(accuracy, 5 / 7):
        text = _explained(accuracy, mistakes.of_accuracy(5 / 7, v, t), "evaluate gives another accuracy")
        raise Difference(text, "accuracy", _short(accuracy), _short(5 / 7))
    if not same(flat(student.params()), flat(params)):
        raise Difference("evaluate changes the weights", "loss")


def check_training(make: Make) -> None:
    """From its own first weights, the class learns to tell two clouds of points apart."""
    rng = generator(1, "check clouds")
    labels = np.arange(60) % 2
    x = rng.normal(0.0, 0.5, (60, 2)) + np.where(labels, 1.5, -1.5)[:, None]
    t = np.eye(2)[labels]
    student = Student(make, (2, 5, 2))
    before, _ = student.evaluate(x, t)
    student.fit(x, t, 30, 5, 2.0)
    after, accuracy = student.evaluate(x, t)
    ours = neurons([2, 5, 2], seed=1)
    ours.fit(x, t, 30, 5, 2.0, report=lambda line: None)
    if not after < 0.05 or accuracy < 0.9:
        text = f"30 epochs do not teach it to tell two clouds apart: the loss began at {_short(before)}"
        raise Difference(text, "", f"loss {_short(after)}", f"loss {_short(ours.evaluate(x, t)[0])}")


STEPS: dict[str, Callable[[Make], None]] = {
    "shapes": check_shapes,
    "forward pass": check_forward,
    "gradient": check_gradient,
    "update": check_update,
    "evaluation": check_evaluation,
    "training": check_training,
}


def _prepared(make: Make, shape: tuple[int, ...], samples: int) -> tuple[Student, Params, Numbers, Numbers]:
    """Return an object with weights of ours, these weights, inputs and targets."""
    rng = generator(7, "check", samples)
    x = rng.uniform(0.1, 1.0, (samples, shape[0]))
    t = np.eye(shape[-1])[np.arange(samples) % shape[-1]]
    rng = generator(7, "check weights")
    draws = [(rng.normal(0.0, 1.0, (n, k)), rng.normal(0.0, 0.8, n)) for k, n in sizes(shape)]
    params = Params(tuple(w for w, _ in draws), tuple(b for _, b in draws))
    student = Student(make, shape)
    student.take(params)
    return student, params, x, t


def _values_of(student: Student, layer: int, count: int) -> Numbers | None:
    """Return v of a layer, where the object keeps the values of all layers, with or without the inputs."""
    kept = getattr(student.model, "v", None)
    if not isinstance(kept, list | tuple) or len(kept) not in (count, count + 1):
        return None
    values = kept[layer + len(kept) - count]
    return np.asarray(values, np.float64).reshape(-1) if np.size(values) == student.shape[layer + 1] else None


def _compare_values(yours: Numbers | None, params: Params, v: list[Numbers], layer: int, last: bool) -> None:
    if yours is None or same(yours, v[layer + 1]):
        return
    guesses = mistakes.of_forward(params.w[layer], params.b[layer], v[layer], last)
    what = "the output" if last else f"v of layer {layer + 1}"
    text = f"{what} {explain(yours, guesses, 'is another: v = sigma(w v + b)')}"
    raise _at(text, "forward", yours, v[layer + 1])


def _compare_gradients(yours: Params, params: Params, x: Numbers, t: Numbers, delta: list[Numbers]) -> None:
    """Compare from the outputs backwards, as they are computed."""
    z, v = layer_values(forward(params, RECIPE, x[None]))
    for layer in range(len(z) - 1, -1, -1):
        mine, mine_w, last = yours.b[layer], yours.w[layer], layer == len(z) - 1
        right_w = np.outer(delta[layer], v[layer])
        name = "delta of the output layer" if last else f"delta of layer {layer + 1}"
        if not same(mine, delta[layer]):
            if same(mine_w, right_w):
                raise _at(
                    f"delb[{layer}] is not delta, though delw[{layer}] is right", "(3)", mine, delta[layer]
                )
            if last:
                guesses = mistakes.of_output_delta(z[layer], v[layer + 1], t)
            else:
                guesses = mistakes.of_hidden_delta(
                    params.w[layer + 1], delta[layer + 1], z[layer], z[layer + 1]
                )
            text = f"{name} {explain(mine, guesses, 'is another')} (delb[{layer}])"
            raise _at(text, "(1)" if last else "(2)", mine, delta[layer], _numerical(params, x, t, layer))
        if not same(mine_w, right_w):
            guesses = mistakes.of_delw(delta[layer], v[layer], z[layer - 1] if layer else None, v[layer + 1])
            text = f"delw[{layer}] {explain(mine_w, guesses, 'is another: it is delta v^T')}"
            raise _at(text, "(4)", mine_w, right_w)


def _numerical(params: Params, x: Numbers, t: Numbers, layer: int) -> Callable[[tuple[int, ...]], float]:
    """Return what the loss itself says of a bias."""
    return lambda place: float(
        numerical_gradient(params, RECIPE, x[None], t[None], [Place("b", layer, place)])[0]
    )


def _of_a_square_network(make: Make) -> Difference | None:
    """Where shapes do not fit, a network whose layers are all of one size may tell why."""
    recipe = Recipe(shape=(3, 3, 3), batch_size=1, dtype="float64")
    try:
        student, params, x, _ = _prepared(make, recipe.shape, 1)
        t = np.eye(3)[:1]
        yours = student.gradient(x[0], t[0])
    except Difference:
        return None
    z, v = layer_values(forward(params, recipe, x))
    delta = [np.asarray(d[0]) for d in deltas(params, recipe, forward(params, recipe, x), t)]
    for layer in (1, 0):
        last, mine = layer == 1, yours.b[layer]
        if not same(mine, delta[layer]):
            guesses = (
                mistakes.of_output_delta(z[1], v[2], t[0])
                if last
                else mistakes.of_hidden_delta(params.w[1], delta[1], z[0], z[1])
            )
            text = explain(mine, guesses, "")
            name = "the output layer" if last else "layer 1"
            return (
                _at(
                    f"in a 3-3-3 network delta of {name} {text}", "(1)" if last else "(2)", mine, delta[layer]
                )
                if text
                else None
            )
        if not same(yours.w[layer], np.outer(delta[layer], v[layer])):
            guesses = mistakes.of_delw(delta[layer], v[layer], z[0] if layer else None, v[layer + 1])
            text = explain(yours.w[layer], guesses, "")
            right = np.outer(delta[layer], v[layer])
            return (
                _at(f"in a 3-3-3 network delw[{layer}] {text}", "(4)", yours.w[layer], right)
                if text
                else None
            )
    return None


def _gradient_at(p: Numbers, x: Numbers, t: Numbers) -> Numbers:
    return flat(gradients(_unflat(p), RECIPE, x[None], t[None]))


def _unflat(p: Numbers) -> Params:
    w, b, at = [], [], 0
    for k, n in sizes(SHAPE):
        w.append(p[at : at + n * k].reshape(n, k))
        b.append(p[at + n * k : at + n * k + n])
        at += n * k + n
    return Params(tuple(w), tuple(b))


def _where_biases_are() -> Numbers:
    return np.concatenate([np.repeat([0.0, 1.0], [n * k, n]) for k, n in sizes(SHAPE)])


def _compare_update(
    student: Student, allowed: list[Numbers], guesses: Iterator[Guess], otherwise: str
) -> int:
    """Return which of the allowed results it is."""
    yours = flat(student.params())
    for number, right in enumerate(allowed):
        if same(yours, right):
            return number
    raise _at(explain(yours, guesses, otherwise), "update", yours, allowed[0])


def _at(
    text: str,
    equation: str,
    yours: Numbers,
    right: Numbers,
    numerical: Callable[[tuple[int, ...]], float] | None = None,
) -> Difference:
    """A difference, with the values at the place where it is largest."""
    place = tuple(int(n) for n in np.unravel_index(int(np.argmax(np.abs(yours - right))), right.shape))
    said = f", and by nudging b {_short(numerical(place))}" if numerical else ""
    return Difference(text, equation, _short(yours[place]), _short(right[place]) + said)


def _explained(yours: float, guesses: Iterator[tuple[str, float]], otherwise: str) -> str:
    return next((text for text, value in guesses if same(yours, value)), otherwise)


def _short(value: float) -> str:
    return f"{value:.5g}"
