"""Images as they are stored in a notebook: WebP, without loss where that is small."""

import io

from PIL import Image

# The first loses what nobody sees, the second what few see.
_QUALITIES = (88, 50)


def webp(image: Image.Image, large: int) -> bytes:
    """Encode an image to be stored, in all its colours: without loss where that is small, otherwise with a little.

    Lossless WebP has the same pixels as PNG and two thirds of its size. Photographs take ten times as much room as
    diagrams, and noise thirty times: there nobody sees a little loss, and the stored lesson stays small.

    Parameters
    ----------
    image : PIL.Image.Image
        Grey, in colour, or with transparency.
    large : int
        Bytes above which it is encoded with loss.

    Returns
    -------
    bytes

    Examples
    --------
    >>> webp(Image.new("RGB", (2, 2)), large=1000)[8:12]
    b'WEBP'
    """
    encoded = _encoded(image, lossless=True)
    for quality in _QUALITIES:
        if len(encoded) > large:
            encoded = _encoded(image, quality=quality)
    return encoded


def _encoded(image: Image.Image, **options: int | bool) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", **options)
    return file.getvalue()
