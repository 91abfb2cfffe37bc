"""Make a photograph of an eye ready for a network: cut out, pad, resize, even out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from coursekit.fundus.contrast import clahe
from coursekit.fundus.field import Field, field_of_view
from coursekit.fundus.pixels import ImageArray, checked, like, pixels_of


def crop(image: ArrayLike, field: Field | None = None) -> ImageArray:
    """Cut out the box around the field of view.

    Parameters
    ----------
    image : array_like (height, width, 3)
        uint8, or floats from 0 to 1.
    field : Field, optional
        What `field_of_view` found; None looks for it.

    Returns
    -------
    array (field.height, field.width, 3)
        A view of the image, uint8 or floats as it was.

    Raises
    ------
    NoFieldError
        If no field of view is found.

    Examples
    --------
    >>> image = np.zeros((200, 250, 3), np.uint8)
    >>> image[Field(20, 45, 160, 160, (99.5, 124.5), 80).mask(image.shape)] = (200, 120, 40)
    >>> crop(image).shape
    (160, 160, 3)
    """
    array = checked(image)
    field = field or field_of_view(array)
    return array[field.top : field.top + field.height, field.left : field.left + field.width]


def pad_to_square(image: ArrayLike) -> ImageArray:
    """Add black above and below, or left and right, until an image is square. Nothing is stretched or lost.

    Parameters
    ----------
    image : array_like (height, width, 3)
        uint8, or floats from 0 to 1.

    Returns
    -------
    array (side, side, 3)
        uint8 or floats, as the image was.

    Examples
    --------
    >>> pad_to_square(np.ones((2, 5, 3)))[:, 0, 0].tolist()
    [0.0, 1.0, 1.0, 0.0, 0.0]
    """
    array = checked(image)
    height, width = array.shape[:2]
    side = max(height, width)
    above, before = (side - height) // 2, (side - width) // 2
    return np.pad(array, ((above, side - height - above), (before, side - width - before), (0, 0)))


def resize(image: ArrayLike, size: int) -> ImageArray:
    """Scale a square image without aliasing, to 8 bits a channel: Hamming's filter, or bicubic where it grows.

    Parameters
    ----------
    image : array_like (side, side, 3)
        uint8, or floats from 0 to 1.
    size : int
        Height and width of what comes back, in pixels; 1 or more.

    Returns
    -------
    array (size, size, 3)
        uint8, or float32 from 0 to 1, as the image was.

    Raises
    ------
    ValueError
        If the image is not square, which would change its proportions, or size is less than 1.

    Examples
    --------
    >>> resize(np.full((8, 8, 3), 200, np.uint8), 4).shape
    (4, 4, 3)
    """
    array = checked(image)
    if array.shape[0] != array.shape[1]:
        raise ValueError(
            f"the image is {array.shape[0]}x{array.shape[1]}: a square one is needed, or a round eye becomes oval. "
            "Call pad_to_square first."
        )
    if size < 1:
        raise ValueError(f"size is {size}, but an image has at least one pixel each way.")
    smooth = Image.Resampling.HAMMING if size < len(array) else Image.Resampling.BICUBIC
    scaled = Image.fromarray(pixels_of(array)).resize((size, size), smooth, reducing_gap=3.0)
    return like(array, np.asarray(scaled))


def prepare(
    image: ArrayLike, size: int = 512, clip_limit: float = 0.01, tiles: int = 8, field: Field | None = None
) -> ImageArray:
    """Make a photograph ready for a network: cut out the field, pad, resize, even out the contrast, black around it.

    CLAHE makes grey of the black around the field, and that depends on the image: it is set back to black.

    Parameters
    ----------
    image : array_like (height, width, 3)
        uint8, or floats from 0 to 1.
    size : int
        Height and width of what comes back, in pixels.
    clip_limit : float
        From 0 to 1: the height at which a histogram is cut off, as a share of the pixels of a tile.
    tiles : int
        How many tiles along a side `clahe` works with, 1 to ``size // 2``.
    field : Field, optional
        What `field_of_view` found; None looks for it.

    Returns
    -------
    array (size, size, 3)
        uint8 or floats, as the image was.

    Raises
    ------
    NoFieldError
        If no field of view is found.
    ValueError
        If it is no image, or a number is out of range.

    Examples
    --------
    >>> from coursekit.photographs import load_image
    >>> ready = prepare(load_image("retina"), size=128)
    >>> ready.shape, ready[0, 0].tolist()
    ((128, 128, 3), [0.0, 0.0, 0.0])
    """
    array = checked(image)
    field = field or field_of_view(array)
    ready = clahe(resize(pad_to_square(crop(array, field)), size), clip_limit, tiles)
    side = max(field.height, field.width)
    above, before = (side - field.height) // 2, (side - field.width) // 2
    scale = size / side
    moved = Field(
        round(scale * above),
        round(scale * before),
        round(scale * field.height),
        round(scale * field.width),
        (
            scale * (field.centre[0] - field.top + above + 0.5) - 0.5,
            scale * (field.centre[1] - field.left + before + 0.5) - 0.5,
        ),
        scale * field.radius,
    )
    outside = ~moved.mask(ready.shape)
    for channel in range(3):
        np.copyto(ready[..., channel], 0, where=outside)
    return ready
