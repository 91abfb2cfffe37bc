"""Read an image that somebody uploads: real raster images only, of a size that cannot hurt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from coursekit.data.errors import DamagedError
from coursekit.data.images.decoding import FORMATS, decode
from coursekit.widgets.controls.image_upload import MOST_BYTES

MOST_PIXELS = 50_000_000


def read_image(
    content: bytes, name: str, longest_side: int, grey: bool = True, size: int | None = None
) -> NDArray[np.float32]:
    """Read an uploaded image, turned upright, and shrunk where it is large.

    What the file is, is told by its content; its name is only used in messages.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        What the person called it.
    longest_side : int
        Pixels that the longer side has at most afterwards; smaller images are left as they are.
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
        If it is too large, is not an image of `FORMATS`, or is damaged.

    Examples
    --------
    >>> import io
    >>> buffer = io.BytesIO()
    >>> Image.new("RGB", (400, 100), "white").save(buffer, "PNG")
    >>> read_image(buffer.getvalue(), "white.png", longest_side=200).shape
    (50, 200)
    """
    if max(len(content), size or 0) > MOST_BYTES:
        raise ValueError(
            f"{name} has {max(len(content), size or 0) / 1e6:.0f} MB: at most {MOST_BYTES / 1e6:.0f} MB are read. "
            "Save a smaller version of the image and upload that."
        )
    try:
        pixels = decode(content, longest_side=longest_side, most_pixels=MOST_PIXELS)
    except DamagedError as error:
        raise ValueError(f"{name} {_reason(error)}") from None
    kept = Image.fromarray(pixels).convert("L") if grey else pixels
    return np.asarray(kept, np.float32) / np.float32(255)


def _reason(error: DamagedError) -> str:
    """Return what is wrong with an uploaded file and what to do, in words for a person who clicked."""
    cause = error.__cause__
    if isinstance(cause, UnidentifiedImageError):
        return (
            f"is not an image that can be read here. Upload a {', '.join(FORMATS[:-1])} or {FORMATS[-1]} file; "
            "drawings such as SVG or PDF must be exported as PNG first."
        )
    if cause is None or isinstance(cause, Image.DecompressionBombError):
        return (
            f"has too many pixels: at most {MOST_PIXELS / 1e6:.0f} million are read. "
            "Shrink the image in an image editor and upload that."
        )
    return f"is damaged or cut off ({cause}). Save it again in an image editor and upload the new file."
