"""Data sets made of data sets."""

import numpy as np
import pytest

from coursekit import data
from coursekit.data.dataset import Dataset, Split


def dataset(channels=3, count=12, files=None):
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 3

    def split(name):
        pixels = rng.integers(0, 256, (count, 6, 8, channels), dtype=np.uint8)
        return Split.from_arrays(name, pixels, labels, masks=pixels[..., 0] > 100)

    named = {name: name for name in ("name", "title", "source", "origin", "licence", "citation")}
    return Dataset(
        **named,
        train=files or split("train"),
        validation=split("validation"),
        test=split("test"),
        classes=("cat", "dog", "owl"),
    )


def test_classes_are_chosen_and_numbered_in_the_order_given():
    whole = dataset()
    part = data.select_classes(whole, ("owl", "cat"))
    assert part.classes == ("owl", "cat")
    owls = whole.train.images[whole.train.labels == 2]
    np.testing.assert_array_equal(part.train.images[part.train.labels == 0], owls)
    assert [len(split) for split in (part.train, part.validation, part.test)] == [8, 8, 8]
    assert whole.train.labels.max() == 2


def test_noise_is_added_up_to_its_highest_and_stays_the_same():
    whole = dataset()
    first, second = data.add_noise(whole, 0.3), data.add_noise(whole, 0.3)
    np.testing.assert_array_equal(first.train.images, second.train.images)
    added = first.train.images.astype(int) - whole.train.images
    assert added.min() >= 0
    assert 60 <= added.max() <= 76
    assert first.train.images.max() == 255
    assert (first.test.images != data.add_noise(whole, 0.3, seed=1).test.images).any()


def test_noise_of_the_parts_differs():
    black = Split.from_arrays("train", np.zeros((3, 6, 8, 3), np.uint8), [0, 1, 2])
    whole = dataset(files=black)
    blank = Split.from_arrays("test", np.zeros((3, 6, 8, 3), np.uint8), [0, 1, 2])
    changed = data.add_noise(Dataset(**{**vars(whole), "test": blank}))
    assert (changed.train.images != changed.test.images).any()


def test_grey_is_what_a_grey_photograph_is():
    colour, grey = (data.load_image("cat", size=24, grey=grey) for grey in (False, True))
    pixels = np.rint(255 * colour).astype(np.uint8)[np.newaxis]
    whole = dataset(files=Split.from_arrays("train", pixels, [0]))
    shades, _ = data.grey(whole).train.arrays()
    assert shades.shape == (1, 24, 24, 1)
    np.testing.assert_allclose(shades[0, :, :, 0], grey, atol=1 / 255)


def test_a_border_is_black_and_masks_go_with_it():
    whole = dataset()
    split = data.padded(whole, rings=2).validation
    assert split.images.shape == (12, 10, 12, 3)
    np.testing.assert_array_equal(split.images[:, 2:-2, 2:-2], whole.validation.images)
    np.testing.assert_array_equal(split.masks[:, 2:-2, 2:-2], whole.validation.masks)
    assert split.images.sum() == whole.validation.images.sum()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: data.select_classes(d, ("cat", "cow")), "pass two or more different ones of cat, dog, owl"),
        (lambda d: data.select_classes(d, ("cat",)), "two or more"),
        (lambda d: data.select_classes(d, ("cat", "cat")), "two or more"),
        (lambda d: data.add_noise(d, 0), "highest is 0"),
        (lambda d: data.add_noise(d, 1.5), "highest is 1.5"),
        (lambda d: data.padded(d, 0), "rings is 0"),
        (lambda d: data.grey(dataset(channels=1)), "holds 1 channels"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(dataset())


@pytest.mark.parametrize("change", [data.add_noise, data.grey, lambda d: data.padded(d, 1)])
def test_images_in_files_are_refused(tmp_path, change):
    from PIL import Image

    Image.new("RGB", (8, 6)).save(tmp_path / "one.png")
    files = Split.from_files("train", [tmp_path / "one.png"], [0])
    with pytest.raises(ValueError, match="only images in memory"):
        change(dataset(files=files))


@pytest.mark.real_data
def test_one_against_seven_has_the_size_of_the_source(monkeypatch, real_mirror):
    monkeypatch.setenv("COURSEKIT_MIRROR", real_mirror)
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    digits = data.select_classes(data.load("mnist"), ("1", "7"))
    assert (len(digits.train), len(digits.test)) == (13_007, 2_163)
