"""Read a picture that somebody uploads: real raster pictures only, of a size that cannot hurt."""

from __future__ import annotations

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from coursekit.data.images.decoding import FORMATS, upright
from coursekit.widgets.controls.image_upload import MOST_BYTES

MOST_PIXELS = 50_000_000


def read_picture(
    content: bytes, name: str, longest_side: int, grey: bool = True, size: int | None = None
) -> NDArray[np.float32]:
    """Read an uploaded picture, turned upright, and shrunk where it is large.

    What the file is, is told by its content; its name is only used in messages.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        What the person called it.
    longest_side : int
        Pixels that the longer side has at most afterwards; smaller pictures are left as they are.
    grey : bool
        Whether colours become brightness.
    size : int, optional
        Bytes of the file, where it was too large to be sent and ``content`` is empty.

    Returns
    -------
    float32 array (height, width), or (height, width, 3) if not grey, in 0..1
        Transparent parts are white.

    Raises
    ------
    ValueError
        If it is too large, is not a picture of `FORMATS`, or is damaged.

    Examples
    --------
    >>> buffer = io.BytesIO()
    >>> Image.new("RGB", (400, 100), "white").save(buffer, "PNG")
    >>> read_picture(buffer.getvalue(), "white.png", longest_side=200).shape
    (50, 200)
    """
    if max(len(content), size or 0) > MOST_BYTES:
        raise ValueError(
            f"{name} has {max(len(content), size or 0) / 1e6:.0f} MB: at most {MOST_BYTES / 1e6:.0f} MB are read. "
            "Save a smaller version of the picture and upload that."
        )
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures before our own, lower limit below refuses them.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError:
        raise _too_many_pixels(name, "too many") from None
    except UnidentifiedImageError:
        raise ValueError(
            f"{name} is not a picture that can be read here. Upload a {', '.join(FORMATS[:-1])} or {FORMATS[-1]} file; "
            "drawings such as SVG or PDF must be exported as PNG first."
        ) from None
    if picture.width * picture.height > MOST_PIXELS:
        raise _too_many_pixels(name, f"{picture.width} x {picture.height}")
    kind = picture.format
    try:
        small = upright(picture, "L" if grey else "RGB", longest_side)
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(
            f"{name} starts as a {kind} picture but is damaged or cut off ({error}). "
            "Save it again in a picture editor and upload the new file."
        ) from None
    return np.asarray(small, np.float32) / np.float32(255)


def _too_many_pixels(name: str, size: str) -> ValueError:
    return ValueError(
        f"{name} has {size} pixels: at most {MOST_PIXELS / 1e6:.0f} million are read. "
        "Shrink the picture in a picture editor and upload that."
    )
