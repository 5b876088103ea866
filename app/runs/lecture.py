"""A run as the lecture's class: NumPy alone, the same draws, and figures that agree to rounding. Pure.

The class has what the run chose and nothing else, so that it can be read in one go.
"""

from collections.abc import Iterator, Sequence

from ..errors import Conflict
from .run import EtaChange, Run
from .script import about, learning_rates

# What stands in the class for each choice: the lecture's words and symbols, samples as columns.
INITIALIZATIONS = {
    "standard": "",
    "scaled": "            w /= np.sqrt(m)\n",
    "zeros": "            w, b = 0 * w, 0 * b\n",
    "glorot": "            w, b = w * np.sqrt(2 / (n + m)), 0 * b\n",
    "he": "            w, b = w * np.sqrt(2 / m), 0 * b\n",
}

ACTIVATIONS = {
    "sigmoid": '''\
def sigma(z):
    """The activation: 1 / (1 + exp(-z)), in a form that does not overflow."""
    return 0.5 * (np.tanh(0.5 * z) + 1.0)


def sigma_p(z):
    """Its derivative."""
    return sigma(z) * (1.0 - sigma(z))
''',
    "tanh": '''\
def sigma(z):
    """The activation of the hidden layers."""
    return np.tanh(z)


def sigma_p(z):
    """Its derivative."""
    return 1.0 - np.tanh(z) ** 2
''',
    "relu": '''\
def sigma(z):
    """The activation of the hidden layers: the positive part of z."""
    return np.maximum(z, 0.0)


def sigma_p(z):
    """Its derivative."""
    return (z > 0.0).astype(z.dtype)
''',
}

SIGMOID_OUTPUT = '''\
def output(z):
    """The activation of the outputs: 1 / (1 + exp(-z))."""
    return 0.5 * (np.tanh(0.5 * z) + 1.0)
'''

SOFTMAX_OUTPUT = '''\
def output(z):
    """The activation of the outputs, softmax: positive numbers that add up to 1 for each sample."""
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)
'''

# The outputs, delta of the last layer, and the loss of some samples together.
LOSSES = {
    "quadratic": (
        SIGMOID_OUTPUT,
        "(v - t) * v * (1.0 - v)",
        "0.5 * ((v - t) ** 2).sum()",
    ),
    "cross-entropy": (
        SOFTMAX_OUTPUT,
        "v - t",
        "(np.logaddexp.reduce(self.z[-1], axis=0) - (t * self.z[-1]).sum(axis=0)).sum()",
    ),
    "sigmoid-cross-entropy": (
        SIGMOID_OUTPUT,
        "v - t",
        "(np.logaddexp(0.0, self.z[-1]) - t * self.z[-1]).sum()",
    ),
}

UPDATES = {
    "sgd": """\
            self.w[l] -= eta * self.delw[l]
            self.b[l] -= eta * self.delb[l]
""",
    "momentum": """\
            self.uw[l] = {momentum} * self.uw[l] - eta * self.delw[l]
            self.ub[l] = {momentum} * self.ub[l] - eta * self.delb[l]
            self.w[l] += self.uw[l]
            self.b[l] += self.ub[l]
""",
}

DATA = {
    "digits": """\
x_train, y_train = mnist["x_train"].reshape(-1, 784), mnist["y_train"]
x_test, y_test = mnist["x_test"].reshape(-1, 784), mnist["y_test"]
x_train, x_test = x_train / np.float32(255), x_test / np.float32(255)
""",
    "two-features": '''\
def two_features(images):
    """The mean of all pixels, and that of the middle, of each image."""
    images = images / 255
    return np.stack([images.mean(axis=(1, 2)), images[:, 10:18, 11:17].mean(axis=(1, 2))], axis=1)


zeros_and_ones, of_test = mnist["y_train"] < 2, mnist["y_test"] < 2
x_train, y_train = two_features(mnist["x_train"][zeros_and_ones]), mnist["y_train"][zeros_and_ones]
x_test, y_test = two_features(mnist["x_test"][of_test]), mnist["y_test"][of_test]
x_train, x_test = x_train.astype(np.float32), x_test.astype(np.float32)
''',
}

CLASS = '''\
class neurons:
    """Layers of neurons. Everything is a matrix: a column for each sample that is looked at together."""

    def __init__(self, shape, seed):
        self.shape = shape
        self.seed = seed
        self.step = 0  # updates so far
        draw = draws(seed, "start").standard_normal
        self.w, self.b = [], []
        for m, n in zip(shape[:-1], shape[1:]):
            w, b = draw((n, m)), draw((n, 1))
{initialization}\
            self.w.append(w.astype(np.float32))
            self.b.append(b.astype(np.float32))
{memory}\

    def predict(self, x):
        """Feed x forward, a sample or rows of them. Every z and v is kept for `gradient`."""
        self.v, self.z = [np.atleast_2d(x).T], []
        for w, b in zip(self.w, self.b):
            self.z.append(w @ self.v[-1] + b)
            is_last = len(self.z) == len(self.w)
            self.v.append(output(self.z[-1]) if is_last else sigma(self.z[-1]))
        return self.v[-1]

    def gradient(self, y):
        """Back-propagation: the gradient of the loss, averaged over the samples of the last `predict`."""
        v, t = self.v[-1], np.atleast_2d(y).T
        samples = t.shape[1]
        delta = {delta}
        self.delw, self.delb = [None] * len(self.w), [None] * len(self.b)
        for l in reversed(range(len(self.w))):
            self.delw[l] = delta @ self.v[l].T / samples
            self.delb[l] = delta.sum(axis=1, keepdims=True) / samples
            if l > 0:
                delta = self.w[l].T @ delta * sigma_p(self.z[l - 1])

    def update(self, eta):
        """A step against the gradient."""
        for l in range(len(self.w)):
{penalty}{update}\
        self.step += 1

    def fit(self, x_data, y_data, epochs, batch_size, eta):
        """Train. Each epoch goes through all samples in an order of its own."""
        for epoch in range(epochs):
            order = draws(self.seed, "shuffle", epoch).permutation(len(x_data))
            for start in range(0, len(order), batch_size):
{rate}\
                batch = order[start : start + batch_size]
                self.predict(x_data[batch])
                self.gradient(y_data[batch])
                self.update({eta})
            print(f"epoch {{epoch + 1}}:", "loss %.5f, accuracy %.5f" % self.evaluate(x_data, y_data))

    def evaluate(self, x_data, y_data):
        """The mean loss, and the share of samples whose largest output is the right one."""
        loss, right = 0.0, 0
        for start in range(0, len(x_data), 1000):
            v, t = self.predict(x_data[start : start + 1000]), y_data[start : start + 1000].T
            loss += float({loss})
            right += int((v.argmax(axis=0) == t.argmax(axis=0)).sum())
        return loss / len(x_data), right / len(x_data)
'''

