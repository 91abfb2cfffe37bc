"""Taylor decomposition: the score shared out among the pixels by a straight line from a root point.

R = dS/dx * (x - root). Where the score is a straight line between the two, the shares sum to what the score changed by;
where it bends, a remainder is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from coursekit.arrays import Floats
from coursekit.docstrings import entries_from
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.heatmaps import warn_of_flat_maps
from coursekit.explain.engine.inputs import Inputs, checked_baseline
from coursekit.explain.engine.run import run, target_classes
from coursekit.explain.engine.scores import target_probability
from coursekit.explain.engine.tracing import Body
from coursekit.explain.methods.channel_pooling import Pooling, pool_channels
from coursekit.explain.methods.gradients import pixel_gradients

_FLAT = "the image is its own root point there, or no pixel changes the score (dead ReLUs)."


Root = ArrayLike | Literal["blur", "sharpen", "pixelate"]
Slope = Literal["root", "image", "mean"]
PathSlope = Literal["root", "image", "mean", "path"]


@dataclass(frozen=True, eq=False)
class Relevance:
    """Maps by Taylor decomposition, and whether they add up.

    Attributes
    ----------
    maps : array (n, height, width) or (n, length)
        Signed, in the units of the score, channels summed.
    above, below : array (n,)
        The score at the images and at their root points.
    slopes : array (n, height, width, channels) or (n, length, channels)
        The derivative that was taken.
    """

    maps: Floats
    above: Floats
    below: Floats
    slopes: Floats

    @property
    def change(self) -> Floats:
        """Score at the image minus score at the root, (n,): what was to be shared out."""
        change: Floats = self.above - self.below
        return change

    @property
    def remainder(self) -> Floats:
        """What the straight line missed, change - sum of the map, (n,)."""
        remainder: Floats = self.change - self.maps.reshape(len(self.maps), -1).sum(axis=1)
        return remainder

    @property
    def missed_share(self) -> float:
        """The sizes of all remainders as a share of the sizes of all changes; 0 is complete, nan if nothing changed."""
        total = float(np.abs(self.change).sum())
        return float(np.abs(self.remainder).sum()) / total if total else float("nan")


def taylor_decomposition(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    root: Root = "blur",
    strength: float = 1.0,
    slope: Slope = "root",
    pooling: Pooling | None = "sum",
    batch_size: int | None = None,
) -> Floats:
    """Return the first term of the score's Taylor series around a root point: ``g * (x - root)``.

    A root point ought to score 0 and lie near. A blurred image does not score 0, so what is explained is the
    difference, and which root is taken decides what the map shows: chosen well, it can justify any map (Sixt and
    Landgraf 2022). `taylor_relevance` also says how much the straight line leaves over.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class to explain; None means the predicted class of each image.
    root : {"blur", "sharpen", "pixelate"} or array that broadcasts to the images
        The image without its details; with twice its details; in squares, each with the value of the pixel in its
        middle (nearest neighbour); or given: an image of another class, or a number.
    strength : float
        Standard deviation in pixels of the Gaussian that tells details from the rest, above 0; half the side of a
        square, which is 2 pixels at least.
    slope : {"root", "image", "mean"}
        Where g is taken: at the root, as in a Taylor series; at the image; or the mean of both, which halves the
        remainder.
    pooling : str, optional
        How the channels become one number, one of those of `pool_channels`. None keeps them.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed.

    Raises
    ------
    ValueError
        If an option is out of its range or the root does not fit the images.

    References
    ----------
    G. Montavon, S. Lapuschkin, A. Binder, W. Samek and K.-R. Müller (2017), "Explaining nonlinear classification
    decisions with deep Taylor decomposition", Pattern Recognition 65, 211-222, arXiv:1512.02479.
    L. Sixt and T. Landgraf (2022), "A rigorous study of the deep Taylor decomposition", TMLR, arXiv:2211.08425.

    Examples
    --------
    >>> from coursekit import networks
    >>> images = np.random.default_rng(0).random((2, 28, 28, 1))
    >>> taylor_decomposition(networks.mnist_convnet(), images).shape
    (2, 28, 28)
    """
    inputs, start = _ends(model, images, root, strength, slope)
    classes = target_classes(inputs, target, batch_size=batch_size)

    def gradient(images: Floats) -> Floats:
        return pixel_gradients(inputs.with_images(images), classes, batch_size=batch_size)

    slopes = mean_slopes(gradient, inputs.images, start, slope)
    heatmaps = pool_channels((inputs.images - start) * slopes, pooling)
    warn_of_flat_maps(heatmaps, _FLAT)
    return heatmaps


@entries_from(taylor_decomposition)
def taylor_relevance(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    root: Root = "blur",
    strength: float = 1.0,
    slope: Slope = "root",
    probability: bool = False,
    batch_size: int | None = None,
) -> Relevance:
    """Return the Taylor decomposition and its remainder: what the first-order term does not explain.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {root}
    {strength}
    {slope}
    probability : bool
        Explain the probability, after softmax or sigmoid, instead of the logit.
    {batch_size}

    Returns
    -------
    Relevance
        With ``maps``, the ``change`` of the score, and the ``remainder``.

    Raises
    ------
    ValueError
        If an option is out of its range or the root does not fit the images.

    Examples
    --------
    >>> from coursekit import networks
    >>> found = taylor_relevance(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), target=3, root=0.5)
    >>> found.maps.shape, found.remainder.shape
    ((2, 28, 28), (2,))
    """
    inputs, start = _ends(model, images, root, strength, slope)
    classes = target_classes(inputs, target, batch_size=batch_size)

    def by(body: Body) -> Callable[[Floats], Floats]:
        return lambda images: run(inputs.with_images(images), classes, body, batch_size=batch_size)[0]

    gradient, score = map(by, (_probability_gradient, _probability) if probability else (_gradient, _score))
    return relevance_between(gradient, score, inputs.images, start, slope)


def relevance_between(
    gradient: Callable[[Floats], Floats],
    score: Callable[[Floats], Floats],
    images: Floats,
    roots: Floats,
    slope: PathSlope,
    steps: int = 20,
) -> Relevance:
    """Return R = dS/dx * (x - root) of any score that has a gradient, and whether it adds up.

    Parameters
    ----------
    gradient, score : function
        Of images (n, height, width, channels): dS/dx in their shape, and S, (n,).
    images, roots : array (n, height, width, channels) or (n, length, channels)
    slope : {"root", "image", "mean", "path"}
        Where dS/dx is taken: at the image, at the root, as the mean of both, or as the mean over the path between them.
    steps : int
        Points of ``"path"``.
    """
    slopes = mean_slopes(gradient, images, roots, slope, steps)
    above, below = (score(end).astype(np.float64) for end in (images, roots))
    return Relevance((slopes * (images - roots)).sum(axis=-1), above, below, slopes)


def mean_slopes(
    gradient: Callable[[Floats], Floats], images: Floats, roots: Floats, slope: PathSlope, steps: int = 20
) -> Floats:
    """Return the derivative at the image, at the root, their mean, or the mean over the path between them.

    Parameters
    ----------
    gradient : function
        From images (n, height, width, channels) to dS/dx in their shape.
    images, roots : array (n, height, width, channels) or (n, length, channels)
    slope : {"root", "image", "mean", "path"}
    steps : int
        Points of ``"path"``, each in the middle of its part.

    Returns
    -------
    array float64, in the shape of the images
    """
    if slope == "path":
        places = [(step + 0.5) / steps for step in range(steps)]
        points = [(roots + place * (images - roots)).astype(images.dtype) for place in places]
    else:
        points = {"image": [images], "root": [roots], "mean": [roots, images]}[slope]
    total = np.zeros(images.shape, np.float64)
    for point in points:
        total += gradient(point)
    return total / len(points)


@entries_from(taylor_decomposition)
def root_points(images: Floats, root: Root = "blur", strength: float = 1.0) -> Floats:
    """Return the root points that `taylor_decomposition` takes, in the images' shape.

    Parameters
    ----------
    images : array float (n, height, width, channels) or (n, length, channels)
        Of any range.
    {root}
    {strength}

    Returns
    -------
    array, of the shape of the images

    Examples
    --------
    >>> float(root_points(np.ones((1, 4, 4, 1)), root=0.5).max())
    0.5
    """
    if not isinstance(root, str):
        return checked_baseline(root, images)
    if not 0 < strength < np.inf:
        raise ValueError(f"strength is {strength!r}: it is the width of a blur in pixels, above 0.")
    if root == "pixelate":
        return _pixelated(images, max(2, round(2 * strength)))
    spread = (0, *[strength] * (images.ndim - 2), 0)
    blurred: Floats = ndimage.gaussian_filter(images, spread, mode="nearest")
    if root == "blur":
        return blurred
    if root == "sharpen":
        return 2 * images - blurred
    raise ValueError(f'root is {root!r}: it must be "blur", "sharpen", "pixelate", or images of the given shape.')


def _pixelated(images: Floats, side: int) -> Floats:
    for axis in range(1, images.ndim - 1):
        length = images.shape[axis]
        middle = np.minimum(np.arange(length) // side * side + side // 2, length - 1)
        images = images.take(middle, axis=axis)
    return images


def _ends(model: keras.Model, images: ArrayLike, root: Root, strength: float, slope: Slope) -> tuple[Inputs, Floats]:
    """Return the images and their root points, checked."""
    if slope not in ("root", "image", "mean"):
        raise ValueError(f'slope is {slope!r}: it must be "root", "image" or "mean".')
    inputs = Inputs.of(model, images)
    return inputs, root_points(inputs.images, root, strength)


def _score(forward: Forward) -> list[Any]:
    return [forward.score]


def _gradient(forward: Forward) -> list[Any]:
    return [forward.derivative(forward.images)]


def _probability(forward: Forward) -> list[Any]:
    return [target_probability(forward)]


def _probability_gradient(forward: Forward) -> list[Any]:
    return [forward.derivative(forward.images, of=target_probability(forward))]
