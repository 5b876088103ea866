"""What may be wanted of a run that exists, and what is refused. Pure."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..errors import Conflict, Invalid, invalid_settings
from .config import RunConfig
from .events import Pinned, Renamed, RunEvent, StatusChanged, WantedChanged
from .names import Name
from .run import Run, Status, Wanted


class RunUpdate(BaseModel):
    """What can be wanted of a run: only what is sent is changed."""

    model_config = ConfigDict(strict=True, extra="forbid")

    wanted: Wanted | None = Field(None, description="Honoured at the next slice boundary, within a second.")
    advance: Literal["batch", "epoch"] | None = Field(
        None, description="Go on for one batch, or to the end of the epoch, then pause."
    )
    eta: Annotated[float | None, Field(ge=1e-4, le=1000, allow_inf_nan=False)] = Field(
        None, description="Another learning rate, from the next slice on."
    )
    epochs: Annotated[int | None, Field(ge=1, le=1000)] = Field(
        None, description="More epochs in all; a finished run goes on."
    )
    rate: Annotated[float | None, Field(ge=0.1, le=10_000, allow_inf_nan=False)] = Field(
        None, description="Slow motion: batches per second; null for full speed."
    )
    name: Name | None = Field(None, description="What to call it.")
    pinned: bool | None = Field(None, description="Keep its past epochs when room is needed.")


def twin(config: RunConfig, changes: dict[str, Any]) -> RunConfig:
    """The settings of a second run with the same draws and shuffles, and something else different."""
    for field in ("seed", "dataset"):
        if field in changes and changes[field] != getattr(config, field):
            raise Invalid(f"A twin has the same {field} as the run it is a twin of.", field=field)
    try:
        other = RunConfig.model_validate({**config.as_json(), **changes, "preset": None})
    except ValidationError as error:
        raise invalid_settings(error) from None
    if other == config.model_copy(update={"preset": None}):
        raise Invalid("A twin differs in something: send at least one setting.", field="twin_of")
    return other


def events_for(run: Run, update: RunUpdate) -> list[RunEvent]:
    """The events that an update makes, or the reason why it is refused."""
    sent = update.model_dump(exclude_unset=True)
    events: list[RunEvent] = []
    if update.name is not None and update.name != run.name:
        events.append(Renamed(update.name))
    if update.pinned is not None and update.pinned != run.pinned:
        events.append(Pinned(update.pinned))
    wanted = _wanted(run, update, sent)
    if wanted:
        events.append(WantedChanged(**wanted))
        if run.status is Status.FINISHED and "epochs" in wanted:
            events.append(StatusChanged(Status.SCHEDULED, None))
    return events


def _wanted(run: Run, update: RunUpdate, sent: dict[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if update.epochs is not None and update.epochs != run.epochs:
        wanted |= {"epochs": _more_epochs(run, update.epochs)}
        if run.status is Status.FINISHED:  # what was wanted of it before its end is over
            wanted |= {"wanted": update.wanted or "running", "until": None}
    if run.status.ended and not wanted:
        return _of_an_ended_run(run, update)
    if update.wanted is not None and (update.wanted != run.wanted or run.until is not None):
        wanted |= {"wanted": update.wanted, "until": None}
    if update.advance is not None:
        if update.wanted is not None:
            raise Invalid("Send either wanted or advance.", field="advance")
        wanted |= {"wanted": "running", "until": _next_stop(run, update.advance)}
    if update.eta is not None and update.eta != run.wanted_eta:
        wanted |= {"eta": update.eta}
    if "rate" in sent and update.rate != run.rate:
        wanted |= {"rate": update.rate}
    return wanted


def _of_an_ended_run(run: Run, update: RunUpdate) -> dict[str, Any]:
    """Nothing changes any more; asking for what is already so is no error."""
    for field in ("wanted", "advance", "eta", "rate"):
        value = getattr(update, field)
        if value is not None and (field, value) != ("wanted", "stopped"):
            hint = " Ask for more epochs to go on." if run.status is Status.FINISHED else ""
            text = f"The run has ended ({run.status}): nothing more happens in it.{hint}"
            raise Conflict(text, code="run-ended", field=field)
    return {}


def _next_stop(run: Run, unit: str) -> int:
    """Counted from the last stop that was asked for: two wishes for a batch are two batches."""
    steps_per_epoch, step = run.config.steps_per_epoch, max(run.step, run.until or 0)
    return step + 1 if unit == "batch" else (step // steps_per_epoch + 1) * steps_per_epoch


def _more_epochs(run: Run, epochs: int) -> int:
    if run.status.ended and run.status is not Status.FINISHED:
        text = f"A run that was {run.status} cannot go on; start another."
        raise Conflict(text, code="run-ended", field="epochs")
    if epochs < run.epochs:
        text = f"The run has {run.epochs} epochs; there can only be more."
        raise Invalid(text, code="fewer-epochs", field="epochs", limit=run.epochs)
    try:
        RunConfig.model_validate({**run.config.as_json(), "preset": None, "epochs": epochs})
    except ValidationError as error:
        raise invalid_settings(error) from None
    return epochs
