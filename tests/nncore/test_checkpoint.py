import contextlib
import io
import json
import zipfile

import numpy as np
import pytest

from nncore import (
    Recipe,
    SlicePlan,
    dump_params,
    dump_state,
    fingerprint,
    initial_state,
    load_about,
    load_params,
    load_state,
    train_slice,
)
from tests.nncore.blobs import assert_equal


@pytest.fixture(params=["sgd", "momentum"])
def state(request, blobs):
    recipe = Recipe(shape=(4, 6, 3), batch_size=5, optimizer=request.param)
    return train_slice(initial_state(recipe), SlicePlan(recipe, 0.5, 3), blobs)[0]


def test_a_state_survives_the_way_through_bytes(state):
    back = load_state(dump_state(state))
    assert back.step == 3
    assert_equal(back.params, state.params)
    assert len(back.memory) == len(state.memory)
    for left, right in zip(back.memory, state.memory, strict=True):
        assert_equal(left, right)


def test_equal_states_give_equal_bytes(state):
    assert dump_state(load_state(dump_state(state))) == dump_state(state)


def test_parameters_can_be_read_by_numpy_alone(state):
    blob = dump_params(state.params)
    assert_equal(load_params(blob), state.params)
    with np.load(io.BytesIO(blob), allow_pickle=False) as arrays:
        assert (arrays["w0"] == state.params.w[0]).all()
        assert (arrays["b1"] == state.params.b[1]).all()


def test_one_changed_bit_changes_the_fingerprint(state):
    other = state.params.copy()
    assert fingerprint(other) == fingerprint(state.params)
    assert len(fingerprint(other)) == 64
    other.w[1].view(np.uint32)[0, 0] ^= 1
    assert fingerprint(other) != fingerprint(state.params)


def archive(**members) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            if not isinstance(content, bytes):
                member = io.BytesIO()
                np.save(member, content)
                content = member.getvalue()
            file.writestr(f"{name}.npy", content)
    return out.getvalue()


HEADER = (
    b"\x93NUMPY\x01\x00v\x00"
    + b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 1)}".ljust(117)
    + b"\n"
)
W, B, ONE, STEP = np.ones((2, 3), "f4"), np.ones(2, "f4"), np.int64(1), np.int64(7)


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"not an archive",
        archive(),
        archive(format=ONE, w0=W, b0=B),
        archive(format=np.int64(2), step=STEP, w0=W, b0=B),
        archive(format=ONE, step=np.int64(-1), w0=W, b0=B),
        archive(format=ONE, step=np.float64(1), w0=W, b0=B),
        archive(format=ONE, step=STEP),
        archive(format=ONE, step=STEP, w0=W),
        archive(format=ONE, step=STEP, w0=W, b0=np.ones(3, "f4")),
        archive(format=ONE, step=STEP, w0=W, b0=B.astype("f8")),
        archive(format=ONE, step=STEP, w0=W, b0=B * np.nan),
        archive(format=ONE, step=STEP, w0=W, b0=B, w1=np.ones((2, 3), "f4"), b1=B),
        archive(format=ONE, step=STEP, w0=W, b0=B, x0=B),
        archive(format=ONE, step=STEP, w0=W, b0=B, w2=W),
        archive(format=ONE, step=STEP, w0=W, b0=B, m0_w0=B, m0_b0=B),
        archive(format=ONE, step=STEP, w0=np.ones((0, 3), "f4"), b0=np.ones(0, "f4")),
        archive(format=ONE, step=STEP, w0=W.astype("i8"), b0=B.astype("i8")),
        archive(format=ONE, step=STEP, w0=np.array([[{}]], dtype=object), b0=B),
        archive(format=ONE, step=STEP, w0=HEADER, b0=B),
        archive(format=ONE, step=STEP, w0=b"\x93NUMPY", b0=B),
    ],
)
def test_bytes_that_are_no_state_are_refused(blob):
    with pytest.raises(ValueError, match="allowed: "):
        load_state(blob)


def test_every_truncation_and_many_flipped_bytes_are_refused_or_harmless(state):
    blob = dump_state(state)
    for end in range(0, len(blob), 7):
        with pytest.raises(ValueError, match="allowed: "):
            load_state(blob[:end])
    for place in range(0, len(blob), 5):
        damaged = bytearray(blob)
        damaged[place] ^= 0xFF
        with contextlib.suppress(ValueError):
            load_state(bytes(damaged))


def test_what_is_said_about_the_numbers_comes_back_and_changes_none_of_them(state):
    about = {"settings": {"activation": "tanh"}, "fingerprint": fingerprint(state.params)}
    for blob, load in (
        (dump_state(state, about), load_state),
        (dump_params(state.params, about), load_params),
    ):
        assert load_about(blob) == about
        load(blob)
        with np.load(io.BytesIO(blob), allow_pickle=False) as arrays:
            assert json.loads(arrays["about.json"]) == about
    assert load_about(dump_state(state)) == {}
    assert dump_state(load_state(dump_state(state, about))) == dump_state(state)


@pytest.mark.parametrize("text", ["[1]", "not json", '"' + "x" * 5_000_000 + '"'])
def test_what_is_said_about_the_numbers_is_checked(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if len(text) > 100 else zipfile.ZIP_STORED) as file:
        file.writestr("about.json", text)
    with pytest.raises(ValueError, match="blob"):
        load_about(out.getvalue())
    with pytest.raises(ValueError, match="blob"):
        load_about(b"nonsense")
