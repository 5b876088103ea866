"""What a client may send, and what it sees: three different things from what is stored."""

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    Field,
    JsonValue,
    ModelWrapValidatorHandler,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)

from ..runs.config import RunConfig
from ..runs.metrics import EpochMetrics, PointMetrics
from ..runs.names import Name
from ..runs.presets import PRESETS
from ..runs.run import Status, Wanted
from .class_models import ClassView


class RunCreate(RunConfig):
    """A new run: a preset, settings of one's own, or a preset with some settings changed.

    A run that sees other data than its preset does not go by the preset's name: `preset` is null then.
    """

    name: Name | None = Field(None, description="What to call it; the server numbers runs without a name.")
    twin_of: str | None = Field(
        None,
        max_length=40,
        description="Id of a run: take its settings and its draws, and change only what is sent.",
    )

    _sent: frozenset[str] = PrivateAttr(frozenset())

    @model_validator(mode="wrap")
    @classmethod
    def _remember_what_was_sent(cls, given: Any, fill_in: ModelWrapValidatorHandler[Self]) -> Self:
        body = fill_in(given)
        body._sent = frozenset(given) if isinstance(given, dict) else frozenset(body.model_fields_set)
        return body

    @property
    def config(self) -> RunConfig:
        return RunConfig.model_validate(self.model_dump(exclude={"name", "twin_of"}))

    @property
    def changes(self) -> dict[str, Any]:
        """The settings that were sent, a preset's among them; what a dataset alone fills in was not."""
        preset = PRESETS[self.preset].config.keys() if self.preset else ()
        return self.model_dump(include={*self._sent, *preset} & RunConfig.model_fields.keys())


