"""The exercises of lesson 12."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.check.attempt import Attempt
from coursekit.check.exercise import Exercises

exercises = Exercises("12_comparing_explanations", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

Array = NDArray[np.float64]


@exercises.add(
    "What speaks against the class is no heat for it: first set what is below zero to zero.",
    "Two sums: the heat where the mask is True, and all of it.",
    "`heat = np.maximum(heatmap, 0)`, then `heat[mask].sum() / heat.sum()`.",
)
def energy_on_evidence(attempt: Attempt) -> None:
    """Return the share of the positive heat that lies on the mask."""
    rng = np.random.default_rng(0)
    for shape in ((2, 3), (4, 5)):
        heatmap = np.round(rng.normal(0.2, 1, size=shape), 1)
        mask = np.arange(heatmap.size).reshape(shape) % 3 == 1
        heat = np.maximum(heatmap, 0)
        size = np.abs(heatmap)
        known_mistakes: dict[str, Any] = {
            "What is below zero counts too. It speaks *against* the class: set it to zero first.": (
                heatmap[mask].sum() / heatmap.sum()
            ),
            "What is below zero counts as heat: `abs` makes a reason out of a reason against.": (
                size[mask].sum() / size.sum()
            ),
            "That is the share of the heat *beside* the evidence.": heat[~mask].sum() / heat.sum(),
            "That is the mean heat on the evidence. Compare the sum there with the whole sum.": heat[mask].mean(),
            "That is the sum on the evidence. Divide it by all the heat.": heat[mask].sum(),
            "That is the share of the image that is evidence. It does not depend on the heat.": mask.mean(),
        }
        attempt.must_return(heat[mask].sum() / heat.sum(), known_mistakes, heatmap=heatmap, mask=mask)


@exercises.add(
    "Find the order of the pixels first: `np.argsort(-heatmap, axis=None)` numbers them, the hottest first.",
    "How many are replaced: `round(share * heatmap.size)`. Change a copy of the image, all its channels.",
    "`rows, columns = np.unravel_index(order[:count], heatmap.shape)`, then `changed[rows, columns] = 0`.",
)
def delete_hottest(attempt: Attempt) -> None:
    """Return an image whose hottest pixels, a share of all, are black."""
    rng = np.random.default_rng(1)
    for shape, share in (((2, 3), 1 / 3), ((4, 5), 0.25), ((3, 2), 0.0)):
        image = np.round(0.1 + 0.9 * rng.random((*shape, 3)), 1)
        heatmap = rng.permutation(image[..., 0].size).reshape(shape) - 2.0
        count = round(share * heatmap.size)
        expected = _without(image, np.argsort(-heatmap, axis=None)[:count])
        by_size = np.argsort(-np.abs(heatmap), axis=None, kind="stable")
        one_channel = image.copy()
        one_channel[..., 0] = expected[..., 0]
        known_mistakes: dict[str, Any] = {
            "The coolest pixels are gone. `np.argsort` puts the smallest first.": _without(
                image, np.argsort(heatmap, axis=None)[:count]
            ),
            "Those hot and those very cold are gone. Below zero speaks against the class: do not take `abs`.": _without(
                image, by_size[:count]
            ),
            "Only one channel is black. A pixel has three.": one_channel,
            "That is what is deleted. Return what is left.": image - expected,
            "The hottest pixels are all that is left: that is insertion.": _without(
                image, np.argsort(-heatmap, axis=None)[count:]
            ),
            "So many percent of the largest *value* are gone. Count pixels: a share of them is replaced.": np.where(
                (heatmap >= (1 - share) * heatmap.max())[..., np.newaxis], 0, image
            ),
        }
        attempt.must_return(expected, known_mistakes, image=image, heatmap=heatmap, share=share)


@exercises.add(
    "Only the *order* of the pixels counts: replace every value by its rank.",
    "`np.argsort(np.argsort(values))` are the ranks of values that differ. Flatten both maps first.",
    "`np.corrcoef(ranks_of_first, ranks_of_second)[0, 1]`.",
)
def rank_agreement(attempt: Attempt) -> None:
    """Return Spearman's rank correlation of two heatmaps without equal values."""
    rng = np.random.default_rng(2)
    for shape in ((2, 3), (4, 5)):
        first = np.exp(rng.permutation(np.prod(shape)).reshape(shape) / 2.0).round(1)
        second = rng.permutation(np.prod(shape)).reshape(shape) - 3.5
        ranks = np.array([np.argsort(np.argsort(one.ravel())) for one in (first, second)])
        orders = np.array([np.argsort(one.ravel()) for one in (first, second)])
        expected = float(np.corrcoef(ranks)[0, 1])
        known_mistakes: dict[str, Any] = {
            "That is the correlation of the values. A single large one decides it: take their ranks.": float(
                np.corrcoef(first.ravel(), second.ravel())[0, 1]
            ),
            "That is the correlation of the orders, not of the ranks: `argsort` once more.": float(
                np.corrcoef(orders)[0, 1]
            ),
            "That is the whole matrix. The number wanted stands beside its diagonal: `[0, 1]`.": np.corrcoef(ranks),
            "The sign is gone: an opposite order is −1.": abs(expected),
            "The ranks agree so often exactly. How alike is the whole order?": float(np.mean(ranks[0] == ranks[1])),
        }
        attempt.must_return(expected, known_mistakes, first=first, second=second)


