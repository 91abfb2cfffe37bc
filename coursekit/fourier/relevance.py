"""Taylor relevance: the change of the score from a root point to the image, shared out among the pixels.

R = dy/dx * (x - root). Where the score is a straight line between the two, the shares sum to what the score changed by;
where it bends, a remainder is left. `taylor_relevance` returns both, so that nobody need take the map on trust. And it
takes any root: with the right one, any map comes out (`root_for_any_map`).

References
----------
G. Montavon, S. Lapuschkin, A. Binder, W. Samek and K.-R. Müller (2017), "Explaining nonlinear classification decisions
with deep Taylor decomposition", Pattern Recognition 65, 211-222, arXiv:1512.02479.
L. Sixt and T. Landgraf (2022), "A rigorous study of the deep Taylor decomposition", TMLR, arXiv:2211.08425.
"""

from __future__ import annotations

from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one, checked_floats
from coursekit.explain.methods.taylor import PathSlope, Relevance, relevance_between, root_points
from coursekit.fourier.derivatives import ScoreGradient


def taylor_relevance(
    gradient: ScoreGradient,
    images: ArrayLike,
    roots: ArrayLike,
    target: ArrayLike | None = None,
    *,
    slope: PathSlope = "root",
    steps: int = 20,
) -> Relevance:
    """Return R = dy/dx * (x - root) and how complete it is.

    Parameters
    ----------
    gradient : ScoreGradient
        Of the network to explain.
    images : array (n, height, width, channels)
        In the values that the network takes, for example 0 to 1.
    roots : array that broadcasts to the images
        See `blurred`, `sharpened` and `nearest_of_another_class`.
    target : None, int or array (n,)
        The class whose logit is y; None means the one with the largest logit at the image.
    slope : {"root", "image", "mean", "path"}
        Where dy/dx is taken: at the root, which a Taylor series and `coursekit.explain.taylor_relevance` take; at the
        image; as the mean of both; or as the mean of many points on the way (integrated gradients).
    steps : int
        How many points for ``"path"``.

    Returns
    -------
    coursekit.explain.methods.taylor.Relevance
        With ``maps`` (n, height, width), the ``change`` (n,) of the score from root to image, and what is left
        over: the ``remainder`` (n,) and the ``missed_share``.

    Raises
    ------
    ValueError
        If roots and images do not fit together, or an option is out of its range.

    Examples
    --------
    >>> from coursekit import networks
    >>> gradient = ScoreGradient(networks.linear_fourier_net(filters=(4, 8), hidden=4))
    >>> digits = np.random.default_rng(0).random((2, 28, 28, 1))
    >>> found = taylor_relevance(gradient, digits, 0, slope="image")  # all biases are 0: a straight line
    >>> found.maps.shape, bool(found.missed_share < 0.001)
    ((2, 28, 28), True)
    """
    if slope not in get_args(PathSlope):
        raise ValueError(f"slope is {slope!r}: it must be one of {', '.join(map(repr, get_args(PathSlope)))}.")
    at_least_one(steps, "steps")
    x = checked_floats(images, "images", 4)
    start = root_points(x, roots)
    classes = gradient.classes(gradient.net.logits(x), target)

    def scores(images: Floats) -> Floats:
        return gradient.scores(images, classes)

    return relevance_between(lambda images: gradient(images, classes), scores, x, start, slope, steps)


def blurred(images: ArrayLike, strength: float = 1.0) -> Floats:
    """Return images without their details: each pixel the Gaussian mean of its surroundings.

    Parameters
    ----------
    images : array (n, height, width, channels)
        In the values that the network takes, for example 0 to 1.
    strength : float
        Standard deviation of the Gaussian in pixels, above 0. Beyond the border the nearest pixel goes on.

    Returns
    -------
    array (n, height, width, channels)

    Examples
    --------
    >>> blurred(np.eye(3)[np.newaxis, :, :, np.newaxis], strength=0.5).round(1)[0, :, :, 0]
    array([[0.8, 0.2, 0. ],
           [0.2, 0.6, 0.2],
           [0. , 0.2, 0.8]])
    """
    return root_points(checked_floats(images, "images", 4), "blur", strength)


