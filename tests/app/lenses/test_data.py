"""Bytes of a data set that has no pictures."""

import numpy as np
import pytest
from chalknet.engine import datasets
from chalknet.errors import NotFound
from chalknet.lenses import data

from nncore import DATASETS, Dataset
from nncore.mnist import DatasetEntry


def load_table() -> Dataset:
    return Dataset.from_arrays(np.arange(40.0).reshape(20, 2), ["a", "b"] * 10, test=5)


def test_its_inputs_are_read_and_its_pictures_are_not_there(monkeypatch, tmp_path):
    monkeypatch.setitem(DATASETS, "table", DatasetEntry(load_table, "A table", 2, 2, 15, 5, (5,)))
    datasets.prepare(tmp_path)
    read = np.frombuffer(data.inputs(tmp_path, "table", "test", 0, 5), "<f4")
    assert (read == load_table().test.inputs.ravel()).all()
    assert data.labels(tmp_path, "table", "test", 0, 9) == load_table().test.labels.tobytes()
    for ask in (
        lambda: data.images(tmp_path, "table", "test", 0, 5, False),
        lambda: data.chosen_images(tmp_path, "table", "test", [0]),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert refused.value.code == "no-pictures"
