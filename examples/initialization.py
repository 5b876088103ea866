"""Twins: the same random draws, once as they are, once divided by the root of the number of inputs.

The picture shows loss and accuracy of both over the epochs.
"""

from lines import arguments, conclude, draw_curves, save_picture, told

from nncore import Recipe, load_digits


def main() -> None:
    asked = arguments(__doc__, epochs=50)
    data = load_digits()
    curves = {}
    for initialization in ("standard", "scaled"):
        print(f"Initialization: {initialization}")
        recipe = Recipe(
            shape=(784, 30, 10),
            batch_size=10,
            seed=asked.seed,
            train_size=asked.train_size,
            initialization=initialization,
        )
        curves[initialization] = list(told(recipe, 3.0, asked.epochs, data))
        conclude(curves[initialization][-1])
    save_picture(asked.picture, lambda figure: draw_curves(figure, curves))


if __name__ == "__main__":
    main()
