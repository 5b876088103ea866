"""What the examples share: the lecture's lines on the terminal, and a place for their pictures."""

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from nncore import Dataset, DivergedError, EpochReport, Recipe, fit


def arguments(description: str | None, epochs: int) -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--train-size", type=int, help="train on the first so many samples only")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--picture", help="file to save the picture in, for example curves.png")
    return parser.parse_args()


def told(recipe: Recipe, eta: float, epochs: int, data: Dataset) -> Iterator[EpochReport]:
    """Train, print loss and accuracy over the training data after each epoch, and pass the reports on.

    A training that diverges ends the script, with the epoch and the step.
    """
    try:
        for report in fit(recipe, eta, epochs, data):
            print(f"Epoch: {report.epoch}/{epochs}")
            print(f"Loss: {report.train_loss:.4f}, Acc: {report.train_accuracy:.4f}")
            yield report
    except DivergedError as error:
        raise SystemExit(str(error)) from None


def conclude(report: EpochReport) -> None:
    """Print the last performance on both samples."""
    print("Performance (training)")
    print(f"Loss: {report.train_loss:.5f}, Acc: {report.train_accuracy:.5f}")
    print("Performance (testing)")
    print(f"Loss: {report.test_loss:.5f}, Acc: {report.test_accuracy:.5f}")


def save_picture(path: str | None, draw: Callable[[Any], None]) -> None:
    """Save what `draw` draws into a figure, if there is a path."""
    if path is None:
        return
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SystemExit("a picture needs matplotlib: pip install matplotlib") from None
    figure = Figure(figsize=(7, 7), layout="constrained")
    draw(figure)
    figure.savefig(path)
    print(f"saved {path}")


def draw_curves(figure: Any, curves: dict[str, list[EpochReport]]) -> None:
    """Draw loss and accuracy over the epochs: training solid, test dashed, one colour for each run."""
    upper, lower = figure.subplots(2, 1, sharex=True)
    for number, (name, reports) in enumerate(curves.items()):
        epochs = [r.epoch for r in reports]
        for sample, style in (("train", "-"), ("test", "--")):
            look = {"color": f"C{number}", "linestyle": style, "label": f"{name}, {sample}".lstrip(", ")}
            upper.plot(epochs, [getattr(r, f"{sample}_loss") for r in reports], **look)
            lower.plot(epochs, [getattr(r, f"{sample}_accuracy") for r in reports], **look)
    upper.set_ylabel("loss")
    lower.set_ylabel("accuracy")
    lower.set_xlabel("epoch")
    upper.legend()
