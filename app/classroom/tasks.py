"""A task: settings to start from, a goal, rules, and the board that ranks what counts under them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..errors import Forbidden
from ..runs.config import RunConfig, setting_refusal
from ..runs.run import Run
from .opening import Opening
from .questions import Text

Measure = Literal["test_accuracy", "test_loss", "train_accuracy", "train_loss"]


class TaskSpec(BaseModel):
    """What everybody is to do: the best `measure`, from `base`, under the rules."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    text: Text
    measure: Measure = Field(
        "test_accuracy", description="What is ranked: accuracies the higher, losses the lower."
    )
    base: RunConfig = Field(description="The settings to start from.")
    opening: Opening = Field(Opening(base=None), description="Which of them may be changed for this task.")
    max_parameters: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Weights and biases together."
    )
    max_epochs: Annotated[int, Field(ge=1, le=1000)] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.max_parameters is not None and self.base.parameters > self.max_parameters:
            text = f"The settings to start from have {self.base.parameters:,} weights and biases already."
            raise setting_refusal("task-base-parameters", text, self.base.parameters, "max_parameters")
        if self.max_epochs is not None and self.base.epochs > self.max_epochs:
            text = f"The settings to start from have {self.base.epochs} epochs already."
            raise setting_refusal("task-base-epochs", text, self.base.epochs, "max_epochs")
        return self

    def check(self, config: RunConfig, epochs: int) -> None:
        """Raise Forbidden for a run that does not keep the rules."""
        if config.dataset != self.base.dataset:
            raise Forbidden("The task is about other data.", code="against-the-rules", field="dataset")
        if self.max_parameters is not None and config.parameters > self.max_parameters:
            text = (
                f"The task allows {self.max_parameters:,} parameters; this network has {config.parameters:,}."
            )
            raise Forbidden(text, code="against-the-rules", field="shape", limit=self.max_parameters)
        if self.max_epochs is not None and epochs > self.max_epochs:
            text = f"The task allows {self.max_epochs} epochs."
            raise Forbidden(text, code="against-the-rules", field="epochs", limit=self.max_epochs)
        self.opening.check(config)

    def counts(self, run: Run) -> bool:
        """Whether a run keeps the rules as it is now: eta may be another since, and epochs more."""
        now = run.config.model_copy(update={"eta": run.eta, "epochs": run.epochs})
        try:
            self.check(now, run.epochs)
        except Forbidden:
            return False
        return True


def _value(task: TaskSpec, run: Run) -> float | None:
    """An accuracy is that of the best epoch, as the list of runs shows it; a loss is the newest."""
    metrics = run.best if task.measure.endswith("accuracy") else run.last
    value: float | None = getattr(metrics, task.measure) if metrics else None
    return value


class Best(BaseModel):
    """The best run of one owner under the rules."""

    model_config = ConfigDict(frozen=True)

    member: str
    run_id: str
    value: float
    runs: int  # of this owner, that count


@dataclass(frozen=True, slots=True)
class Place:
    """One person's place on the board, with the run that has earned it. Equal values share a place."""

    place: int
    best: Best


def bests(task: TaskSpec, runs: Iterable[Run]) -> list[Best]:
    """The best run of each owner under the rules, best first; of equal ones the first."""
    rising = task.measure.endswith("accuracy")
    best: dict[str, tuple[float, Run]] = {}
    counted: dict[str, int] = {}
    for run in runs:
        value = _value(task, run)
        if value is None or not task.counts(run):
            continue
        counted[run.owner] = counted.get(run.owner, 0) + 1
        before = best.get(run.owner)
        if before is None or (value > before[0] if rising else value < before[0]):
            best[run.owner] = (value, run)
    found = [
        Best(member=owner, run_id=run.id, value=value, runs=counted[owner])
        for owner, (value, run) in best.items()
    ]
    return sorted(found, key=lambda one: -one.value if rising else one.value)


def ranked(best: Iterable[Best], members: frozenset[str]) -> list[Place]:
    """The places of those of an ordered list who are members."""
    places: list[Place] = []
    for number, one in enumerate((one for one in best if one.member in members), 1):
        shared = places and places[-1].best.value == one.value
        places.append(Place(places[-1].place if shared else number, one))
    return places
