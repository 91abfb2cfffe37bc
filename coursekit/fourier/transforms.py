"""The convolution theorem with Keras' conventions: correlate images with kernels by one product a frequency.

A layer of Keras computes y[i, j] = sum over m, n, c of x[i + m, j + n, c] k[m, n, c]: it *correlates*. The theorem is
about convolution, for which the kernel is turned by 180 degrees first:

    Y = X K,    X = FFT(x, padded with zeros),    K = FFT(k turned, padded with zeros)

at each frequency, where X is a row of one number a channel and K a matrix (channels in, channels out). Both are padded
to height + kernel height - 1 and width + kernel width - 1 or more: the FFT works on a circle, and what the kernel
carries over the edge would come in again at the other side.

References
----------
M. Mathieu, M. Henaff and Y. LeCun (2014), "Fast training of convolutional networks through FFTs", ICLR,
arXiv:1312.5851.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats, checked_floats

Padding = Literal["same", "valid"]
PlaneShape = tuple[int, int]
Spectrum = NDArray[np.complexfloating[Any, Any]]

# Kernels of a layer whose spectra are multiplied at once hold so many numbers at most: bounds the memory.
_AT_ONCE = 2**24


def padded_shape(image: PlaneShape, *kernels: PlaneShape) -> PlaneShape:
    """Return how large a transform must be so that nothing comes round, and is quick to compute.

    Parameters
    ----------
    image, *kernels : (height, width)
        Several kernels are applied one after the other.

    Returns
    -------
    (height, width)

    Examples
    --------
    >>> padded_shape((28, 28), (3, 3))
    (30, 30)
    >>> padded_shape((28, 28), (3, 3), (3, 3), (3, 3))
    (36, 36)
    """
    height, width = (size + sum(kernel[i] - 1 for kernel in kernels) for i, size in enumerate(image))
    return scipy.fft.next_fast_len(height, real=True), scipy.fft.next_fast_len(width, real=True)


def transform(images: ArrayLike, shape: PlaneShape) -> Spectrum:
    """Return the spectra of images, padded with zeros to a shape.

    Real images have symmetric spectra: only the half with horizontal frequencies of 0 or more is kept.

    Parameters
    ----------
    images : array (n, height, width, channels)
        In the values that the network takes, for example 0 to 1.
    shape : (height, width)
        At least that of the images.

    Returns
    -------
    complex array (n, shape[0], shape[1] // 2 + 1, channels)

    Raises
    ------
    ValueError
        If the images are larger than the shape.

    Examples
    --------
    >>> spectra = transform(np.ones((1, 4, 4, 1)), (4, 4))
    >>> spectra.shape, complex(spectra[0, 0, 0, 0])  # frequency 0 is the sum
    ((1, 4, 3, 1), (16+0j))
    """
    x = checked_floats(images, "images", 4)
    _must_hold(shape, (x.shape[1], x.shape[2]), "images")
    return cast(Spectrum, scipy.fft.rfft2(x, shape, axes=(1, 2)))


def transform_kernels(kernels: ArrayLike, shape: PlaneShape) -> Spectrum:
    """Return the spectra of a layer's kernels, each turned by 180 degrees and padded with zeros to a shape.

    Parameters
    ----------
    kernels : array (kernel_height, kernel_width, channels_in, channels_out)
        As ``layer.get_weights()[0]`` gives them.
    shape : (height, width)
        At least that of the kernels.

    Returns
    -------
    complex array (shape[0], shape[1] // 2 + 1, channels_in, channels_out)

    Raises
    ------
    ValueError
        If the kernels are larger than the shape.

    Examples
    --------
    >>> transform_kernels(np.ones((3, 3, 1, 32)), (30, 30)).shape
    (30, 16, 1, 32)
    """
    weights = checked_floats(kernels, "kernels", 4)
    _must_hold(shape, (weights.shape[0], weights.shape[1]), "kernels")
    return cast(Spectrum, scipy.fft.rfft2(weights[::-1, ::-1], shape, axes=(0, 1)))


def multiply(images: Spectrum, kernels: Spectrum) -> Spectrum:
    """Return the product at each frequency: a row of channels times the kernels' matrix.

    Parameters
    ----------
    images : complex array (n, height, width, channels_in)
        Spectra, as `transform` returns them.
    kernels : complex array (height, width, channels_in, channels_out)
        Spectra of the same shape, as `transform_kernels` returns them.

    Returns
    -------
    complex array (n, height, width, channels_out)

    Raises
    ------
    ValueError
        If frequencies or channels do not belong together.

    Examples
    --------
    >>> multiply(np.ones((5, 8, 5, 3)), np.ones((8, 5, 3, 2))).shape
    (5, 8, 5, 2)
    """
    if images.shape[1:] != kernels.shape[:3]:
        raise ValueError(
            f"the images' spectra have shape {images.shape} and the kernels' {kernels.shape}: frequencies and "
            "channels must be the same, (n, height, width, channels_in) and (height, width, channels_in, "
            "channels_out). Transform both to one shape."
        )
    # One small matrix product a frequency: (n, channels_in) times (channels_in, channels_out).
    return np.moveaxis(np.matmul(np.moveaxis(images, 0, 2), kernels), 2, 0)


def inverse(spectra: Spectrum, shape: PlaneShape) -> Floats:
    """Return the images that spectra belong to.

    Parameters
    ----------
    spectra : complex array (n, shape[0], shape[1] // 2 + 1, channels)
        As `transform` and `multiply` return them.
    shape : (height, width)
        The one that they were transformed with.

    Returns
    -------
    array (n, shape[0], shape[1], channels)

    Examples
    --------
    >>> images = np.arange(12.0).reshape(1, 3, 4, 1)
    >>> bool(np.allclose(inverse(transform(images, (3, 4)), (3, 4)), images))
    True
    """
    if spectra.shape[1:3] != (shape[0], shape[1] // 2 + 1):
        raise ValueError(
            f"spectra have shape {spectra.shape}: for images of {shape[0]}x{shape[1]} they must have "
            f"{shape[0]}x{shape[1] // 2 + 1} frequencies."
        )
    return cast(Floats, scipy.fft.irfft2(spectra, shape, axes=(1, 2)))


def kept(image: PlaneShape, kernels: Sequence[PlaneShape], paddings: Sequence[Padding]) -> tuple[slice, slice]:
    """Return which rows and columns of a product the layers of Keras keep, one layer after the other.

    Parameters
    ----------
    image : (height, width)
        Its size in pixels.
    kernels : sequence of (height, width)
        Of each layer.
    paddings : sequence of {"same", "valid"}
        Of each layer. ``"same"``: as large as what came in. ``"valid"``: only where the kernel lies inside of it.

    Returns
    -------
    (slice, slice)

    Examples
    --------
    >>> kept((28, 28), [(3, 3)], ["same"])
    (slice(1, 29, None), slice(1, 29, None))
    >>> kept((28, 28), [(3, 3)] * 3, ["valid"] * 3)
    (slice(6, 28, None), slice(6, 28, None))
    """
    sides = []
    for axis, length in enumerate(image):
        start = 0
        for kernel, padding in zip(kernels, paddings, strict=True):
            start += kernel[axis] // 2 if padding == "same" else kernel[axis] - 1
            length -= 0 if padding == "same" else kernel[axis] - 1
        sides.append(slice(start, start + length))
    return sides[0], sides[1]


def correlate(images: ArrayLike, kernels: ArrayLike, padding: Padding = "same") -> Floats:
    """Compute what ``keras.layers.Conv2D`` computes, before bias and activation, in the frequency domain.

    Parameters
    ----------
    images : array (n, height, width, channels_in)
        Any real numbers.
    kernels : array (kernel_height, kernel_width, channels_in, channels_out)
        As ``layer.get_weights()[0]`` gives them.
    padding : {"same", "valid"}
        With "same" a kernel may be larger than the image.

    Returns
    -------
    array (n, output_height, output_width, channels_out)
        float32 if both are, else float64.

    Raises
    ------
    ValueError
        If the channels do not belong together, the padding is another word, or with "valid" a kernel does not fit.

    Examples
    --------
    >>> correlate(np.ones((1, 28, 28, 3)), np.ones((3, 3, 3, 32)), "valid").shape
    (1, 26, 26, 32)
    """
    x, weights = checked_floats(images, "images", 4), checked_floats(kernels, "kernels", 4)
    check_layer(x.shape, weights.shape, padding)
    image, kernel = (x.shape[1], x.shape[2]), (weights.shape[0], weights.shape[1])
    shape = padded_shape(image, kernel)
    spectra = transform(x, shape)
    rows, columns = kept(image, [kernel], [padding])
    step = max(1, _AT_ONCE // (shape[0] * shape[1] * weights.shape[2]))
    maps = []
    for i in range(0, weights.shape[3], step):
        product = multiply(spectra, transform_kernels(weights[..., i : i + step], shape))
        maps.append(inverse(product, shape)[:, rows, columns])
    return np.concatenate(maps, axis=3)


def check_layer(images: tuple[int, ...], kernels: tuple[int, ...], padding: str) -> None:
    """Raise ValueError unless images and kernels of these shapes belong together.

    Parameters
    ----------
    images : (n, height, width, channels_in)
        Their shape.
    kernels : (kernel_height, kernel_width, channels_in, channels_out)
        Their shape.
    padding : {"same", "valid"}
        What the layer adds around the images.
    """
    if padding not in ("same", "valid"):
        raise ValueError(f'padding is {padding!r}: it must be "same" or "valid".')
    if images[3] != kernels[2]:
        raise ValueError(
            f"images have {images[3]} channels but the kernels expect {kernels[2]}: images are (n, height, "
            "width, channels) and kernels (height, width, channels_in, channels_out)."
        )
    if padding == "valid" and (kernels[0] > images[1] or kernels[1] > images[2]):
        raise ValueError(
            f"kernels are {kernels[0]}x{kernels[1]} but the images are {images[1]}x{images[2]}: with "
            'padding="valid" a kernel must fit inside. Pass padding="same", smaller kernels or larger images.'
        )


def _must_hold(shape: PlaneShape, content: PlaneShape, what: str) -> None:
    if shape[0] < content[0] or shape[1] < content[1]:
        raise ValueError(
            f"{what} are {content[0]}x{content[1]}, but the transform is {shape[0]}x{shape[1]}: it would cut them off. "
            "Take the shape from padded_shape."
        )
