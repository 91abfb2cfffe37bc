"""The exercises of lesson 00."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.exercise import Exercises
from coursekit.data import imagenet_classes, load_image

exercises = Exercises("00_welcome", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names


@exercises.add(
    "The image is a NumPy array. Arrays can compute many things about themselves: try `image.` and the Tab key.",
    "The mean is the sum of all pixels, divided by how many there are.",
    "`image.sum()` is the sum and `image.size` the number of pixels. There is also one method that does both.",
    size="warm-up",
)
def mean_brightness(attempt: Attempt) -> None:
    """Return the mean of all numbers in an image, as one number."""
    images = (
        np.array([[0, 0.3, 1.2]]),
        np.array([[0, 0.2], [0.4, 0.6]]),
        np.array([[0, 9], [1, 2], [4, 2]]),
    )
    for image in images:
        known_mistakes = {
            "That is the sum. Divide it by how many numbers there are.": float(image.sum()),
            "That is the middle between the darkest and the brightest number. All numbers count for the mean.": float(
                (image.min() + image.max()) / 2
            ),
            "That is the median: the number in the middle when they are sorted.": float(np.median(image)),
        }
        attempt.must_return(float(image.mean()), known_mistakes, image=image)


@exercises.add(
    "Which labels occur in `[0, 1, 1]`? How many are that, and what is the largest?",
    "What would your function say to the labels `[10, 20, 30]`?",
    "`np.unique(labels)` lists each label that occurs once.",
    size="core",
)
def count_classes(attempt: Attempt) -> None:
    """Return how many different classes occur in an array of labels."""
    for labels in ([0, 1, 1], [2, 1, 2, 1], [0, 2, 1, 4, 0, 3, 0], [10, 30, 20, 10, 30]):
        array = np.array(labels)
        known_mistakes = {
            "It returns the largest label. Counting starts at 0: classes 0 and 1 are two.": max(labels),
            "It returns the largest label plus 1. Not every number up to the largest need occur.": max(labels) + 1,
            "It returns how many labels there are, not how many different ones.": len(labels),
        }
        attempt.must_return(len(np.unique(array)), known_mistakes, labels=array)


_SIDE = 224


@exercises.challenge(goal=1.0, unit="% of the image", lower_is_better=True)
def smallest_cover(box: object) -> float:
    """Cover the flower with one grey rectangle, as small as you can, so that the network no longer says "daisy"."""
    place = np.asarray(box)
    if place.shape != (4,) or place.dtype.kind not in "iu":
        raise WrongAnswerError("Give four whole numbers: row, column, height and width of the rectangle, in pixels.")
    row, column, height, width = map(int, place)
    if not (0 <= row < row + height <= _SIDE and 0 <= column < column + width <= _SIDE):
        raise WrongAnswerError(f"The rectangle must lie within the image: {_SIDE} by {_SIDE} pixels.")
    flower = load_image("flower", size=_SIDE)
    before = _answer(flower)
    flower[row : row + height, column : column + width] = 0.5
    if (after := _answer(flower)) == before:
        raise WrongAnswerError(f'The network still says "{after}". Cover more of it, or another place.')
    return 100 * height * width / _SIDE**2


def _answer(image: Any) -> str:
    probabilities = np.asarray(_network()(image[np.newaxis], training=False))[0]
    return imagenet_classes()[int(probabilities.argmax())]


@functools.cache
def _network() -> Any:
    from coursekit.networks import efficientnet_lite0

    return efficientnet_lite0()
