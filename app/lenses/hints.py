"""Rules that name what goes wrong in a run, with the numbers that show it and the settings to try.

A rule looks at the facts and returns a hint or nothing; the page has the words for each code. To add one:
write a function, one line in RULES, words in the catalogues, and a test with a run that triggers it and one
that does not.
"""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

import nncore

from ..runs.config import RunConfig
from ..runs.run import Run
from .lens import MAX_WORK, Lens, StoredNetwork, affordable, weights

if TYPE_CHECKING:
    from .inspection import Inspection

SAMPLES = 1000
DEAD = 0.3  # share of a layer's neurons that may be dead before it is said
EQUAL = 1e-4  # of the largest weight: neurons that began equal differ by roundings
STUCK = 0.4  # share of outputs that may begin saturated before chance decides
SEEDS = 5

Column = Sequence[float | None]


class Query(BaseModel):
    """A run is all there is to ask about."""


class HintView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: str
    values: dict[str, float]
    apply: dict[str, Any] = Field(description="Settings for a twin that would do better.")
    seeds: int = Field(
        description="Runs of several seeds that would show how much is chance; 0 where one says enough."
    )


class Hints(BaseModel):
    epoch: int
    hints: list[HintView]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules may look at: a run, its curves, its network now, and how it began."""

    config: RunConfig
    eta: float
    diverged: bool
    columns: Mapping[str, Column]  # per epoch, as in the series of a run
    params: nncore.Params
    first_layers: Sequence[nncore.LayerStatistics]  # before the first step
    step: int = 0  # updates that were finite
    dead: Sequence[int] = ()  # by hidden layer: neurons whose z is negative for every sample, now


@dataclass(frozen=True, slots=True)
class Hint:
    """A cause by its code, the numbers that show it, and settings for a twin that would do better."""

    code: str
    values: dict[str, float] = field(default_factory=dict)
    apply: dict[str, Any] = field(default_factory=dict)
    seeds: int = 0


def equal_neurons(facts: Facts) -> Hint | None:
    """All neurons of a hidden layer have the same weights, but for roundings: they stay equal."""
    for layer, w in enumerate(facts.params.w[:-1]):
        if len(w) > 1 and np.ptp(w, axis=0).max() <= EQUAL * np.abs(w).max():
            return Hint(
                "equal-neurons", {"layer": layer + 1, "neurons": len(w)}, {"initialization": "scaled"}
            )
    return None


def saturated(facts: Facts) -> Hint | None:
    """More than three in ten hidden neurons began where sigma is flat; half of a ReLU is flat by design."""
    if facts.config.activation == "relu":
        return None
    shares = [layer.saturated or 0.0 for layer in facts.first_layers[:-1]]
    if facts.config.initialization != "standard" or not shares or max(shares) <= 0.3:
        return None
    layer = int(np.argmax(shares))
    values = {
        "layer": layer + 1,
        "share": shares[layer],
        "slope": facts.first_layers[layer].mean_slope or 0.0,
    }
    return Hint("saturated", values, {"initialization": "scaled"})


def diverged(facts: Facts) -> Hint | None:
    """The numbers stopped being finite: at which step, and which layer's weights had grown farthest."""
    if not facts.diverged:
        return None
    largest = [float(np.abs(w).max()) for w in facts.params.w]
    layer = int(np.argmax(largest))
    values = {"eta": facts.eta, "step": facts.step + 1, "layer": layer + 1, "weight": largest[layer]}
    return Hint("diverged", values, {"eta": _smaller(facts.eta, 10)})


def dead(facts: Facts) -> Hint | None:
    """Three in ten ReLU neurons of a hidden layer answer no sample: no gradient comes through them."""
    for layer, count in enumerate(facts.dead):
        neurons = facts.config.shape[layer + 1]
        if not facts.diverged and count >= DEAD * neurons:
            values = {"layer": layer + 1, "dead": count, "neurons": neurons, "eta": facts.eta}
            return Hint("dead", values, {"eta": _smaller(facts.eta, 10)})
    return None


def lottery(facts: Facts) -> Hint | None:
    """Many outputs began saturated, with the quadratic loss: the seed says which digits are ever learned.

    Behind ReLU, whose sums are larger, no seed is lucky: then the outputs are simply stuck.
    """
    config = facts.config
    if config.initialization != "standard" or config.loss != "quadratic" or not facts.first_layers:
        return None
    stuck = facts.first_layers[-1].saturated or 0.0
    if stuck <= STUCK:
        return None
    values = {"share": stuck, "neurons": config.shape[-2]}
    if config.activation == "relu":
        return Hint("stuck-outputs", values, {"initialization": "he"})
    return Hint("lottery", values, {"initialization": "scaled"}, SEEDS)


