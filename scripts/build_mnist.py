"""Build nncore/data/mnist.npz from the four IDX files of MNIST, after checking their SHA-256.

Usage: python scripts/build_mnist.py FOLDER [OUTPUT]

FOLDER holds the four files, gzipped (name.gz) or not. Nothing is downloaded.
"""

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

OUTPUT = Path(__file__).parent.parent / "nncore" / "data" / "mnist.npz"

# key of the archive: name of the file, shape, SHA-256 of the uncompressed file
FILES = {
    "x_train": (
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "y_train": (
        "train-labels-idx1-ubyte",
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "x_test": (
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "y_test": (
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}


def idx_header(shape: tuple[int, ...]) -> bytes:
    """Return the beginning of an IDX file: 0, 0, 8 for bytes, rank, lengths in four bytes, big-endian."""
    return bytes([0, 0, 8, len(shape)]) + b"".join(length.to_bytes(4, "big") for length in shape)


def read_content(folder: Path, name: str) -> bytes:
    """Return the uncompressed file, whichever of name and name.gz is there."""
    packed = folder / f"{name}.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()


def read_array(folder: Path, key: str) -> NDArray[np.uint8]:
    """Return one of the four arrays; exit with a message if the file is not the published one."""
    name, shape, expected = FILES[key]
    content = read_content(folder, name)
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        sys.exit(f"{name} has SHA-256 {found}; expected {expected}")
    return np.frombuffer(content, np.uint8, offset=len(idx_header(shape))).reshape(shape)


def main(folder: Path, output: Path) -> None:
    arrays = {key: read_array(folder, key) for key in FILES}
    np.savez_compressed(output, **arrays)
    print(f"wrote {output}: {', '.join(f'{key} {array.shape}' for key, array in arrays.items())}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else OUTPUT)
