"""`python -m nncore.check`: a right class passes, and each classic mistake is named."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nncore.check.__main__ import sentence
from nncore.check.trial import run
from nncore.neurons import neurons
from tests.nncore.students import network

RIGHT = Path(network.__file__)
SOURCE = RIGHT.read_text()

# What is replaced by what; the step that differs; what is said; the equation.
MISTAKES = {
    "no slope at the outputs": (
        (")) * slope(self.z[-1])", "))"),
        ("gradient", "delta of the output layer lacks the factor sigma'(z)", "(1)"),
    ),
    "no slope in the hidden layers": (
        (" * slope(self.z[i])", ""),
        ("gradient", "delta of layer 2 lacks the factor sigma'(z)", "(2)"),
    ),
    "the error the wrong way round": (
        ("(self.v[-1] - np.reshape(y, (-1, 1)))", "(np.reshape(y, (-1, 1)) - self.v[-1])"),
        ("gradient", "delta of the output layer has the opposite sign", "(1)"),
    ),
    "the slope of a value": (
        ("* slope(self.z[-1])", "* slope(self.v[-1])"),
        ("gradient", "delta of the output layer has sigma'(v) in place of sigma'(z)", "(1)"),
    ),
    "w not transposed": (
        ("self.w[i + 1].T @ delta", "self.w[i + 1] @ delta"),
        ("gradient", "in a 3-3-3 network delta of layer 1 has w in place of its transpose", "(2)"),
    ),
    "the slope of the wrong layer": (
        ("slope(self.z[i])", "slope(self.z[min(i + 1, 1)])"),
        ("gradient", "delta of layer 1 has sigma'(z) of the layer after in place of its own", "(2)"),
    ),
    "z in place of v": (
        ("delta @ self.v[i].T", "delta @ (self.z[i - 1] if i else self.v[0]).T"),
        ("gradient", "delw[2] has z of the layer before in place of its v", "(4)"),
    ),
    "a transposed gradient": (
        ("delta @ self.v[i].T", "self.v[i] @ delta.T"),
        ("gradient", "delw[1] is transposed: it is delta v^T", "(4)"),
    ),
    "gradients that add up": (
        (
            "self.delb[i] = delta\n            self.delw[i] = ",
            "self.delb[i] += delta\n            self.delw[i] += ",
        ),
        ("gradient", "delw and delb add up from one call of gradient to the next", "(3)"),
    ),
    "no biases": (
        ("w @ self.v[-1] + b", "w @ self.v[-1]"),
        ("forward pass", "v of layer 1 lacks the biases", "forward"),
    ),
    "no activation": (
        ("self.v.append(activation(self.z[-1]))", "self.v.append(self.z[-1])"),
        ("forward pass", "v of layer 1 lacks the activation", "forward"),
    ),
    "the sign in the exponential": (
        ("np.exp(-z)", "np.exp(z)"),
        ("forward pass", "v of layer 1 is sigma(-z)", "forward"),
    ),
    "weights that are all zero": (
        ("np.random.randn(shape[i + 1], shape[i])", "np.zeros((shape[i + 1], shape[i]))"),
        ("shapes", "all weights of w[0] are the same", ""),
    ),
    "transposed weights": (
        ("np.random.randn(shape[i + 1], shape[i])", "np.random.randn(shape[i], shape[i + 1])"),
        ("shapes", "a row for each neuron and a column for each input (it is transposed)", "forward"),
    ),
    "uphill": (
        ("-= eta / len(batch) * sum", "+= eta / len(batch) * sum"),
        ("update", "fit goes uphill", "update"),
    ),
    "not divided by the batch": (
        ("eta / len(batch)", "eta"),
        ("update", "fit does not divide by the number of samples in the batch", "update"),
    ),
    "biases that stay": (
        ("self.b[i] -= eta / len(batch) * sum_b[i]", "pass"),
        ("update", "fit changes the weights but not the biases", "update"),
    ),
    "one sample of a batch": (
        ("sum_w[i] + self.delw[i]", "self.delw[i]"),
        ("update", "fit makes another update", "update"),
    ),
    "one sample of a batch, biases too": (
        (
            "sum_w[i] = sum_w[i] + self.delw[i]\n                sum_b[i] = sum_b[i] + self.delb[i]",
            "sum_w[i] = self.delw[i]\n                sum_b[i] = self.delb[i]",
        ),
        ("update", "fit uses the gradient of one sample of a batch, not their sum", "update"),
    ),
    "targets of other samples": (
        ("self.gradient(y_data[n])", "self.gradient(y_data[n - 1])"),
        ("update", "fit pairs inputs with the targets of other samples", "update"),
    ),
    "the last batch by batch_size": (
        (
            "self.update(x_data, y_data, order[start : start + batch_size], eta)",
            "batch = order[start : start + batch_size]\n"
            "                self.update(x_data, y_data, batch, eta * len(batch) / batch_size)",
        ),
        ("update", "fit divides the last, smaller batch by batch_size, not by its own size", "update"),
    ),
    "the last batch left out": (
        ("range(0, len(order), batch_size)", "range(0, len(order) - batch_size + 1, batch_size)"),
        ("update", "fit leaves out the last, smaller batch", "update"),
    ),
    "no shuffle": (
        ("np.random.permutation(len(x_data))", "np.arange(len(x_data))"),
        ("update", "fit takes the samples in the order in which they come", "update"),
    ),
    "one epoch too few": (
        ("range(epochs)", "range(max(1, epochs - 1))"),
        ("update", "fit trains 2 epochs where 3 are asked for", "update"),
    ),
    "a loss without its half": (
        (".sum() / 2", ".sum()"),
        ("evaluation", "the loss lacks the factor 1/2", "loss"),
    ),
    "a loss that is no mean": (
        ("return loss / len(x_data)", "return loss"),
        ("evaluation", "the loss is not divided by the number of samples", "loss"),
    ),
    "an accuracy that counts": (
        ("right / len(x_data)", "right"),
        ("evaluation", "the accuracy is a number of samples, not their share", "accuracy"),
    ),
    "no method": (
        ("def evaluate", "def measure"),
        ("file", "no class with the methods predict, gradient, fit, evaluate", ""),
    ),
    "a typing error": (
        ("self.delb[i] = delta\n", "self.delb[i] = dleta\n"),
        ("gradient", "gradient fails in line 36 with NameError: name 'dleta' is not defined", ""),
    ),
}  # fmt: skip


def found(path: Path, folder: Path, name: str | None = None) -> list[dict]:
    with (folder / "report").open("w") as out:
        run(path, name, out)
    return [json.loads(line) for line in (folder / "report").read_text().splitlines()]


@pytest.fixture(autouse=True)
def _untouched(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    sys.modules.pop("students_file", None)


def test_a_right_class_is_right_in_all_steps(tmp_path):
    lines = found(RIGHT, tmp_path)
    assert [line["right"] for line in lines if "right" in line] == [
        "file", "shapes", "forward pass", "gradient", "update", "evaluation", "training",
    ]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_named(mistake, tmp_path):
    (old, new), (step, said, equation) = MISTAKES[mistake]
    assert old in SOURCE
    path = tmp_path / "my_network.py"
    path.write_text(SOURCE.replace(old, new))
    last = found(path, tmp_path)[-1]
    assert last.get("differs") == step, last
    assert said in last["sentence"]
    assert last["equation"] == equation
    assert "\n" not in sentence(last)


def test_values_are_told_with_what_nudging_the_loss_says(tmp_path):
    path = tmp_path / "my_network.py"
    path.write_text(SOURCE.replace(" * slope(self.z[i])", ""))
    last = found(path, tmp_path)[-1]
    right, nudged = (float(part.split()[-1]) for part in last["right"].split(","))
    assert right == pytest.approx(nudged, rel=1e-3)
    assert float(last["yours"]) != pytest.approx(right, rel=0.1)


def test_nncores_own_class_passes(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from nncore.neurons import neurons\n")
    assert found(path, tmp_path, "neurons")[-1] == {"right": "training"}
    assert neurons.__name__ == "neurons"


def check(*arguments: object) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "nncore.check", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_says_that_it_runs_the_code_and_what_it_found(tmp_path):
    done = check(RIGHT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "This runs the code in network.py on this computer, for at most 60 seconds."
    )
    assert done.stdout.endswith("training      as in nncore\n\nAll as in nncore.\n")
    path = tmp_path / "my_network.py"
    path.write_text(SOURCE.replace(" * slope(self.z[i])", ""))
    done = check(path)
    assert done.returncode == 1
    *_, step, _, text = done.stdout.splitlines()
    assert step == "gradient      differs"
    assert text.startswith(
        "Delta of layer 2 lacks the factor sigma'(z) (delb[1]); see equation (2) in docs/notation.md: yours "
    )


@pytest.mark.parametrize(
    ("code", "seconds", "said"),
    [
        (
            "while True: pass\n",
            2,
            "The time limit of 2 seconds was reached in this step. Code that trains belongs",
        ),
        ("import os; os._exit(0)\n", 60, "Your code ended the process in this step."),
        ("raise SystemExit\n", 60, "Your code ended the process in this step."),
    ],
)
def test_code_that_does_not_come_back(tmp_path, code, seconds, said):
    path = tmp_path / "my_network.py"
    path.write_text(SOURCE + code)
    done = check(path, "--seconds", seconds)
    assert done.returncode == 2
    assert "file          not finished" in done.stdout
    assert said in done.stdout


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def f(:\n", "my_network.py fails with SyntaxError"),
        ("import nothing_of_the_kind\n", "my_network.py fails in line 1 with ModuleNotFoundError"),
        ("x = 1\n", "has no class with the methods predict, gradient, fit, evaluate"),
        (SOURCE + "class Second(Network): pass\n", "more than one class"),
    ],
)
def test_files_without_a_class_to_check(tmp_path, code, said):
    path = tmp_path / "my_network.py"
    path.write_text(code)
    last = found(path, tmp_path)[-1]
    assert last["differs"] == "file"
    assert said in last["sentence"]
