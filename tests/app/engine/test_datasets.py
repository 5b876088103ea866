"""The cache of prepared data: written once, and anew when it is damaged or was made by other code."""

from pathlib import Path

import numpy as np
import pytest
from chalknet.engine import datasets

import nncore
from tests.nncore.blobs import make_blobs

BLOBS = make_blobs()


@pytest.fixture
def one_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small data under the name of a registry's entry."""
    entry = nncore.DATASETS["two-features"]._replace(load=lambda: BLOBS)
    monkeypatch.setattr(nncore, "DATASETS", {"blobs": entry})
    monkeypatch.setattr(datasets, "_origin", lambda name: "first")


@pytest.mark.usefixtures("one_dataset")
@pytest.mark.parametrize("length", [0, 5, 100])
@pytest.mark.parametrize("name", ["train-inputs.npy", "test-labels.npy", "dataset.json"])
def test_a_file_that_was_cut_is_written_anew(tmp_path: Path, name: str, length: int) -> None:
    datasets.prepare(tmp_path)
    path = tmp_path / "blobs" / name
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    datasets.prepare(tmp_path)
    assert path.read_bytes() == whole


@pytest.mark.usefixtures("one_dataset")
def test_whole_files_are_left_alone(tmp_path: Path) -> None:
    datasets.prepare(tmp_path)
    before = [path.stat().st_ino for path in sorted((tmp_path / "blobs").iterdir())]
    datasets.prepare(tmp_path)
    assert [path.stat().st_ino for path in sorted((tmp_path / "blobs").iterdir())] == before


@pytest.mark.usefixtures("one_dataset")
def test_changed_code_makes_the_data_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets.prepare(tmp_path)
    other = nncore.Dataset("blobs", 4, 3, BLOBS.test, BLOBS.train)
    monkeypatch.setitem(nncore.DATASETS, "blobs", nncore.DATASETS["blobs"]._replace(load=lambda: other))
    monkeypatch.setattr(datasets, "_origin", lambda name: "second")
    assert np.array_equal(datasets.open_dataset(tmp_path, "blobs").train.inputs, other.train.inputs)


def test_the_origin_is_the_source_of_the_function() -> None:
    assert datasets._origin("digits") == datasets._origin("two-features")
    assert len(datasets._origin("digits")) == 64
