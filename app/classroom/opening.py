"""What the teacher has opened to the class: all settings, some within bounds, or none."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..errors import Forbidden
from ..runs.config import RunConfig

# What a student may never need the teacher for: the draws, and the name of the lesson the settings come from.
ALWAYS_OPEN = frozenset({"preset"})
SETTINGS = tuple(name for name in RunConfig.model_fields if name not in ALWAYS_OPEN)

NUMBERS = frozenset(
    {"eta", "batch_size", "epochs", "seed", "momentum", "l2", "train_size", "target_accuracy"}
)

SettingName = Annotated[str, Field(max_length=40)]
Bound = Annotated[float | None, Field(allow_inf_nan=False)]


class OpenSetting(BaseModel):
    """A setting that students may change, and how far."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: SettingName
    least: Bound = Field(None, description="Smallest value allowed; for numbers.")
    most: Bound = Field(None, description="Largest value allowed; for numbers.")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.name not in SETTINGS:
            raise ValueError(f"there is no setting {self.name!r}: {', '.join(SETTINGS)}")
        if self.name not in NUMBERS and (self.least is not None or self.most is not None):
            raise ValueError(f"{self.name} has no smallest and largest value: it is open or it is not")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("the smallest value is above the largest")
        return self


class Opening(BaseModel):
    """What students may set: `all`, `some` (those listed; the others stay as in `base`), or `none`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    which: Literal["all", "some", "none"] = "all"
    settings: Annotated[tuple[OpenSetting, ...], Field(strict=False, max_length=len(SETTINGS))] = ()
    base: RunConfig | None = Field(None, description="The class's settings, where not all is open.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.which != "all" and self.base is None:
            raise ValueError("say which settings the class has (base), where not all of them are open")
        if self.which == "some" and not self.settings:
            raise ValueError("list the settings that are open, or open none")
        return self

    def check(self, config: RunConfig) -> None:
        """Raise Forbidden for the first setting of a run that a student may not have."""
        if self.which == "all" or self.base is None:
            return
        opened = {setting.name: setting for setting in self.settings} if self.which == "some" else {}
        for name in SETTINGS:
            value, usual = getattr(config, name), getattr(self.base, name)
            if name in opened:
                # Left out, it is the whole sample.
                _check_bounds(opened[name], config.samples if name == "train_size" else value)
            elif value != usual:
                text = f"The teacher has not opened {name}: it is {_shown(usual)} for all."
                raise Forbidden(text, code="setting-locked", field=name, limit=_shown(usual))


def _check_bounds(setting: OpenSetting, value: Any) -> None:
    if setting.name not in NUMBERS:
        return
    text = f"The teacher has opened {setting.name} from {setting.least} to {setting.most}."
    if setting.least is not None and value < setting.least:
        raise Forbidden(text, code="setting-at-least", field=setting.name, limit=setting.least)
    if setting.most is not None and value > setting.most:
        raise Forbidden(text, code="setting-at-most", field=setting.name, limit=setting.most)


def _shown(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