@exercises.add(
    "What must the map sum to? To the difference of two scores: `score - baseline_score`.",
    "How much is missing, `heatmap.sum() - owed`, as a share of what is owed.",
    "`owed = score - baseline_score`, then `(heatmap.sum() - owed) / abs(owed)`.",
)
def completeness_gap(attempt: Attempt) -> None:
    """Return by how much a map's sum misses S(x) - S(baseline), as a share of it; below 0 something is missing."""
    rng = np.random.default_rng(3)
    for shape, mean, score, start in (((2, 3), 1.5, 4.0, 1.0), ((4, 5), 0.5, -2.0, 3.0), ((3, 2), 0.2, 8.0, 2.0)):
        heatmap = np.round(rng.normal(mean, 1, size=shape), 1)
        total, owed = heatmap.sum(), score - start
        known_mistakes: dict[str, Any] = {
            "The map owes the difference to the baseline, not the whole score.": (total - score) / abs(score),
            "That is what is missing. Give it as a share of what is owed.": total - owed,
            "The signs are the wrong way round: below 0 something is missing.": (owed - total) / abs(owed),
            "Where the score falls the sign is wrong: divide by the size of what is owed, `abs`.": (total - owed)
            / owed,
            "The sign is gone. Is something missing, or too much?": abs(total - owed) / abs(owed),
            "Heat below zero counts too: the map's sum is that of all its values.": (
                (np.maximum(heatmap, 0).sum() - owed) / abs(owed)
            ),
            "That is the share that is there. How much is missing?": total / owed,
        }
        attempt.must_return(
            (total - owed) / abs(owed), known_mistakes, heatmap=heatmap, score=score, baseline_score=start
        )


@exercises.add(
    "Zero must stay zero: never subtract the smallest value.",
    "One divisor for all maps together, the largest absolute value: `np.abs(heatmaps).max()`.",
    "If that is 0 nothing was found: return zeros. `heatmaps / largest if largest > 0 else heatmaps`",
)
def one_scale(attempt: Attempt) -> None:
    """Return heatmaps (n, height, width) from -1 to 1 on one scale for all: zero stays zero, weak stays weak."""
    rng = np.random.default_rng(4)
    for heatmaps in (
        np.round(rng.normal(size=(2, 2, 3)), 1) * np.array([-2.0, 0.1])[:, np.newaxis, np.newaxis],
        np.round(rng.normal(0.8, 0.2, size=(3, 4, 5)), 1),
        np.zeros((1, 2, 3)),
    ):
        largest = np.abs(heatmaps).max()
        expected = heatmaps / largest if largest > 0 else heatmaps
        known_mistakes: dict[str, Any] = {
            "Each map is divided by its own largest value: a map where hardly anything was found looks like all "
            "others.": _by_own(heatmaps),
            "The smallest value became 0. Then zero, 'no reason', gets a colour of its own.": _stretched(heatmaps),
            "The largest value is found without its sign: if the strongest is negative the scale runs over −1.": (
                heatmaps / heatmaps.max() if heatmaps.max() > 0 else heatmaps
            ),
            "The signs are gone: what speaks against the class looks like what speaks for it.": np.abs(expected),
        }
        attempt.must_return(expected, known_mistakes, heatmaps=heatmaps)


@exercises.add(
    "Read the denominator again: which of its factors stand inside the sum over a and b?",
    "Only the map is summed. The third power belongs to the pixel (i, j), like the squares.",
    "`2 * gradients**2 + maps.sum(axis=(0, 1)) * gradients**3`; divide only where the gradient is not 0.",
)
def plus_plus_weights(attempt: Attempt) -> None:
    """Return Grad-CAM++'s weight of each map, from maps and gradients, both (height, width, K)."""
    rng = np.random.default_rng(5)
    for shape in ((2, 3, 2), (4, 5, 3)):
        maps = np.round(2 * rng.random(shape), 1)
        gradients = np.round(rng.normal(0.3, 0.6, size=shape), 1)
        gradients[0, 0] = 0
        positive = np.maximum(gradients, 0)
        alpha = _alpha(gradients, maps.sum(axis=(0, 1)) * gradients**3)
        known_mistakes: dict[str, Any] = {
            "The third power is summed with the map, as in the code above. In the formula it stands outside.": (
                _alpha(gradients, (maps * gradients**3).sum(axis=(0, 1))) * positive
            ).sum(axis=(0, 1)),
            "The map is not summed: every pixel's own value stands in the denominator.": (
                _alpha(gradients, maps * gradients**3) * positive
            ).sum(axis=(0, 1)),
            "Negative gradients count too. The formula takes ReLU(g).": (alpha * gradients).sum(axis=(0, 1)),
            "That is the mean over the pixels. The formula adds them up.": (alpha * positive).mean(axis=(0, 1)),
            "These are the weights of every pixel. Add them up for each map.": alpha * positive,
            "That is Grad-CAM's weight, the mean gradient.": gradients.mean(axis=(0, 1)),
        }
        attempt.must_return((alpha * positive).sum(axis=(0, 1)), known_mistakes, maps=maps, gradients=gradients)


def _without(image: Array, numbers: NDArray[np.intp]) -> Array:
    """Return an image with the pixels of these numbers black."""
    changed = image.copy()
    changed[np.unravel_index(numbers, image.shape[:2])] = 0
    return changed


def _by_own(heatmaps: Array) -> Array:
    own = np.abs(heatmaps).max(axis=(1, 2), keepdims=True)
    return heatmaps / np.where(own > 0, own, 1)


def _stretched(heatmaps: Array) -> Array:
    low, high = heatmaps.min(), heatmaps.max()
    return (heatmaps - low) / (high - low) if high > low else heatmaps


def _alpha(gradients: Array, third: Array) -> Array:
    squares = gradients**2
    below = 2 * squares + third
    safe = np.where((gradients == 0) | (below == 0), 1, below)
    alpha: Array = np.where(gradients == 0, 0, squares / safe)
    return alpha
