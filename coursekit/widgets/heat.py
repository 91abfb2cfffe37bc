"""Colours for feature maps and heatmaps, alone and over a picture."""

from __future__ import annotations

import functools

import matplotlib
import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from coursekit.arrays import Floats
from coursekit.widgets.render import Pixels, Scale, hexadecimal, number, signed


@functools.cache
def _table(colour_map: str) -> Pixels:
    colours: Pixels = np.rint(255 * matplotlib.colormaps[colour_map](np.linspace(0, 1, 256))[:, :3]).astype(np.uint8)
    return colours


def heat(values: ArrayLike, highest: float, colour_map: str = "viridis") -> Pixels:
    """Colour numbers from 0 (dark) to ``highest`` (bright); where some are negative, by their sign.

    Returns
    -------
    uint8 array (..., 3)

    Examples
    --------
    >>> heat([0.0, 2.0], highest=2.0).tolist()
    [[68, 1, 84], [253, 231, 37]]
    >>> heat([-2.0, 0.0], highest=2.0).tolist()
    [[33, 102, 172], [247, 247, 247]]
    """
    array = np.asarray(values, np.float64)
    if array.min() < 0:
        return signed(array, highest)
    share = array / (highest if highest > 0 else 1.0)
    return _table(colour_map)[np.rint(255 * np.clip(share, 0, 1)).astype(np.intp)]


def heat_legend_html(highest: float, negative: bool, colour_map: str = "viridis") -> str:
    """Return the scale of `heat` as a strip with numbers at its ends."""
    if negative:
        return Scale.up_to(highest).legend_html()
    stops = ", ".join(hexadecimal(colour) for colour in _table(colour_map)[::15])
    decimals = 2 if highest >= 0.1 or highest == 0 else 4
    return (
        f'<div class="ck-legend"><div style="background:linear-gradient(to right, {stops})"></div>'
        f"<p><span>0</span><span>{number(highest, decimals)}</span></p></div>"
    )


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


def blended(picture: Pixels, colours: Pixels, strength: float) -> Pixels:
    """Return colours over a picture of the same size: 0 only the picture, 1 only the colours.

    Examples
    --------
    >>> blended(np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 100, np.uint8), 0.4).tolist()
    [[[40, 40, 40]]]
    """
    mixed: Pixels = np.rint((1 - strength) * picture + strength * colours.astype(np.float64)).astype(np.uint8)
    return mixed


def sheet(tiles: list[Pixels], columns: int, side: int, rows: int) -> Pixels:
    """Put coloured squares into rows, on a transparent ground, one pixel free around each.

    Parameters
    ----------
    tiles : list of uint8 arrays (height, width, 3)
    columns, rows : int
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
    ground = np.zeros((rows * side, columns * side, 4), np.uint8)
    for index, tile in enumerate(tiles):
        scale = (side - 2) / max(tile.shape[:2])
        height, width = (max(1, round(scale * length)) for length in tile.shape[:2])
        top = index // columns * side + (side - height) // 2
        left = index % columns * side + (side - width) // 2
        place = ground[top : top + height, left : left + width]
        place[..., :3], place[..., 3] = fitted(tile, (height, width)), 255
    return ground