def jumping(facts: Facts) -> Hint | None:
    """The training loss rises by a fifth or more from one epoch to the next, and does so again and again."""
    losses = _finite(facts.columns["train_loss"])
    jumps = sum(later > 1.2 * earlier for earlier, later in pairwise(losses))
    if jumps < 2 or jumps < len(losses) / 10:
        return None
    values = {"jumps": jumps, "epochs": len(losses), "eta": facts.eta, "batch_size": facts.config.batch_size}
    return Hint("jumping", values, {"eta": _smaller(facts.eta, 3)})


def overfitting(facts: Facts) -> Hint | None:
    """For five epochs or more the training loss has gone on falling, and the test loss has not."""
    test, train = _finite(facts.columns["test_loss"]), _finite(facts.columns["train_loss"])
    if len(test) != len(train) or len(test) < 8 or jumping(facts):
        return None
    best = int(np.argmin(test))
    if len(test) - 1 - best < 5 or train[-1] > 0.95 * train[best]:
        return None
    return Hint("overfitting", {"epoch": best + 1, "epochs": len(test)}, {"epochs": best + 1})


def crawling(facts: Facts) -> Hint | None:
    """After three epochs the training loss has fallen by less than a tenth, with a small learning rate."""
    losses = _finite(facts.columns["train_loss"])
    if len(losses) < 3 or facts.eta >= 1 or losses[-1] < 0.9 * losses[0]:
        return None
    return Hint("crawling", {"eta": facts.eta, "epochs": len(losses)}, {"eta": facts.eta * 10})


Rule = Callable[[Facts], Hint | None]
# In the order in which they are shown: what explains most comes first.
RULES: tuple[Rule, ...] = (diverged, dead, equal_neurons, lottery, saturated, jumping, overfitting, crawling)


def _smaller(eta: float, times: float) -> float:
    """A learning rate at least so many times smaller: 1 or 3 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(eta / times))
    return float(f"{3 * power if 3 * power <= eta / times * (1 + 1e-9) else power:.6g}")


def _finite(column: Column) -> list[float]:
    return [value for value in column if value is not None]


@dataclass(frozen=True, slots=True)
class StoredFacts:
    """What the rules look at, as the store has it."""

    network: StoredNetwork  # now
    eta: float
    diverged: bool
    columns: Mapping[str, Column]
    step: int

    def open(self) -> tuple[int, Facts]:
        """Completed epochs, and the facts."""
        subject = self.network.open()
        first = nncore.initial_state(subject.recipe).params
        samples = subject.test.first(affordable(first.shape, 1, SAMPLES))
        layers = nncore.layer_statistics(first, subject.recipe, samples, bins=2)
        config = self.network.config
        dead = _dead(subject.params, subject.recipe, samples) if config.activation == "relu" else ()
        facts = Facts(config, self.eta, self.diverged, self.columns, subject.params, layers, self.step, dead)
        return subject.completed, facts


def _dead(params: nncore.Params, recipe: nncore.Recipe, samples: nncore.Samples) -> list[int]:
    """How many neurons of each hidden layer are silent for every one of the samples."""
    with np.errstate(all="ignore"):  # the network of a run that diverged may leave the range
        trace = nncore.forward(params, recipe, samples.rows(slice(None), recipe.numpy_dtype))
    return [int((z <= 0).all(axis=0).sum()) for z in trace.z[:-1]]


def compute(opened: tuple[int, Facts], question: Query) -> dict[str, Any]:
    """What the run's curves and its network, as they are after the newest epoch, suggest to try."""
    epoch, facts = opened
    return {"epoch": epoch, "hints": [hint for rule in RULES if (hint := rule(facts)) is not None]}


async def read(inspection: "Inspection", run: Run, question: Query) -> StoredFacts:
    columns = await inspection.series(run)
    failed = run.status_reason == "DIVERGED"
    return StoredFacts(await inspection.network(run, None), run.eta, failed, columns, run.step)


def depends_on(run: Run, question: Query) -> Hashable:
    return (run.epoch, run.status, run.eta)


def work(config: RunConfig, question: Query) -> int:
    return min(MAX_WORK, SAMPLES * weights(config.shape))


LENS = Lens(
    path="hints",
    query=Query,
    answer=Hints,
    compute=compute,
    work=work,
    read=read,
    depends_on=depends_on,
)
