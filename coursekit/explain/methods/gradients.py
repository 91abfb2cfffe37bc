"""Explainers made of the derivative of the score by the pixels.

S is the score of the class (a logit), x the image, g = dS/dx. All take images (n, height, width, channels) or
spectra (n, length, channels) and return heatmaps float32 (n, height, width) or (n, length).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one
from coursekit.docstrings import entries_from
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.heatmaps import warn_of_flat_maps
from coursekit.explain.engine.inputs import Classes, Inputs
from coursekit.explain.engine.run import fitting_batch, run, target_classes
from coursekit.explain.engine.tf_graph import ancestors, functions_with
from coursekit.explain.engine.value_range import Baseline, baseline_of
from coursekit.explain.methods.channel_pooling import Pooling, pool_channels

Quadrature = Literal["midpoint", "trapezoid", "gauss-legendre"]

_FLAT = "no pixel changes the score: all units on the way are switched off (dead ReLUs), or the weights are 0."
_NO_DIFFERENCE = f"the image is the baseline (0, for gradient times input), or {_FLAT}"
_GUIDED = (("Relu", "CoursekitGuidedRelu"), ("Relu6", "CoursekitGuidedRelu6"))


def gradients(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    pooling: Pooling | None = "max_norm",
    batch_size: int | None = None,
) -> Floats:
    """Return how much the score changes with each pixel: the largest ``|g|`` of its channels.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class to explain; None means the predicted class of each image.
    pooling : str, optional
        How the channels become one number, one of those of `pool_channels`: ``"max_norm"`` takes the strongest,
        ``"sum"`` keeps the sign. None keeps the channels.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        One number per pixel; with the channels as a last axis where pooling is None.

    Raises
    ------
    ValueError
        If the model, the images or the target cannot be used.

    References
    ----------
    K. Simonyan, A. Vedaldi and A. Zisserman (2013), "Deep inside convolutional networks: visualising image
    classification models and saliency maps", arXiv:1312.6034.

    Examples
    --------
    >>> from coursekit import networks
    >>> gradients(networks.mnist_convnet(), np.ones((2, 28, 28, 1))).shape
    (2, 28, 28)
    """
    inputs = Inputs.of(model, images)
    return _heatmaps(pixel_gradients(inputs, target, batch_size=batch_size), pooling)


@entries_from(gradients)
def gradient_x_input(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    pooling: Pooling | None = "sum",
    batch_size: int | None = None,
) -> Floats:
    """Return what each pixel adds to the score if the network were linear: the sum of x g over the channels.

    On a network of ReLUs without biases the map sums to the score. A pixel of 0 always gets 0: black where images go
    from 0, a middle grey where they go from -1 to 1.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {pooling}
    {batch_size}

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed where pooling is ``"sum"``.

    References
    ----------
    A. Shrikumar, P. Greenside, A. Shcherbina and A. Kundaje (2016), "Not just a black box: learning important
    features through propagating activation differences", arXiv:1605.01713.

    Examples
    --------
    >>> from coursekit import networks
    >>> gradient_x_input(networks.mnist_convnet(), np.ones((2, 28, 28, 1))).shape
    (2, 28, 28)
    """
    inputs = Inputs.of(model, images)
    return _heatmaps(inputs.images * pixel_gradients(inputs, target, batch_size=batch_size), pooling, _NO_DIFFERENCE)


@entries_from(gradients)
def smooth_grad(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    samples: int = 25,
    noise: float = 0.15,
    seed: int = 0,
    pooling: Pooling | None = "max_norm",
    batch_size: int | None = None,
) -> Floats:
    """Return the mean of the gradients at noisy copies of the image, which evens out their wild changes.

    The mean is that of g itself, not of ``|g|``; the channels are joined after it.

    Parameters
    ----------
    {model}
    {images}
    target : None, int or array (n,)
        Class to explain; None means the class predicted for each image without noise.
    {pooling}
    {batch_size}
    samples : int
        Noisy copies.
    noise : float
        Standard deviation of the noise as a share of the image's range, its maximum minus its minimum.
    seed : int
        The same noise is added to every image.

    Returns
    -------
    array float32 (n, height, width) or (n, length)

    Raises
    ------
    ValueError
        If samples is less than 1 or noise less than 0.

    References
    ----------
    D. Smilkov, N. Thorat, B. Kim, F. Viégas and M. Wattenberg (2017), "SmoothGrad: removing noise by adding noise",
    arXiv:1706.03825.

    Examples
    --------
    >>> from coursekit import networks
    >>> smooth_grad(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), samples=2).shape
    (2, 28, 28)
    """
    at_least_one(samples, "samples")
    if not noise >= 0:
        raise ValueError(f"noise is {noise!r}: it must be 0 or more, for example 0.15 of the image's range.")
    inputs = Inputs.of(model, images)
    checked = inputs.images
    values = checked.reshape(len(checked), -1)
    spread = noise * (values.max(axis=1) - values.min(axis=1))

    def noisy(which: Classes, sample: Classes) -> Floats:
        drawn = [np.random.default_rng((seed, int(i))).standard_normal(checked.shape[1:], np.float32) for i in sample]
        return checked[which] + _per_image(spread[which], checked) * np.stack(drawn)

    classes = target_classes(inputs, target, batch_size=batch_size)
    weights = np.full(samples, 1 / samples)
    return _heatmaps(_weighted_gradients(inputs, classes, noisy, weights, batch_size), pooling)


@entries_from(gradients)
def integrated_gradients(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    baseline: Baseline = "black",
    steps: int = 50,
    rule: Quadrature = "midpoint",
    pooling: Pooling | None = "sum",
    batch_size: int | None = None,
) -> Floats:
    """Return what each pixel adds to the score on the straight way from a baseline to the image.

    ``(x - x') * mean of g over the points x' + a (x - x'), a in 0 ... 1``, summed over the channels. The map sums to
    S(x) - S(x'): completeness. `evaluate.completeness` measures by how much it does not, for lack of steps.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {pooling}
    {batch_size}
    baseline : "black", "grey", "white", number or array that broadcasts to the images
        Where the way starts, in the images' units: what counts as "nothing", for example black, or the same image
        without the object.
    steps : int
        Points on the way.
    rule : {"midpoint", "trapezoid", "gauss-legendre"}
        Where the points lie and how they are weighted.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed where pooling is ``"sum"``.

    Raises
    ------
    ValueError
        If the baseline does not fit the images, or there are too few steps.

    References
    ----------
    M. Sundararajan, A. Taly and Q. Yan (2017), "Axiomatic attribution for deep networks", ICML, arXiv:1703.01365.

    Examples
    --------
    >>> from coursekit import networks
    >>> integrated_gradients(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), steps=4).shape
    (2, 28, 28)
    """
    inputs = Inputs.of(model, images)
    checked = inputs.images
    start = baseline_of(baseline, inputs)
    way = checked - start
    points, weights = _points(steps, rule)

    def between(which: Classes, step: Classes) -> Floats:
        return start[which] + _per_image(points[step], checked) * way[which]

    classes = target_classes(inputs, target, batch_size=batch_size)
    return _heatmaps(way * _weighted_gradients(inputs, classes, between, weights, batch_size), pooling, _NO_DIFFERENCE)


@entries_from(gradients)
def guided_backpropagation(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    pooling: Pooling | None = "max_norm",
    batch_size: int | None = None,
) -> Floats:
    """Return the gradient with negative parts dropped at every ReLU on the way back.

    A ReLU then passes back only what is positive, where it was switched on. The maps are crisp, but they hardly depend
    on the class or on the upper layers' weights (J. Adebayo et al. 2018, arXiv:1810.03292).

    Parameters
    ----------
    {model}
    {images}
    {target}
    {pooling}
    {batch_size}

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        0 or more, unless pooling is ``"sum"``.

    Raises
    ------
    ValueError
        If the model has no ReLU: the result would be the gradient under another name.

    References
    ----------
    J. T. Springenberg, A. Dosovitskiy, T. Brox and M. Riedmiller (2014), "Striving for simplicity: the all
    convolutional net", arXiv:1412.6806.

    Examples
    --------
    >>> from coursekit import networks
    >>> guided_backpropagation(networks.mnist_convnet(), np.ones((2, 28, 28, 1))).shape
    (2, 28, 28)
    """
    inputs = Inputs.of(model, images)
    (slopes,) = run(inputs, target, _guided_gradient, replaced_gradients=_GUIDED, batch_size=batch_size)
    return _heatmaps(slopes, pooling)


def pixel_gradients(inputs: Inputs, target: ArrayLike | None = None, *, batch_size: int | None = None) -> Floats:
    """Return dS/dx itself, in the shape of the images.

    Parameters
    ----------
    inputs : Inputs
        A checked model with its images.
    target : None, int or array (n,)
        The class to explain; None means the class predicted for each image.
    batch_size : int, optional
        Images at once; None: as many as suit the network.

    Returns
    -------
    array (n, height, width, channels) or (n, length, channels)
    """
    return run(inputs, target, _gradient, batch_size=batch_size)[0]


def _points(steps: int, rule: Quadrature) -> tuple[Floats, Floats]:
    """Return where on the way from 0 to 1 to look, and how much each place counts; the weights sum to 1."""
    at_least_one(steps, "steps")
    if rule == "midpoint":
        return (np.arange(steps) + 0.5) / steps, np.full(steps, 1 / steps)
    if rule == "trapezoid":
        if steps < 2:
            raise ValueError("steps is 1: the trapezoid rule needs both ends, 2 steps or more.")
        ends = np.where(np.isin(np.arange(steps), (0, steps - 1)), 0.5, 1.0)
        return np.linspace(0, 1, steps), ends / (steps - 1)
    if rule == "gauss-legendre":
        points, weights = np.polynomial.legendre.leggauss(steps)
        return (points + 1) / 2, weights / 2
    raise ValueError(f'rule is {rule!r}: it must be "midpoint", "trapezoid" or "gauss-legendre".')


def _weighted_gradients(
    inputs: Inputs,
    classes: Classes,
    version: Callable[[Classes, Classes], Floats],
    weights: Floats,
    batch_size: int | None,
) -> Floats:
    """Return the weighted sum of the gradients at several versions of each image, batch_size versions at once."""
    batch_size = fitting_batch(inputs, batch_size, len(inputs) * len(weights), _gradient)
    total = np.zeros(inputs.images.shape, np.float64)
    pairs = np.arange(len(inputs) * len(weights), dtype=np.int32)
    for start in range(0, len(pairs), batch_size):
        which, index = np.divmod(pairs[start : start + batch_size], np.int32(len(weights)))
        batch = inputs.with_images(version(which, index))
        slopes = pixel_gradients(batch, classes[which], batch_size=batch_size)
        # The versions of one image follow each other.
        for image, first, count in zip(*np.unique(which, return_index=True, return_counts=True), strict=True):
            rows = slice(first, first + count)
            total[image] += np.tensordot(weights[index[rows]].astype(slopes.dtype), slopes[rows], axes=1)
    return total


def _per_image(numbers: Floats, images: Floats) -> Floats:
    """Return one number an image, ready to be multiplied with the images."""
    return numbers.reshape(-1, *[1] * (images.ndim - 1)).astype(images.dtype)


def _heatmaps(per_channel: Floats, pooling: Pooling | None, why_flat: str = _FLAT) -> Floats:
    heatmaps = pool_channels(per_channel, pooling)
    warn_of_flat_maps(heatmaps, why_flat)
    return heatmaps


def _gradient(forward: Forward) -> list[Any]:
    return [forward.derivative(forward.images)]


def _guided_gradient(forward: Forward) -> list[Any]:
    slopes = forward.derivative(forward.images)
    hidden = functions_with(ancestors(forward.score), {"Relu", "Relu6"})
    if hidden:
        raise ValueError(
            f"the model has ReLUs inside {hidden[0]!r}, a function, loop or branch of TensorFlow's own, where guided "
            "backpropagation cannot change what they pass back. Call the layers without tf.function, or call gradients."
        )
    if not {"Relu", "Relu6"} & forward.operations():
        raise ValueError(
            "the model has no ReLU: guided backpropagation changes what ReLUs pass back, so here it would be the "
            "gradient. Call gradients."
        )
    return [slopes]


# A second import of this module finds them registered.
with contextlib.suppress(KeyError):

    @tf.RegisterGradient("CoursekitGuidedRelu")  # type: ignore[untyped-decorator]
    def _guided_relu(operation: Any, slope: Any) -> Any:
        return slope * tf.cast((slope > 0) & (operation.outputs[0] > 0), slope.dtype)

    @tf.RegisterGradient("CoursekitGuidedRelu6")  # type: ignore[untyped-decorator]
    def _guided_relu6(operation: Any, slope: Any) -> Any:
        inside = (operation.outputs[0] > 0) & (operation.outputs[0] < 6)
        return slope * tf.cast((slope > 0) & inside, slope.dtype)
