"""Activation maximization: the image that a filter answers to most.

All images climb at once, each on its own filter: ``x <- x + rate g / |g|``, g the derivative of the filter's mean
activation by the image, ``|g|`` its root mean square.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one
from coursekit.docstrings import entries_from
from coursekit.explain.engine.feature_maps import map_count
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.heatmaps import warn_of_user
from coursekit.explain.engine.inputs import Inputs, input_shape
from coursekit.explain.engine.layer_selection import Layer
from coursekit.explain.engine.run import run, target_classes
from coursekit.explain.engine.value_range import told_range
from coursekit.explain.methods.image_transforms import ImageTransform

# Between the channels of six photographs of the course, on average (tests/explain/test_features.py).
COLOUR_CORRELATION = 0.75

Watch = Callable[[int, Floats], None]
"""Called with how many steps were taken, and with the images so far."""


@dataclass(frozen=True)
class Ascent:
    """Options of activation maximization. The defaults suit images from 0 to 1.

    Attributes
    ----------
    steps : int
        How many.
    rate : float
        Root mean square of a step, as a share of the value range.
    value_range : (float, float)
        What pixels may be.
    start : float
        Standard deviation of the noise around grey that the images start from, as a share of the value range.
    jitter : int
        The image is shifted by up to so many pixels, at random, for each step: what must survive that is less
        grainy.
    smoothness : float
        Weight of the total variation, the sum of ``|differences|`` between neighbours, against the activation.
    fourier : bool
        Climb along waves instead of pixels, those of frequency f scaled by 1 / f as in natural images. Seen from the
        pixels, the gradient's waves are then weighted by 1 / f^2. That is a preconditioner: the summits stay where
        they are, but the way to them is another one, and so is the summit that is reached.
    rotate : float
        The image is turned by up to so many degrees, at random, for each step, and the step is turned back.
    zoom : float
        In the same way it is made larger or smaller by up to this share, for example 0.1.
    decorrelate : bool
        Step further in brightness, in which the channels of natural images agree, than in colours, as these differ
        less: the preconditioner of the colours, as `fourier` is that of the waves.
    seed : int
    """

    steps: int = 20
    rate: float = 0.05
    value_range: tuple[float, float] = (0.0, 1.0)
    start: float = 0.05
    jitter: int = 0
    smoothness: float = 0.0
    fourier: bool = False
    rotate: float = 0.0
    zoom: float = 0.0
    decorrelate: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        at_least_one(self.steps, "steps")
        low, high = self.value_range
        if not low < high:
            raise ValueError(f"value_range is {self.value_range}: pass the lowest and the highest value of a pixel.")
        for name in ("rate", "start", "jitter", "smoothness", "rotate", "zoom"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} is {getattr(self, name)!r}: it must be a number of 0 or more.")
        if self.zoom >= 1:
            raise ValueError(f"zoom is {self.zoom!r}: it must be a share below 1, for example 0.1.")


def maximise_filters(
    model: keras.Model,
    layer: Layer | None = None,
    filters: ArrayLike | None = None,
    *,
    size: tuple[int, int] | None = None,
    ascent: Ascent | None = None,
    batch_size: int | None = None,
    watch: Watch | None = None,
) -> Floats:
    """Return an image for each filter of a layer that raises its mean activation.

    Parameters
    ----------
    model : keras.Model
        Any of one input of images, a classifier or not.
    layer : str, int or layer, optional
        A name, a path ``"nested/name"``, an index into ``model.layers``, or the layer; the last one that makes maps.
    filters : array (k,) of int, optional
        Which filters; by default all of them.
    size : (height, width), optional
        Of the images, for a model that takes any.
    ascent : Ascent, optional
        How to climb. If not given, pixels stay within the values that the model's first layers are made for; where
        these do not tell, from 0 to 1.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.
    watch : function, optional
        Called after each step with how many were taken and the images so far, as they would be returned: it can tell
        whether the climb has arrived.

    Returns
    -------
    array float32 (filters, height, width, channels)
        Within the value range.

    Raises
    ------
    ValueError
        If the layer or a filter does not exist, or the size is needed.

    References
    ----------
    D. Erhan, Y. Bengio, A. Courville and P. Vincent (2009), "Visualizing higher-layer features of a deep network",
    technical report 1341, Université de Montréal.
    C. Olah, A. Mordvintsev and L. Schubert (2017), "Feature visualization", Distill, doi:10.23915/distill.00007.

    Examples
    --------
    >>> from coursekit import networks
    >>> maximise_filters(networks.mnist_convnet(), layer=0, filters=[3, 5], ascent=Ascent(steps=2)).shape
    (2, 28, 28, 1)
    """
    shape = _image_shape(model, size)
    inputs = Inputs.of(model, np.zeros((1, *shape)))
    count = map_count(inputs, layer)
    chosen = np.arange(count) if filters is None else np.atleast_1d(filters)
    if chosen.dtype.kind not in "iu" or chosen.ndim != 1 or chosen.size == 0 or not _within(chosen, count):
        raise ValueError(f"filters is {filters!r}: the layer has {count}; pass whole numbers from 0 to {count - 1}.")

    def slopes(images: Floats) -> Floats:
        options: Any = {"layer": layer, "classifier": False, "batch_size": batch_size}
        return run(inputs.with_images(images), chosen, _filter_gradient, **options)[0]

    return _climb(slopes, (len(chosen), *shape), _ascent(inputs, ascent), watch)


@entries_from(maximise_filters)
def maximise_classes(
    model: keras.Model,
    classes: ArrayLike,
    *,
    size: tuple[int, int] | None = None,
    ascent: Ascent | None = None,
    batch_size: int | None = None,
    watch: Watch | None = None,
) -> Floats:
    """Return an image for each class that raises its score (the logit, before the softmax).

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output.
    classes : int or array (k,) of int
        Which classes.
    {size}
    {ascent}
    {batch_size}
    {watch}

    Returns
    -------
    array float32 (classes, height, width, channels)
        Within the value range.

    Raises
    ------
    ValueError
        If a class does not exist, or the size is needed.

    References
    ----------
    K. Simonyan, A. Vedaldi and A. Zisserman (2014), "Deep inside convolutional networks: visualising image
    classification models and saliency maps", ICLR Workshop, arXiv:1312.6034.

    Examples
    --------
    >>> from coursekit import networks
    >>> maximise_classes(networks.mnist_convnet(), [3, 5], ascent=Ascent(steps=2)).shape
    (2, 28, 28, 1)
    """
    shape = _image_shape(model, size)
    chosen = np.atleast_1d(classes)
    inputs = Inputs.of(model, np.zeros((len(chosen), *shape)))
    target_classes(inputs, chosen)  # refused before the first step

    def slopes(images: Floats) -> Floats:
        return run(inputs.with_images(images), chosen, _class_gradient, batch_size=batch_size)[0]

    return _climb(slopes, (len(chosen), *shape), _ascent(inputs, ascent), watch)


def _ascent(inputs: Inputs, given: Ascent | None) -> Ascent:
    """Return how to climb, within the values that the model takes."""
    told = told_range(inputs)
    if given is None:
        return Ascent(value_range=told or (0.0, 1.0))
    if told is not None and told != given.value_range:
        warn_of_user(
            f"the first layers of model {inputs.model.name!r} are made for values from {told[0]:g} to {told[1]:g}, but "
            f"value_range is {given.value_range}, which is taken: pass Ascent(value_range={told})."
        )
    return given


def _climb(
    slopes: Callable[[Floats], Floats], shape: tuple[int, ...], how: Ascent, watch: Watch | None = None
) -> Floats:
    random = np.random.default_rng(how.seed)
    low, high = how.value_range
    # The same start and the same shifts for every filter: images differ for the filters' sake alone.
    images = np.tile(0.5 + how.start * random.standard_normal(shape[1:]), (shape[0], 1, 1, 1))

    def in_range() -> Floats:
        return (low + (high - low) * images).astype(np.float32)

    for step in range(1, how.steps + 1):
        view = ImageTransform.random(random, how.jitter, how.rotate, how.zoom)
        uphill = view.undone(slopes((low + (high - low) * view.of(images)).astype(np.float32)))
        uphill = _of_size_one(uphill) - how.smoothness * _total_variation_gradient(images)
        if how.fourier:
            uphill = along_waves(uphill)
        if how.decorrelate:
            uphill = along_colours(uphill)
        images = np.clip(images + how.rate * _of_size_one(uphill), 0, 1)
        if watch is not None:
            watch(step, in_range())
    return in_range()


def along_colours(gradient: Floats) -> Floats:
    """Return the step in red, green and blue that a gradient step in decorrelated colours makes.

    It is the gradient times the channels' correlation matrix: brightness goes further than colours.

    Parameters
    ----------
    gradient : array (n, height, width, channels)
        By the pixels; of one channel it is left as it is.

    Returns
    -------
    array (n, height, width, channels)

    Examples
    --------
    >>> grey, colour = along_colours(np.array([[[[1.0, 1, 1], [1, 0, -1]]]]))[0, 0]
    >>> float(grey.mean()), float(colour.max())
    (2.5, 0.25)
    """
    if gradient.shape[-1] != 3:
        return gradient
    together = COLOUR_CORRELATION * gradient.sum(axis=-1, keepdims=True)
    stepped: Floats = (1 - COLOUR_CORRELATION) * gradient + together
    return stepped


def along_waves(gradient: Floats) -> Floats:
    """Return the step in pixels that a gradient step in scaled waves makes: frequency f weighted by 1 / f^2.

    Frequencies are counted in waves per image side, those below one as one.

    Parameters
    ----------
    gradient : array (n, height, width, channels)
        By the pixels.

    Returns
    -------
    array (n, height, width, channels)

    Examples
    --------
    >>> float(along_waves(np.ones((1, 4, 4, 1)))[0, 0, 0, 0])  # no wave at all: unchanged
    1.0
    """
    height, width = gradient.shape[1:3]
    rows = np.fft.fftfreq(height)[:, np.newaxis] * max(height, width)
    columns = np.fft.rfftfreq(width) * max(height, width)
    weights = 1 / np.maximum(np.hypot(rows, columns), 1) ** 2
    waves = np.fft.rfft2(gradient, axes=(1, 2)) * weights[:, :, np.newaxis]
    filtered: Floats = np.fft.irfft2(waves, s=(height, width), axes=(1, 2))
    return filtered


def _of_size_one(gradient: Floats) -> Floats:
    size = np.sqrt(np.mean(gradient**2, axis=(1, 2, 3), keepdims=True))
    scaled: Floats = gradient / np.where(size > 0, size, 1)
    return scaled


def _total_variation_gradient(images: Floats) -> Floats:
    slope = np.zeros_like(images)
    for axis in (1, 2):
        signs = np.moveaxis(np.sign(np.diff(images, axis=axis)), axis, 0)
        along = np.moveaxis(slope, axis, 0)
        along[1:] += signs
        along[:-1] -= signs
    return slope


def _image_shape(model: keras.Model, size: tuple[int, int] | None) -> tuple[int, int, int]:
    shape = input_shape(model)
    if shape is None or len(shape) != 3:
        raise ValueError(f"model {model.name!r} takes {shape}: build it for images (height, width, channels) first.")
    height, width = size or shape[:2]
    channels = shape[2]
    if height is None or width is None or channels is None:
        raise ValueError(f"model {model.name!r} takes images of any size: pass one, for example size=(64, 64).")
    return height, width, channels


def _within(numbers: Any, count: int) -> bool:
    return bool(numbers.min() >= 0 and numbers.max() < count)


def _class_gradient(forward: Forward) -> list[Any]:
    return [forward.derivative(forward.images)]


def _filter_gradient(forward: Forward) -> list[Any]:
    means = tf.reduce_mean(as_float(forward.maps), axis=[1, 2])
    return [forward.derivative(forward.images, of=tf.gather(means, forward.asked, batch_dims=1))]
