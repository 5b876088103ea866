"""RunConfig: everything that decides the numbers of a run, with bounds, defaults and help texts.

One model serves REST, the store and the page (as JSON schema), so no limit is written twice. A preset
fills in what the sender left out; what is stored is always complete.
"""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from nncore import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, Recipe

from ..errors import invalid_settings
from . import data
from .presets import PRESETS

MAX_LAYERS = 8
MAX_NEURONS = 1000
MOST_EPOCHS = 1000
# Weights times samples times epochs. One core does about 10^10 a second: the largest run takes minutes.
MAX_WORK = 5 * 10**12
# Weights times samples of one batch: a step cannot be interrupted, so it must be over in about a second.
MAX_WORK_PER_STEP = 10**10
# A batch costs about as much as this many weight-samples, however small the network: calls, not arithmetic.
WORK_PER_BATCH = 100_000

# What nncore offers is what a run may choose: a new entry there needs no line here.
if TYPE_CHECKING:
    ActivationName: TypeAlias = str
    InitializationName: TypeAlias = str
    LossName: TypeAlias = str
    OptimizerName: TypeAlias = str
    PresetName: TypeAlias = str
else:
    ActivationName = Literal[tuple(ACTIVATIONS)]
    InitializationName = Literal[tuple(INITIALIZERS)]
    LossName = Literal[tuple(LOSSES)]
    OptimizerName = Literal[tuple(OPTIMIZERS)]
    PresetName = Literal[tuple(PRESETS)]


