"""The exercises of lesson 11."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.check.attempt import Attempt
from coursekit.check.exercise import Exercises
from coursekit.metrics import box_overlap as overlap_of_boxes

exercises = Exercises("11_seeing_inside", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names


@exercises.add(
    "`maps == 0` is True wherever a map says nothing. The mean of True and False is the share of True.",
    "Each map keeps its own number: average over images, rows and columns, which are the axes 0, 1 and 2.",
    "`(maps == 0).mean(axis=(0, 1, 2))`",
)
def sparsity(attempt: Attempt) -> None:
    """Return for each of K maps the share of its values that are zero, from maps (n, height, width, K)."""
    rng = np.random.default_rng(4)
    for shape in ((2, 2, 3, 2), (3, 4, 2, 5)):
        maps = np.round(np.maximum(rng.normal(size=shape), 0), 1)
        zero = maps == 0
        known_mistakes: dict[str, Any] = {
            "That is one number for all maps. Each map has its own: leave the last axis out of the mean.": zero.mean(),
            "That is the share of what is *not* zero.": (~zero).mean(axis=(0, 1, 2)),
            "That counts the zeros. Divide by how many values a map has.": zero.sum(axis=(0, 1, 2)),
            "That is one number an image. One for each map is asked for: the last axis stays.": zero.mean(
                axis=(1, 2, 3)
            ),
            "That is one for each map and image. Average over the images too.": zero.mean(axis=(1, 2)),
            "That is how large the maps are on average, not how often they are zero.": maps.mean(axis=(0, 1, 2)),
        }
        attempt.must_return(zero.mean(axis=(0, 1, 2)), known_mistakes, maps=maps)


@exercises.add(
    "First the mean and the variance of each map over all cats, and over all dogs: axis 0. Then one division a map.",
    "The spread is the root of the mean of the two variances: `np.sqrt((cats.var(axis=0) + dogs.var(axis=0)) / 2)`.",
    "Where the spread is 0 there is nothing to divide by: `np.where(spread > 0, spread, 1)` is a safe divisor.",
)
def class_distance(attempt: Attempt) -> None:
    """Return for each map |a - b| / s, a and b its mean on either class, s^2 the mean of the two variances."""
    first = np.array([[1.0, 0.0, 4.0], [3.0, 0.0, 0.0]])
    second = np.array([[1.0, 0.0, 0.5], [0.0, 0.0, 0.0], [2.0, 0.0, 1.0]])
    rng = np.random.default_rng(5)
    for cats, dogs in ((first, second), (rng.random((4, 5)).round(2), rng.random((3, 5)).round(2))):
        apart = cats.mean(axis=0) - dogs.mean(axis=0)
        variance = (cats.var(axis=0) + dogs.var(axis=0)) / 2
        spread = np.where(variance > 0, np.sqrt(variance), 1)
        known_mistakes: dict[str, Any] = {
            "The sign is still there. It would tell which class it is; here only how much counts.": apart / spread,
            "That is the distance of the means. Divide it by the spread.": np.abs(apart),
            "It is divided by the variance. The spread is its root, in the units of the map.": np.abs(apart)
            / np.where(variance > 0, variance, 1),
            "The two variances are added up. Take their mean.": np.abs(apart) / (np.sqrt(2) * spread),
            "These are sums. There are not as many cats as dogs, so take the means.": np.abs(
                cats.sum(axis=0) - dogs.sum(axis=0)
            )
            / spread,
            "That is one number for all maps. Each has its own.": float((np.abs(apart) / spread).mean()),
        }
        attempt.must_return(np.abs(apart) / spread, known_mistakes, cats=cats, dogs=dogs)


@exercises.add(
    "`np.diff(image, axis=0)` are the differences between each row and the next, `axis=1` those between columns.",
    "Take what is larger or smaller alike: absolute values. Then add up everything, over both axes.",
    "`np.abs(np.diff(image, axis=0)).sum() + np.abs(np.diff(image, axis=1)).sum()`",
)
def total_variation(attempt: Attempt) -> None:
    """Return the sum of the absolute differences between neighbours, downwards and to the right."""
    rng = np.random.default_rng(6)
    for image in (np.array([[0.0, 1.0, 0.5], [0.5, 0.0, 0.5]]), rng.random((3, 4, 3)).round(1)):
        down, right = np.diff(image, axis=0), np.diff(image, axis=1)
        known_mistakes = {
            "Without absolute values, ups and downs cancel.": down.sum() + right.sum(),
            "Those are only the differences between rows. Add those between columns.": np.abs(down).sum(),
            "Those are only the differences between columns. Add those between rows.": np.abs(right).sum(),
            "The differences are squared. That punishes edges most; total variation takes absolute values.": (
                down**2
            ).sum()
            + (right**2).sum(),
            "That is a mean. Add up.": np.abs(down).mean() + np.abs(right).mean(),
        }
        attempt.must_return(np.abs(down).sum() + np.abs(right).sum(), known_mistakes, image=image)


@exercises.add(
    "Each map has a weight for each class: those for this class stand in one *column*, `weights[:, label]`.",
    "Multiply every map by its weight and add up over the maps, the last axis.",
    "`(maps * weights[:, label]).sum(axis=-1)`, or shorter `maps @ weights[:, label]`.",
)
def class_activation_map(attempt: Attempt) -> None:
    """Return CAM (height, width) from maps (height, width, K) and the dense layer's weights (K, classes)."""
    rng = np.random.default_rng(7)
    for shape, classes, label in (((2, 3, 2), 2, 1), ((3, 2, 4), 4, 0)):
        maps, weights = rng.random(shape).round(1), rng.normal(size=(shape[-1], classes)).round(1)
        expected = maps @ weights[:, label]
        known_mistakes: dict[str, Any] = {
            "What speaks against the class is gone. CAM keeps it: its mean is the score.": np.maximum(expected, 0),
            "That is the mean over the maps. They are added up.": expected / shape[-1],
            "That is the score of the class, without its places: average over rows and columns comes later.": float(
                expected.mean()
            ),
            "The maps are not weighted.": maps.sum(axis=-1),
            "That is the map of another class: `weights[:, label]` is the column of this one.": maps
            @ weights[:, (label + 1) % classes],
            "It is divided by its largest value. Leave that to the figure.": expected / expected.max(),
        }
        if weights.shape[0] > label and weights.shape[0] == classes:
            known_mistakes["That takes a row of the weights. A class is a column."] = maps @ weights[label]
        attempt.must_return(expected, known_mistakes, maps=maps, weights=weights, label=label)


