"""Training and test apart: over 100 epochs the one keeps improving, the other does not.

The picture shows loss and accuracy of both samples over the epochs.
"""

from lines import arguments, conclude, draw_curves, save_picture, told

from nncore import Recipe, load_digits


def main() -> None:
    asked = arguments(__doc__, epochs=100)
    recipe = Recipe(shape=(784, 30, 10), batch_size=10, seed=asked.seed, train_size=asked.train_size)
    reports = list(told(recipe, 3.0, asked.epochs, load_digits()))
    conclude(reports[-1])
    best = max(reports, key=lambda report: report.test_accuracy)
    print(f"Best on the test sample: Acc: {best.test_accuracy:.5f} after epoch {best.epoch}")
    save_picture(asked.picture, lambda figure: draw_curves(figure, {"": reports}))


if __name__ == "__main__":
    main()
