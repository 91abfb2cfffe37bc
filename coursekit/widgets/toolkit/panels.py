"""Small images in a row, each with a title, a scale of its own and a description: panels of fixed size."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.toolkit.colors import Scale
from coursekit.widgets.toolkit.html import image_html
from coursekit.widgets.toolkit.pixels import Pixels, blank, fitted, size_within, strip
from coursekit.widgets.toolkit.stage_figure import coloured

SIDE = 168
"""CSS pixels that the longer side of a panel's image has."""

_LEAST = 24
_LINE = 19  # pixels of a still's line of words
_GAP = 28  # pixels between two panels of a still: room for a sign
_BETWEEN = 12  # pixels between two rows of a still


@dataclass(frozen=True)
class Panel:
    """An image in a row of images.

    Attributes
    ----------
    title : str
        The heading.
    note : str
        A line below the title: its size, what it is.
    alt : str
        One sentence that says what the image shows.
    pixels : uint8 array (height, width, 3) or None
        None where there is nothing to draw; the note says why.
    scale : Scale or None
        What its colours mean; None for an image in colour.
    sign : str
        What stands between this panel and the one before, as in a formula.
    """

    title: str
    note: str
    alt: str
    pixels: Pixels | None
    scale: Scale | None = None
    sign: str = ""


@dataclass(frozen=True)
class PanelsView:
    """What an explorer shows whose figures are a row of panels: a sentence, the panels, and their code."""

    sentence: str
    panels: tuple[Panel, ...]
    code: str

    @property
    def panels_html(self) -> str:
        """The panels in a row."""
        return panels_html(self.panels)

    @property
    def still(self) -> Pixels:
        """The panels' images side by side, uint8 (height, width, 4)."""
        return panels_still(self.panels)


def number_panel(title: str, note: str, values: Floats, scale: Scale | None = None, subject: str = "") -> Panel:
    """Return numbers as a panel: a map as it is, a list of numbers wrapped to a square.

    Parameters
    ----------
    title, note : str
        See `Panel`.
    values : array (height, width) or (n,)
        NaN is grey.
    scale : Scale, optional
        By default one that fits them.
    subject : str
        What a description calls it, by default its title.

    Examples
    --------
    >>> panel = number_panel("Kernel 3", "3 × 3", np.eye(3))
    >>> panel.alt, panel.pixels.shape
    ('Kernel 3, 3 × 3: numbers from 0.0000 to 1.0000, mean 0.3333', (3, 3, 3))
    """
    grid = values if values.ndim == 2 else wrapped(values)
    known = grid[~np.isnan(grid)]
    used = scale or Scale.of(known)
    what = ", ".join(filter(None, (subject or title, note)))
    alt = f"{what}: numbers from {known.min():.4f} to {known.max():.4f}, mean {known.mean():.4f}".replace("-", "−")
    return Panel(title, note, alt, coloured(grid, used), used)


def image_panel(title: str, note: str, values: Floats, alt: str) -> Panel:
    """Return an image, grey or in colour with values in 0..1, as a panel; other numbers get a scale of their own.

    Parameters
    ----------
    values : array (height, width, 1), (height, width, 3), (height, width, n), (length, n) or (n,)
        Of many channels, or of a list of numbers, the first channel is drawn.
    """
    if values.ndim == 3 and values.shape[2] == 3:
        low, high = float(values.min()), float(values.max())
        spread = values if low >= 0 and high <= 1 else (values - low) / max(high - low, 1e-12)
        return Panel(title, note, alt, np.rint(255 * spread).astype(np.uint8))
    plane = values[..., 0] if values.ndim > 1 else values
    grid = plane if plane.ndim == 2 else wrapped(plane)
    scale = Scale(0.0, 1.0, False) if np.nanmin(grid) >= 0 and np.nanmax(grid) <= 1 else Scale.of(plane)
    return Panel(title, note, alt, coloured(grid, scale), scale)


def empty_panel(title: str, note: str) -> Panel:
    """Return a panel without an image, which keeps its place in the row."""
    return Panel(title, note, "", None)


def equation(first: Panel, *others: str | Panel) -> tuple[Panel, ...]:
    """Return panels with signs between them, as a formula has them.

    Parameters
    ----------
    first : Panel
    others : str and Panel in turn
        A sign, and the panel behind it.

    Examples
    --------
    >>> kernel = number_panel("Kernel", "3 × 3", np.eye(3))
    >>> [panel.sign for panel in equation(kernel, "=", kernel)]
    ['', '=']
    """
    signs, panels = others[::2], others[1::2]
    return (first, *(replace(cast(Panel, panel), sign=str(sign)) for sign, panel in zip(signs, panels, strict=True)))


