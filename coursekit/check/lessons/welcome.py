"""The exercises of lesson 00."""

from __future__ import annotations

import numpy as np

from coursekit.check.attempt import Attempt
from coursekit.check.exercise import Exercises

exercises = Exercises("00_welcome", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names


@exercises.add(
    "The image is a NumPy array. Arrays can compute many things about themselves: try `image.` and the Tab key.",
    "The mean is the sum of all pixels, divided by how many there are.",
    "`image.sum()` is the sum and `image.size` the number of pixels. There is also one method that does both.",
)
def mean_brightness(attempt: Attempt) -> None:
    """Return the mean of all numbers in an image, as one number."""
    images = (
        np.array([[0, 0.3, 0.9]]),
        np.array([[0, 0.2], [0.4, 0.6]]),
        np.array([[0, 9], [1, 2], [4, 2]]),
    )
    for image in images:
        attempt.must_return(float(image.mean()), image=image)


@exercises.add(
    "Which labels occur in `[0, 1, 1]`? How many are that, and what is the largest?",
    "What would your function say to the labels `[10, 20, 30]`?",
    "`np.unique(labels)` lists each label that occurs once.",
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
