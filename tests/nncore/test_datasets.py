import json

import numpy as np
import pytest

from nncore import Dataset, Samples, load_digits, load_two_features, open_dataset, save_dataset


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def test_the_digits_are_mnist(digits):
    assert (digits.name, digits.features, digits.classes) == ("digits", 784, 10)
    assert (len(digits.train), len(digits.test)) == (60_000, 10_000)
    assert np.bincount(digits.train.labels).tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]
    assert digits.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    x = digits.train.rows(slice(0, 3), np.dtype(np.float32))
    assert x.dtype == np.float32
    assert x.shape == (3, 784)
    assert (x[2] == (digits.train.images[2].ravel() / 255).astype(np.float32)).all()


def test_two_features_are_the_means_of_the_lecture():
    data = load_two_features()
    assert (data.name, data.features, data.classes) == ("two-features", 2, 2)
    assert (len(data.train), len(data.test)) == (12_665, 2_115)
    image = data.test.images[11] / 255.0
    np.testing.assert_allclose(data.test.inputs[11], [image.mean(), image[10:18, 11:17].mean()])
    assert set(data.train.labels.tolist()) == {0, 1}


@pytest.mark.parametrize("load", [load_digits, load_two_features])
def test_a_folder_gives_the_data_back_read_only(load, tmp_path):
    data = load()
    save_dataset(data, tmp_path)
    save_dataset(data, tmp_path)
    back = open_dataset(tmp_path)
    assert (back.name, back.features, back.classes) == (data.name, data.features, data.classes)
    for left, right in ((back.train, data.train), (back.test, data.test)):
        for part in ("inputs", "labels", "images"):
            a, b = getattr(left, part), getattr(right, part)
            assert a.dtype == b.dtype
            assert np.array_equal(a, b)
            assert not a.flags.writeable
    assert not [path for path in tmp_path.iterdir() if path.suffix not in (".npy", ".json")]


def test_an_incomplete_folder_is_not_opened(tmp_path, blobs):
    with pytest.raises(FileNotFoundError):
        open_dataset(tmp_path)
    save_dataset(blobs, tmp_path)
    (tmp_path / "train-labels.npy").unlink()
    with pytest.raises(FileNotFoundError):
        open_dataset(tmp_path)


def test_a_folder_of_another_version_is_refused(tmp_path, blobs):
    save_dataset(blobs, tmp_path)
    (tmp_path / "dataset.json").write_text('{"format": 99}')
    with pytest.raises(ValueError, match="format 99; allowed: "):
        open_dataset(tmp_path)


@pytest.mark.parametrize("content", ["", "[1]", "{"])
def test_a_damaged_description_is_refused(tmp_path, blobs, content):
    save_dataset(blobs, tmp_path)
    (tmp_path / "dataset.json").write_text(content)
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own error is one, with its own words
        open_dataset(tmp_path)


def test_a_file_that_was_cut_off_is_refused_and_saving_repairs_it(tmp_path, blobs):
    save_dataset(blobs, tmp_path)
    path = tmp_path / "train-inputs.npy"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match="greater than file size"):
        open_dataset(tmp_path)
    save_dataset(blobs, tmp_path)
    assert np.array_equal(open_dataset(tmp_path).train.inputs, blobs.train.inputs)


@pytest.mark.parametrize("part", ["inputs", "labels", "images"])
@pytest.mark.parametrize("length", [0, 1, 6, 9, 40, 127, 128, 129])
def test_a_file_that_was_cut_anywhere_is_refused(tmp_path, blobs, part, length):
    save_dataset(blobs, tmp_path)
    path = tmp_path / f"test-{part}.npy"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(ValueError):  # noqa: PT011 - NumPy's own error may be one, with its own words
        open_dataset(tmp_path)


@pytest.mark.parametrize("missing", ["name", "features", "classes", "class_names", "pixels", "images"])
def test_a_description_that_lacks_something_is_refused(tmp_path, blobs, missing):
    save_dataset(blobs, tmp_path)
    path = tmp_path / "dataset.json"
    about = json.loads(path.read_text())
    del about[missing]
    path.write_text(json.dumps(about))
    with pytest.raises(ValueError, match=r"is damaged .*; allowed: what save_dataset wrote"):
        open_dataset(tmp_path)


GOOD = Samples(np.ones((5, 2)), np.array([0, 1, 1, 0, 1], np.uint8), np.zeros((5, 28, 28), np.uint8))


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("inputs", {"inputs": np.ones((5, 3))}),
        ("labels", {"labels": np.full(5, 2, np.uint8)}),
    ],
)
def test_samples_of_another_problem_are_refused(split, name, wrong):
    other = Samples(**{"inputs": GOOD.inputs, "labels": GOOD.labels, "images": GOOD.images, **wrong})
    splits = {"train": GOOD, "test": GOOD, split: other}
    with pytest.raises(ValueError, match=rf"^{split}\.{name} .*; allowed: "):
        Dataset("wrong", 2, 2, **splits)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("inputs", {"inputs": np.full((5, 2), np.nan)}),
        ("inputs", {"inputs": np.ones((4, 2))}),
        ("inputs", {"inputs": np.ones((5, 2), complex)}),
        ("inputs", {"inputs": np.ones(5)}),
        ("inputs", {"inputs": [[1.0, 2.0]] * 5}),
        ("labels", {"labels": np.zeros(0, np.uint8)}),
        ("labels", {"labels": np.zeros(5)}),
        ("images", {"images": np.zeros((4, 28, 28), np.uint8)}),
        ("images", {"images": np.zeros((5, 28, 0), np.uint8)}),
        ("images", {"images": np.zeros((5, 28, 28))}),
    ],
)
def test_wrong_samples_are_refused(name, wrong):
    parts = {"inputs": GOOD.inputs, "labels": GOOD.labels, "images": GOOD.images, **wrong}
    with pytest.raises(ValueError, match=rf"^{name} .*; allowed: "):
        Samples(**parts)


def test_a_folder_keeps_class_names_and_what_has_no_pictures(tmp_path):
    """Bytes that are no pictures are kept as bytes: they are still pixels to the network."""
    for number, inputs in enumerate((np.ones((5, 2)), np.full((5, 2), 200, np.uint8))):
        plain = Samples(inputs, GOOD.labels)
        folder = tmp_path / str(number)
        save_dataset(Dataset("plain", 2, 2, plain, plain, class_names=("no", "yes")), folder)
        back = open_dataset(folder)
        assert back.class_names == ("no", "yes")
        assert back.test.images is None
        assert back.test.inputs.dtype == inputs.dtype
        assert np.array_equal(back.test.inputs, inputs)


def test_class_names_are_one_for_each_class():
    assert Dataset("own", 2, 2, GOOD, GOOD).class_names == (0, 1)
    for names in (("a",), ("a", "a"), ("a", "b", "c")):
        with pytest.raises(ValueError, match=r"^class_names .*; allowed: 2 different names"):
            Dataset("own", 2, 2, GOOD, GOOD, class_names=names)
