"""A small neural network in NumPy: the lecture's mathematics, and training in slices.

Start with `Recipe`, `initial_state` and `train_slice`; docs/notation.md ties the symbols to the code.

To read it, take the files in this order (docs/nncore-in-one-hour.md is a guide):

1.  The network: `activations`, `losses`, `initializers`, `recipe`, `rng`, `network`.
2.  Back-propagation: `backprop`, `gradcheck`, and `neurons`, the lecture's own class.
3.  Training: `optimizers`, `datasets`, `splits`, `mnist`, `reference`, `evaluation`, `schedules`, `training`.
4.  Looking inside: `inspection`, `statistics`. Files: `storage`, `checkpoint`. Helpers: `arrays`, `checks`.
    In scikit-learn's manner: `estimator`. Your own class against all this: the package `check`.
5.  Speed, which changes no number and may be left out: `forms`, then the package `fast`.

>>> from nncore import Recipe, SlicePlan, initial_state, load_two_features, train_slice
>>> recipe = Recipe(shape=(2, 5, 2), batch_size=30)
>>> state, report = train_slice(initial_state(recipe), SlicePlan(recipe, 1.0, 423), load_two_features())
>>> state.step, report.epochs[0].epoch
(423, 1)
"""

import importlib.metadata

from nncore.activations import ACTIVATIONS
from nncore.backprop import gradients
from nncore.checkpoint import dump_params, dump_state, fingerprint, load_about, load_params, load_state
from nncore.datasets import Dataset, Samples
from nncore.estimator import NetworkClassifier
from nncore.evaluation import Evaluation, evaluate
from nncore.gradcheck import Place, losses_around, numerical_gradient
from nncore.initializers import INITIALIZERS
from nncore.inspection import SampleView, confusion_matrix, decision_grid, inspect_sample
from nncore.losses import LOSSES
from nncore.mnist import DATASETS, load_digits, load_two_features
from nncore.network import Params, forward, outputs
from nncore.optimizers import OPTIMIZERS
from nncore.recipe import Recipe
from nncore.rng import generator
from nncore.statistics import Histogram, LayerStatistics, layer_statistics
from nncore.storage import open_dataset, save_dataset
from nncore.training import (
    DivergedError,
    EpochReport,
    PointReport,
    SlicePlan,
    SliceReport,
    TrainState,
    fit,
    initial_state,
    steps_per_epoch,
    train_slice,
)

try:
    __version__ = importlib.metadata.version("chalknet")
except importlib.metadata.PackageNotFoundError:  # run from a copy of the folder that nobody installed
    __version__ = "unknown"

__all__ = [
    "ACTIVATIONS",
    "DATASETS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "Dataset",
    "DivergedError",
    "EpochReport",
    "Evaluation",
    "Histogram",
    "LayerStatistics",
    "NetworkClassifier",
    "Params",
    "Place",
    "PointReport",
    "Recipe",
    "SampleView",
    "Samples",
    "SlicePlan",
    "SliceReport",
    "TrainState",
    "confusion_matrix",
    "decision_grid",
    "dump_params",
    "dump_state",
    "evaluate",
    "fingerprint",
    "fit",
    "forward",
    "generator",
    "gradients",
    "initial_state",
    "inspect_sample",
    "layer_statistics",
    "load_about",
    "load_digits",
    "load_params",
    "load_state",
    "load_two_features",
    "losses_around",
    "numerical_gradient",
    "open_dataset",
    "outputs",
    "save_dataset",
    "steps_per_epoch",
    "train_slice",
]
