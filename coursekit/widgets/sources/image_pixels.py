"""Pictures that a person hands over, as pixels that can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.widgets.toolkit.pixels import Pixels

Pictures = Sequence[ArrayLike] | NDArray[Any]
"""Many pictures, in one array or not."""


def pixels_of(picture: ArrayLike, name: str) -> Pixels:
    """Return a picture as it is drawn.

    Parameters
    ----------
    picture : array (height, width), (height, width, 1) or (height, width, 3)
        Whole numbers 0..255, or floats 0..1.
    name : str
        What the message of an error calls it.

    Returns
    -------
    uint8 array (height, width) or (height, width, 3)

    Raises
    ------
    ValueError
        If it is no such picture.

    Examples
    --------
    >>> pixels_of(np.ones((2, 2, 1)), "picture").tolist()
    [[255, 255], [255, 255]]
    """
    values = np.asarray(picture)
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    if values.size == 0 or not (values.ndim == 2 or (values.ndim == 3 and values.shape[2] == 3)):
        raise ValueError(
            f"{name} has shape {np.shape(picture)}: a picture is (height, width), (height, width, 1) or "
            "(height, width, 3)."
        )
    if values.dtype == np.uint8:
        return values
    if values.dtype.kind not in "buif" or not (values.min() >= -1e-3 and values.max() <= 1 + 1e-3):
        raise ValueError(
            f"{name} holds {values.dtype} values from {values.min():.3g} to {values.max():.3g}: pass "
            "pictures as they were before a network's own preprocessing, floats in 0..1 or uint8 in 0..255."
        )
    pixels: Pixels = np.rint(255 * np.clip(values.astype(np.float64), 0, 1)).astype(np.uint8)
    return pixels
