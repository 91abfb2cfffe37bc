"""Pooling in NumPy, as convolutional networks compute it: one number for every window of a feature map.

The conventions are those of TensorFlow: ``"valid"`` takes only windows that lie inside the image, ``"same"`` gives
``ceil(size / stride)`` rows and columns. What padding adds is no pixel: it wins no maximum and counts in no average.

References
----------
Y. Boureau, J. Ponce and Y. LeCun (2010), "A theoretical analysis of feature pooling in visual recognition", ICML.
M. Lin, Q. Chen and S. Yan (2014), "Network in network", arXiv:1312.4400 (global average pooling).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats, at_least_one, checked_floats, checked_plane
from coursekit.convolution import output_size
from coursekit.docstrings import entries_from

Padding = Literal["valid", "same"]
Kind = Literal["max", "average"]
_Pairs = tuple[tuple[int, int], tuple[int, int]]


def same_padding(size: int, window: int, stride: int = 1) -> tuple[int, int]:
    """Return how many pixels ``"same"`` adds before and after one side of an image; the odd one comes after.

    Parameters
    ----------
    size, window : int
        Pixels along that side of the image and of the window (or of the kernel, with its dilation).
    stride : int
        Pixels from one window to the next.

    Returns
    -------
    (int, int)

    Examples
    --------
    >>> same_padding(28, window=3)
    (1, 1)
    >>> same_padding(28, window=3, stride=2)
    (0, 1)
    """
    at_least_one(window, "window")
    # A window of one pixel has a place at every step: their number is that of "same" for any window.
    places = output_size(size, 1, stride, padding="same")
    missing = max((places - 1) * stride + window - size, 0)
    return missing // 2, missing - missing // 2


def max_pool2d(image: ArrayLike, size: int, stride: int | None = None, padding: Padding = "valid") -> Floats:
    """Keep the largest number of every window.

    Parameters
    ----------
    image : array (height, width)
        Any real numbers.
    size : int
        Rows and columns of a window.
    stride : int, optional
        Pixels from one window to the next; by default `size`, so that windows touch. Smaller, they overlap.
    padding : "valid" or "same"

    Returns
    -------
    array (output_height, output_width)

    Raises
    ------
    ValueError
        If the window does not fit, or anything is not a finite number.

    Examples
    --------
    >>> max_pool2d([[1, 2, 5, 0], [4, 3, 1, 1]], 2)
    array([[4., 5.]])
    """
    return _pool(checked_plane(image, "image")[None, :, :, None], "max", size, stride, padding)[0, :, :, 0]


@entries_from(max_pool2d)
def average_pool2d(image: ArrayLike, size: int, stride: int | None = None, padding: Padding = "valid") -> Floats:
    """Take the mean of every window.

    Parameters
    ----------
    {image}
    {size}
    {stride}
    {padding}

    Returns
    -------
    array (output_height, output_width)

    Examples
    --------
    >>> average_pool2d([[1, 2, 5, 0], [4, 3, 1, 1]], 2)
    array([[2.5 , 1.75]])
    """
    return _pool(checked_plane(image, "image")[None, :, :, None], "average", size, stride, padding)[0, :, :, 0]


@entries_from(max_pool2d)
def pooling_layer(
    images: ArrayLike, size: int, stride: int | None = None, padding: Padding = "valid", kind: Kind = "max"
) -> Floats:
    """Compute what ``keras.layers.MaxPooling2D`` or ``AveragePooling2D`` computes: every channel for itself.

    Parameters
    ----------
    images : array (n, height, width, channels)
    {size}
    {stride}
    {padding}
    kind : "max" or "average"

    Returns
    -------
    array (n, output_height, output_width, channels)

    Raises
    ------
    ValueError
        If the window does not fit, an option is unknown, or anything is not a finite number.

    Examples
    --------
    >>> pooling_layer(np.ones((1, 26, 26, 32)), 2).shape
    (1, 13, 13, 32)
    """
    return _pool(checked_floats(images, "images", 4), kind, size, stride, padding)


def global_average_pool(images: ArrayLike) -> Floats:
    """Return the mean of every feature map: (n, height, width, channels) becomes (n, channels).

    Parameters
    ----------
    images : array (n, height, width, channels)
        Feature maps.

    Returns
    -------
    array (n, channels)

    Examples
    --------
    >>> global_average_pool(np.arange(4).reshape(1, 2, 2, 1))
    array([[1.5]])
    """
    return cast(Floats, checked_floats(images, "images", 4).mean(axis=(1, 2)))


@entries_from(max_pool2d)
def winners(image: ArrayLike, size: int, stride: int | None = None, padding: Padding = "valid") -> NDArray[np.integer]:
    """Return where in the image the maximum of every window is; of equals the first, row by row.

    Parameters
    ----------
    {image}
    {size}
    {stride}
    {padding}

    Returns
    -------
    array (output_height, output_width, 2)
        Row and column in the image: ``image[row, column]`` is the output of `max_pool2d`.

    Examples
    --------
    >>> winners([[1, 2, 5, 0], [4, 3, 1, 1]], 2).tolist()
    [[[1, 0], [0, 2]]]
    """
    plane = checked_plane(image, "image")[None, :, :, None]
    step, rings = _steps(plane, size, stride, padding)
    values = np.stack([pixels[0, :, :, 0] for pixels in _window_pixels(plane, size, step, rings, -np.inf)])
    inside = np.stack(np.divmod(values.argmax(axis=0), size), axis=-1)
    corners = np.moveaxis(np.indices(values.shape[1:]), 0, -1) * step - [rings[0][0], rings[1][0]]
    return cast(NDArray[np.integer], inside + corners)


def _pool(x: Floats, kind: Kind, size: int, stride: int | None, padding: Padding) -> Floats:
    step, rings = _steps(x, size, stride, padding)
    if kind == "max":
        return functools.reduce(np.maximum, _window_pixels(x, size, step, rings, -np.inf))
    if kind == "average":
        ones = np.ones((1, *x.shape[1:3], 1), x.dtype)
        total, count = (functools.reduce(np.add, _window_pixels(part, size, step, rings, 0)) for part in (x, ones))
        return cast(Floats, total / count)
    raise ValueError(f'kind is {kind!r}: choose "max" or "average".')


def _steps(x: Floats, size: int, stride: int | None, padding: Padding) -> tuple[int, _Pairs]:
    """Check the window, and return its stride and the rings around the image."""
    step = size if stride is None else stride
    for number, name in ((size, "size"), (step, "stride")):
        at_least_one(number, name)
    height, width = x.shape[1:3]
    if padding == "same":
        return step, (same_padding(height, size, step), same_padding(width, size, step))
    if padding != "valid":
        raise ValueError(f'padding is {padding!r}: pooling knows "valid" and "same".')
    if size > min(height, width):
        raise ValueError(
            f"window is {size}x{size} but the image is {height}x{width}: without padding the window must fit "
            'inside the image. Pass padding="same" or a smaller size.'
        )
    return step, ((0, 0), (0, 0))


def _window_pixels(x: Floats, size: int, stride: int, rings: _Pairs, fill: float) -> Iterator[Floats]:
    """Yield, for every place inside a window, the pixels that all windows have there, as one map each.

    ``size * size`` large steps are quicker than one small step for every window.
    """
    padded = np.pad(x, ((0, 0), *rings, (0, 0)), constant_values=fill)
    height, width = (output_size(n, size, stride) for n in padded.shape[1:3])
    for row in range(size):
        for column in range(size):
            rows = slice(row, row + stride * (height - 1) + 1, stride)
            columns = slice(column, column + stride * (width - 1) + 1, stride)
            yield padded[:, rows, columns]
