"""Training states and parameters as bytes: npz without pickle, the same bytes for the same numbers.

Members of the archive: `format` and `step` (whole numbers), `w0`, `b0`, `w1`, ... and, for what the
optimizer remembers, `m0_w0`, `m0_b0`, ...; and `about.json`, if somebody has something to say about the
numbers. Everything is checked before an array is made, so bytes from
anywhere may be loaded: damaged or hostile ones raise ValueError.
"""

import hashlib
import io
import json
import math
import re
import zipfile
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from nncore.checks import shown
from nncore.network import Params
from nncore.recipe import MAX_LAYERS, MAX_PARAMETERS, check_shape
from nncore.training import TrainState

FORMAT = 1
# Damaged archives make zipfile raise these and no others.
_DAMAGED = (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
_MAX_MEMBERS = 2 + 2 * MAX_LAYERS * 4
ABOUT = "about.json"
MAX_ABOUT_BYTES = 4 * 2**20
_NAME = re.compile(r"(?:format|step|(?:m\d_)?[wb]\d{1,2})\.npy")


def dump_state(state: TrainState, about: Mapping[str, Any] | None = None) -> bytes:
    """Return the state as npz bytes; equal states give equal bytes. `about` is for `load_about`."""
    arrays = _named(state.params, "") | {"step": np.int64(state.step)}
    for index, memory in enumerate(state.memory):
        arrays |= _named(memory, f"m{index}_")
    return _pack(arrays, about)


def load_state(blob: bytes) -> TrainState:
    """Return the state that `dump_state` wrote.

    Raises:
        ValueError: these are not the bytes of a training state.
    """
    arrays = _unpack(blob)
    step = arrays.pop("step", None)
    if step is None or step.shape != () or step.dtype != np.int64 or step < 0:
        raise ValueError("blob has no valid step; allowed: what dump_state wrote")
    params = _params(arrays, "")
    memory: list[Params] = []
    while arrays:
        memory.append(_params(arrays, f"m{len(memory)}_"))
        if [a.shape for a in memory[-1].arrays()] != [a.shape for a in params.arrays()]:
            raise ValueError(
                "blob has a memory of another shape than its weights; allowed: what dump_state wrote"
            )
    return TrainState(params, tuple(memory), int(step))


def dump_params(params: Params, about: Mapping[str, Any] | None = None) -> bytes:
    """Return weights and biases as npz bytes; `numpy.load` reads them as w0, b0, w1, ...

    `about` is anything that JSON can say about them: settings, versions, where they are from.
    """
    return _pack(_named(params, ""), about)


def load_about(blob: bytes) -> dict[str, Any]:
    """Return what was said about the numbers when they were written; empty if nothing was.

    >>> from nncore import Recipe, dump_state, initial_state
    >>> load_about(dump_state(initial_state(Recipe(shape=(2, 5, 2), batch_size=30)), {"eta": 3.0}))
    {'eta': 3.0}

    Raises:
        ValueError: these are not the bytes of a state or of parameters.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            if ABOUT not in archive.namelist():
                return {}
            info = archive.getinfo(ABOUT)
            if info.compress_type != zipfile.ZIP_STORED or info.file_size > min(MAX_ABOUT_BYTES, len(blob)):
                raise ValueError(f"unexpected member {ABOUT!r}")
            found = json.loads(archive.read(info))
    except _DAMAGED as error:
        raise ValueError(f"blob cannot be read ({error}); allowed: what nncore wrote") from error
    if not isinstance(found, dict):
        raise ValueError(f"blob has {shown(found)} in {ABOUT}; allowed: an object")
    return found


def load_params(blob: bytes) -> Params:
    """Return the parameters that `dump_params` wrote.

    Raises:
        ValueError: these are not the bytes of parameters.
    """
    arrays = _unpack(blob)
    params = _params(arrays, "")
    if arrays:
        raise ValueError(f"blob has unknown members {sorted(arrays)}; allowed: what dump_params wrote")
    return params


def fingerprint(params: Params) -> str:
    """Return the SHA-256 of all weights and biases, 64 hexadecimal digits; one changed bit changes it."""
    digest = hashlib.sha256()
    for array in params.arrays():
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _named(params: Params, prefix: str) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for layer, (w, b) in enumerate(zip(params.w, params.b, strict=True)):
        named |= {f"{prefix}w{layer}": w, f"{prefix}b{layer}": b}
    return named


def _pack(arrays: dict[str, Any], about: Mapping[str, Any] | None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, array in {"format": np.int64(FORMAT), **arrays}.items():
            member = io.BytesIO()
            npy.write_array(
                member, np.ascontiguousarray(array) if np.ndim(array) else np.asarray(array), (1, 0)
            )
            # A ZipInfo made from a name alone carries a fixed date, so equal arrays give equal bytes.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
        if about is not None:
            archive.writestr(zipfile.ZipInfo(ABOUT), json.dumps(about, allow_nan=False))
    return out.getvalue()


def _unpack(blob: bytes) -> dict[str, NDArray[Any]]:
    """Return the members by name, after checking the format number."""
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            infos = [info for info in archive.infolist() if info.filename != ABOUT]
            names = [info.filename for info in infos]
            if len(infos) > _MAX_MEMBERS or len(set(names)) < len(names):
                raise ValueError("too many members")
            arrays = {info.filename[:-4]: _member(archive, info, len(blob)) for info in infos}
    except _DAMAGED as error:
        raise ValueError(f"blob cannot be read ({error}); allowed: what nncore wrote") from error
    number = arrays.pop("format", None)
    if number is None or number.shape != () or int(number) != FORMAT:
        raise ValueError(f"blob has format {number}; allowed: {FORMAT}")
    return arrays


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> NDArray[Any]:
    """Return one array; its header must describe exactly the bytes that follow it."""
    if (
        not _NAME.fullmatch(info.filename)
        or info.compress_type != zipfile.ZIP_STORED
        or info.file_size > limit
    ):
        raise ValueError(f"unexpected member {info.filename!r}")
    content = io.BytesIO(archive.read(info))
    if npy.read_magic(content) != (1, 0):
        raise ValueError(f"{info.filename} has another version of npy")
    shape, fortran, dtype = npy.read_array_header_1_0(content)
    if fortran or dtype.str not in ("<f4", "<f8", "<i8") or 0 in shape or len(shape) > 2:
        raise ValueError(f"{info.filename} is {dtype} of shape {shape}")
    body = content.read()
    if math.prod(shape) * dtype.itemsize != len(body) or math.prod(shape) > MAX_PARAMETERS:
        raise ValueError(f"{info.filename} has {len(body)} bytes for shape {shape}")
    return np.frombuffer(body, dtype).reshape(shape)


def _params(arrays: dict[str, NDArray[Any]], prefix: str) -> Params:
    """Take one set of weights and biases out of `arrays` and check that it is a network."""
    w: list[NDArray[Any]] = []
    b: list[NDArray[Any]] = []
    while f"{prefix}w{len(w)}" in arrays:
        b.append(arrays.pop(f"{prefix}b{len(w)}", np.empty(0)))
        w.append(arrays.pop(f"{prefix}w{len(w)}"))
    good = w and all(a.ndim == 2 and a.dtype.kind == "f" and a.dtype == w[0].dtype for a in w)
    good = good and all(a.shape == c.shape[:1] and a.dtype == w[0].dtype for a, c in zip(b, w, strict=True))
    good = good and all(c.shape[1] == a.shape[0] for a, c in pairwise(w))
    good = good and all(np.isfinite(a).all() for a in (*w, *b))
    if not good:
        raise ValueError(f"blob has no valid network under {prefix + 'w0'!r}; allowed: what nncore wrote")
    params = Params(tuple(w), tuple(b))
    check_shape(params.shape)
    return params
