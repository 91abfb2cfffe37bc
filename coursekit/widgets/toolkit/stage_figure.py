"""An image made ready for a `GridStage`: as numbers where it is small, else as an image, and as a still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.toolkit.colors import Scale
from coursekit.widgets.toolkit.html import data_uri, number_cells
from coursekit.widgets.toolkit.numbers import by
from coursekit.widgets.toolkit.pixels import Pixels, enlarge

MOST_NUMBERS = 10
"""Images of at most so many rows and columns are drawn as numbers."""

FRAME = (255, 152, 0)
"""The colour of the window, as in ``controls/grid_stage.css``."""

_NO_PIXEL = (204, 204, 204)
_STILL_SIDE = 280


@dataclass(frozen=True)
class Figure:
    """An image made ready to be shown, as ``cells`` with numbers where it is small, else as a ``source``."""

    title_html: str
    shape: tuple[int, int]
    scale: Scale
    source: str
    cells: list[list[list[str]]]


def figure(name: str, values: Floats, scale: Scale, note: str = "") -> Figure:
    """Make an image ready to be shown.

    Parameters
    ----------
    name, note : str
        See `title_html`.
    values : array (height, width)
        NaN where padding holds no number: drawn grey, with a dash.
    scale : Scale
        What its colours mean.

    Examples
    --------
    >>> figure("Input", np.array([[0.5, np.nan]]), Scale(0, 1, False)).cells
    [[['0.50', '#808080', '#000000'], ['–', '#cccccc', '#000000']]]
    """
    small = max(values.shape) <= MOST_NUMBERS
    colours = coloured(values, scale)
    cells = number_cells(np.nan_to_num(values), colours) if small else []
    for row, column in np.argwhere(np.isnan(values)) if small else ():
        cells[row][column][0] = "–"
    return Figure(
        title_html=title_html(name, values.shape, note),
        shape=(values.shape[0], values.shape[1]),
        scale=scale,
        source="" if small else data_uri(colours),
        cells=cells,
    )


def coloured(values: Floats, scale: Scale) -> Pixels:
    """Return the colours of an image; NaN is grey.

    Parameters
    ----------
    values : array (height, width)
        NaN where there is no number.
    scale : Scale
        What the colours mean.

    Returns
    -------
    uint8 array (height, width, 3)

    Examples
    --------
    >>> coloured(np.array([[1.0, np.nan]]), Scale(0, 1, False)).tolist()
    [[[255, 255, 255], [204, 204, 204]]]
    """
    unknown = np.isnan(values)
    colours = scale.colours(np.where(unknown, scale.lowest, values))
    colours[unknown] = _NO_PIXEL
    return colours


def framed(values: Floats, scale: Scale, corner: tuple[int, int], reach: tuple[int, int]) -> Pixels:
    """Colour an image, enlarge it to about the size of a still, and frame the window.

    Parameters
    ----------
    corner, reach : (int, int)
        The window's first row and column, and how many it has of each.
    values : array (height, width)
        NaN where there is no number.
    scale : Scale
        What the colours mean.

    Returns
    -------
    uint8 array (height, width, 3)

    Examples
    --------
    >>> framed(np.zeros((70, 70)), Scale(0, 1, False), (0, 0), (2, 2)).shape
    (280, 280, 3)
    """
    factor = max(1, _STILL_SIDE // max(values.shape))
    image = enlarge(coloured(values, scale), factor)
    rows, columns = (slice(at * factor, (at + count) * factor) for at, count in zip(corner, reach, strict=True))
    window = image[rows, columns].copy()
    image[max(rows.start - 2, 0) : rows.stop + 2, max(columns.start - 2, 0) : columns.stop + 2] = FRAME
    image[rows, columns] = window
    return image


def title_html(name: str, shape: tuple[int, ...] = (), note: str = "") -> str:
    """Return the heading above a figure: its name in bold, its size, and a note.

    Examples
    --------
    >>> title_html("Output", (4, 4))
    '<p class="ck-title"><b>Output</b> 4 × 4</p>'
    """
    return f'<p class="ck-title">{" ".join(filter(None, [f"<b>{name}</b>", by(shape), note]))}</p>'
