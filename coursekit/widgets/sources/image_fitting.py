"""Pictures cut and scaled to the size that a network takes; nothing is stretched."""

from __future__ import annotations

import numpy as np
from PIL import Image

from coursekit.arrays import Floats
from coursekit.data.pictures import LUMINANCE


def fitted_plane(plane: Floats, shape: tuple[int, int]) -> Floats:
    """Return the largest centred part of a plane that has a shape's proportions, scaled to it.

    Parameters
    ----------
    plane : array (height, width), in 0..1
    shape : (height, width)

    Examples
    --------
    >>> fitted_plane(np.zeros((100, 200)), (28, 28)).shape
    (28, 28)
    """
    if plane.shape == shape:
        return plane
    height, width = shape
    scale = min(plane.shape[0] / height, plane.shape[1] / width)
    top, left = (plane.shape[0] - scale * height) / 2, (plane.shape[1] - scale * width) / 2
    part = (left, top, left + scale * width, top + scale * height)
    image = Image.fromarray(plane.astype(np.float32))
    scaled: Floats = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS, box=part)).clip(0, 1)
    return scaled


def fitted_picture(picture: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the largest centred part of a picture that has a shape's proportions, scaled to it, grey or coloured.

    Parameters
    ----------
    picture : array (height, width) or (height, width, 3), in 0..1
    shape : (height, width, 1 or 3)

    Examples
    --------
    >>> fitted_picture(np.ones((100, 200, 3)), (28, 28, 1)).shape
    (28, 28, 1)
    """
    height, width, channels = shape
    if picture.ndim == 3 and channels == 1:
        picture = picture @ LUMINANCE
    planes = [picture] if picture.ndim == 2 else [picture[..., index] for index in range(3)]
    fitted = np.stack([fitted_plane(plane, (height, width)) for plane in planes], axis=-1)
    return np.broadcast_to(fitted, shape).astype(np.float32)
