"""All pixels, all ten digits: 784-30-10, about 95 % right on the test sample after 20 epochs.

The picture shows the first hundred test digits as true -> predicted, mistakes framed.
"""

from typing import Any

from lines import arguments, conclude, save_picture, told

from nncore import Recipe, load_digits


def main() -> None:
    asked = arguments(__doc__, epochs=20)
    data = load_digits()
    recipe = Recipe(shape=(784, 30, 10), batch_size=10, seed=asked.seed, train_size=asked.train_size)
    *_, last = told(recipe, 3.0, asked.epochs, data)
    conclude(last)

    def draw(figure: Any) -> None:
        for number, axes in enumerate(figure.subplots(10, 10).flat):
            true, predicted = int(data.test.labels[number]), int(last.predictions[number])
            axes.imshow(data.test.images[number], cmap="gray_r")
            axes.set_title(f"{true}→{predicted}", fontsize=7, pad=2)
            axes.set_xticks([])
            axes.set_yticks([])
            for side in axes.spines.values():
                side.set_visible(true != predicted)
                side.set_linewidth(2)

    save_picture(asked.picture, draw)


if __name__ == "__main__":
    main()