class RunConfig(BaseModel):
    """The settings of a run. Left out: the preset's value, or the lecture's 784-30-10 experiment."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    preset: PresetName | None = Field(
        None,
        title="Preset",
        description="The experiment of the lecture whose values fill in what is left out.",
    )
    dataset: str = Field(
        "digits",
        title="Data",
        description="What the network sees: a name from /datasets, such as digits.",
        max_length=data.MAX_NAME,
        pattern=data.NAME_PATTERN,
    )
    shape: Annotated[tuple[StrictInt, ...], Field(strict=False)] = Field(
        (784, 30, 10),
        title="Shape",
        description="Neurons per layer, from inputs to outputs; the first and the last follow from the data.",
        min_length=2,
        max_length=MAX_LAYERS,
    )
    eta: float = Field(
        3.0,
        title="Learning rate eta",
        description="How far each step goes against the gradient.",
        ge=1e-4,
        le=1000,
        allow_inf_nan=False,
    )
    batch_size: int = Field(
        10,
        title="Batch size",
        description="Samples whose gradients are averaged for one step.",
        ge=1,
        le=60_000,
    )
    initialization: InitializationName = Field(
        "standard",
        title="Initialization",
        description="How the first weights are drawn: standard normal; the same divided by the square root "
        "of the number of inputs; all zero; or by the rules of Glorot and of He.",
    )
    epochs: int = Field(
        20,
        title="Epochs",
        description="How often the whole training sample is gone through.",
        ge=1,
        le=MOST_EPOCHS,
    )
    seed: int = Field(
        1,
        title="Seed",
        description="The same seed gives the same draws, and so the same curve, to the bit.",
        ge=0,
        le=2**32 - 1,
    )
    activation: ActivationName = Field(
        "sigmoid", title="Activation", description="What a hidden neuron makes of its weighted sum z."
    )
    loss: LossName = Field(
        "quadratic",
        title="Loss",
        description="What is made small: squared differences, cross-entropy after a softmax, or that of each "
        "sigmoid output.",
    )
    optimizer: OptimizerName = Field(
        "sgd", title="Training algorithm", description="Steps against the gradient, plain or with momentum."
    )
    momentum: float = Field(
        0.9,
        title="Momentum",
        description="How much of the last step is kept in the next; for the algorithm of that name.",
        ge=0,
        le=0.99,
        allow_inf_nan=False,
    )
    l2: float = Field(
        0.0,
        title="L2 penalty lambda",
        description="Pulls weights towards zero: lambda/2 times the sum of their squares joins the loss.",
        ge=0,
        le=1,
        allow_inf_nan=False,
    )
    train_size: int | None = Field(
        None,
        title="Training sample",
        description="Train on the first so many samples only; left out: on all.",
        ge=10,
        le=60_000,
    )
    target_accuracy: float | None = Field(
        None,
        title="Target accuracy",
        description="End after the first epoch with this share of the test sample right; left out: go on to "
        "the last epoch.",
        ge=0.01,
        le=1,
        allow_inf_nan=False,
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: Any) -> Any:
        """What is left out comes from the preset, then from the dataset's usual network."""
        if not isinstance(given, dict):
            return given
        preset = given.get("preset")
        filled = dict(given)
        if isinstance(preset, str) and preset in PRESETS:
            filled = {**PRESETS[preset].config, **given}
        if "dataset" not in filled and (inferred := _dataset_of(filled.get("shape"))):
            filled["dataset"] = inferred
        name = filled.get("dataset")
        if isinstance(preset, str) and preset in PRESETS and name != PRESETS[preset].config["dataset"]:
            filled["preset"] = None
        facts = data.find(name)
        if facts is not None and not _fits(filled, given, facts):
            filled["shape"] = [facts.features, *facts.hidden, facts.classes]
        return filled

    @field_validator("dataset")
    @classmethod
    def _is_here(cls, name: str) -> str:
        if data.find(name) is None:
            known = [facts.name for facts in data.everything()]
            raise setting_refusal("no_such_data", f"There is no data set {name!r}.", known)
        return name

    @field_validator("shape")
    @classmethod
    def _layers(cls, shape: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        for size in shape[1:-1]:
            if not 1 <= size <= MAX_NEURONS:
                raise setting_refusal(
                    "layer_size", f"A hidden layer has 1 to {MAX_NEURONS} neurons, not {size}.", MAX_NEURONS
                )
        facts = data.find(info.data.get("dataset"))
        if facts is not None:
            name = facts.name
            if (shape[0], shape[-1]) != (facts.features, facts.classes):
                raise setting_refusal(
                    "shape_ends",
                    f"For {name} the first layer has {facts.features} neurons and the last {facts.classes}.",
                    [facts.features, facts.classes],
                )
        return shape

    @field_validator("train_size")
    @classmethod
    def _sample(cls, size: int | None, info: ValidationInfo) -> int | None:
        facts = data.find(info.data.get("dataset"))
        if size is not None and facts is not None and size > facts.train:
            text = f"{facts.name} has {facts.train:,} training samples."
            raise setting_refusal("train_size", text, facts.train)
        return size

    @model_validator(mode="after")
    def _interruptible(self) -> "RunConfig":
        if self.parameters * min(self.batch_size, self.samples) > MAX_WORK_PER_STEP:
            allowed = MAX_WORK_PER_STEP // self.parameters
            raise setting_refusal(
                "work_per_step",
                f"One step would take too long: with this shape at most {allowed} samples a batch.",
                allowed,
                field="batch_size",
            )
        return self

    @model_validator(mode="after")
    def _affordable(self) -> "RunConfig":
        if self.work > MAX_WORK:
            allowed = self.epochs * MAX_WORK // self.work
            raise setting_refusal(
                "work_budget",
                f"Too much work for a class: with this shape and batch size at most {allowed} epochs.",
                allowed,
                field="epochs",
            )
        return self

    @classmethod
    def stored(cls, settings: Mapping[str, Any]) -> "RunConfig":
        """Settings that were accepted when they were stored, read without today's bounds and choices.

        What did not exist then has its default; what does not exist any more is left out.
        """
        known = {name: value for name, value in settings.items() if name in cls.model_fields}
        if isinstance(known.get("shape"), list):
            known["shape"] = tuple(known["shape"])
        return cls.model_construct(**known)

    def refusal(self) -> str | None:
        """Why a run cannot be trained with these settings today, or None if it can."""
        try:
            RunConfig.model_validate({**self.as_json(), "preset": None})
        except ValidationError as error:
            return invalid_settings(error).detail
        return None

    def as_json(self) -> dict[str, Any]:
        """All settings as plain values."""
        return self.model_dump(mode="json", warnings=False)  # what was stored may not be a choice any more

    def reaches_target(self, best: float, accuracies: Iterable[float | None]) -> bool:
        """Whether one of the next epochs is the first that is as good as was wanted.

        A run that had reached it before, and goes on because somebody asked for more epochs, goes on.
        """
        target = self.target_accuracy
        return target is not None and best < target and any((one or 0.0) >= target for one in accuracies)

    @property
    def parameters(self) -> int:
        """Weights and biases together: 23,860 for 784-30-10."""
        return sum(
            (fan_in + 1) * fan_out for fan_in, fan_out in zip(self.shape, self.shape[1:], strict=False)
        )

    @property
    def state_bytes(self) -> int:
        """Of a training state in float32, about: the parameters, and what the optimizer remembers of each."""
        memories = OPTIMIZERS[self.optimizer].memories if self.optimizer in OPTIMIZERS else 0
        return self.parameters * 4 * (1 + memories)

    @property
    def samples(self) -> int:
        """Size of the training sample; 0 if the dataset does not exist any more."""
        if self.train_size is not None:
            return self.train_size
        facts = data.find(self.dataset)
        return facts.train if facts else 0

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one pass over the training sample, the last smaller batch included."""
        return math.ceil(self.samples / self.batch_size)

    @property
    def work(self) -> int:
        """An estimate in plain integers, made before anything is allocated."""
        # All samples are evaluated after each epoch, whatever the size of the training sample.
        facts = data.find(self.dataset)
        evaluation = self.parameters * (facts.train if facts else 0) // 2
        per_epoch = self.parameters * self.samples + evaluation + self.steps_per_epoch * WORK_PER_BATCH
        return per_epoch * self.epochs

    @property
    def work_per_step(self) -> int:
        """The same of one update, with its share of the evaluation after the epoch."""
        return self.work // (self.steps_per_epoch * self.epochs)

    @property
    def recipe(self) -> Recipe:
        """The same settings in nncore's words."""
        return Recipe(
            shape=self.shape,
            batch_size=self.batch_size,
            seed=self.seed,
            initialization=self.initialization,
            activation=self.activation,
            loss=self.loss,
            optimizer=self.optimizer,
            momentum=self.momentum,
            l2=self.l2,
            train_size=self.train_size,
        )


def _dataset_of(shape: Any) -> str | None:
    """The dataset that has as many inputs as this shape."""
    inputs = shape[0] if isinstance(shape, list | tuple) and shape else None
    return next((name for name, facts in data.READY_MADE.items() if facts.features == inputs), None)


def _fits(filled: dict[str, Any], given: dict[str, Any], facts: data.DataFacts) -> bool:
    """Whether a shape is there that the sender wrote, or that the preset meant for this dataset."""
    shape = filled.get("shape")
    return "shape" in given or (isinstance(shape, list) and shape[0] == facts.features)


def setting_refusal(kind: str, message: str, limit: object, field: str | None = None) -> PydanticCustomError:
    # limit and field become fields of the answer; a validator of the whole model must name its field.
    return PydanticCustomError(kind, "{text}", {"text": message, "limit": limit, "field": field})
