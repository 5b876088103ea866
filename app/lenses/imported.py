"""A network from a file: read without trust, and judged once on the data that its settings name.

It is done where lenses compute, in a process of its own: whatever a file says, the server goes on.
"""

import math
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import nncore
from nncore.training import check_fit

from ..engine import datasets
from ..errors import Invalid, invalid_settings
from ..runs.config import MOST_EPOCHS, RunConfig
from ..runs.fold import CHANGES

DIGITS = 100  # of the test sample, whose labels the page shows


def judged(folder: Path, blob: bytes) -> bytes:
    """The training state in a file, with what it says and what was measured as its `about`.

    The file is one of a server's `/weights`, or of `chalknet train --out`.

    Raises:
        Invalid: the file is none of those, or what it says cannot be.
    """
    try:
        about = nncore.load_about(blob)
        settings = about.get("settings")
        if not isinstance(settings, dict):
            raise Invalid(
                "The file does not say what was trained: about.json has no settings.", code="not-a-run"
            )
        config = RunConfig.model_validate({**settings, "preset": None})
        state = _state(blob, about, config)
        changes = _changes(about, state.step)
        check_fit(state, config.recipe, data := datasets.open_dataset(folder, config.dataset))
    except ValidationError as error:
        raise invalid_settings(error) from None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise Invalid(
            f"The file has no network that fits its settings: {error!s:.200}", code="not-a-run"
        ) from None
    # A run that was stopped, or went on, has made other epochs than it began with.
    epochs = max(1, -(-state.step // config.steps_per_epoch))
    seen = nncore.evaluate(state.params, config.recipe, data.train.first(config.samples))
    unseen = nncore.evaluate(state.params, config.recipe, data.test)
    told = {
        "settings": {**config.as_json(), "epochs": epochs},
        "eta_changes": changes,
        "fingerprint": nncore.fingerprint(state.params),
        "train_loss": _finite(seen.loss),
        "train_accuracy": seen.accuracy,
        "test_loss": _finite(unseen.loss),
        "test_accuracy": unseen.accuracy,
        "predictions": unseen.predictions[:DIGITS].tolist(),
    }
    return nncore.dump_state(state, told)


def _state(blob: bytes, about: dict[str, Any], config: RunConfig) -> nncore.TrainState:
    try:
        state = nncore.load_state(blob)
    except ValueError:
        # Weights alone: what momentum remembers begins anew.
        params, step = nncore.load_params(blob), about["step"]
        if not isinstance(step, int) or isinstance(step, bool):
            raise ValueError("step is no whole number") from None
        memories = nncore.OPTIMIZERS[config.optimizer].memories
        state = nncore.TrainState(params, tuple(params.zeros() for _ in range(memories)), step)
    if not 0 <= state.step <= (limit := MOST_EPOCHS * config.steps_per_epoch):
        raise ValueError(f"step is {state.step}; allowed: 0 to {limit}")
    return state


def _changes(about: dict[str, Any], last: int) -> list[dict[str, float]]:
    """Where the file says that the learning rate was changed; in order, within the training."""
    found, step = [], 0
    for change in list(about.get("eta_changes", ()))[:CHANGES]:
        eta, at = change.get("eta"), change.get("step")
        good = (
            isinstance(eta, int | float)
            and isinstance(at, int)
            and 1e-4 <= eta <= 1000
            and step <= at <= last
        )
        if not good:
            raise ValueError(f"a change of the learning rate is {change!s:.80}")
        found.append({"eta": float(eta), "step": at})
        step = at
    return found


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