def sharpened(images: ArrayLike, strength: float = 1.0) -> Floats:
    """Return images with twice their details: what `blurred` takes away is added once more.

    Parameters
    ----------
    images : array (n, height, width, channels)
        In the values that the network takes, for example 0 to 1.
    strength : float
        Standard deviation in pixels of the Gaussian that tells details from the rest, above 0.

    Returns
    -------
    array (n, height, width, channels)
    """
    return root_points(checked_floats(images, "images", 4), "sharpen", strength)


def nearest_of_another_class(
    images: ArrayLike, classes: ArrayLike, library: ArrayLike, library_classes: ArrayLike
) -> Floats:
    """Return for each image the one of a library that is nearest to it among those of another class.

    Parameters
    ----------
    images : array (n, height, width, channels)
        In the values that the network takes, for example 0 to 1.
    classes : array (n,)
        The class of each image.
    library : array (m, height, width, channels)
        Among which to look, of the same size.
    library_classes : array (m,)
        The class of each image of the library.

    Returns
    -------
    array (n, height, width, channels)
        Nearest by the sum of the squared differences.

    Raises
    ------
    ValueError
        If the library has no image of another class, or shapes do not fit together.

    Examples
    --------
    >>> library = np.array([0.0, 0.4, 1.0]).reshape(3, 1, 1, 1)
    >>> nearest_of_another_class(np.full((1, 1, 1, 1), 0.5), [7], library, [1, 7, 1]).item()
    0.0
    """
    x, others = checked_floats(images, "images", 4), checked_floats(library, "library", 4)
    own, theirs = np.asarray(classes), np.asarray(library_classes)
    if x.shape[1:] != others.shape[1:] or own.shape != (len(x),) or theirs.shape != (len(others),):
        raise ValueError(
            f"images {x.shape} with {own.size} classes and library {others.shape} with {theirs.size} do not fit "
            "together: images must have one size, and each a class."
        )
    flat, rows = others.reshape(len(others), -1), x.reshape(len(x), -1)
    distances = (flat**2).sum(axis=1) - 2 * rows @ flat.T
    distances[own[:, np.newaxis] == theirs] = np.inf
    nearest = distances.argmin(axis=1)
    if np.isinf(distances[np.arange(len(x)), nearest]).any():
        raise ValueError("the library has only images of the same class: there is none of another.")
    found: Floats = others[nearest]
    return found


def root_for_any_map(
    gradient: ScoreGradient, image: ArrayLike, wished: ArrayLike, target: ArrayLike | None = None
) -> Floats:
    """Return the root point that makes the Taylor relevance of an image any map you like.

    R = dy/dx * (x - root), with the slope at the image, can be read from right to left: root = x - R / (dy/dx). The map
    is scaled to sum to y(x), so along the straight line the score of the root is 0, just as a root point's should be.

    Parameters
    ----------
    gradient : ScoreGradient
        Of the network to explain.
    image : array (1, height, width, 1)
        In the values that the network takes.
    wished : array (height, width)
        The map, not summing to 0; 0 where the slope is 0.
    target : None or int
        The class whose logit is y; None means the one with the largest logit.

    Returns
    -------
    array (1, height, width, 1)

    Raises
    ------
    ValueError
        If the map cannot be had: it sums to 0, or asks for something where no slope is.

    Examples
    --------
    >>> from coursekit import networks
    >>> gradient = ScoreGradient(networks.linear_fourier_net(filters=(4, 8), hidden=32))
    >>> digit, wished = np.random.default_rng(0).random((1, 28, 28, 1)), np.eye(28)
    >>> root = root_for_any_map(gradient, digit, wished)
    >>> found = taylor_relevance(gradient, digit, root, slope="image").maps[0]
    >>> bool(np.allclose(found / found.sum(), wished / wished.sum(), atol=1e-4))
    True
    """
    x = checked_floats(image, "image", 4)
    scores, slopes = gradient.scores_and_slopes(x, target)
    asked = np.asarray(wished, np.float64).reshape(x.shape)
    if abs(asked.sum()) < 1e-9 * np.abs(asked).sum() or not asked.any():
        raise ValueError("wished sums to 0: it cannot be scaled to sum to the score. Pass a map with a sum.")
    if ((slopes == 0) & (asked != 0)).any():
        raise ValueError("wished asks for relevance where the slope is 0, and 0 times anything is 0: leave 0 there.")
    shares = scores[0] * asked / asked.sum()
    way = np.divide(shares, slopes, out=np.zeros(x.shape), where=slopes != 0)
    root: Floats = (x - way).astype(x.dtype)
    return root