def wrapped(values: Floats) -> Floats:
    """Return numbers (n,) in rows (rows, columns), about as many as columns; what is left over is NaN.

    Examples
    --------
    >>> wrapped(np.arange(5.0)).tolist()
    [[0.0, 1.0, 2.0], [3.0, 4.0, nan]]
    """
    columns = int(np.ceil(np.sqrt(values.size)))
    rows = -(-values.size // columns)
    grid = np.full(rows * columns, np.nan)
    grid[: values.size] = values
    return grid.reshape(rows, columns)


def panels_html(panels: Sequence[Panel], side: int = SIDE, heading: str = "") -> str:
    """Return panels in a row that wraps on narrow pages, below a heading if there is one."""
    figures = "".join(_panel_html(panel, side) for panel in panels)
    title = f'<p class="ck-row-title">{html.escape(heading)}</p>' if heading else ""
    signs = " ck-equation" if any(panel.sign for panel in panels) else ""
    return f'{title}<div class="ck-panels{signs}" style="--ck-side:{side}px">{figures}</div>'


def panels_still(panels: Sequence[Panel], side: int = SIDE) -> Pixels:
    """Return panels side by side with their captions, all of one width, for readers without a kernel.

    Returns
    -------
    uint8 array (height, width, 4)
        What no panel fills is white and transparent.

    Examples
    --------
    >>> kernel = number_panel("Kernel", "3 × 3", np.eye(3))
    >>> panels_still(equation(kernel, "=", kernel), side=60).shape
    (98, 148, 4)
    """
    lines = [any(panel.title for panel in panels), any(panel.note for panel in panels)]
    shown = [None if panel.pixels is None else _within(panel.pixels, side) for panel in panels]
    height = max((len(pixels) for pixels in shown if pixels is not None), default=_LEAST)
    top = _LINE * sum(lines)
    still = blank(top + height, len(panels) * (side + _GAP) - _GAP)
    for index, (panel, pixels) in enumerate(zip(panels, shown, strict=True)):
        left = index * (side + _GAP)
        words = (panel.title, True), (panel.note, False)
        for row, (text, bold) in enumerate(word for word, used in zip(words, lines, strict=True) if used):
            _put(still, strip(text, side, _LINE, 13 if bold else 12, bold), _LINE * row, left)
        if pixels is not None:
            _put(still, pixels, top + (height - len(pixels)) // 2, left + (side - pixels.shape[1]) // 2)
        if panel.sign:
            _put(still, strip(panel.sign, _GAP, _LINE, 16), top + (height - _LINE) // 2, left - _GAP)
    return still


def rows_still(rows: Sequence[Sequence[Panel]], side: int = SIDE, headings: Sequence[str] = ()) -> Pixels:
    """Return rows of panels below each other, (height, width, 4), each below its heading; see `panels_still`.

    Examples
    --------
    >>> row = (number_panel("Kernel", "", np.eye(3)),)
    >>> rows_still([row, row], side=60, headings=["above", ""]).shape
    (189, 60, 4)
    """
    drawn = [panels_still(panels, side) for panels in rows]
    width = max(row.shape[1] for row in drawn)
    parts: list[Pixels] = []
    for row, heading in zip(drawn, headings or [""] * len(drawn), strict=True):
        if parts:
            parts.append(blank(_BETWEEN, width))
        if heading:
            parts.append(blank(_LINE, width))
            _put(parts[-1], strip(heading, width, _LINE, 13), 0, 0)
        parts.append(blank(len(row), width))
        parts[-1][:, : row.shape[1]] = row
    return np.concatenate(parts)


def _within(pixels: Pixels, side: int) -> Pixels:
    """Return pixels (h, w, 3) whose longer side is so long."""
    height, width = size_within(pixels.shape, side)
    return fitted(pixels, (max(_LEAST, height), max(_LEAST, width)))


def _put(still: Pixels, pixels: Pixels, top: int, left: int) -> None:
    """Draw pixels (h, w, 3) into a still (height, width, 4), in place."""
    place = still[top : top + len(pixels), left : left + pixels.shape[1]]
    place[..., :3], place[..., 3] = pixels[..., :3], 255


def _panel_html(panel: Panel, side: int) -> str:
    width, height = side, side
    if panel.pixels is not None:
        rows, columns = panel.pixels.shape[:2]
        width = max(_LEAST, round(side * columns / max(rows, columns)))
        height = max(_LEAST, round(side * rows / max(rows, columns)))
    image = "" if panel.pixels is None else image_html(panel.pixels, panel.alt, width, height)
    legend = "" if panel.scale is None or panel.pixels is None else panel.scale.legend_html()
    sign = f'<span class="ck-between">{html.escape(panel.sign)}</span>' if panel.sign else ""
    words = [f"<b>{html.escape(panel.title)}</b>"] * bool(panel.title) + [html.escape(panel.note)] * bool(panel.note)
    return (
        f"<figure><figcaption>{'<br>'.join(words)}</figcaption>"
        f'<div style="height:{side}px">{sign}{image}</div>{legend}</figure>'
    )
