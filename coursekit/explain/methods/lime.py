"""LIME: which superpixels, shown or hidden, carry the score, by a weighted linear model.

Made of scikit-image's superpixels and scikit-learn's ridge regression. The package ``lime`` is not used: its last
release is of 2020, it is made for images of three channels, not for spectra, and what it adds to these two is short.
"""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.engine.heatmaps import warn_of_flat_maps
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.run import fitting_batch, target_classes, target_scores
from coursekit.explain.engine.value_range import Baseline, baseline_of

Segments = NDArray[np.intp]


def lime(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    segments: int | ArrayLike = 50,
    samples: int = 1000,
    kernel_width: float = 0.25,
    ridge: float = 1.0,
    baseline: Baseline | None = None,
    seed: int = 0,
    batch_size: int | None = None,
) -> Floats:
    """Return the weight of each pixel's superpixel in a linear model of the score around the image.

    Random halves of the superpixels z (1 shown, 0 hidden) are drawn, the score of each such image is taken, and a
    ridge regression of the score on z is fitted, weighted by ``exp(-D^2 / kernel_width^2)``, D the cosine distance of z
    from "all shown". A superpixel's weight is what showing it adds to the score, however large it is.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class to explain; None means the predicted class of each whole image.
    segments : int or array (n, height, width)
        About how many superpixels (SLICO), or for spectra how many pieces of the same length; or which superpixel each
        pixel belongs to, numbered from 0.
    samples : int
        Images with hidden superpixels, 2 or more: the whole one and random ones. It costs a forward pass each.
    kernel_width : float
        The smaller, the more count samples that show nearly all.
    ridge : float
        Weight of the squared coefficients, 0 or more.
    baseline : word, number or array that broadcasts to the images, optional
        What hidden superpixels show; their own mean colour if not given.
    seed : int
        The same samples for images of the same number of superpixels.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed; the same for all pixels of a superpixel.

    Raises
    ------
    ValueError
        If an option is out of its range or segments do not fit the images.

    References
    ----------
    M. T. Ribeiro, S. Singh and C. Guestrin (2016), "'Why should I trust you?': explaining the predictions of any
    classifier", KDD, arXiv:1602.04938.
    R. Achanta et al. (2012), "SLIC superpixels compared to state-of-the-art superpixel methods", IEEE Transactions on
    Pattern Analysis and Machine Intelligence 34, 2274-2282.

    Examples
    --------
    >>> from coursekit import networks
    >>> images = np.random.default_rng(0).random((1, 28, 28, 1))
    >>> lime(networks.mnist_convnet(), images, segments=9, samples=20).shape
    (1, 28, 28)
    """
    at_least_one(samples, "samples")
    if not (samples >= 2 and 0 < kernel_width < np.inf and 0 <= ridge < np.inf):
        raise ValueError(
            f"samples is {samples!r}, kernel_width {kernel_width!r} and ridge {ridge!r}: pass 2 samples or more, a "
            "width above 0 and a ridge of 0 or more."
        )
    inputs = Inputs.of(model, images)
    checked = inputs.images
    labels = superpixels(checked, segments) if isinstance(segments, int) else _checked_segments(segments, checked)
    hidden = _mean_colours(checked, labels) if baseline is None else baseline_of(baseline, inputs)
    classes = target_classes(inputs, target, batch_size=batch_size)
    batch_size = fitting_batch(inputs, batch_size, len(inputs) * samples)
    heatmaps = np.empty(checked.shape[:-1], np.float32)

    def seen(some: NDArray[np.bool_], own: Segments, image: Floats, nothing: Floats) -> Inputs:
        return inputs.with_images(np.where(some[:, own, np.newaxis], image, nothing))

    for heatmap, image, nothing, own, class_ in zip(heatmaps, checked, hidden, labels, classes, strict=True):
        shown = np.random.default_rng(seed).random((samples, own.max() + 1)) < 0.5
        shown[0] = True
        found = np.concatenate(
            [
                target_scores(seen(some, own, image, nothing), class_, batch_size=batch_size)
                for some in np.split(shown, range(batch_size, samples, batch_size))
            ]
        )
        heatmap[...] = _weights(shown, found, kernel_width, ridge)[own]
    warn_of_flat_maps(heatmaps, "no superpixel changes the score; hide them by another baseline.")
    return heatmaps


def superpixels(images: Floats, count: int = 50) -> Segments:
    """Return which superpixel each pixel belongs to, numbered from 0 in each image.

    Parameters
    ----------
    images : array float (n, height, width, channels) or (n, length, channels)
        Of any range: it is brought to 0 ... 1.
    count : int
        About how many.

    Returns
    -------
    array of int (n, height, width) or (n, length)

    Examples
    --------
    >>> superpixels(np.zeros((1, 6, 2)), 3)
    array([[0, 0, 1, 1, 2, 2]])
    """
    at_least_one(count, "segments")
    if images.ndim == 3:
        length = images.shape[1]
        return np.tile(np.arange(length) * min(count, length) // length, (len(images), 1))
    # Loading it takes a while, and only this function needs it.
    from skimage.segmentation import slic

    low, high = images.min(), images.max()
    between = (images - low) / (high - low if high > low else 1)
    # SLICO weighs colour against distance by itself, so that neither noise nor faint colours spoil the pieces.
    options = {"slic_zero": True, "convert2lab": images.shape[-1] == 3, "start_label": 0}
    return np.stack([slic(one, count, **options) for one in between])


def _weights(shown: NDArray[np.bool_], found: Floats, kernel_width: float, ridge: float) -> Floats:
    from sklearn.linear_model import Ridge

    distance = 1 - np.sqrt(shown.mean(axis=1))
    fitted = Ridge(alpha=ridge).fit(shown, found, sample_weight=np.exp(-((distance / kernel_width) ** 2)))
    return np.asarray(fitted.coef_)


def _mean_colours(images: Floats, labels: Segments) -> Floats:
    painted = np.empty_like(images)
    for paint, image, own in zip(painted, images, labels, strict=True):
        sizes = np.bincount(own.ravel())
        for channel in range(image.shape[-1]):
            sums = np.bincount(own.ravel(), image[..., channel].ravel())
            paint[..., channel] = (sums / np.maximum(sizes, 1))[own]
    return painted


def _checked_segments(segments: ArrayLike, images: Floats) -> Segments:
    array = np.asarray(segments)
    if array.dtype.kind not in "iu" or array.shape != images.shape[:-1] or array.min() < 0:
        raise ValueError(
            f"segments has shape {array.shape} and holds {array.dtype}: pass a number, or whole numbers from 0 in the "
            f"shape {images.shape[:-1]}."
        )
    return array.astype(np.intp)