DRAWS = '''\
def draws(seed, purpose, epoch=0):
    """Random numbers that depend on these three and nothing else: the same as in Chalknet."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), epoch])
'''

CHANGED_RATE = '''\
def eta(step):
    """The learning rate, which was changed on the way: each holds up to a step."""
    return next(rate for rate, last in {rates} if step < last)
'''

RATE_BY_STEP = """\
                if self.step == {end}:
                    return
"""


def lecture_class(run: Run, changes: Sequence[EtaChange], versions: dict[str, str]) -> str:
    """The program as one file.

    Raises:
        Conflict: the run uses a choice that the class has no words for.
    """
    config = run.config
    for choice, known in (
        (config.dataset, DATA),
        (config.initialization, INITIALIZATIONS),
        (config.activation, ACTIVATIONS),
        (config.loss, LOSSES),
        (config.optimizer, UPDATES),
    ):
        if choice not in known:
            raise Conflict(f"The lecture's class has no {choice}.", code="not-in-the-lecture")
    output, delta, loss = LOSSES[config.loss]
    rates = learning_rates(run, changes)
    end = rates[-1][1]
    is_plain = len(rates) == 1 and end % config.steps_per_epoch == 0 and end > 0
    penalty = f"            self.delw[l] += {config.l2!r} * self.w[l]\n" if config.l2 else ""
    memory = (
        "        # What momentum remembers: the last step of each weight and bias.\n"
        "        self.uw, self.ub = [0 * w for w in self.w], [0 * b for b in self.b]\n"
    )
    written = CLASS.format(
        initialization=INITIALIZATIONS[config.initialization],
        memory=memory if config.optimizer == "momentum" else "",
        delta=delta,
        loss=loss,
        penalty=penalty,
        update=UPDATES[config.optimizer].format(momentum=repr(config.momentum)),
        rate="" if is_plain else RATE_BY_STEP.format(end=end),
        eta="eta" if is_plain else "eta(self.step)",
    )
    few = f"[:{config.train_size}]" if config.train_size is not None else ""
    classes = config.shape[-1]
    data = (
        f'mnist = np.load("mnist.npz")\n{DATA[config.dataset]}'
        f"t_train, t_test = np.eye({classes}, dtype=np.float32)[y_train], "
        f"np.eye({classes}, dtype=np.float32)[y_test]\n"
    )
    epochs = -(-end // config.steps_per_epoch)
    last = repr(rates[0][0]) if is_plain else "eta"
    training = (
        f"model = neurons({list(config.shape)!r}, seed={config.seed})\n"
        f"model.fit(x_train{few}, t_train{few}, {epochs}, {config.batch_size}, {last})\n"
        'print("test: loss %.5f, accuracy %.5f" % model.evaluate(x_test, t_test))\n'
    )
    functions = [DRAWS, ACTIVATIONS[config.activation], output, *([] if is_plain else [_rate(rates)])]
    head = "".join(f"# {line}\n" for line in _head(run, versions))
    return "\n\n".join(
        [f"{head}\nimport zlib\n\nimport numpy as np\n", *functions, written, f"{data}\n{training}"]
    )


def _rate(rates: Sequence[tuple[float, int]]) -> str:
    return CHANGED_RATE.format(rates=repr(list(rates)))


def _head(run: Run, versions: dict[str, str]) -> Iterator[str]:
    title, *_ = about(run, versions)
    yield title
    yield "the lecture's class, with what this run chose; needs NumPy, and the lecture's mnist.npz beside it"
    yield "(Chalknet has the same file as nncore/data/mnist.npz)"
    if run.last is not None and run.last.test_accuracy is not None and run.last.test_loss is not None:
        figures = f"test: loss {run.last.test_loss:.5f}, accuracy {run.last.test_accuracy:.5f}"
        yield f"the run after epoch {run.last.epoch}: {figures}"
    yield "It begins with the same weights and sees the same batches. Its sums are in another order than"
    yield "Chalknet's, so the last digits differ, and such differences grow: figures of the first epochs"
    yield "agree to four digits or so, later ones roughly. The run's fingerprint is of every last bit and"
    yield 'cannot come out here; the download "Python" comes to it.'
