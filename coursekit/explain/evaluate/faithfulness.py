"""Does the heatmap tell what the network uses? Change pixels in the order of their heat and watch the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats
from coursekit.docstrings import entries_from
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.run import run, target_classes, target_scores
from coursekit.explain.engine.scores import target_probability
from coursekit.explain.engine.value_range import Baseline, baseline_of
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
    model: keras.Model,
    images: ArrayLike,
    heatmaps: ArrayLike,
    target: ArrayLike | None = None,
    *,
    points: int = 21,
    baseline: Baseline = "black",
    seed: int = 0,
    batch_size: int | None = None,
) -> Curve:
    """Replace pixels by a baseline, the hottest first. The smaller the area, the better the heatmap found them.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    heatmaps : array (n, height, width) or (n, length)
        One for each image, in any units, the hotter the higher.
    target : None, int or array (n,)
        None means the class predicted for each whole image.
    points : int
        Of the curve, both ends among them, 2 or more.
    baseline : "black", "grey", "white", number or array that broadcasts to the images
        What replaces a pixel. It decides much: a black patch is an object of its own.
    seed : int
        Of the order of pixels that are equally hot.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

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
    >>> images = np.ones((2, 28, 28, 1))
    >>> deletion(networks.mnist_convnet(), images, images[..., 0], target=3, points=3).probability.shape
    (2, 3)
    """
    inputs = Inputs.of(model, images)
    start = baseline_of(baseline, inputs)
    return _curve(inputs, inputs.images, start, ranks(heatmaps, inputs.images, seed), target, points, batch_size)


@entries_from(deletion)
def insertion(
    model: keras.Model,
    images: ArrayLike,
    heatmaps: ArrayLike,
    target: ArrayLike | None = None,
    *,
    points: int = 21,
    baseline: Baseline = "black",
    seed: int = 0,
    batch_size: int | None = None,
) -> Curve:
    """Reveal pixels on a baseline, the hottest first. The larger the area, the better the heatmap found them.

    Parameters
    ----------
    {model}
    {images}
    {heatmaps}
    {target}
    {points}
    baseline : "black", "grey", "white", number or array that broadcasts to the images
        What the pixels are revealed on. It decides much: the edges of a black background are objects of their own.
    {seed}
    {batch_size}

    Returns
    -------
    Curve

    Raises
    ------
    ValueError
        If shapes do not fit or points is less than 2.

    Examples
    --------
    >>> from coursekit import networks
    >>> images = np.ones((2, 28, 28, 1))
    >>> insertion(networks.mnist_convnet(), images, images[..., 0], target=3, points=3).changed
    array([0. , 0.5, 1. ])
    """
    inputs = Inputs.of(model, images)
    start = baseline_of(baseline, inputs)
    return _curve(inputs, start, inputs.images, ranks(heatmaps, inputs.images, seed), target, points, batch_size)


@entries_from(deletion)
def completeness(
    model: keras.Model,
    images: ArrayLike,
    heatmaps: ArrayLike,
    target: ArrayLike | None = None,
    *,
    baseline: Baseline | None = None,
    batch_size: int | None = None,
) -> Floats:
    """Return by how much each heatmap's sum misses what it should explain, as a share of it.

    What it should explain is S(x) - S(baseline) for integrated gradients; without a baseline S(x), for LRP
    (conservation). Below 0 something is missing, 0.01 is an error of 1 %.

    Parameters
    ----------
    {model}
    {images}
    {heatmaps}
    {target}
    {batch_size}
    baseline : word, number or array that broadcasts to the images, optional
        Where the method starts from, in the images' units.

    Returns
    -------
    array (n,)
        nan where nothing is to be explained.

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.explain import integrated_gradients
    >>> model, images = networks.mnist_convnet(), np.ones((1, 28, 28, 1))
    >>> bool(abs(completeness(model, images, integrated_gradients(model, images), baseline=0))[0] < 0.01)
    True
    """
    inputs = Inputs.of(model, images)
    maps = checked_heatmaps(heatmaps, inputs.images)
    classes = target_classes(inputs, target, batch_size=batch_size)
    owed = target_scores(inputs, classes, batch_size=batch_size).astype(np.float64)
    if baseline is not None:
        start = inputs.with_images(baseline_of(baseline, inputs))
        owed -= target_scores(start, classes, batch_size=batch_size)
    missing = maps.reshape(len(maps), -1).sum(axis=1) - owed
    return ratio(missing, np.abs(owed))


def _curve(
    inputs: Inputs,
    before: Floats,
    after: Floats,
    order: NDArray[np.intp],
    target: ArrayLike | None,
    points: int,
    batch_size: int | None,
) -> Curve:
    """Follow the probability while pixels go from one image to another, those of the lowest rank first."""
    if points < 2:
        raise ValueError(f"points is {points}: a curve needs 2 or more.")
    classes = target_classes(inputs, target, batch_size=batch_size)
    changed = np.linspace(0, 1, points)
    probability = np.empty((len(inputs), points))
    for i, share in enumerate(changed):
        count = round(share * order[0].size)
        shown = inputs.with_images(np.where((order < count)[..., np.newaxis], after, before))
        probability[:, i] = run(shown, classes, probability_body, batch_size=batch_size)[0]
    return Curve(changed, probability)


def ranks(heatmaps: ArrayLike, images: Floats, seed: int) -> NDArray[np.intp]:
    """Return each pixel's place in the order of heat, 0 for the hottest; equals in random order.

    Parameters
    ----------
    heatmaps : array (n, height, width) or (n, length)
        One for each image.
    images : array (n, height, width, channels) or (n, length, channels)
        As the model takes them.
    seed : int
        Of the order of equals.

    Returns
    -------
    int array (n, height * width) or (n, length)
    """
    maps = checked_heatmaps(heatmaps, images).reshape(len(images), -1)
    chance = np.random.default_rng(seed).random(maps.shape[1])
    order = np.stack([np.lexsort((chance, -heat)) for heat in maps])
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(maps.shape[1])[np.newaxis], axis=1)
    return places.reshape(images.shape[:-1])


def checked_heatmaps(heatmaps: ArrayLike, images: Floats) -> Floats:
    """Return heatmaps as float64; raise ValueError unless there is a finite one for each image.

    Parameters
    ----------
    heatmaps : array (n, height, width) or (n, length)
        One for each image.
    images : array (n, height, width, channels) or (n, length, channels)
        As the model takes them.

    Returns
    -------
    float64 array (n, height, width) or (n, length)
    """
    maps = np.asarray(heatmaps, np.float64)
    if maps.shape != images.shape[:-1]:
        raise ValueError(f"heatmaps have shape {maps.shape}: for these images it must be {images.shape[:-1]}.")
    if not np.isfinite(maps).all():
        raise ValueError("heatmaps hold values that are not finite: explain these images again.")
    return maps


def probability_body(forward: Forward) -> list[Any]:
    """Compute the probability of the class explained, (n,)."""
    return [target_probability(forward)]
