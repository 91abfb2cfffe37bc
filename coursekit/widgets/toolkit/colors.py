"""Colours of numbers: grey, by sign, and those of heatmaps, each with its legend.

Two scales serve everything but heatmaps. `grey` runs from black to white. `signed` is for numbers of both signs: zero
is nearly white, negative numbers turn blue and positive ones red, as in the figures of `coursekit.plot`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import matplotlib
import numpy as np
from numpy.typing import ArrayLike

from coursekit.widgets.toolkit.numbers import decimals_for, number
from coursekit.widgets.toolkit.pixels import Pixels

_ZERO = np.array([247, 247, 247])
_NEGATIVE = np.array([33, 102, 172])
_POSITIVE = np.array([178, 24, 43])


def grey(values: ArrayLike, lowest: float, highest: float) -> Pixels:
    """Colour numbers from black (``lowest``) to white (``highest``).

    Parameters
    ----------
    values : array (...)
        Of any shape.
    lowest, highest : float
        What is black, and what is white.

    Returns
    -------
    uint8 array (..., 3)

    Examples
    --------
    >>> grey([0, 1], lowest=0, highest=1).tolist()
    [[0, 0, 0], [255, 255, 255]]
    """
    span = highest - lowest
    share = (np.asarray(values, np.float64) - lowest) / (span if span > 0 else 1.0)
    levels = np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)
    return np.repeat(levels[..., np.newaxis], 3, axis=-1)


def signed(values: ArrayLike, largest: float) -> Pixels:
    """Colour numbers by sign and size: blue below zero, nearly white at zero, red above.

    Parameters
    ----------
    values : array
        Numbers of any shape.
    largest : float
        The absolute value that gets the full colour.

    Returns
    -------
    uint8 array (..., 3)

    Examples
    --------
    >>> signed([-2, 0, 2], largest=2).tolist()
    [[33, 102, 172], [247, 247, 247], [178, 24, 43]]
    """
    share = np.clip(np.asarray(values, np.float64) / (largest if largest > 0 else 1.0), -1, 1)[..., np.newaxis]
    end = np.where(share < 0, _NEGATIVE, _POSITIVE)
    colours: Pixels = np.rint(_ZERO + (end - _ZERO) * np.abs(share)).astype(np.uint8)
    return colours


@dataclass(frozen=True)
class Scale:
    """How the numbers of one image are coloured: all of them on the same scale.

    Attributes
    ----------
    lowest, highest : float
        The numbers at its two ends.
    signed : bool
        Whether the colours tell the sign. The scale is then as long below zero as above.
    colour_map : str
        Of the numbers from zero up: one of Matplotlib's; empty is grey.
    """

    lowest: float
    highest: float
    signed: bool
    colour_map: str = field(default="", repr=False)

    @classmethod
    def of(cls, values: ArrayLike) -> Scale:
        """Return the scale that fits numbers of any shape: grey from zero up, or signed where some are negative.

        Examples
        --------
        >>> Scale.of([0.2, 1.0])
        Scale(lowest=0.0, highest=1.0, signed=False)
        >>> Scale.of([-0.5, 2.0])
        Scale(lowest=-2.0, highest=2.0, signed=True)
        """
        return cls.up_to(float(np.abs(values).max())) if np.min(values) < 0 else cls(0.0, float(np.max(values)), False)

    @classmethod
    def up_to(cls, largest: float) -> Scale:
        """Return the signed scale that ends at this absolute value."""
        return cls(-largest, largest, True)

    @classmethod
    def grey(cls, values: ArrayLike) -> Scale:
        """Return the grey scale from the lowest to the highest of numbers of any shape, whatever their signs."""
        return cls(float(np.min(values)), float(np.max(values)), False)

    def colours(self, values: ArrayLike) -> Pixels:
        """Return the colours of these numbers, uint8 (..., 3)."""
        if self.signed:
            return signed(values, self.highest)
        levels = grey(values, self.lowest, self.highest)
        return _table(self.colour_map)[levels[..., 0]] if self.colour_map else levels

    def legend_html(self) -> str:
        """Return the scale as a strip with its two ends, and its zero where that lies between them."""
        marked = [self.lowest, 0.0, self.highest] if self.signed else [self.lowest, self.highest]
        ends = np.linspace(self.lowest, self.highest, 9) if self.colour_map else marked
        stops = ", ".join(hexadecimal(colour) for colour in self.colours(ends))
        decimals = decimals_for(marked)
        # Rounding errors of 1e-16 are not 0.
        tiny = 0 < max(map(abs, marked)) < 0.5 * 10**-decimals
        words = [f"{value:.0e}".replace("-", "−") if tiny and value else number(value, decimals) for value in marked]
        numbers = "".join(f"<span>{word}</span>" for word in words)
        return (
            f'<div class="ck-legend"><div style="background:linear-gradient(to right, {stops})"></div>'
            f"<p>{numbers}</p></div>"
        )


def hexadecimal(colour: ArrayLike) -> str:
    """Write a colour (red, green, blue) as CSS does.

    Examples
    --------
    >>> hexadecimal([255, 0, 16])
    '#ff0010'
    """
    return "#{:02x}{:02x}{:02x}".format(*(int(part) for part in np.asarray(colour)))


def ink(colour: ArrayLike) -> str:
    """Return black or white, whichever reads better on (red, green, blue): a contrast of 4.5 to 1 at the least.

    References
    ----------
    Web Content Accessibility Guidelines 2.2, definitions of relative luminance and contrast ratio.

    Examples
    --------
    >>> ink([247, 247, 247]), ink([178, 24, 43])
    ('#000000', '#ffffff')
    """
    parts = np.asarray(colour, np.float64) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"


def cell_colours(colours: Pixels) -> list[list[list[str]]]:
    """Return colours (rows, columns, 3) as rows of ``[background, ink]``, for tables whose cells carry them.

    Examples
    --------
    >>> cell_colours(grey([[0.0]], 0, 1))
    [[['#000000', '#ffffff']]]
    """
    return [[[hexadecimal(one), ink(one)] for one in row] for row in colours]


def heat(values: ArrayLike, highest: float, colour_map: str = "viridis") -> Pixels:
    """Colour numbers from 0 (dark) to ``highest`` (bright); where some are negative, by their sign.

    Parameters
    ----------
    values : array (...)
        Of any shape.
    highest : float
        What is brightest, above 0.
    colour_map : str
        Matplotlib's name of it.

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


@functools.cache
def _table(colour_map: str) -> Pixels:
    colours: Pixels = np.rint(255 * matplotlib.colormaps[colour_map](np.linspace(0, 1, 256))[:, :3]).astype(np.uint8)
    return colours
