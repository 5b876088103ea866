"""The packaged archive against the published sums, by way of the IDX files it was made from."""

import gzip
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from nncore.mnist import MNIST

SCRIPT = Path(__file__).parents[2] / "scripts" / "build_mnist.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The four files, remade from the archive; the images gzipped, the labels not."""
    build = runpy.run_path(str(SCRIPT))
    folder = tmp_path_factory.mktemp("idx")
    with np.load(MNIST) as arrays:
        for key, (name, shape, _) in build["FILES"].items():
            content = build["idx_header"](shape) + arrays[key].tobytes()
            if len(shape) == 3:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))
            else:
                (folder / name).write_bytes(content)
    return folder


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *map(str, arguments)])
    runpy.run_path(str(SCRIPT), run_name="__main__")


def test_the_archive_is_what_the_published_files_give(monkeypatch, folder, tmp_path):
    """The script compares with the published sums: it exits if a single pixel differs."""
    run(monkeypatch, folder, tmp_path / "mnist.npz")
    with np.load(MNIST) as packaged, np.load(tmp_path / "mnist.npz") as built:
        assert sorted(packaged) == sorted(built)
        assert all(np.array_equal(packaged[key], built[key]) for key in built)


def test_another_file_is_refused(monkeypatch, folder, tmp_path):
    wrong = tmp_path / "t10k-labels-idx1-ubyte"
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    wrong.write_bytes(wrong.read_bytes()[:-1] + b"\x09")
    with pytest.raises(SystemExit, match=r"t10k-labels-idx1-ubyte has SHA-256 .*; expected ff7bcfd4"):
        run(monkeypatch, tmp_path, tmp_path / "out.npz")
    assert not (tmp_path / "out.npz").exists()
