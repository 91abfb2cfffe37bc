"""Several methods on the same images: a row each, beside two that look at nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.docstrings import entries_from
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.pass_counter import Passes, counted_passes
from coursekit.explain.engine.run import target_classes
from coursekit.explain.engine.value_range import Baseline
from coursekit.explain.evaluate.faithfulness import Explainer, deletion, insertion
from coursekit.explain.evaluate.localisation import (
    intersection_over_union,
    pointing_game,
    relevance_mass_accuracy,
    relevance_rank_accuracy,
)


@dataclass(frozen=True)
class Row:
    """How one method did.

    Attributes
    ----------
    method : str
    pointing, energy, overlap, ranking : array (n,)
        `pointing_game`, `relevance_mass_accuracy`, `intersection_over_union` and `relevance_rank_accuracy` of each
        image; more is better.
    deletion, insertion : array (n,)
        Areas under the curves; less, and more, is better.
    passes : Passes
        What the heatmaps cost, per image.
    """

    method: str
    pointing: Floats
    energy: Floats
    overlap: Floats
    ranking: Floats
    deletion: Floats
    insertion: Floats
    passes: Passes

    def means(self) -> dict[str, float]:
        """Return the mean of each measure over the images, without those where it is not defined."""
        measures = ("pointing", "energy", "overlap", "ranking", "deletion", "insertion")
        return {name: float(np.nanmean(getattr(self, name))) for name in measures}


def random_heatmaps(model: keras.Model, images: ArrayLike, target: ArrayLike | None = None, *, seed: int = 0) -> Floats:
    """Return noise: what a method must beat. It looks neither at the model nor at the image.

    Parameters
    ----------
    model : keras.Model or None
        It is not looked at.
    images : array (n, height, width, channels) or (n, length, channels)
        Only their shape counts.
    target : None, int or array (n,)
        It is not looked at.
    seed : int
        Of the random numbers: the same seed, the same result.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        0 to 1.

    Examples
    --------
    >>> random_heatmaps(None, np.zeros((2, 5, 6, 3))).shape
    (2, 5, 6)
    """
    shape = np.asarray(images).shape[:-1]
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def centre_blob(model: keras.Model, images: ArrayLike, target: ArrayLike | None = None) -> Floats:
    """Return a blob in the middle, as wide as half the image: photographers put the object there.

    Parameters
    ----------
    model : keras.Model or None
        It is not looked at.
    images : array (n, height, width, channels) or (n, length, channels)
        Only their shape counts.
    target : None, int or array (n,)
        It is not looked at.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        0 to 1.

    Examples
    --------
    >>> centre_blob(None, np.zeros((1, 3, 3, 1)))[0].round(2)
    array([[0.17, 0.41, 0.17],
           [0.41, 1.  , 0.41],
           [0.17, 0.41, 0.17]], dtype=float32)
    """
    n, *sides, _ = np.asarray(images).shape
    axes = [(np.arange(side) - (side - 1) / 2) / (side / 4) for side in sides]
    squares = sum(axis**2 for axis in np.meshgrid(*axes, indexing="ij", sparse=True))
    blob = np.exp(-squares / 2).astype(np.float32)
    return np.tile(blob, (n, *[1] * len(sides)))


@entries_from(deletion)
def scoreboard(
    model: keras.Model,
    images: ArrayLike,
    masks: ArrayLike,
    methods: Mapping[str, Explainer],
    target: ArrayLike | None = None,
    *,
    baseline: Baseline = "black",
    points: int = 21,
) -> list[Row]:
    """Return how well each method finds the object and what the network uses, and what it costs.

    Two rows are added to compare with: `random_heatmaps` and `centre_blob`.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels)
        In the values that the model takes, for example 0 to 1.
    masks : array (n, height, width)
        Above 0 on the object.
    methods : dict
        Name to a function (model, images, target) -> heatmaps.
    target : None, int or array (n,)
        None means the predicted class.
    {baseline}
    {points}

    Returns
    -------
    list of Row

    Examples
    --------
    >>> from coursekit import explain, networks
    >>> masks = np.tril(np.ones((1, 28, 28)))
    >>> images = np.random.default_rng(0).random((1, 28, 28, 1))
    >>> rows = scoreboard(networks.mnist_convnet(), images, masks, {"gradients": explain.gradients}, points=3)
    >>> [(row.method, row.passes.backward) for row in rows]
    [('gradients', 1.0), ('random', 0.0), ('centre blob', 0.0)]
    """
    inputs = Inputs.of(model, images)
    checked, classes = inputs.images, target_classes(inputs, target)
    rows = []
    for name, method in {**methods, "random": random_heatmaps, "centre blob": centre_blob}.items():
        with counted_passes() as passes:
            heatmaps = method(model, checked, classes)
        rows.append(
            Row(
                method=name,
                pointing=pointing_game(heatmaps, masks),
                energy=relevance_mass_accuracy(heatmaps, masks),
                overlap=intersection_over_union(heatmaps, masks),
                ranking=relevance_rank_accuracy(heatmaps, masks),
                deletion=deletion(model, checked, heatmaps, classes, baseline=baseline, points=points).area,
                insertion=insertion(model, checked, heatmaps, classes, baseline=baseline, points=points).area,
                passes=Passes(passes.forward / len(checked), passes.backward / len(checked)),
            )
        )
    return rows
