"""Several methods on the same images: a row for each, beside two that look at nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.docstrings import entries_from
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.pass_counter import Passes, counted_passes
from coursekit.explain.engine.run import target_classes
from coursekit.explain.evaluate.faithfulness import Explainer
from coursekit.explain.evaluate.localisation import (
    pointing_game,
    relevance_mass_accuracy,
    relevance_rank_accuracy,
)
from coursekit.explain.evaluate.road import road
from coursekit.explain.methods.channel_pooling import Pooling, pool_channels
from coursekit.explain.presets import Preset

POOLINGS: Mapping[str, Pooling] = MappingProxyType({"sum": "sum", "norm": "l1_norm"})
"""The two ways in which all methods are pooled alike: channels summed with their signs, and their sizes summed."""

BASELINES = ("random", "centre blob", "edges")
"""Heatmaps that do not look at the network."""


@dataclass(frozen=True)
class Row:
    """How one method did.

    Attributes
    ----------
    method : str
    scores : dict of str to array (n,)
        ``"rank"``, ``"mass"``, ``"pointing"`` (`relevance_rank_accuracy`, `relevance_mass_accuracy`, `pointing_game`)
        and, where asked for, ``"road"``, each under both `POOLINGS`: ``"rank_sum"``, ``"rank_norm"`` and so on. More is
        better. ``"road"`` is the area under the LeRF curve minus that under the MoRF curve.
    passes : Passes
        What the heatmaps cost, per image.
    """

    method: str
    scores: dict[str, Floats]
    passes: Passes

    def means(self) -> dict[str, float]:
        """Return the mean of each measure over the images, without those where it is not defined."""
        known = {name: values[np.isfinite(values)] for name, values in self.scores.items()}
        return {name: float(values.mean()) if len(values) else float("nan") for name, values in known.items()}


def attributions(method: Explainer, model: keras.Model, images: ArrayLike, target: ArrayLike | None = None) -> Floats:
    """Return what a method gives each channel, (n, height, width, channels), before anything is pooled.

    Parameters
    ----------
    method : Preset or function (model, images, target) -> heatmaps
        A function that gives one number per pixel counts as one of a single channel.
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels)
        In the values that the model takes, for example 0 to 1.
    target : None, int or array (n,)
        None means the predicted class.

    Returns
    -------
    array float (n, height, width, channels)
    """
    if isinstance(method, Preset):
        return method.channels(model, images, target)
    return np.asarray(method(model, np.asarray(images), target))[..., np.newaxis]


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


@entries_from(attributions)
def scoreboard(
    model: keras.Model,
    images: ArrayLike,
    masks: ArrayLike,
    methods: Mapping[str, Explainer],
    target: ArrayLike | None = None,
    *,
    road_images: int = 0,
) -> list[Row]:
    """Return how well each method finds what the mask holds, what the network uses, and what it costs.

    Every method is pooled in the same two ways (`POOLINGS`). Two rows are added to compare with: `random_heatmaps` and
    `centre_blob`.

    Parameters
    ----------
    {model}
    {images}
    masks : array (n, height, width)
        Above 0 on the object, its rim included.
    methods : dict
        Name to a preset, or to a function (model, images, target) -> heatmaps.
    {target}
    road_images : int
        The first so many images are also judged by `road`, which takes a while.

    Returns
    -------
    list of Row

    Examples
    --------
    >>> from coursekit import explain, networks
    >>> masks = np.tril(np.ones((1, 28, 28)))
    >>> images = np.random.default_rng(0).random((1, 28, 28, 1))
    >>> rows = scoreboard(networks.mnist_convnet(), images, masks, {"gradients": explain.gradients})
    >>> [(row.method, row.passes.backward) for row in rows]
    [('gradients', 1.0), ('random', 0.0), ('centre blob', 0.0)]
    """
    inputs = Inputs.of(model, images)
    checked, classes = inputs.images, target_classes(inputs, target)
    rows = []
    for name, method in {**methods, "random": random_heatmaps, "centre blob": centre_blob}.items():
        with counted_passes() as passes:
            found = attributions(method, model, checked, classes)
        scores = pooled_scores(model, checked, masks, found, classes, road_images=road_images)
        rows.append(Row(name, scores, Passes(passes.forward / len(checked), passes.backward / len(checked))))
    return rows


@entries_from(scoreboard)
def pooled_scores(
    model: keras.Model,
    images: Floats,
    masks: ArrayLike,
    found: Floats,
    target: ArrayLike,
    *,
    road_images: int = 0,
) -> dict[str, Floats]:
    """Return the measures of a `Row` for attributions (n, height, width, channels) that are at hand.

    Parameters
    ----------
    {model}
    {images}
    {masks}
    found : array (n, height, width, channels)
    {target}
    {road_images}

    Returns
    -------
    dict of str to array (n,)
    """
    scores = {}
    asked = np.broadcast_to(np.asarray(target), len(images))
    for name, pooling in POOLINGS.items():
        heat = pool_channels(found, pooling)
        scores[f"rank_{name}"] = relevance_rank_accuracy(heat, masks)
        scores[f"mass_{name}"] = relevance_mass_accuracy(heat, masks)
        scores[f"pointing_{name}"] = pointing_game(heat, masks)
        if road_images:
            some = slice(road_images)
            last, first = (
                road(model, images[some], heat[some], asked[some], order=order).area for order in ("lerf", "morf")
            )
            scores[f"road_{name}"] = last - first
    return scores
