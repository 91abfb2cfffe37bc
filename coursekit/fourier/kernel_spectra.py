"""What a kernel answers to, read from its spectrum."""

from __future__ import annotations

from typing import cast

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one, checked_floats


def magnitude(kernels: ArrayLike, size: int = 32) -> Floats:
    """Return how strongly kernels pass each frequency, with frequency 0 in the middle.

    Parameters
    ----------
    kernels : array (kernel_height, kernel_width, channels_in, channels_out)
        As ``layer.get_weights()[0]`` gives them.
    size : int
        Frequencies each way; the more, the smoother the image. At least the kernels' height and width.

    Returns
    -------
    array (size, size, channels_in, channels_out)
        Rows are vertical frequencies, columns horizontal ones, from -1/2 to 1/2 cycle a pixel.

    Raises
    ------
    ValueError
        If the size is smaller than the kernels.

    Examples
    --------
    >>> mean = np.full((3, 3, 1, 1), 1 / 9)
    >>> float(magnitude(mean)[16, 16, 0, 0].round(6))  # the mean grey passes as it is
    1.0
    """
    weights = checked_floats(kernels, "kernels", 4)
    at_least_one(size, "size")
    if size < max(weights.shape[:2]):
        raise ValueError(
            f"size is {size} but the kernels are {weights.shape[0]}x{weights.shape[1]}: the spectrum would be that of "
            f"a part of them. Pass size={max(weights.shape[:2])} or more."
        )
    spectrum = scipy.fft.fft2(weights, (size, size), axes=(0, 1))
    return cast(Floats, np.abs(scipy.fft.fftshift(spectrum, axes=(0, 1))))


def vertical_share(kernels: ArrayLike) -> Floats:
    """Return how much of a kernel's answer to change is an answer to vertical change, from 0 to 1.

    ``sum of f^2 |K|^2`` over the ``sum of (f^2 + g^2) |K|^2``, with f the vertical and g the horizontal frequency. 1:
    only what changes from row to row counts (horizontal edges). 0: only what changes from column to column (vertical
    edges). 1/2: no direction is preferred.

    Parameters
    ----------
    kernels : array (kernel_height, kernel_width, channels_in, channels_out)
        As ``layer.get_weights()[0]`` gives them.

    Returns
    -------
    array (channels_in, channels_out)
        1/2 for a kernel of zeros.

    Examples
    --------
    >>> sobel = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], float)  # above minus below
    >>> both = np.stack([sobel, sobel.T], axis=-1)[:, :, np.newaxis]
    >>> vertical_share(both).round(2)
    array([[0.78, 0.22]])
    """
    weights = checked_floats(kernels, "kernels", 4)
    size = max(32, *weights.shape[:2])
    power = magnitude(weights, size) ** 2
    squared = scipy.fft.fftshift(scipy.fft.fftfreq(size)) ** 2
    down = np.tensordot(squared, power.sum(axis=1), axes=1)
    across = np.tensordot(squared, power.sum(axis=0), axes=1)
    total = down + across
    share: Floats = np.divide(down, total, out=np.full_like(total, 0.5), where=total > 0)
    return share
