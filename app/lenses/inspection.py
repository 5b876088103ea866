"""Questions about runs and data, answered from the store; asking changes nothing.

Whatever needs more than a moment of arithmetic is done in a thread, so that the event loop stays free.
"""

import asyncio
from pathlib import Path
from typing import Any, Literal

import nncore

from ..cache import Answers
from ..engine import datasets
from ..engine.worker import initial_params, params_of
from ..errors import NotFound
from ..eventlog.store import Store
from ..runs.events import EpochEnded
from ..runs.metrics import METRICS
from ..runs.run import Run

Split = Literal["train", "test"]
COLUMNS = (*METRICS, "seconds")


class Inspection:
    """What a run has produced so far, and what its network says now or said at a past epoch."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self.answers = Answers()

    async def series(self, run: Run) -> dict[str, list[float | None]]:
        """One list per column, an entry per epoch."""
        columns: dict[str, list[float | None]] = {name: [] for name in COLUMNS}
        after = 0
        while page := await self._store.events(after, [run.id], [EpochEnded.type]):
            for body in (recorded.event.as_json() for recorded in page):
                for name, column in columns.items():
                    column.append(body[name])
            after = page[-1].seq
        return columns

    async def params(self, run: Run, epoch: int | None) -> nncore.Params:
        """The parameters of now, or those at the end of an epoch; 0 is before the first step."""
        if epoch == 0:
            return await self._initial_params(run)
        blob = await self._store.snapshot(run.id, epoch) if epoch is not None else None
        if blob is not None:
            return await asyncio.to_thread(nncore.load_params, blob)
        # Thinned out, or removed to make room; but where the run stands now is there all the same.
        stored = await self._store.checkpoint(run.id)
        if stored and (epoch is None or stored.step == epoch * run.config.steps_per_epoch):
            return await asyncio.to_thread(params_of, stored.state)
        if epoch is None:
            return await self._initial_params(run)
        raise NotFound(f"The run has no parameters of epoch {epoch}.", code="epoch-not-found", field="epoch")

    async def _initial_params(self, run: Run) -> nncore.Params:
        try:
            return await asyncio.to_thread(lambda: initial_params(run.config.recipe))
        except ValueError as error:  # settings of another version
            text = f"This version cannot draw the run's first weights: {error}."
            raise NotFound(text, code="epoch-not-found", field="epoch") from None

    async def kept_epochs(self, run: Run) -> list[int]:
        """The epochs that `params` knows: 0, the snapshots, and the newest if the run stands at its end."""
        epochs = {0, *await self._store.snapshot_epochs(run.id)}
        if run.step and run.step == run.epoch * run.config.steps_per_epoch:
            epochs.add(run.epoch)
        return sorted(epochs)

    async def weights(self, run: Run, epoch: int | None) -> bytes:
        """The same as an npz file."""
        return await asyncio.to_thread(nncore.dump_params, await self.params(run, epoch))

    async def predictions(self, run: Run, epoch: int | None, first: int, count: int) -> dict[str, Any]:
        """Labels, predictions and outputs for `count` test samples from `first` on."""
        params = await self.params(run, epoch)
        return {
            "epoch": run.epoch if epoch is None else epoch,
            "first": first,
            **await asyncio.to_thread(self._predict, run, params, slice(first, first + count)),
        }

    def _predict(self, run: Run, params: nncore.Params, rows: slice) -> dict[str, Any]:
        samples = self.samples(run.config.dataset, "test")
        recipe = run.config.recipe
        outputs = nncore.outputs(params, recipe, samples.rows(rows, recipe.numpy_dtype))
        return {
            "labels": samples.labels[rows].tolist(),
            "predictions": outputs.argmax(axis=1).tolist(),
            "outputs": outputs.round(6).tolist(),
        }

    def images(self, dataset: str, split: Split, first: int, count: int) -> bytes:
        """Grey values of some samples, a byte each, 784 per sample; empty past the end."""
        return self.samples(dataset, split).images[first : first + count].tobytes()

    def labels(self, dataset: str, split: Split, first: int, count: int) -> list[int]:
        labels: list[int] = self.samples(dataset, split).labels[first : first + count].tolist()
        return labels

    def samples(self, dataset: str, split: Split) -> nncore.Samples:
        """The samples of a split, mapped from disk."""
        if dataset not in nncore.DATASETS:
            raise NotFound(f"There is no dataset {dataset[:40]!r}.", code="dataset-not-found")
        data = datasets.open_dataset(self._folder, dataset)
        return data.train if split == "train" else data.test
