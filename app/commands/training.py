"""`chalknet train`: the same training as a server's, without a server."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import nncore

from ..client.progress import Progress
from ..errors import invalid_settings
from ..runs.config import RunConfig
from ..version import versions

SLICES_PER_EPOCH = 10  # after each of them what was learned can be kept: Ctrl-C is never far from one
MEASURES = ("epoch", "step", "train_loss", "train_accuracy", "test_loss", "test_accuracy")
INTERRUPTED = 130  # the exit code of what a person ended with Ctrl-C
MAY_CHANGE = {"eta", "epochs"}  # of a run that goes on, as on the server


class Unusable(Exception):
    """A file, or a wish, with which nothing can be trained."""


@dataclass
class Training:
    """A run of one's own: where it stands, and what has been measured."""

    config: RunConfig
    state: nncore.TrainState
    eta_changes: list[dict[str, Any]]
    history: list[dict[str, Any]]
    eta: float
    diverged: bool = False
    reached: bool = False  # the target accuracy

    @property
    def epoch(self) -> int:
        return self.state.step // self.config.steps_per_epoch

    def slices(self, data: nncore.Dataset) -> Iterator[nncore.EpochReport | None]:
        """Train to the end, a slice at a time; what an epoch came to, or None within one."""
        end = self.config.epochs * self.config.steps_per_epoch
        stride = max(1, self.config.steps_per_epoch // SLICES_PER_EPOCH)
        while self.state.step < end and not (self.diverged or self.reached):
            rest = self.config.steps_per_epoch - self.state.step % self.config.steps_per_epoch
            plan = nncore.SlicePlan(self.config.recipe, self.eta, min(stride, rest))
            state, report = nncore.train_slice(self.state, plan, data)
            self.state, self.diverged = state, report.diverged_at is not None
            for epoch in report.epochs:
                best = max((row["test_accuracy"] or 0.0 for row in self.history), default=0.0)
                self.reached = self.config.reaches_target(best, [epoch.test_accuracy])
                self.history.append({name: getattr(epoch, name) for name in MEASURES})
                yield epoch
            yield None

    def as_file(self) -> bytes:
        """The training state, which can go on, and all there is to say of it."""
        about = {
            "settings": self.config.as_json(),
            "epoch": self.epoch,
            "step": self.state.step,
            "eta_changes": self.eta_changes,
            "fingerprint": nncore.fingerprint(self.state.params),
            "versions": versions(),
            "history": {name: [row[name] for row in self.history] for name in MEASURES},
        }
        return nncore.dump_state(self.state, about)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The word `train` with a flag for every setting of a run."""
    command = commands.add_parser("train", help="train a network here, without a server")
    command.set_defaults(run=train)
    for name, field in RunConfig.model_fields.items():
        text = (field.description or "").replace("%", "%%")
        command.add_argument(f"--{name.replace('_', '-')}", default=argparse.SUPPRESS, help=text)
    command.add_argument("--out", type=Path, help="file to keep it in: weights, settings, curves (npz)")
    command.add_argument(
        "--from", dest="source", type=Path, metavar="FILE", help="go on with what such a file has"
    )


def train(given: dict[str, Any]) -> int:
    """Do it, with the settings in `given`; the exit code."""
    out, source = given.pop("out"), given.pop("source")
    given.pop("reproducible", None)  # the kernels are chosen already
    try:
        if out is not None and not out.absolute().parent.is_dir():
            raise Unusable(f"there is no folder {out.absolute().parent}")
        settings = {name: _value(name, text) for name, text in given.items()}
        training = _begun(settings) if source is None else _gone_on(source, settings)
    except ValidationError as error:
        raise Unusable(invalid_settings(error).detail) from None
    exit_code = 0
    with closing(_Lines(training.config.epochs)) as lines:
        try:
            for epoch in training.slices(nncore.DATASETS[training.config.dataset].load()):
                if epoch is not None:
                    lines.update(epoch)
        except KeyboardInterrupt:
            exit_code = INTERRUPTED
    if training.diverged:
        print(f"diverged at step {training.state.step + 1}: a number is not finite any more", file=sys.stderr)
        exit_code = 1
    _conclude(training)
    if out is not None:
        _keep(out, training.as_file())
        print(f"saved {out}")
    return exit_code


class _Lines:
    """A bar on a terminal; elsewhere a line for each epoch."""

    def __init__(self, epochs: int) -> None:
        self._bar = Progress(epochs)
        self._epochs = epochs

    def update(self, epoch: nncore.EpochReport) -> None:
        self._bar.update(epoch.epoch, epoch.test_accuracy)
        if not sys.stderr.isatty():
            text = f"epoch {epoch.epoch}/{self._epochs}  test {100 * epoch.test_accuracy:.2f} %"
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        self._bar.close()


def _begun(settings: dict[str, Any]) -> Training:
    config = RunConfig.model_validate(settings)
    return Training(config, nncore.initial_state(config.recipe), [], [], config.eta)


def _gone_on(source: Path, settings: dict[str, Any]) -> Training:
    """What a file has, with other epochs and from here on another eta, if somebody says so."""
    try:
        blob = source.read_bytes()
        about = nncore.load_about(blob)
        state = _state_of(blob, about)
        history = about.get("history", {name: [] for name in MEASURES})
        rows = [
            dict(zip(MEASURES, row, strict=True)) for row in zip(*(history[n] for n in MEASURES), strict=True)
        ]
        config = RunConfig.model_validate({**about["settings"], "preset": None})
        changes = list(about["eta_changes"])
        eta = changes[-1]["eta"] if changes else config.eta
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise Unusable(f"{source} has no run to go on with: {error!s:.200}") from None
    for name in settings.keys() - MAY_CHANGE:
        raise Unusable(f"--{name.replace('_', '-')} cannot change in a run that goes on: only eta and epochs")
    wished = RunConfig.model_validate({**config.as_json(), **settings})
    if "eta" in settings and wished.eta != eta:
        eta = wished.eta
        changes.append({"eta": eta, "step": state.step})
    config = config.model_copy(update={"epochs": wished.epochs, "preset": about["settings"].get("preset")})
    if state.step >= config.epochs * config.steps_per_epoch:
        raise Unusable(f"{source} has all its {config.epochs} epochs: ask for more with --epochs")
    return Training(config, state, changes, rows, eta)


def _state_of(blob: bytes, about: dict[str, Any]) -> nncore.TrainState:
    """Of a file of this command, or of weights that a server gave, which have no memory of an optimizer."""
    try:
        return nncore.load_state(blob)
    except ValueError:
        params = nncore.load_params(blob)
    memories = nncore.OPTIMIZERS[about["settings"]["optimizer"]].memories
    if memories:
        raise ValueError("it lacks what the optimizer remembers")
    return nncore.TrainState(params, (), int(about["step"]))


def _value(name: str, text: str) -> Any:
    """A setting as it is written on the command line: 784-30-10, 3, scaled."""
    if name == "shape":
        return [int(size) if size.isdigit() else size for size in text.replace(",", "-").split("-")]
    try:
        number = json.loads(text)
    except ValueError:
        return text
    return number if isinstance(number, int | float) and not isinstance(number, bool) else text


def _conclude(training: Training) -> None:
    if training.history:
        last = training.history[-1]
        print(f"after epoch {last['epoch']}")
        for sample, title in (("train", "training"), ("test", "test")):
            loss, accuracy = last[f"{sample}_loss"], last[f"{sample}_accuracy"]
            print(f"{title:8}  loss {loss:.5f}  accuracy {100 * accuracy:.2f} %")
    if training.state.step % training.config.steps_per_epoch:
        print(f"stopped within epoch {training.epoch + 1}, after step {training.state.step}")
    print(f"fingerprint {nncore.fingerprint(training.state.params)}")


def _keep(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.absolute().parent, prefix=path.name, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)
