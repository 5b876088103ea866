"""The kernel against the reference."""

from itertools import product

import numpy as np
import pytest

from nncore import (
    ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    Dataset,
    Recipe,
    Samples,
    SlicePlan,
    fit,
    generator,
    initial_state,
    load_digits,
    train_slice,
)
from nncore.activations import Activation
from nncore.fast import products
from nncore.fast.blas import MULTIPLICATIONS
from nncore.fast.fortran import fblas
from nncore.fast.kernel import CHUNK, KernelLearner
from nncore.losses import Loss, quadratic, quadratic_delta
from nncore.optimizers import Optimizer
from nncore.reference import ReferenceLearner
from tests.nncore.blobs import assert_close, make_blobs

BLOBS = make_blobs()
CHOICES = list(product(ACTIVATIONS, LOSSES, INITIALIZERS, OPTIMIZERS, [0.0, 0.01]))


@pytest.fixture(autouse=True, params=[MULTIPLICATIONS, 0], ids=["small", "general"])
def small(request, monkeypatch):
    """Every way of handing products over, whichever suits this processor: all must give the same numbers."""
    monkeypatch.setattr(products, "SMALL_PRODUCT", request.param)
    return request.param


def both(recipe, data, steps, eta=0.5):
    """The state after training with each learner."""
    start, plan = initial_state(recipe), SlicePlan(recipe, eta, steps)
    return [
        train_slice(start, plan, data, learner=learner)[0] for learner in (KernelLearner, ReferenceLearner)
    ]


def assert_same(recipe, data, steps, tolerance, eta=0.5):
    fast, readable = both(recipe, data, steps, eta)
    assert fast.step == readable.step == steps
    assert_close(fast.params, readable.params, tolerance)
    for left, right in zip(fast.memory, readable.memory, strict=True):
        assert_close(left, right, tolerance)


@pytest.mark.parametrize(("activation", "loss", "initialization", "optimizer", "l2"), CHOICES)
def test_every_choice_agrees_for_two_epochs(activation, loss, initialization, optimizer, l2):
    recipe = Recipe(
        shape=(4, 6, 5, 3),
        batch_size=7,
        activation=activation,
        loss=loss,
        initialization=initialization,
        optimizer=optimizer,
        l2=l2,
        dtype="float64",
    )
    assert_same(recipe, BLOBS, 16, 1e-11, eta=0.1)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", range(1, 60))
def test_every_batch_size_agrees(batch_size, optimizer):
    recipe = Recipe(shape=(4, 6, 3), batch_size=batch_size, optimizer=optimizer, l2=0.01, dtype="float64")
    assert_same(recipe, BLOBS, 5, 1e-11, eta=0.1)


@pytest.mark.parametrize("choices", [{}, {"optimizer": "momentum", "l2": 0.01}, {"l2": 0.01}])
@pytest.mark.parametrize("batch_size", [CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7, 700])
def test_batches_larger_than_a_chunk_agree(batch_size, choices):
    recipe = Recipe(shape=(4, 6, 3), batch_size=batch_size, dtype="float64", **choices)
    assert_same(recipe, make_blobs(train=700), 3, 1e-11)


@pytest.mark.parametrize("shape", [(4, 3), (4, 2, 2, 2, 2, 3), (4, 1, 3), (4, 130, 70, 3), (4, 700, 50, 3)])
def test_every_structure_agrees(shape):
    """Wide layers are cut into small products."""
    recipe = Recipe(shape=shape, batch_size=50, dtype="float64", initialization="scaled")
    assert_same(recipe, BLOBS, 4, 1e-11)


def make_pixels(n: int) -> Samples:
    """Bytes of which some columns are never lit, in the middle and at both ends."""
    rng = generator(1, "pixels")
    inputs = rng.integers(0, 256, (n, 20)).astype(np.uint8)
    inputs[:, [0, 7, 8, 19]] = 0
    return Samples(inputs, rng.integers(3, size=n).astype(np.uint8), np.zeros((n, 28, 28), np.uint8))


@pytest.mark.parametrize(("optimizer", "l2"), list(product(OPTIMIZERS, [0.0, 0.01])))
def test_pixels_that_are_never_lit_keep_their_weights(optimizer, l2):
    data = Dataset("pixels", 20, 3, make_pixels(53), make_pixels(31))
    recipe = Recipe(shape=(20, 6, 3), batch_size=7, optimizer=optimizer, l2=l2, dtype="float64")
    assert_same(recipe, data, 16, 1e-11)
    if not l2:
        start, state = initial_state(recipe), both(recipe, data, 16)[0]
        unlit = [0, 7, 8, 19]
        assert (state.params.w[0][:, unlit] == start.params.w[0][:, unlit]).all()


