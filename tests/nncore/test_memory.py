"""What a worker costs: MNIST is shared, so little is left that is its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nncore import load_digits, save_dataset

WORKER = """
import sys
from pathlib import Path
from nncore import Recipe, SlicePlan, initial_state, open_dataset, train_slice

data = open_dataset(Path(sys.argv[1]))
recipe = Recipe(shape=(784, 30, 10), batch_size=10)
_, report = train_slice(initial_state(recipe), SlicePlan(recipe, 3.0, 6000), data)
assert len(report.epochs) == 1
fields = (line.split() for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
print(next(int(size) for name, size, _ in fields if name == "Anonymous:"))
"""


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux counts private pages")
def test_a_worker_that_trained_an_epoch_has_at_most_40_mb_of_its_own(tmp_path):
    """Anonymous pages are those of no file: nobody could share them. The data set's pages are its files'."""
    save_dataset(load_digits(), tmp_path)
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as in the app's workers
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    kilobytes = int(done.stdout)
    assert kilobytes < 40_000
