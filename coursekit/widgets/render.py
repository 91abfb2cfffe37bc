"""Turn arrays into pictures, tables and words that a browser can show. Nothing here knows about widgets.

Two colour scales serve everything. `grey` runs from black to white. `signed` is for numbers of both signs: zero is
nearly white, negative numbers turn blue and positive ones red, as in the figures of `coursekit.plot`.
"""

from __future__ import annotations

import base64
import html
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

_ZERO = np.array([247, 247, 247])
_NEGATIVE = np.array([33, 102, 172])
_POSITIVE = np.array([178, 24, 43])


def grey(values: ArrayLike, lowest: float, highest: float) -> Pixels:
    """Colour numbers from black (``lowest``) to white (``highest``).

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
    """How the numbers of one picture are coloured: all of them on the same scale.

    Attributes
    ----------
    lowest, highest : float
        The numbers at its two ends.
    signed : bool
        Whether the colours tell the sign. The scale is then as long below zero as above.
    """

    lowest: float
    highest: float
    signed: bool

    @classmethod
    def of(cls, values: ArrayLike) -> Scale:
        """Return the scale that fits these numbers: grey from zero up, or signed where some are negative.

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
        """Return the grey scale from the lowest to the highest of these numbers, whatever their signs."""
        return cls(float(np.min(values)), float(np.max(values)), False)

    def colours(self, values: ArrayLike) -> Pixels:
        """Return the colours of these numbers, uint8 (..., 3)."""
        return signed(values, self.highest) if self.signed else grey(values, self.lowest, self.highest)

    def legend_html(self) -> str:
        """Return the scale as a strip with its two ends, and its zero where that lies between them."""
        marked = [self.lowest, 0.0, self.highest] if self.signed else [self.lowest, self.highest]
        stops = ", ".join(hexadecimal(colour) for colour in self.colours(marked))
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
    """Write a colour as CSS does.

    Examples
    --------
    >>> hexadecimal([255, 0, 16])
    '#ff0010'
    """
    return "#{:02x}{:02x}{:02x}".format(*(int(part) for part in np.asarray(colour)))


