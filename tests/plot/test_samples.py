"""Samples of classes and variations of an image: the right images are drawn, the same ones for the same seed."""

import numpy as np
import pytest
from PIL import Image

from coursekit import plot
from coursekit.backend import import_keras
from coursekit.data.dataset import Split

LABELS = np.array([0] * 6 + [1] * 2)
# Every image has its own grey, so that it can be told which one is drawn.
GREYS = np.arange(8, dtype=np.uint8) * 10
IMAGES = np.broadcast_to(GREYS[:, None, None, None], (8, 4, 4, 1)).copy()


def drawn(axes):
    return [[round(float(ax.images[0].get_array().mean()) * 255) for ax in row if ax.images] for row in axes]


def test_a_row_shows_images_of_its_class_only_and_no_more_than_there_are():
    first, second = drawn(plot.sample_grid(IMAGES / 255, LABELS, ["cat", "dog"], per_class=4))
    assert set(first) <= {0, 10, 20, 30, 40, 50}
    assert len(set(first)) == 4
    assert sorted(second) == [60, 70]


def test_a_split_in_memory_and_one_of_files_show_the_same(tmp_path):
    for i, image in enumerate(IMAGES):
        Image.fromarray(image[:, :, 0]).save(tmp_path / f"{i}.png")
    files = Split.from_files("train", [tmp_path / f"{i}.png" for i in range(8)], LABELS)
    splits = (Split.from_arrays("train", IMAGES, LABELS), files)
    stored, read = (drawn(plot.sample_grid(split, classes=["cat", "dog"])) for split in splits)
    assert stored == read


def test_the_seed_decides_which_images():
    first, again, other = (drawn(plot.sample_grid(IMAGES, LABELS, ["a", "b"], 3, seed)) for seed in (0, 0, 1))
    assert first == again
    assert first != other


def test_many_classes_stand_two_in_a_row():
    axes = plot.sample_grid(np.zeros((10, 4, 4)), np.arange(10), [f"class {i}" for i in range(10)], per_class=3)
    assert axes.shape == (5, 6)
    assert axes[1, 3].texts[0].get_text() == "class 3: 1 image"


@pytest.mark.parametrize(
    ("labels", "classes", "words"),
    [
        ([0] * 7, ["a"], r"labels have shape \(7,\) but there are 8 images"),
        ([0] * 8, ["a", "b", "c"], "no image of b, c"),
        (LABELS, ["a"], "labels hold 1: with 1 classes"),
        (None, ["a"], "labels are missing"),
        (LABELS, (), "names of all classes"),
    ],
)
def test_samples_that_cannot_be_drawn_are_explained(labels, classes, words):
    with pytest.raises(ValueError, match=words):
        plot.sample_grid(IMAGES, labels, classes)


@pytest.fixture(scope="module")
def augmentation():
    layers = import_keras().layers
    return import_keras().Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2)])


@pytest.fixture
def image():
    return np.random.default_rng(0).random((8, 8, 3)).astype(np.float32)


def variations(axes):
    return np.array([ax.images[0].get_array() for ax in axes.flat if ax.images])


def test_the_original_comes_first_and_the_variations_differ(image, augmentation):
    shown = variations(plot.augmentation_sheet(image, augmentation))
    assert len(shown) == 7
    np.testing.assert_array_equal(shown[0], image)
    assert len({variation.tobytes() for variation in shown}) == 7


def test_one_seed_gives_the_same_variations_and_leaves_the_layers_as_they_were(image, augmentation):
    before = [variable.numpy() for variable in augmentation.non_trainable_variables]
    first, again, other = (variations(plot.augmentation_sheet(image, augmentation, seed=seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    for variable, value in zip(augmentation.non_trainable_variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


def test_augmentations_that_cannot_be_drawn_are_explained(image, augmentation):
    with pytest.raises(ValueError, match=r"image has shape \(1, 8, 8, 3\): pass one image"):
        plot.augmentation_sheet(image[None], augmentation)
    with pytest.raises(ValueError, match="holds NaN"):
        plot.augmentation_sheet(image * np.nan, augmentation)
    with pytest.raises(ValueError, match="as many images"):
        plot.augmentation_sheet(image, lambda batch, training: batch[:1])
