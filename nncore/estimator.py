"""NetworkClassifier: the network in scikit-learn's manner, fit(X, y) and predict(X).

It needs no scikit-learn, and may stand wherever that takes a classifier: in pipelines and searches.
"""

import inspect
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nncore.arrays import Array
from nncore.checks import check_integer, shown
from nncore.datasets import Dataset, Samples
from nncore.network import outputs
from nncore.recipe import Recipe
from nncore.splits import check_matrix, number_labels
from nncore.training import fit


class NotFittedError(ValueError, AttributeError):
    """A classifier is asked before it has learned."""


class NetworkClassifier:
    """A fully connected network that tells classes apart.

    Inputs are taken as they are, bytes too: columns of very different sizes are best standardised before.

    Args:
        hidden: sizes of the hidden layers; () for none.
        eta: learning rate.
        batch_size: samples per update.
        epochs: passes over the samples.
        activation, loss, initialization, optimizer, momentum, l2, seed: see `Recipe`.

    Attributes:
        classes_: the labels, in their order.
        n_features_in_: number of inputs.
        recipe_, params_: the network that was learned.
        loss_curve_: mean training loss after each epoch.

    >>> X, y = [[0, 0], [0, 1], [5, 5], [5, 6]], ["near", "near", "far", "far"]
    >>> NetworkClassifier(hidden=[3], batch_size=1, epochs=30).fit(X, y).predict([[0, 0.5], [6, 6]]).tolist()
    ['near', 'far']
    """

    _estimator_type = "classifier"

    def __init__(
        self,
        hidden: ArrayLike = (30,),
        *,
        eta: float = 0.5,
        batch_size: int = 10,
        epochs: int = 30,
        activation: str = "sigmoid",
        loss: str = "cross-entropy",
        initialization: str = "scaled",
        optimizer: str = "sgd",
        momentum: float = 0.9,
        l2: float = 0.0,
        seed: int = 1,
    ) -> None:
        # As scikit-learn has it: arguments are kept as they are, and looked at by fit.
        self.hidden = hidden
        self.eta = eta
        self.batch_size = batch_size
        self.epochs = epochs
        self.activation = activation
        self.loss = loss
        self.initialization = initialization
        self.optimizer = optimizer
        self.momentum = momentum
        self.l2 = l2
        self.seed = seed

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the arguments by name; `deep` changes nothing."""
        return {name: getattr(self, name) for name in _defaults()}

    def set_params(self, **params: Any) -> "NetworkClassifier":
        """Set arguments by name.

        Raises:
            ValueError: there is none of that name.
        """
        for name, value in params.items():
            if name not in _defaults():
                raise ValueError(f"parameter is {shown(name)}; allowed: {', '.join(_defaults())}")
            setattr(self, name, value)
        return self

    def fit(self, X: ArrayLike, y: ArrayLike) -> "NetworkClassifier":
        """Learn from samples X (n, features) with their labels y (n,), from the beginning.

        Raises:
            ValueError: numbers or labels that cannot be, or a wrong argument.
            DivergedError: eta is too large.
        """
        inputs = _numbers(X)
        labels, names = number_labels("y", y)
        if len(labels) != len(inputs):
            raise ValueError(f"y has {len(labels)} labels; allowed: {len(inputs)}, one for each row of X")
        hidden = np.asarray(self.hidden).reshape(-1).tolist()
        recipe = Recipe(
            shape=(inputs.shape[1], *hidden, len(names)),
            batch_size=self.batch_size,
            seed=self.seed,
            initialization=self.initialization,
            activation=self.activation,
            loss=self.loss,
            optimizer=self.optimizer,
            momentum=self.momentum,
            l2=self.l2,
            dtype="float64",
        )
        epochs = check_integer("epochs", self.epochs, 1, 10**9)
        train = Samples(inputs, labels)
        # Nobody asks for a test here; the least there can be is one sample.
        data = Dataset("X", inputs.shape[1], len(names), train, train.first(1))
        self.loss_curve_: list[float] = []
        for report in fit(recipe, self.eta, epochs, data):
            self.loss_curve_.append(report.train_loss)
            self.params_ = report.params
        self.recipe_ = recipe
        self.classes_ = np.array(names)
        self.n_features_in_ = inputs.shape[1]
        self.n_iter_ = epochs
        return self

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return what the network gives to each class, (n, classes); the numbers of a row add up to 1."""
        if not hasattr(self, "recipe_"):
            raise NotFittedError("this NetworkClassifier has not learned anything; allowed after fit(X, y)")
        inputs = _numbers(X)
        if inputs.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {inputs.shape[1]} features, but NetworkClassifier is expecting "
                f"{self.n_features_in_} features as input"
            )
        v = outputs(self.params_, self.recipe_, inputs)
        total = v.sum(axis=1, keepdims=True)
        shares: Array = np.divide(v, total, out=np.full_like(v, 1.0 / v.shape[1]), where=total > 0.0)
        return shares

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the label of the largest output for each sample, (n,)."""
        shares = self.predict_proba(X)
        labels: NDArray[Any] = self.classes_[shares.argmax(axis=1)]
        return labels

    def score(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the share of the samples whose label is predicted."""
        predicted, labels = self.predict(X), np.asarray(y).reshape(-1)
        if len(labels) != len(predicted):
            raise ValueError(f"y has {len(labels)} labels; allowed: {len(predicted)}, one for each row of X")
        return float((predicted == labels).mean())

    def __repr__(self) -> str:
        given = {name: shown(value) for name, value in self.get_params().items()}
        usual = {name: shown(value) for name, value in _defaults().items()}
        changed = ", ".join(f"{name}={text}" for name, text in given.items() if text != usual[name])
        return f"{type(self).__name__}({changed})"

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "recipe_")

    def __sklearn_tags__(self) -> Any:
        # Called by scikit-learn alone, which is there then.
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(),
        )


def _defaults() -> dict[str, Any]:
    """Return the names of the arguments, in alphabetical order, with their usual values."""
    arguments = inspect.signature(NetworkClassifier.__init__).parameters
    return {name: argument.default for name, argument in sorted(arguments.items()) if name != "self"}


def _numbers(X: ArrayLike) -> NDArray[Any]:
    """Return X as finite numbers (n, features) in double precision; bytes are numbers as others are."""
    inputs = np.asarray(X)
    if inputs.ndim > 2:
        raise ValueError(f"X has shape {inputs.shape}; allowed: (n, features)")
    if inputs.ndim == 2 and inputs.dtype == object:
        try:
            X = inputs.astype(np.float64)  # numbers that came in an array of any objects
        except (TypeError, ValueError) as error:
            raise ValueError(f"X has {error} in it; allowed: numbers") from error
    return check_matrix("X", X).astype(np.float64)
