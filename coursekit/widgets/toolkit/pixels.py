"""Images as arrays of pixels: enlarged, put side by side, encoded. Nothing here knows about widgets."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from coursekit.arrays import Floats

Pixels = NDArray[np.uint8]

_TITLE = 22  # pixels of a strip with a title
_MARGIN = 4  # pixels beside its words
_SMALLEST = 9  # pixels of letters that can still be read


def to_pixels(values: Floats, low: float = 0.0, high: float = 1.0) -> Pixels:
    """Return numbers as pixels, from black at ``low`` to white at ``high``.

    Parameters
    ----------
    values : array (..., height, width, channels)
        A single channel becomes three.
    low, high : float
        What is black, and what is white.

    Returns
    -------
    uint8 array (..., height, width, 3)

    Examples
    --------
    >>> to_pixels(np.array([[[0.0], [1.0]]])).tolist()
    [[[0, 0, 0], [255, 255, 255]]]
    """
    pixels: Pixels = np.rint(255 * np.clip((values - low) / (high - low), 0, 1)).astype(np.uint8)
    return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else pixels


def size_within(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    """Return height and width of an image of this shape when its longer side has so many pixels.

    Examples
    --------
    >>> size_within((10, 20, 3), side=280)
    (140, 280)
    """
    height, width = (max(1, round(side * length / max(shape[:2]))) for length in shape[:2])
    return height, width


def enlarge(pixels: Pixels, factor: int) -> Pixels:
    """Repeat every pixel ``factor`` times down and to the right.

    Parameters
    ----------
    pixels : uint8 array (height, width, ...)
        Grey or in colour.
    factor : int
        1 or more.

    Returns
    -------
    uint8 array (height * factor, width * factor, ...)

    Examples
    --------
    >>> enlarge(np.zeros((2, 3, 3), np.uint8), 4).shape
    (8, 12, 3)
    """
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def stretched(values: Floats, shape: tuple[int, int]) -> Floats:
    """Return a map (h, w) in another size, by bilinear interpolation between the middles of its places.

    Examples
    --------
    >>> stretched(np.array([[0.0, 1.0]]), (1, 4)).tolist()
    [[0.0, 0.25, 0.75, 1.0]]
    """
    larger = Image.fromarray(np.asarray(values, np.float32)).resize(shape[::-1], Image.Resampling.BILINEAR)
    return np.asarray(larger, np.float64)


def fitted(pixels: Pixels, shape: tuple[int, int]) -> Pixels:
    """Return coloured pixels (h, w, 3) in another size: sharp pixels where it grows, averaged where it shrinks.

    Examples
    --------
    >>> fitted(np.zeros((2, 2, 3), np.uint8), (4, 6)).shape
    (4, 6, 3)
    """
    growing = shape[0] >= pixels.shape[0]
    how = Image.Resampling.NEAREST if growing else Image.Resampling.BOX
    return np.asarray(Image.fromarray(pixels).resize(shape[::-1], how))


def blended(image: Pixels, colours: Pixels, strength: float | Floats) -> Pixels:
    """Return colours over an image of the same size: 0 only the image, 1 only the colours; also pixel by pixel.

    Parameters
    ----------
    image, colours : uint8 array (height, width, 3)
        Of one size.
    strength : float or array (height, width)
        0 to 1.

    Returns
    -------
    uint8 array (height, width, 3)

    Examples
    --------
    >>> blended(np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 100, np.uint8), 0.4).tolist()
    [[[40, 40, 40]]]
    """
    mixed: Pixels = np.rint((1 - strength) * image + strength * colours.astype(np.float64)).astype(np.uint8)
    return mixed


def blank(height: int, width: int) -> Pixels:
    """Return white pixels (height, width, 4) that are transparent: they suit a light and a dark page.

    Examples
    --------
    >>> blank(1, 2).tolist()
    [[[255, 255, 255, 0], [255, 255, 255, 0]]]
    """
    ground = np.full((height, width, 4), 255, np.uint8)
    ground[..., 3] = 0
    return ground


def side_by_side(images: list[Pixels], gap: int = 16, titles: Sequence[str] = ()) -> Pixels:
    """Put coloured images in a row, centred, on a transparent ground that suits a light and a dark page.

    Parameters
    ----------
    images : list of uint8 arrays (height, width, 3), or (height, width, 4) with transparency
        Of any sizes.
    gap : int
        Pixels between two images.
    titles : sequence of str
        One above each image, dark on a light strip, or none.

    Returns
    -------
    uint8 array (tallest height, total width, 4)

    Examples
    --------
    >>> side_by_side([np.zeros((2, 2, 3), np.uint8), np.zeros((4, 1, 3), np.uint8)], gap=3).shape
    (4, 6, 4)
    """
    if titles:
        images = [titled(image, title) for image, title in zip(images, titles, strict=True)]
    height = max(len(image) for image in images)
    row = blank(height, sum(image.shape[1] for image in images) + gap * (len(images) - 1))
    left = 0
    for image in images:
        top = (height - len(image)) // 2
        place = row[top : top + len(image), left : left + image.shape[1]]
        place[..., 3] = 255
        place[..., : image.shape[2]] = image
        left += image.shape[1] + gap
    return row


def titled(pixels: Pixels, title: str) -> Pixels:
    """Return a coloured image (h, w, 3) with a title on a light strip above it, cut off where the image ends.

    Examples
    --------
    >>> titled(np.zeros((10, 80, 3), np.uint8), "a map").shape
    (32, 80, 3)
    """
    return np.vstack([strip(title, pixels.shape[1], _TITLE), pixels[..., :3]])


def strip(words: str, width: int, height: int, size: int = 13, bold: bool = False) -> Pixels:
    """Return a line of dark words on a light strip: smaller letters where it is long, and what is left over is cut off.

    Returns
    -------
    uint8 array (height, width, 3)

    Examples
    --------
    >>> strip("a map", width=80, height=22).shape
    (22, 80, 3)
    """
    image = Image.new("RGB", (width, height), "#f2f2f2")
    draw = ImageDraw.Draw(image)
    while size > _SMALLEST and draw.textlength(words, _font(size, bold)) > width - 2 * _MARGIN:
        size -= 1
    draw.text((_MARGIN, height // 2), words, "#222222", _font(size, bold), anchor="lm")
    return np.asarray(image)


def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name, size)


def sheet(tiles: list[Pixels], columns: int, side: int, rows: int) -> Pixels:
    """Put coloured squares into rows, on a transparent ground, one pixel free around each.

    Parameters
    ----------
    tiles : list of uint8 arrays (height, width, 3)
        Of any sizes; each is scaled to its place.
    columns, rows : int
        Places across and down.
    side : int
        Pixels of one place.

    Returns
    -------
    uint8 array (rows * side, columns * side, 4)

    Examples
    --------
    >>> sheet([np.zeros((4, 8, 3), np.uint8)], columns=2, side=10, rows=1)[..., 3].sum() // 255
    np.uint64(32)
    """
    ground = blank(rows * side, columns * side)
    for index, tile in enumerate(tiles):
        scale = (side - 2) / max(tile.shape[:2])
        height, width = (max(1, round(scale * length)) for length in tile.shape[:2])
        top = index // columns * side + (side - height) // 2
        left = index % columns * side + (side - width) // 2
        place = ground[top : top + height, left : left + width]
        place[..., :3], place[..., 3] = fitted(tile, (height, width)), 255
    return ground


def png(pixels: Pixels, small: bool = False) -> bytes:
    """Encode an image, ``(height, width)`` grey, ``(…, 3)`` colour or ``(…, 4)`` with transparency, as PNG.

    Parameters
    ----------
    pixels : uint8 array
        (height, width) grey, or (height, width, 3 or 4).
    small : bool
        Whether it is to be stored beside a WebP image: with at most 256 colours, slower, in a quarter of the bytes.

    Examples
    --------
    >>> png(np.zeros((2, 2), np.uint8))[1:4]
    b'PNG'
    """
    buffer, image = io.BytesIO(), Image.fromarray(np.ascontiguousarray(pixels))
    if small:
        image = image.quantize(256, Image.Quantize.FASTOCTREE)
    image.save(buffer, "PNG", compress_level=9 if small else 1)
    return buffer.getvalue()