def ink(colour: ArrayLike) -> str:
    """Return black or white, whichever reads better on this background: a contrast of 4.5 to 1 at the least.

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


def number(value: float, decimals: int = 2) -> str:
    """Write a number shortly: whole numbers as they are, others with so many decimals, with a true minus sign.

    Examples
    --------
    >>> number(-9.0), number(0.126), number(-0.001), number(0.126, decimals=1)
    ('−9', '0.13', '0', '0.1')
    """
    rounded = round(float(value), decimals)
    text = f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.{decimals}f}"
    return {"-0": "0"}.get(text, text).replace("-", "−")


def decimals_for(values: ArrayLike) -> int:
    """Return how many decimals tell these numbers apart: two, or more where all are small.

    Examples
    --------
    >>> decimals_for([0.5, -9.0]), decimals_for([0.04, 0.01]), decimals_for([0.0])
    (2, 3, 2)
    """
    largest = float(np.abs(values).max())
    return 2 if largest == 0 else int(np.clip(1 - np.floor(np.log10(largest)), 2, 4))


def enlarge(pixels: Pixels, factor: int) -> Pixels:
    """Repeat every pixel ``factor`` times down and to the right.

    Examples
    --------
    >>> enlarge(np.zeros((2, 3, 3), np.uint8), 4).shape
    (8, 12, 3)
    """
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)


def side_by_side(pictures: list[Pixels], gap: int = 16) -> Pixels:
    """Put coloured pictures in a row, centred, on a transparent ground that suits a light and a dark page.

    Parameters
    ----------
    pictures : list of uint8 arrays (height, width, 3)
    gap : int
        Pixels between two pictures.

    Returns
    -------
    uint8 array (tallest height, total width, 4)

    Examples
    --------
    >>> side_by_side([np.zeros((2, 2, 3), np.uint8), np.zeros((4, 1, 3), np.uint8)], gap=3).shape
    (4, 6, 4)
    """
    height = max(len(picture) for picture in pictures)
    row = np.zeros((height, sum(picture.shape[1] for picture in pictures) + gap * (len(pictures) - 1), 4), np.uint8)
    left = 0
    for picture in pictures:
        top = (height - len(picture)) // 2
        place = row[top : top + len(picture), left : left + picture.shape[1]]
        place[..., :3], place[..., 3] = picture, 255
        left += picture.shape[1] + gap
    return row


def png(pixels: Pixels, small: bool = False) -> bytes:
    """Encode a picture, ``(height, width)`` grey, ``(…, 3)`` colour or ``(…, 4)`` with transparency, as PNG.

    Parameters
    ----------
    pixels : uint8 array
    small : bool
        Whether it is to be stored: with the 256 colours that fit it best, slower, in a quarter of the bytes.

    Examples
    --------
    >>> png(np.zeros((2, 2), np.uint8))[1:4]
    b'PNG'
    """
    buffer, picture = io.BytesIO(), Image.fromarray(np.ascontiguousarray(pixels))
    if small:
        picture = picture.quantize(256, Image.Quantize.FASTOCTREE)
    picture.save(buffer, "PNG", compress_level=9 if small else 1)
    return buffer.getvalue()


def data_uri(pixels: Pixels) -> str:
    """Return a picture, encoded by `png`, as an address that carries the picture itself: no file, no request.

    Examples
    --------
    >>> data_uri(np.zeros((2, 2), np.uint8))[:22]
    'data:image/png;base64,'
    """
    return "data:image/png;base64," + base64.b64encode(png(pixels)).decode("ascii")


def image_html(pixels: Pixels, alt: str, width: int, height: int) -> str:
    """Return an ``<img>`` of fixed size with its description.

    Parameters
    ----------
    pixels : uint8 array
    alt : str
        What is to be seen, for readers who do not see it.
    width, height : int
        Size on the page in CSS pixels.

    Raises
    ------
    ValueError
        If ``alt`` is empty.

    Examples
    --------
    >>> image_html(np.zeros((2, 2), np.uint8), "a black square", 80, 80)[:62]
    '<img alt="a black square" width="80" height="80" style="image-'
    """
    if not alt.strip():
        raise ValueError("alt is empty: say in one sentence what the picture shows.")
    return (
        f'<img alt="{html.escape(alt, quote=True)}" width="{width}" height="{height}" '
        f'style="image-rendering:pixelated;max-width:none" src="{data_uri(pixels)}">'
    )


def number_table(values: ArrayLike, colours: Pixels, caption: str, details: list[list[str]] | None = None) -> str:
    """Return numbers as an HTML table whose cells carry their colour and a legible ink.

    Parameters
    ----------
    values : array (rows, columns)
    colours : uint8 array (rows, columns, 3)
    caption : str
        What the table holds.
    details : list of rows of str, optional
        A smaller line above each number, such as the product that gave it.

    Examples
    --------
    >>> table = number_table([[-1.0]], signed([[-1.0]], 1), "products")
    >>> "<caption>products</caption>" in table and ">−1</td>" in table
    True
    """
    table = np.asarray(values, np.float64)
    decimals, rows = decimals_for(table), []
    for i, row in enumerate(table):
        cells = []
        for j, value in enumerate(row):
            detail = f"<small>{html.escape(details[i][j])}</small><br>" if details else ""
            style = f"background:{hexadecimal(colours[i, j])};color:{ink(colours[i, j])}"
            cells.append(f'<td style="{style}">{detail}{number(value, decimals)}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<table class="ck-numbers" style="--columns:{table.shape[1]}"><caption>{html.escape(caption)}</caption>'
        f"{''.join(rows)}</table>"
    )


def number_cells(values: ArrayLike, colours: Pixels) -> list[list[list[str]]]:
    """Return numbers as rows of ``[text, background, ink]``, for views that draw their own cells.

    Examples
    --------
    >>> number_cells([[0.5]], grey([[0.5]], 0, 1))
    [[['0.50', '#808080', '#000000']]]
    """
    table: list[list[Any]] = np.asarray(values, np.float64).tolist()
    return [
        [[number(value), hexadecimal(colour), ink(colour)] for value, colour in zip(row, colour_row, strict=True)]
        for row, colour_row in zip(table, colours, strict=True)
    ]
