"""Rows and columns of widgets, and plain tables."""

from __future__ import annotations

import html
from collections.abc import Sequence

import ipywidgets

_CELL = "padding:2px 8px;border:1px solid var(--jp-border-color1, #888)"
# Names of layers are long words: on a narrow page they may break anywhere.
_HEADING = "font-weight:inherit;overflow-wrap:anywhere"
_CHOSEN = "font-weight:700;outline:2px solid var(--jp-brand-color1, #1976d2);outline-offset:-2px"


def box(kind: type[ipywidgets.Box], name: str, *children: ipywidgets.Widget) -> ipywidgets.Box:
    """Return widgets in a row or a column, with a name that ``static/explorer.css`` knows."""
    result = kind(children)
    result.add_class(name)
    return result


def below_controls(rows: Sequence[Sequence[ipywidgets.Widget]], *figures: ipywidgets.Widget) -> ipywidgets.VBox:
    """Return rows of controls, and below them what they change."""
    return ipywidgets.VBox([*(box(ipywidgets.HBox, "ck-controls", *row) for row in rows), *figures])


def table_html(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], chosen: int | None = None) -> str:
    """Return an HTML table; the first cell of a row is its heading.

    Parameters
    ----------
    caption : str
        What the table holds.
    head : sequence of str
        The headings of the columns.
    rows : sequence of rows of str
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
