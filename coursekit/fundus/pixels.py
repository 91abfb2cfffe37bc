"""What an image of an eye may be: shape, type and range; bytes, and back to what came."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Pixels = NDArray[np.uint8]
ImageArray = NDArray[Any]

LEAST_SIDE = 64
"""Pixels that each side of an image must have."""


class NoFieldError(ValueError):
    """The image shows no field of view that could be found. The message says what was seen and what to do."""


def is_image(array: ImageArray) -> bool:
    """Whether an array has three axes, and bytes or floats from 0 to 1.

    Parameters
    ----------
    array : array
        Of any shape.

    Returns
    -------
    bool
    """
    if array.ndim != 3 or not array.size:
        return False
    if array.dtype == np.uint8:
        return True
    return array.dtype.kind == "f" and bool(array.min() >= -1e-6 and array.max() <= 1 + 1e-6)


def checked(image: ArrayLike) -> ImageArray:
    """Return an image in colour as an array, or say what is wrong with it.

    Parameters
    ----------
    image : array (height, width, 3)
        Bytes, or floats from 0 to 1.

    Returns
    -------
    array (height, width, 3)
        uint8 or a kind of floats, as it came.
    """
    array = np.asarray(image)
    if array.ndim == 2:
        raise NoFieldError(
            f"the image has shape {array.shape} and is grey: a colour photograph (height, width, 3) is needed."
        )
    if array.ndim != 3 or array.shape[2] != 3 or not array.size:
        raise ValueError(f"the image has shape {array.shape}: (height, width, 3) is needed, one image in colour.")
    if not is_image(array):
        raise ValueError(
            f"the image holds {array.dtype} values: uint8, or floats from 0 to 1, are needed. Divide by 255, or "
            "leave out what scaled it."
        )
    return array


def pixels_of(image: ArrayLike) -> Pixels:
    """Return an image as bytes.

    Parameters
    ----------
    image : array (height, width, 3)
        Bytes, or floats from 0 to 1.

    Returns
    -------
    uint8 array (height, width, 3)
    """
    array = checked(image)
    return array if array.dtype == np.uint8 else np.rint(255 * np.clip(array, 0, 1)).astype(np.uint8)


def like(array: ImageArray, result: ImageArray) -> ImageArray:
    """Return a result as uint8 where the image was, else as float32.

    Parameters
    ----------
    array : array (height, width, 3)
        The image that was given.
    result : array (height, width, 3)
        Bytes, or floats from 0 to 1.

    Returns
    -------
    array (height, width, 3)
        uint8 or float32.
    """
    if array.dtype == np.uint8:
        return result if result.dtype == np.uint8 else np.rint(255 * result).astype(np.uint8)
    return (result / np.float32(255)).astype(np.float32) if result.dtype == np.uint8 else result.astype(np.float32)
