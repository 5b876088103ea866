"""Where the package onnx is not installed, who asks is told what to do."""

import sys
from typing import Any

import pytest
from chalknet.errors import Conflict
from chalknet.lenses import onnx_model
from chalknet.lenses.lens import AtEpoch


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    subject: Any = None
    with pytest.raises(Conflict, match=r"pip install 'chalknet\[onnx\]'") as refusal:
        onnx_model.compute(subject, AtEpoch(epoch=None))
    assert refusal.value.code == "onnx-missing"
