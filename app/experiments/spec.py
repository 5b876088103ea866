"""What an experiment is asked for with, and the settings of its runs. Pure."""

import math
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from ..runs.config import RunConfig, setting_refusal
from ..runs.names import Name

MOST_RUNS = 200  # of one experiment
# Of all its runs together, in the unit of a run's work: ten times the largest run.
MOST_WORK = 5 * 10**13

# What has one value in an experiment: its data, and what is varied in a way of its own.
FIXED = ("preset", "dataset", "seed")
if TYPE_CHECKING:
    Varied: TypeAlias = str
else:
    Varied = Literal[tuple(name for name in RunConfig.model_fields if name not in FIXED)]

Values = Annotated[list[JsonValue], Field(min_length=1, max_length=50)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]


class ExperimentSpec(BaseModel):
    """Settings, what is varied in them, and seeds: each combination of all values is a run for each seed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Name | None = Field(None, description="What to call it; left out: what is varied.")
    settings: RunConfig = Field(
        default_factory=lambda: RunConfig.model_validate({}),
        description="What its runs share, as for a single run; their seed is not looked at.",
    )
    vary: Annotated[dict[Varied, Values], Field(max_length=3)] = Field(
        {}, description="Settings by name, each with the values to try. Left out: only the seeds differ."
    )
    seeds: Annotated[list[Seed], Field(min_length=1, max_length=50)] = Field(
        [1], description="Each combination is tried with each of them."
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for name, values in self.vary.items():
            if any(value in values[:place] for place, value in enumerate(values)):
                raise setting_refusal("same-value", f"{name} has a value twice.", None, f"vary.{name}")
        if len(set(self.seeds)) < len(self.seeds):
            raise setting_refusal("same-value", "A seed is there twice.", None, "seeds")
        if self.runs > MOST_RUNS:
            text = f"That makes {self.runs:,} runs; an experiment has at most {MOST_RUNS}."
            raise setting_refusal("too-many-runs", text, MOST_RUNS, "vary")
        if self.work > MOST_WORK:
            text = f"Too much work: {self.work / MOST_WORK:.1f} times what an experiment may take."
            raise setting_refusal("work_budget", text, MOST_WORK, "vary")
        return self

    @property
    def cells(self) -> list[dict[str, Any]]:
        """Every combination of the values that are varied, the last varied setting fastest."""
        return [dict(zip(self.vary, values, strict=True)) for values in product(*self.vary.values())]

    @property
    def runs(self) -> int:
        """How many runs it makes."""
        return math.prod(map(len, self.vary.values())) * len(self.seeds)

    @cached_property
    def configs(self) -> list[RunConfig]:
        """The settings of all runs, checked once: the whole grid with the first seed, then with the next.

        Raises:
            PydanticCustomError: a combination is refused; the error names the setting.
        """
        return [self._config(cell, seed) for seed in self.seeds for cell in self.cells]

    @property
    def work(self) -> int:
        """Of all runs together (`RunConfig.work`)."""
        return sum(config.work for config in self.configs)

    def _config(self, cell: dict[str, Any], seed: int) -> RunConfig:
        settings = {**self.settings.as_json(), "preset": None, **cell, "seed": seed}
        try:
            return RunConfig.model_validate(settings)
        except ValidationError as error:
            first = error.errors()[0]
            name = first.get("ctx", {}).get("field") or str(first["loc"][0] if first["loc"] else "settings")
            where = f"vary.{name}" if name in cell else name
            raise setting_refusal("combination", f"{_said(cell)}: {first['msg']}", None, where) from None


def _said(cell: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in cell.items()) or "settings"
