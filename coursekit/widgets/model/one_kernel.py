"""One kernel of a convolution by itself: what it makes of one channel of the input, and of the mean of all channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from coursekit.arrays import Floats
from coursekit.widgets.sources.kernel_sets import Spectrum


@dataclass(frozen=True)
class OneKernel:
    """A kernel and the channel that it reads, in space and in frequency.

    Attributes
    ----------
    channel : int
        Which channel of the input the kernel reads.
    plane, mean : array (height, width)
        That channel, and the mean of all channels.
    kernel : array (rows, columns)
        As Keras holds it.
    result, of_mean : array (height, width)
        What the kernel makes of the two by itself: before the sum over the channels, bias and activation.
    spectra : three complex arrays
        Of the channel, of the turned kernel, and their product: of the result at every place, before any stride.
        Frequency 0 in the middle.
    """

    channel: int
    plane: Floats
    mean: Floats
    kernel: Floats
    result: Floats
    of_mean: Floats
    spectra: tuple[Spectrum, Spectrum, Spectrum]


def one_kernel(layer: Any, taken: Floats, kernels: NDArray[np.float32], which: int, number: int) -> OneKernel:
    """Let one kernel of a two-dimensional convolution act on the channel that it reads.

    Parameters
    ----------
    layer : keras.layers.Conv2D, DepthwiseConv2D or SeparableConv2D
        For its strides, padding and dilation.
    taken : array (height, width, channels)
        What the layer takes.
    kernels : array (rows, columns, channels read, kernels)
        Of the layer; with groups a kernel reads some of the channels only.
    which, number : int
        The channel among those that the kernel reads, and the kernel.

    Examples
    --------
    >>> import keras
    >>> layer = keras.layers.Conv2D(2, 3, groups=2)
    >>> found = one_kernel(layer, np.ones((5, 5, 4)), np.ones((3, 3, 2, 2), np.float32), which=1, number=1)
    >>> found.channel, found.result.shape, float(found.result.max())
    (3, (3, 3), 9.0)
    """
    *_, reads, count = kernels.shape
    group = number * (taken.shape[2] // reads) // count
    channel = group * reads + which
    kernel = kernels[:, :, which, number]
    plane, mean = taken[..., channel], taken.mean(axis=-1)
    shape = tuple(n + k - 1 for n, k in zip(plane.shape, kernel.shape, strict=True))
    first, second = (scipy.fft.fftshift(scipy.fft.fft2(one, shape)) for one in (plane, kernel[::-1, ::-1]))
    result, of_mean = _through(layer, np.stack([plane, mean]), kernel)
    return OneKernel(channel, plane, mean, kernel, result, of_mean, (first, second, first * second))


def _through(layer: Any, planes: Floats, kernel: Floats) -> Floats:
    import keras

    found = keras.ops.conv(
        planes[..., np.newaxis].astype(np.float32),
        kernel[:, :, np.newaxis, np.newaxis],
        strides=layer.strides,
        padding=layer.padding,
        dilation_rate=layer.dilation_rate,
        data_format="channels_last",
    )
    return np.asarray(found)[..., 0]