@exercises.add(
    "The shared part begins at the larger of the two first rows and ends at the smaller of the two ends.",
    "`height = min(r1 + h1, r2 + h2) - max(r1, r2)`, and not below 0. The same for the width.",
    "Union: both areas less what they share, which would else be counted twice.",
)
def box_overlap(attempt: Attempt) -> None:
    """Return intersection over union of two boxes (row, column, height, width)."""
    pairs = (
        ((0, 0, 6, 6), (2, 3, 4, 4)),
        ((1, 2, 5, 3), (1, 2, 5, 3)),
        ((0, 0, 2, 3), (5, 7, 4, 2)),
        ((0, 0, 8, 10), (2, 1, 3, 4)),
        ((0, 5, 4, 3), (6, 0, 3, 4)),
    )
    for first, second in pairs:
        expected = overlap_of_boxes(first, second)
        (r1, c1, h1, w1), (r2, c2, h2, w2) = first, second
        height, width = min(r1 + h1, r2 + h2) - max(r1, r2), min(c1 + w1, c2 + w2) - max(c1, c2)
        shared = max(0, height) * max(0, width)
        known_mistakes = {
            "Boxes apart share nothing: two negative sides multiply to a positive area. Cut each side off at 0.": (
                height * width / (h1 * w1 + h2 * w2 - height * width)
            ),
            "What both share is counted twice in the union.": shared / (h1 * w1 + h2 * w2),
            "That is the area that they share. Divide it by the area of both together.": float(shared),
            "It is divided by the first box. Divide by what both cover together.": shared / (h1 * w1),
            "It is divided by the smaller box: a small box within a large one would count as perfect.": shared
            / min(h1 * w1, h2 * w2),
        }
        attempt.must_return(expected, known_mistakes, first=first, second=second)


@exercises.add(
    "Which way is uphill? The gradient points there, so add it.",
    "Its size is the root of the mean square: `np.sqrt(np.mean(gradient**2))`. Dividing by it makes every step equal.",
    "`np.clip(image + rate * gradient / size, 0, 1)`",
)
def ascent_step(attempt: Attempt) -> None:
    """Return the image one normalised step uphill, kept between 0 and 1."""
    rng = np.random.default_rng(8)
    for shape in ((2, 3), (3, 2, 3)):
        image, gradient = rng.random(shape).round(1), (4 * rng.normal(size=shape)).round(1)
        size = np.sqrt(np.mean(gradient**2))
        rate = 0.3
        known_mistakes = {
            "That is downhill, the published mistake: the image would silence the filter.": np.clip(
                image - rate * gradient / size, 0, 1
            ),
            "The gradient is not normalised: the step would be tiny in one layer and huge in the next.": np.clip(
                image + rate * gradient, 0, 1
            ),
            "Pixels leave the range of an image. Keep them between 0 and 1.": image + rate * gradient / size,
            "It is divided by the largest slope. Divide by the root of the mean square.": np.clip(
                image + rate * gradient / np.abs(gradient).max(), 0, 1
            ),
            "It is divided by the length of the gradient, which grows with the image. Take the mean, not the sum.": (
                np.clip(image + rate * gradient / np.sqrt(np.sum(gradient**2)), 0, 1)
            ),
            "That is the step alone. Add it to the image.": rate * gradient / size,
        }
        expected = np.clip(image + rate * gradient / size, 0, 1)
        attempt.must_return(expected, known_mistakes, image=image, gradient=gradient, rate=rate)
