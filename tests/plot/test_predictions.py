"""Prediction grids: what stands above each image is what the classifier said, for softmax and sigmoid."""

from itertools import pairwise

import numpy as np
import pytest

from coursekit import plot
from coursekit.plot.answers import answers_of

CLASSES = ["cat", "dog"]
IMAGES = np.zeros((4, 8, 8, 3))
LABELS = [0, 1, 1, 0]
SIGMOID = np.array([0.1, 0.2, 0.7, 0.95])


def titles(axes):
    return [ax.get_title(loc="left") for ax in axes.flat if ax.axison]


@pytest.mark.parametrize("probabilities", [SIGMOID, SIGMOID[:, None], np.stack([1 - SIGMOID, SIGMOID], axis=1)])
def test_one_column_and_a_column_a_class_say_the_same(probabilities):
    assert titles(plot.prediction_grid(IMAGES, LABELS, probabilities, CLASSES)) == [
        "✓ cat\nwith 90 %",
        "✗ is dog\nsaid cat\nwith 80 %",
        "✓ dog\nwith 70 %",
        "✗ is cat\nsaid dog\nwith 95 %",
    ]


def test_right_and_wrong_differ_in_the_style_of_the_frame():
    right, wrong = (ax.spines["left"] for ax in plot.prediction_grid(IMAGES, LABELS, SIGMOID, CLASSES)[0, :2])
    assert wrong.get_linewidth() > right.get_linewidth()
    assert wrong.get_linestyle() != right.get_linestyle()


def test_the_surest_mistake_comes_first():
    axes = plot.most_confident_mistakes(IMAGES, LABELS, SIGMOID, CLASSES)
    assert [title.splitlines()[2] for title in titles(axes)] == ["with 95 %", "with 80 %"]
    assert axes[0, 0].figure.get_suptitle() == "All 2 mistakes"


def test_mistakes_can_be_those_of_one_class_and_are_cut():
    for true_class in (1, "dog"):
        axes = plot.most_confident_mistakes(IMAGES, LABELS, SIGMOID, CLASSES, true_class=true_class)
        assert titles(axes) == ["✗ is dog\nsaid cat\nwith 80 %"]
    axes = plot.most_confident_mistakes(IMAGES, LABELS, SIGMOID, CLASSES, count=1)
    assert axes[0, 0].figure.get_suptitle() == "The 1 most confident of 2 mistakes"


def test_no_mistake_is_said():
    (ax,) = plot.most_confident_mistakes(IMAGES, LABELS, np.array(LABELS, float), CLASSES).flat
    assert ax.get_title(loc="left") == "No mistakes among 4 images"
    assert plot.mistakes_sentence(LABELS, np.array(LABELS, float), CLASSES).endswith("4 of 4 images are right.")


def test_the_sentence_tells_the_mistakes_in_their_order():
    assert plot.mistakes_sentence(LABELS, SIGMOID, CLASSES) == (
        "2 mistakes in 4 images. The most confident: cat taken for dog with 95 %, dog taken for cat with 80 %."
    )


def test_ten_long_names_in_a_row_do_not_overlap():
    classes = ["dandelions", "sunflowers"]
    axes = plot.prediction_grid(np.zeros((10, 8, 8)), [0, 1] * 5, np.full(10, 0.99), classes)
    axes[0, 0].figure.canvas.draw()
    boxes = [ax._left_title.get_window_extent() for ax in axes.flat]
    assert not [1 for before, after in pairwise(boxes) if before.x1 > after.x0]


@pytest.mark.parametrize(
    ("labels", "probabilities", "words"),
    [
        ([0, 2], [0.1, 0.2], "labels run from 0 to 2"),
        ([0, -1], [0.1, 0.2], "labels run from -1"),
        ([0, 1, 1], [0.1, 0.2], "3 labels and 2 rows"),
        ([[1, 0], [0, 1]], [0.1, 0.2], r"labels\.argmax"),
        ([0, 1], [0.1, np.nan], "not finite, the first of image 1"),
        ([0, 1], [-3.0, 2.0], "between -3 and 2.*softmax"),
        ([0, 1], [[0.5, 0.5], [0.5, 0.9]], "image 1 add up to 1.4"),
        ([0, 1], [[0.2, 0.2, 0.6], [1, 0, 0]], "3 columns but there are 2 classes"),
        ([], [], "of one image at least"),
        ([0, 1], ["cat", "dog"], "must be numbers"),
    ],
)
def test_answers_that_do_not_fit_are_explained(labels, probabilities, words):
    with pytest.raises(ValueError, match=words):
        answers_of(labels, probabilities, CLASSES)


def test_other_arguments_that_do_not_fit_are_explained():
    with pytest.raises(ValueError, match="3 images and 4 labels"):
        plot.prediction_grid(IMAGES[:3], LABELS, SIGMOID, CLASSES)
    with pytest.raises(ValueError, match="true_class is 'fox': choose one of cat, dog"):
        plot.most_confident_mistakes(IMAGES, LABELS, SIGMOID, CLASSES, true_class="fox")
    with pytest.raises(ValueError, match="count is 0"):
        plot.most_confident_mistakes(IMAGES, LABELS, SIGMOID, CLASSES, count=0)
    with pytest.raises(ValueError, match="columns is 0"):
        plot.prediction_grid(IMAGES, LABELS, SIGMOID, CLASSES, columns=0)
    with pytest.raises(ValueError, match="names of all classes in a list"):
        plot.prediction_grid(IMAGES, LABELS, SIGMOID, "cat")
