"""What is known of each data set without opening it: the ready-made ones, and those that people have brought.

The second kind comes and goes while a server runs. Its name has a part of its content's hash in it, so that a
name means the same numbers on every server, in every process and for ever.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from nncore import DATASETS

Kind = Literal["pictures", "plane", "table"]
NAME_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
MAX_NAME = 60


@dataclass(frozen=True)
class DataFacts:
    """Sizes and names of a data set.

    Attributes:
        name: what settings call it.
        title: what people call it.
        kind: what can be shown of a sample: a picture, a place in the plane, or a row of numbers.
        features, classes, train, test: numbers of inputs, of outputs, and of samples.
        hidden: the hidden layers of its usual network.
        picture: height and width of its pictures, where it has some.
        columns: what the inputs are called, where they have names.
        class_names: what the classes are called, where it is not their numbers.
        own: whether somebody has brought it.
    """

    name: str
    title: str
    kind: Kind
    features: int
    classes: int
    train: int
    test: int
    hidden: tuple[int, ...]
    picture: tuple[int, int] | None = None
    columns: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    own: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "DataFacts":
        """The other way round."""
        known: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        return cls(**known)


READY_MADE = {
    name: DataFacts(
        name,
        entry.title,
        "plane" if entry.features == 2 else "pictures",
        entry.features,
        entry.classes,
        entry.train,
        entry.test,
        entry.hidden,
        picture=(28, 28),
    )
    for name, entry in DATASETS.items()
}

_own: dict[str, DataFacts] = {}


def find(name: object) -> DataFacts | None:
    """What is known of the data set with this name, if it is here."""
    return (READY_MADE.get(name) or _own.get(name)) if isinstance(name, str) else None


def everything() -> list[DataFacts]:
    """All of them, ready-made first."""
    return [*READY_MADE.values(), *_own.values()]


def add(facts: DataFacts) -> None:
    """From now on this process knows it."""
    _own[facts.name] = facts


def forget(name: str) -> None:
    """It is not here any more."""
    _own.pop(name, None)
