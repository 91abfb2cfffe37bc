"""Kernels with a name: the small tables of weights that blur, sharpen and find edges.

References
----------
R. C. Gonzalez and R. E. Woods (2018), "Digital Image Processing", 4th edition, chapter 3.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Kernel = NDArray[np.float64]


def get(name: str) -> Kernel:
    """Return a copy of a named kernel.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    array float64 (height, width)

    Raises
    ------
    ValueError
        If no kernel has that name; the message lists all.

    Examples
    --------
    >>> get("sharpen")
    array([[ 0., -1.,  0.],
           [-1.,  5., -1.],
           [ 0., -1.,  0.]])
    """
    if name not in NAMED:
        raise ValueError(f"there is no kernel {name!r}. The named kernels are: {', '.join(NAMED)}.")
    return NAMED[name].copy()


def gaussian(sigma: float, size: int | None = None) -> Kernel:
    """Return a Gaussian bell: a blur without corners. Its weights sum to 1.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels.
    size : int, optional
        Pixels along a side, odd; by default wide enough for three standard deviations on each side.

    Returns
    -------
    array float64 (size, size)

    Raises
    ------
    ValueError
        If sigma is not positive, or size is not odd.

    Examples
    --------
    >>> gaussian(1.0, size=3).round(3)
    array([[0.075, 0.124, 0.075],
           [0.124, 0.204, 0.124],
           [0.075, 0.124, 0.075]])
    """
    if not sigma > 0:
        raise ValueError(f"sigma is {sigma}: it must be more than 0 pixels.")
    if size is None:
        size = 2 * int(np.ceil(3 * sigma)) + 1
    if size < 1 or size % 2 == 0:
        raise ValueError(f"size is {size}: it must be odd, so that the bell has a centre pixel.")
    distance = np.arange(size) - size // 2
    bell = np.exp(-(distance**2) / (2 * sigma**2))
    weights = np.outer(bell, bell)
    return np.asarray(weights / weights.sum())


def difference_of_gaussians(narrow: float, wide: float, size: int | None = None) -> Kernel:
    """Return a narrow bell minus a wide one: it responds to spots and edges of about that size. Its weights sum to 0.

    Parameters
    ----------
    narrow, wide : float
        Standard deviations in pixels.
    size : int, optional
        Pixels along a side, odd; by default wide enough for the wide bell.

    Returns
    -------
    array float64 (size, size)

    Raises
    ------
    ValueError
        If narrow is not smaller than wide.

    Examples
    --------
    >>> kernel = difference_of_gaussians(1.0, 2.0)
    >>> kernel.shape, bool(abs(kernel.sum()) < 1e-12)
    ((13, 13), True)
    """
    if not narrow < wide:
        raise ValueError(f"narrow is {narrow} and wide is {wide}: narrow must be the smaller of the two.")
    outer = gaussian(wide, size)
    return gaussian(narrow, len(outer)) - outer


def _read_only(*rows: list[float], scale: float = 1.0) -> Kernel:
    weights = np.array(rows, np.float64) * scale
    weights.flags.writeable = False
    return weights


NAMED: MappingProxyType[str, Kernel] = MappingProxyType(
    {
        "identity": _read_only([0, 0, 0], [0, 1, 0], [0, 0, 0]),
        "box blur": _read_only([1, 1, 1], [1, 1, 1], [1, 1, 1], scale=1 / 9),
        "gaussian blur": _read_only([1, 2, 1], [2, 4, 2], [1, 2, 1], scale=1 / 16),
        "sharpen": _read_only([0, -1, 0], [-1, 5, -1], [0, -1, 0]),
        "edges": _read_only([-1, -1, -1], [-1, 8, -1], [-1, -1, -1], scale=1 / 8),
        "laplacian": _read_only([0, 1, 0], [1, -4, 1], [0, 1, 0]),
        "sobel vertical edges": _read_only([-1, 0, 1], [-2, 0, 2], [-1, 0, 1]),
        "sobel horizontal edges": _read_only([-1, -2, -1], [0, 0, 0], [1, 2, 1]),
        "emboss": _read_only([-2, -1, 0], [-1, 1, 1], [0, 1, 2]),
        "worked example": _read_only([1, 0, 0], [1, 0, -1], [0, 0, -1]),
    }
)
"""The named kernels, 3 by 3, to be used with `coursekit.convolution.correlate2d`."""

MEANINGS: MappingProxyType[str, str] = MappingProxyType(
    {
        "identity": "keeps every pixel as it is",
        "box blur": "replaces every pixel by the mean of its neighbourhood",
        "gaussian blur": "blurs, near neighbours count more than far ones",
        "sharpen": "makes every pixel differ more from its neighbours",
        "edges": "responds where a pixel differs from the mean of its eight neighbours",
        "laplacian": "responds where the brightness bends: spots, lines and both sides of an edge",
        "sobel vertical edges": "responds where the image gets brighter from left to right",
        "sobel horizontal edges": "responds where the image gets brighter from top to bottom",
        "emboss": "looks like light that falls from one corner over a relief",
        "worked example": "the kernel that lesson 01 works out by hand",
    }
)
"""What each named kernel does, in a few words."""
