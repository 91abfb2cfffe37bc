"""HTML of what an explorer shows: images, tables of numbers and of words, bars. Nothing here knows about widgets."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.widgets.toolkit.colors import hexadecimal, ink
from coursekit.widgets.toolkit.numbers import decimals_for, number
from coursekit.widgets.toolkit.pixels import Pixels, png

_CELL = "padding:2px 8px;border:1px solid var(--jp-border-color1, #888)"
# Names of layers are long words: on a narrow page they may break anywhere.
_HEADING = "font-weight:inherit;overflow-wrap:anywhere"
_CHOSEN = "font-weight:700;outline:2px solid var(--jp-brand-color1, #1976d2);outline-offset:-2px"


def data_uri(pixels: Pixels) -> str:
    """Return an image (height, width, ...), encoded by `png`, as an address that carries it: no file, no request.

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
        (height, width) grey, or (height, width, 3 or 4).
    alt : str
        What the image shows, for readers who do not see it.
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
        raise ValueError("alt is empty: say in one sentence what the image shows.")
    return (
        f'<img alt="{html.escape(alt, quote=True)}" width="{width}" height="{height}" '
        f'style="image-rendering:pixelated;max-width:none" src="{data_uri(pixels)}">'
    )


def table_html(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], chosen: int | None = None) -> str:
    """Return an HTML table; the first cell of a row is its heading.

    Parameters
    ----------
    caption : str
        What the table holds.
    head : sequence of str
        The headings of the columns.
    rows : sequence of rows of str
        A cell for each column.
    chosen : int, optional
        The row that is marked, by a sign and by bold letters.

    Examples
    --------
    >>> table = table_html("sizes", ["layer", "size"], [["first", "3"], ["second", "5"]], chosen=1)
    >>> "▸ second" in table and "▸ first" not in table
    True
    """
    top = "".join(f'<th scope="col" style="{_CELL}">{html.escape(cell)}</th>' for cell in head)
    body = "".join(_row_html(row, index == chosen) for index, row in enumerate(rows))
    return (
        '<table style="border-collapse:collapse;text-align:left;line-height:1.3">'
        f'<caption style="caption-side:top;text-align:left">{html.escape(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row_html(row: Sequence[str], chosen: bool) -> str:
    first, *others = map(html.escape, row)
    cells = "".join(f'<td style="{_CELL}">{cell}</td>' for cell in others)
    style, current = (f' style="{_CHOSEN}"', ' aria-current="true"') if chosen else ("", "")
    mark = "▸" if chosen else "\u2007"
    return f'<tr{style}{current}><th scope="row" style="{_CELL};{_HEADING}">{mark} {first}</th>{cells}</tr>'


def rows_around(chosen: int, count: int, most: int) -> slice:
    """Return which rows of a long table are shown: at most so many, with the chosen one about in the middle.

    Examples
    --------
    >>> rows_around(1, 30, most=16), rows_around(20, 30, most=16), rows_around(2, 5, most=16)
    (slice(0, 16, None), slice(12, 28, None), slice(0, 5, None))
    """
    first = min(max(chosen - most // 2, 0), max(count - most, 0))
    return slice(first, min(first + most, count))


def number_table(values: ArrayLike, colours: Pixels, caption: str, details: list[list[str]] | None = None) -> str:
    """Return numbers as an HTML table whose cells carry their colour and a legible ink.

    Parameters
    ----------
    values : array (rows, columns)
        The numbers.
    colours : uint8 array (rows, columns, 3)
        The ground of each cell.
    caption : str
        What the table holds.
    details : list of rows of str, optional
        A smaller line above each number, such as the product that gave it.

    Examples
    --------
    >>> from coursekit.widgets.toolkit.colors import signed
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
    """Return numbers (rows, columns), in colours (rows, columns, 3), as rows of ``[text, background, ink]``.

    Examples
    --------
    >>> from coursekit.widgets.toolkit.colors import grey
    >>> number_cells([[0.5]], grey([[0.5]], 0, 1))
    [[['0.50', '#808080', '#000000']]]
    """
    table: list[list[Any]] = np.asarray(values, np.float64).tolist()
    return [
        [[number(value), hexadecimal(colour), ink(colour)] for value, colour in zip(row, colour_row, strict=True)]
        for row, colour_row in zip(table, colours, strict=True)
    ]


def probability_bars_html(
    classes: Sequence[str],
    probabilities: ArrayLike,
    marks: Mapping[int, str],
    caption: str = "Probabilities",
    decimals: int = 2,
) -> str:
    """Return one row a class: its name, a bar, its probability, and a word that marks it.

    Parameters
    ----------
    classes : sequence of str
        The name of each class.
    probabilities : array (classes,)
        From 0 to 1; NaN where there is no answer.
    marks : mapping of int to str
        What is written behind the classes that stand out. They are also in bold.
    caption : str
        What the table holds.
    decimals : int
        Digits behind the point of each probability.

    Examples
    --------
    >>> table = probability_bars_html(["cat", "dog"], [0.25, 0.75], {1: "most likely"})
    >>> "<td>0.75</td><td>most likely</td>" in table
    True
    """
    rows = []
    for index, (name, probability) in enumerate(zip(classes, np.asarray(probabilities, np.float64), strict=True)):
        known, mark = not np.isnan(probability), html.escape(marks.get(index, ""))
        rows.append(
            f'<tr{" class=ck-best" if index in marks else ""}><th scope="row">{html.escape(name)}</th>'
            f'<td><div style="width:{100 * probability if known else 0:.1f}%"></div></td>'
            f"<td>{f'{probability:.{decimals}f}' if known else '–'}</td><td>{mark}</td></tr>"
        )
    return f'<table class="ck-bars"><caption>{html.escape(caption)}</caption>{"".join(rows)}</table>'
