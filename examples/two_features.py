"""The lecture's first network: 2-5-2 tells 0 from 1 by two means of the pixels.

The picture shows how the outputs of the two kinds of digits are distributed.
"""

from typing import Any

from lines import arguments, conclude, save_picture, told

from nncore import Recipe, load_two_features, outputs


def main() -> None:
    asked = arguments(__doc__, epochs=20)
    data = load_two_features()
    recipe = Recipe(shape=(2, 5, 2), batch_size=30, seed=asked.seed, train_size=asked.train_size)
    *_, last = told(recipe, 1.0, asked.epochs, data)
    conclude(last)

    def draw(figure: Any) -> None:
        v = outputs(last.params, recipe, data.train.inputs)
        for output, axes in enumerate(figure.subplots(2, 1, sharex=True)):
            for digit in (0, 1):
                values = v[data.train.labels == digit, output]
                axes.hist(values, bins=50, range=(0, 1), alpha=0.6, label=f"digit {digit}")
            axes.set_xlabel(f"output {output}")
            axes.set_yscale("log")
            axes.legend()

    save_picture(asked.picture, draw)


if __name__ == "__main__":
    main()