def _as_stored() -> dict[str, Any]:
    """The settings of a run as they are shown: all of them, and without the bounds of new runs, because what
    another version has stored is shown as it is."""
    schema = RunConfig.model_json_schema(mode="serialization")
    kept = ("title", "description", "type", "items", "anyOf")
    properties = {
        name: {
            key: [{"type": one["type"]} for one in value] if key == "anyOf" else value
            for key, value in field.items()
            if key in kept
        }
        for name, field in schema["properties"].items()
    }
    return {
        "title": "Settings",
        "description": "The settings of a run, with all that was filled in.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


SETTINGS_SCHEMA = _as_stored()
StoredSettings = Annotated[dict[str, Any], WithJsonSchema(SETTINGS_SCHEMA)]


class Queue(BaseModel):
    """How long a turn is away."""

    place: int = Field(description="1 is next.")
    expected_wait_seconds: float


class RunFacts(BaseModel):
    """What the events have made of a run."""

    id: str
    name: str
    number: int = Field(description="Counts the runs made here; a colour follows it.")
    status: Status
    status_reason: str | None = Field(
        description="USER, SERVER_RESTARTED, TARGET, IMPORTED, DIVERGED, WORKER_DIED, SETTINGS_REFUSED, "
        "ERROR, or null."
    )
    status_detail: str | None = Field(description="A sentence, when something went wrong.")
    wanted: Wanted
    owner: str = Field(description="Whose turn it uses: a browser, or the name a script sent.")
    twin_of: str | None = Field(description="The run that this one has its draws from.")
    experiment: str | None = Field(description="Id of the experiment that it is a run of.")
    place: int | None = Field(description="Which of the experiment's runs it is, from 0.")
    pinned: bool
    eta: float = Field(description="In force now.")
    epochs: int = Field(description="To be done in all.")
    rate: float | None = Field(description="Batches per second in slow motion.")
    until: int | None = Field(description="The step at which it will pause.")
    config: StoredSettings
    parameters: int = Field(description="Weights and biases together.")
    epoch: int = Field(description="Completed epochs.")
    step: int = Field(description="Updates so far, over the whole run.")
    steps_per_epoch: int
    last: EpochMetrics | None
    best: EpochMetrics | None = Field(description="The epoch with the highest test accuracy.")
    fingerprint: str | None = Field(description="SHA-256 of the final weights and biases.")
    kernels: list[str] = Field(
        description="What the run was computed with: the fingerprint is the same where this is. Several "
        "where another machine went on with it."
    )
    seq: int = Field(description="Number of its newest event: `after` for what comes next.")
    created_at: str
    started_at: str | None
    ended_at: str | None


class RunView(RunFacts):
    """A run as everybody sees it."""

    queue: Queue | None = Field(description="For a run that waits for its turn.")


class EtaChangeView(BaseModel):
    eta: float
    step: int


class History(BaseModel):
    """Equally long columns, one entry per epoch that is told."""

    epoch: list[int]
    step: list[int]
    seconds: list[float] = Field(description="Worker time since the epoch before that is told.")
    ts: list[int] = Field(description="When the epoch ended, in Unix milliseconds.")
    train_loss: list[float | None]
    train_accuracy: list[float | None]
    test_loss: list[float | None]
    test_accuracy: list[float | None]


class EarlyPoints(BaseModel):
    """Equally long columns, one entry per point within the first epochs."""

    step: list[int]
    sample: list[int | None] = Field(description="So many samples of each kind were measured; null: all.")
    batch_loss: list[float | None] = Field(description="Of the newest batch, before the update with it.")
    train_loss: list[float | None]
    train_accuracy: list[float | None]
    test_loss: list[float | None]
    test_accuracy: list[float | None]


class ShownRun(RunFacts):
    """A run with what a page shows of its history, whose measures have seven digits."""

    changes: list[EtaChangeView] = Field(description="Where other learning rates took effect; the newest.")
    history: History
    points: EarlyPoints
    judged: list[int] = Field(
        description="Labels of the first test samples at the newest point, if no epoch has ended since."
    )
    now: PointMetrics | None = Field(
        description="Measured after the newest slice of a run in slow motion, or after a single batch."
    )
    predictions: list[list[int]] = Field(
        description="Labels of the first test samples after the newest epochs, the newest last; at most two."
    )


class ExperimentFacts(BaseModel):
    """What was asked for."""

    id: str
    number: int
    name: str
    owner: str
    settings: StoredSettings
    vary: dict[str, list[JsonValue]]
    seeds: list[int]
    created_at: str


class StateView(BaseModel):
    """What all events up to one have made."""

    log: str = Field(description="Whose numbers these are; of another log nothing here is true.")
    seq: int = Field(description="Number of the newest event in it: `after` for what comes next.")
    version: str
    runs: list[ShownRun] = Field(description="In the order in which they were made.")
    experiments: list[ExperimentFacts] = Field(description="In the order in which they were made.")
    class_: ClassView | None = Field(alias="class", description="The class, where there is one.")


class RunList(BaseModel):
    """A page of runs, newest first."""

    runs: list[RunView]
    next_page_token: str | None = Field(description="Give it as page_token to get the following page.")


class Series(BaseModel):
    """Equally long columns, one entry per epoch, and others with one per early point."""

    columns: dict[str, list[int | float | None]] = Field(
        description="Measures, steps, seconds of worker time, and `ts`: ends in Unix milliseconds."
    )
    points: dict[str, list[int | float | None]] = Field(
        description="Before the first update and within the first epochs: step, sample (how many samples of "
        "each kind were measured; null: all), loss of the newest batch, measures, `ts`."
    )


class Grids(BaseModel):
    """What a run took the first test samples for, epoch by epoch, as the events told it."""

    first: int = Field(description="The epoch of the first entry.")
    predictions: list[list[int]]


class KeptEpochs(BaseModel):
    """The epochs whose parameters are there."""

    epochs: list[int]
    newest: int = Field(description="Completed epochs.")


class Labels(BaseModel):
    """The true classes of some samples."""

    first: int
    labels: list[int]


class PresetView(BaseModel):
    """An experiment of the lecture."""

    name: str
    title: str
    question: str
    config: StoredSettings


class PresetList(BaseModel):
    presets: list[PresetView]


class DatasetView(BaseModel):
    """Sizes of a dataset, and what its parts are called."""

    name: str
    title: str
    kind: Literal["pictures", "plane", "table"] = Field(description="What can be shown of a sample.")
    features: int
    classes: int
    train: int
    test: int
    hidden: list[int] = Field(description="Hidden layers of its usual network.")
    picture: list[int] | None = Field(description="Height and width.")
    columns: list[str] = Field(description="Names of the inputs, where they have some.")
    class_names: list[str]
    own: bool = Field(description="Whether somebody has brought it.")


class DataReport(DatasetView):
    """What a file would be as a data set."""

    counts: list[int] = Field(description="Samples of each class.")
    first_rows: list[list[str]] = Field(description="As they stand in the file, the class among them.")
    first_pictures: list[list[list[int]]] = Field(description="Grey values, row by row.")
    notes: list[str] = Field(description="What to know before it is kept.")


class DatasetList(BaseModel):
    datasets: list[DatasetView]


Format = Literal["json", "csv"]