def test_single_precision_follows_double_precision():
    """In loss after an epoch, from the same draws; docs/decisions/0015 says why the weights are scaled."""
    digits = load_digits()
    settings = {"shape": (784, 30, 10), "batch_size": 10, "initialization": "scaled"}
    recipes = [Recipe(**settings, dtype=dtype) for dtype in ("float32", "float64")]
    single, double = (next(fit(recipe, 3.0, 1, digits)) for recipe in recipes)
    assert single.train_loss == pytest.approx(double.train_loss, abs=1e-4)
    assert single.test_loss == pytest.approx(double.test_loss, abs=1e-4)
    assert_same(Recipe(shape=(4, 6, 3), batch_size=5), BLOBS, 11, 1e-5)


def softplus(z):
    return np.logaddexp(0.0, z)


def softplus_derivative(z, v):
    return 1.0 / (1.0 + np.exp(-z))


def nesterov(p, gradient, memory, eta, mu):
    """Momentum with a look ahead: two memories, the second unused, to see that both are carried."""
    u, count = memory
    u *= mu
    u -= eta * gradient
    p += mu * u - eta * gradient
    count += 1


def test_a_student_extends_the_library_by_one_function_and_one_line(monkeypatch):
    """Choices the kernel has never heard of train as in the reference."""
    monkeypatch.setitem(ACTIVATIONS, "softplus", Activation(softplus, softplus_derivative))
    monkeypatch.setitem(INITIALIZERS, "tenth", lambda w, b: (w / 10, b / 10))
    monkeypatch.setitem(OPTIMIZERS, "nesterov", Optimizer(nesterov, memories=2))
    squares = Loss(LOSSES["quadratic"].output, quadratic, quadratic_delta)
    monkeypatch.setitem(LOSSES, "squares", squares)
    recipe = Recipe(
        shape=(4, 6, 5, 3),
        batch_size=7,
        activation="softplus",
        initialization="tenth",
        optimizer="nesterov",
        loss="squares",
        l2=0.01,
        dtype="float64",
    )
    assert_same(recipe, BLOBS, 16, 1e-11, eta=0.1)
    # Under another name, an old choice takes the general way through the kernel, to the same result.
    usual = Recipe(shape=(4, 6, 3), batch_size=7, dtype="float64")
    renamed = Recipe(shape=(4, 6, 3), batch_size=7, dtype="float64", loss="squares")
    assert_close(both(usual, BLOBS, 16)[0].params, both(renamed, BLOBS, 16)[0].params, 1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("batch_size", [1, 3, 25])
@pytest.mark.parametrize("shape", [(4, 6, 3), (4, 300, 100, 3)])
def test_no_product_is_made_on_a_copy(shape, batch_size, dtype):
    """BLAS would copy an array it does not like, in silence, and the result would be lost."""
    recipe = Recipe(shape=shape, batch_size=batch_size, dtype=dtype)
    state = initial_state(recipe)
    learner = KernelLearner(recipe, state.params, state.memory, BLOBS.train)
    learner.run(np.arange(50), 0.5)
    program = learner._program(batch_size, 8, batch_size)
    made = [call for call in program if call[0] in (fblas.sgemm, fblas.dgemm, fblas.sgemv, fblas.dgemv)]
    assert len(made) >= 5 * (len(shape) - 2)
    for function, arguments in made:
        assert np.shares_memory(function(*arguments), arguments[4])


def test_products_are_cut_where_that_pays(small):
    w = np.ones((300, 800))
    few, many = np.ones((10, 800)), np.ones((200, 800))
    assert len(products.forward_product(1.0, w, few, np.empty((10, 300), order="F"))) == (3 if small else 1)
    assert len(products.forward_product(1.0, w, many, np.empty((200, 300), order="F"))) == 1


@pytest.mark.parametrize("rows", [1, 10, 40])
def test_a_product_is_the_same_however_it_is_cut(small, rows):
    rng = np.random.default_rng(1)
    w, v, d = rng.random((300, 800)), rng.random((rows, 800)), rng.random((rows, 300))
    for order in "CF":
        u, before, out = (
            np.empty((rows, 300), order=order),
            np.empty((rows, 800), order=order),
            np.ones(w.shape),
        )
        laid = np.asarray(d, order=order)
        for function, arguments in [
            *products.forward_product(2.0, w, v, u),
            *products.backward_product(2.0, w, laid, before),
            *products.gradient_product(2.0, v, laid, 1.0, out),
        ]:
            function(*arguments)
        np.testing.assert_allclose(u, 2 * v @ w.T)
        np.testing.assert_allclose(before, 2 * d @ w)
        np.testing.assert_allclose(out, 1 + 2 * d.T @ v)
