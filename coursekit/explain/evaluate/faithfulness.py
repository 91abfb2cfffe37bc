"""Does the heatmap tell what the network uses? Change pixels in the order of their heat and watch the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.inputs import checked_baseline, checked_pictures
from coursekit.explain.engine.run import explained_classes, run, scores
from coursekit.explain.engine.tf_graph import behind
from coursekit.explain.evaluate.ratio import ratio

Explainer = Callable[[Any, Floats, Any], Floats]


@dataclass(frozen=True)
class Curve:
    """How sure the network is of the class while pixels are changed.

    Attributes
    ----------
    changed : array (points,)
        Share of the pixels that are changed, 0 to 1.
    probability : array (n, points)
    """

    changed: Floats
    probability: Floats

    @property
    def area(self) -> Floats:
        """Area under each curve, (n,): the mean probability."""
        return np.asarray(np.trapezoid(self.probability, self.changed, axis=1))


def deletion(
    model: Any,
    pictures: ArrayLike,
    heatmaps: ArrayLike,
    target: Any = None,
    *,
    points: int = 21,
    baseline: ArrayLike = 0.0,
    seed: int = 0,
    batch_size: int = 8,
) -> Curve:
    """Replace pixels by a baseline, the hottest first. The smaller the area, the better the heatmap found them.

    Parameters
    ----------
    model : keras.Model
    pictures : array (n, height, width, channels) or (n, length, channels)
    heatmaps : array (n, height, width) or (n, length)
    target : None, int or array (n,)
        None means the class predicted for each whole picture.
    points : int
        Of the curve, both ends among them, 2 or more.
    baseline : number or array that broadcasts to the pictures
        What replaces a pixel. It decides much: a black patch is an object of its own.
    seed : int
        Of the order of pixels that are equally hot.
    batch_size : int

    Returns
    -------
    Curve

    Raises
    ------
    ValueError
        If shapes do not fit or points is less than 2.

    References
    ----------
    V. Petsiuk, A. Das and K. Saenko (2018), BMVC, arXiv:1806.07421.

    Examples
    --------
    >>> from coursekit import networks
    >>> pictures = np.ones((2, 28, 28, 1))
    >>> deletion(networks.mnist_convnet(), pictures, pictures[..., 0], target=3, points=3).probability.shape
    (2, 3)
    """
    checked, start = checked_pictures(model, pictures), checked_baseline(baseline, checked_pictures(model, pictures))
    return _curve(model, checked, start, checked, _ranks(heatmaps, checked, seed), target, points, batch_size)


def insertion(
    model: Any,
    pictures: ArrayLike,
    heatmaps: ArrayLike,
    target: Any = None,
    *,
    points: int = 21,
    baseline: ArrayLike = 0.0,
    seed: int = 0,
    batch_size: int = 8,
) -> Curve:
    """Reveal pixels on a baseline, the hottest first. The larger the area, the better the heatmap found them.

    Parameters and result as in `deletion`.

    Examples
    --------
    >>> from coursekit import networks
    >>> pictures = np.ones((2, 28, 28, 1))
    >>> insertion(networks.mnist_convnet(), pictures, pictures[..., 0], target=3, points=3).changed
    array([0. , 0.5, 1. ])
    """
    checked, start = checked_pictures(model, pictures), checked_baseline(baseline, checked_pictures(model, pictures))
    return _curve(model, start, checked, checked, _ranks(heatmaps, checked, seed), target, points, batch_size)


def sensitivity_n(
    model: Any,
    pictures: ArrayLike,
    heatmaps: ArrayLike,
    target: Any = None,
    *,
    pixels: int,
    subsets: int = 100,
    baseline: ArrayLike = 0.0,
    seed: int = 0,
    batch_size: int = 8,
) -> Floats:
    """Return how well heat predicts the fall of the score when a random subset of pixels is replaced, (n,).

    The correlation, over random subsets of one size, of the summed heat with the fall: 1 for the weights times inputs
    of a linear network. It is nan where either never varies.

    Parameters
    ----------
    model, pictures, heatmaps, target, baseline, batch_size
        As in `deletion`.
    pixels : int
        Size of a subset.
    subsets : int
        How many, 2 or more.
    seed : int

    References
    ----------
    M. Ancona, E. Ceolini, C. Öztireli and M. Gross (2018), "Towards better understanding of gradient-based attribution
    methods for deep neural networks", ICLR, arXiv:1711.06104.

    Examples
    --------
    >>> from coursekit import networks
    >>> model, pictures = networks.dense_baseline(), np.ones((1, 28, 28, 1))
    >>> sensitivity_n(model, pictures, pictures[..., 0], pixels=10, subsets=3).shape  # equal heat: nan
    (1,)
    """
    checked = checked_pictures(model, pictures)
    maps, start = _checked_heatmaps(heatmaps, checked), checked_baseline(baseline, checked)
    count = maps[0].size
    if not 1 <= pixels < count or subsets < 2:
        raise ValueError(f"pixels is {pixels} and subsets {subsets}: pass 1 to {count - 1} pixels, 2 subsets or more.")
    random = np.random.default_rng(seed)
    chosen = np.stack([random.permutation(count) < pixels for _ in range(subsets)])
    classes = explained_classes(model, checked, target, batch_size=batch_size)
    whole = scores(model, checked, classes, batch_size=batch_size)
    heat = maps.reshape(len(maps), -1) @ chosen.T
    falls = np.empty_like(heat)
    for i, (picture, nothing) in enumerate(zip(checked, start, strict=True)):
        for first in range(0, subsets, batch_size):
            hidden = chosen[first : first + batch_size].reshape(-1, *maps.shape[1:], 1)
            left = scores(model, np.where(hidden, nothing, picture), classes[i], batch_size=batch_size)
            falls[i, first : first + batch_size] = whole[i] - left
    return _correlation(heat, falls)


def completeness(
    model: Any,
    pictures: ArrayLike,
    heatmaps: ArrayLike,
    target: Any = None,
    *,
    baseline: ArrayLike | None = None,
    batch_size: int = 8,
) -> Floats:
    """Return by how much each heatmap's sum misses what it should explain, as a share of it, (n,).

    What it should explain is S(x) - S(baseline) for integrated gradients; without a baseline S(x), for LRP
    (conservation). Below 0 something is missing, 0.01 is an error of 1 %.

    Parameters
    ----------
    model, pictures, heatmaps, target, batch_size
        As in `deletion`.
    baseline : number or array, optional

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.explain import integrated_gradients
    >>> model, pictures = networks.mnist_convnet(), np.ones((1, 28, 28, 1))
    >>> bool(abs(completeness(model, pictures, integrated_gradients(model, pictures), baseline=0))[0] < 0.01)
    True
    """
    checked = checked_pictures(model, pictures)
    maps = _checked_heatmaps(heatmaps, checked)
    classes = explained_classes(model, checked, target, batch_size=batch_size)
    owed = scores(model, checked, classes, batch_size=batch_size).astype(np.float64)
    if baseline is not None:
        owed -= scores(model, checked_baseline(baseline, checked), classes, batch_size=batch_size)
    missing = maps.reshape(len(maps), -1).sum(axis=1) - owed
    return ratio(missing, np.abs(owed))


def instability(
    model: Any,
    pictures: ArrayLike,
    explainer: Explainer,
    target: Any = None,
    *,
    radius: float = 0.02,
    samples: int = 10,
    seed: int = 0,
) -> Floats:
    """Return how much a heatmap changes at most when the picture hardly does, as a share of its own size, (n,).

    The largest ``|E(x + d) - E(x)| / |E(x)|`` over random d whose pixels lie within the radius (max-sensitivity).
    Stable is not right: a heatmap that ignores the picture scores 0.

    Parameters
    ----------
    model, pictures, target
        As in `deletion`. The class stays that of the picture itself.
    explainer : function (model, pictures, target) -> heatmaps
    radius : float
        In the pictures' units.
    samples : int
    seed : int

    References
    ----------
    C.-K. Yeh et al. (2019), "On the (in)fidelity and sensitivity of explanations", NeurIPS, arXiv:1901.09392.

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.explain import gradients
    >>> instability(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), gradients, samples=2).shape
    (2,)
    """
    at_least_one(samples, "samples")
    checked = checked_pictures(model, pictures)
    classes = explained_classes(model, checked, target)
    own = explainer(model, checked, classes).reshape(len(checked), -1)
    random = np.random.default_rng(seed)
    worst = np.zeros(len(checked))
    for _ in range(samples):
        moved = checked + random.uniform(-radius, radius, checked.shape).astype(checked.dtype)
        change = explainer(model, moved, classes).reshape(len(checked), -1) - own
        worst = np.maximum(worst, np.linalg.norm(change, axis=1))
    return ratio(worst, np.linalg.norm(own, axis=1))


def _curve(
    model: Any,
    before: Floats,
    after: Floats,
    whole: Floats,
    ranks: Any,
    target: Any,
    points: int,
    batch_size: int,
) -> Curve:
    """Follow the probability while pixels go from one picture to another, those of the lowest rank first."""
    if points < 2:
        raise ValueError(f"points is {points}: a curve needs 2 or more.")
    classes = explained_classes(model, whole, target, batch_size=batch_size)
    changed = np.linspace(0, 1, points)
    probability = np.empty((len(whole), points))
    for i, share in enumerate(changed):
        count = round(share * ranks[0].size)
        shown = np.where((ranks < count)[..., np.newaxis], after, before)
        probability[:, i] = run(model, shown, classes, _probability, batch_size=batch_size)[0]
    return Curve(changed, probability)


def _ranks(heatmaps: ArrayLike, pictures: Floats, seed: int) -> Any:
    """Return each pixel's place in the order of heat, 0 for the hottest; equals in random order."""
    maps = _checked_heatmaps(heatmaps, pictures).reshape(len(pictures), -1)
    chance = np.random.default_rng(seed).random(maps.shape[1])
    order = np.stack([np.lexsort((chance, -heat)) for heat in maps])
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(maps.shape[1])[np.newaxis], axis=1)
    return ranks.reshape(pictures.shape[:-1])


def _checked_heatmaps(heatmaps: ArrayLike, pictures: Floats) -> Floats:
    maps = np.asarray(heatmaps, np.float64)
    if maps.shape != pictures.shape[:-1]:
        raise ValueError(f"heatmaps have shape {maps.shape}: for these pictures it must be {pictures.shape[:-1]}.")
    if not np.isfinite(maps).all():
        raise ValueError("heatmaps hold values that are not finite: explain these pictures again.")
    return maps


def _correlation(first: Floats, second: Floats) -> Floats:
    """Return the correlation of each row with its partner; nan where one is constant."""
    a, b = (rows - rows.mean(axis=1, keepdims=True) for rows in (first, second))
    return ratio((a * b).sum(axis=1), np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1)))


def _probability(forward: Forward) -> list[Any]:
    units = forward.logits.shape[1]
    if units == 1 or behind(forward.outputs).op.type == "Sigmoid":
        return [tf.sigmoid(forward.score)]
    return [tf.gather(tf.nn.softmax(forward.logits), forward.target, batch_dims=1)]
