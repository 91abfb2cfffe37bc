"""Arrays that come from a user: checked once, before any work, with errors that say what to do."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


def at_least_one(number: int, name: str) -> None:
    """Raise ValueError unless a number is whole and 1 or more.

    Parameters
    ----------
    number : int
        What a user passed.
    name : str
        What the message of an error calls it.

    Examples
    --------
    >>> at_least_one(0, "stride")
    Traceback (most recent call last):
    ValueError: stride is 0: it must be a whole number of 1 or more.
    """
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
        raise ValueError(f"{name} is {number!r}: it must be a whole number of 1 or more.")


def checked_plane(values: ArrayLike, name: str) -> Floats:
    """Return one image or kernel as floats (height, width); see `checked_floats`.

    Parameters
    ----------
    values : array (height, width)
        Real and finite numbers.
    name : str
        What the message of an error calls them.

    Returns
    -------
    float32 or float64 array (height, width)

    Examples
    --------
    >>> checked_plane([[1, 2]], "kernel")
    array([[1., 2.]])
    """
    return checked_floats(values, name, 2)


def checked_floats(values: ArrayLike, name: str, dimensions: int) -> Floats:
    """Return numbers as an array of floats: float32 where that holds them exactly, else float64.

    Parameters
    ----------
    values : array (height, width) or (n, height, width, channels)
        Real and finite numbers.
    name : str
        What the message of an error calls them.
    dimensions : {2, 4}
        How many axes they must have.

    Returns
    -------
    float32 or float64 array, of the shape of `values`

    Raises
    ------
    ValueError
        If they are empty, have other axes, or are not real and finite.

    Examples
    --------
    >>> checked_floats(np.array([[1, 2]], dtype=np.uint8), "image", 2)
    array([[1., 2.]], dtype=float32)
    """
    array = np.asarray(values)
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name} holds {array.dtype} values: it must hold real numbers (integers or floats).")
    if array.ndim != dimensions:
        axes = {2: "(height, width)", 4: "(n, height, width, channels)"}[dimensions]
        cure = " Pick one channel, image[..., 0], or average them." if (dimensions, array.ndim) == (2, 3) else ""
        raise ValueError(f"{name} has shape {array.shape}: it must have {dimensions} axes {axes}.{cure}")
    if array.size == 0:
        raise ValueError(f"{name} is empty, shape {array.shape}: it must hold at least one number.")
    array = array.astype(np.result_type(array.dtype, np.float32), copy=False)
    if not np.isfinite(array).all():
        first = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name} holds {np.count_nonzero(~np.isfinite(array))} values that are not finite, the first at {first}: "
            "one NaN spoils every window that it touches. Replace them first, for example by np.nan_to_num."
        )
    return cast(Floats, array)
