"""The network itself, as a file for notebooks that says what it is."""

from dataclasses import dataclass
from typing import Any

import nncore

from ..runs.metrics import METRICS
from ..runs.run import EtaChange, Run
from ..version import versions
from .inspection import Inspection
from .lens import AtEpoch, Lens, Stored, StoredNetwork


@dataclass(frozen=True, slots=True)
class File:
    """Weights and biases, and what is said of them."""

    params: nncore.Params
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A network as the store has it, the run it is of, and where other learning rates took effect."""

    network: StoredNetwork
    run_id: str
    eta_changes: list[EtaChange]
    history: dict[str, list[float | None]]

    def open(self) -> File:
        network, params = self.network, self.network.network_params()
        step = network.steps
        told = sum(at is not None and at <= step for at in self.history["step"])  # epochs up to there
        about = {
            "run": self.run_id,
            "settings": network.config.as_json(),
            "epoch": step // network.config.steps_per_epoch if network.config.samples else None,
            "step": step,
            "eta_changes": [change._asdict() for change in self.eta_changes if change.step < step],
            "fingerprint": nncore.fingerprint(params),
            "versions": versions(),
            "history": {name: self.history[name][:told] for name in (*METRICS, "step")},
        }
        return File(params, about)


async def stored_file(inspection: Inspection, run: Run, question: Any) -> Stored:
    """The network of the epoch that is asked for, and what there is to say of it."""
    return StoredFile(
        await inspection.network(run, question.epoch),
        run.id,
        await inspection.eta_changes(run),
        await inspection.series(run),
    )


def compute(file: File, question: AtEpoch) -> bytes:
    """Weights and biases for `numpy.load`: of now, final once the run has ended, or of an epoch.

    The member `about.json` says what they are: settings, epoch, step, fingerprint, versions, and the figures
    of the epochs up to there."""
    return nncore.dump_params(file.params, file.about)


LENS = Lens(
    path="weights",
    query=AtEpoch,
    answer=None,
    compute=compute,
    read=stored_file,
    media_type="application/x-npz",
    suffix="npz",
)
