"""What the pooling explorer shows: images, tables, formulas and a sentence, computed without a widget."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.pooling.windows import Pooled, PoolingSettings, PoolingWindow, code, formula, pool, window_at
from coursekit.widgets.toolkit.code import drawing_code
from coursekit.widgets.toolkit.colors import Scale, hexadecimal, ink
from coursekit.widgets.toolkit.html import image_html, table_html
from coursekit.widgets.toolkit.numbers import decimals_for, number, padding_in_words
from coursekit.widgets.toolkit.pixels import Pixels, side_by_side
from coursekit.widgets.toolkit.stage_figure import Figure, coloured, figure, framed

_CHANGE_SIDE = 150
_ROOMY = 6
_WINNER = "outline:3px solid #ff9800;outline-offset:-3px;font-weight:700"


@dataclass(frozen=True)
class PoolingState:
    """What the controls of the pooling explorer say: the settings, and the row and column of the output."""

    settings: PoolingSettings
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class PoolingView:
    """What the pooling explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : PoolingState
        With a place that exists.
    pooled : Pooled
    window : PoolingWindow
        At the place of the state.
    input, output : Figure
    taps : list of [row, column]
        The winner within the window; empty where all count the same.
    rim : list of int
        Rows and columns of padding at the top, right, bottom and left.
    window_html, shifts_html, sizes_html, code : str
    """

    sentence: str
    state: PoolingState
    pooled: Pooled
    window: PoolingWindow
    input: Figure
    output: Figure
    taps: list[list[int]]
    rim: list[int]
    window_html: str
    shifts_html: str
    sizes_html: str
    code: str

    @property
    def still(self) -> Pixels:
        """Input and output side by side, with the window framed, uint8 (height, width, 4)."""
        settings, place = self.state.settings, self.state.place
        corner = place[0] * settings.stride, place[1] * settings.stride
        first = framed(self.pooled.padded, self.input.scale, corner, (settings.size, settings.size))
        second = framed(self.pooled.output, self.output.scale, place, (1, 1))
        return side_by_side([first, second], titles=("before: the window", "after: its number"))


@dataclass(frozen=True)
class PoolingFigures:
    """The part of the view that does not depend on where the window stands."""

    pooled: Pooled
    input: Figure
    output: Figure
    shifts_html: str
    sizes_html: str


def draw_figures(image: Floats, settings: PoolingSettings) -> PoolingFigures:
    """Pool an image (height, width), draw input and output on one scale, and compare the map with the moved image's.

    Examples
    --------
    >>> figures = draw_figures(np.eye(4), PoolingSettings("eye"))
    >>> figures.output.cells[0][1][0], figures.input.scale == figures.output.scale
    ('0', True)
    """
    pooled = pool(image, settings)
    scale = Scale.of(image)
    padded = any(any(side.padding) for side in pooled.sides)
    notes = ["padded"] if padded else []
    notes += [f"moved by {settings.shift}"] if settings.shift else []
    return PoolingFigures(
        pooled=pooled,
        input=figure("Input", pooled.padded, scale, ", ".join(notes)),
        output=figure("Output", pooled.output, scale),
        shifts_html=_shifts_html(pooled),
        sizes_html=_sizes_html(pooled),
    )


def view_of(state: PoolingState, figures: PoolingFigures, image_code: str) -> PoolingView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : PoolingState
        Its place may lie outside of the output; the nearest one inside is taken.
    figures : PoolingFigures
        From `draw_figures`.
    image_code : str
        The expression that gives the image.

    Examples
    --------
    >>> settings = PoolingSettings("numbers")
    >>> figures = draw_figures(np.array([[1.0, 2.0], [4.0, 3.0]]), settings)
    >>> print(view_of(PoolingState(settings, place=(9, 9)), figures, "image").sentence)
    Max pooling of "numbers": at row 0, column 0 of the output, the largest of 4 numbers is 4, in row 1, column 0 of \
the window. The output is 1 by 1.
    """
    pooled = figures.pooled
    rows, columns = (side.output_size for side in pooled.sides)
    place = min(state.place[0], rows - 1), min(state.place[1], columns - 1)
    window = window_at(pooled, place)
    (top, bottom), (left, right) = (side.padding for side in pooled.sides)
    return PoolingView(
        sentence=_sentence(pooled, place, window),
        state=replace(state, place=place),
        pooled=pooled,
        window=window,
        input=figures.input,
        output=figures.output,
        taps=[list(window.winner)] if state.settings.kind == "max" else [],
        rim=[top, right, bottom, left],
        window_html=_window_html(pooled, window, figures.input.scale),
        shifts_html=figures.shifts_html,
        sizes_html=figures.sizes_html,
        code="\n".join(
            [
                code(state.settings, image_code),
                drawing_code(("image", "image", figures.input.scale), ("output", "output", figures.output.scale)),
            ]
        ),
    )


def _sentence(pooled: Pooled, place: tuple[int, int], window: PoolingWindow) -> str:
    settings, output = pooled.settings, pooled.output
    result, numbers = number(window.result), "1 number" if window.count == 1 else f"{window.count} numbers"
    if settings.kind == "max":
        row, column = window.winner
        found = f"the largest of {numbers} is {result}, in row {row}, column {column} of the window"
    else:
        found = f"the mean of {numbers} is {result}"
    sentence = (
        f'{settings.kind.capitalize()} pooling of "{settings.image}": at row {place[0]}, column {place[1]} of the '
        f"output, {found}. The output is {output.shape[0]} by {output.shape[1]}."
    )
    if settings.shift:
        shift = pooled.shifts[settings.shift]
        sentence += (
            f" After a move of {_pixels(settings.shift)} the image has the correlation {_share(shift.image)} with "
            f"what it was, and the pooled map {_share(shift.pooled)}."
        )
    return sentence


def _window_html(pooled: Pooled, window: PoolingWindow, scale: Scale) -> str:
    """The window's numbers as a table, the winner marked by a word and a frame, and what comes out."""
    settings = pooled.settings
    best = window.winner if settings.kind == "max" else None
    crowded = settings.size > _ROOMY
    decimals = 2 if crowded else decimals_for(np.nan_to_num(window.values))
    rows = []
    for row, (values, colours) in enumerate(zip(window.values, coloured(window.values, scale), strict=True)):
        cells = []
        for column, (value, colour) in enumerate(zip(values, colours, strict=True)):
            wins = (row, column) == best
            style = f"background:{hexadecimal(colour)};color:{ink(colour)}"
            style += (";min-width:32px;padding:0" if crowded else "") + (f";{_WINNER}" if wins else "")
            text = "–" if math.isnan(value) else number(value, decimals)
            cells.append(f'<td style="{style}">{text}{"<br><small>largest</small>" if wins else ""}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    holds = f"window {settings.size} × {settings.size}" + (
        "" if window.count == window.values.size else ", – is padding"
    )
    what = "largest" if settings.kind == "max" else "mean"
    return (
        f'<div style="min-height:120px"><table class="ck-numbers" style="--columns:{settings.size}">'
        f"<caption>{holds}</caption>{''.join(rows)}</table>"
        f"<p>{what} of {window.count}: <b>{number(window.result, decimals)}</b></p></div>"
    )


def _shifts_html(pooled: Pooled) -> str:
    rows = [
        [_pixels(shift.pixels), _share(shift.image), _share(shift.pooled), f"{100 * shift.kept:.0f} %"]
        for shift in pooled.shifts
    ]
    head = ["move to the right", "the image", "the pooled map", "numbers unchanged"]
    table = table_html("How much stays when the image moves (correlation; 1: all)", head, rows, pooled.settings.shift)
    scale = Scale.up_to(float(np.abs(pooled.change).max()) or 1.0)
    height, width = (round(_CHANGE_SIDE * side / max(pooled.change.shape)) for side in pooled.change.shape)
    alt = f"what the move has changed in the output, at most {number(float(np.abs(pooled.change).max()))}"
    if not pooled.settings.shift:
        return f'<div class="ck-sums">{table}</div>'
    image = image_html(scale.colours(pooled.change), alt, width, height)
    what = "change of the output: blue −, red +"
    return f'<div class="ck-sums">{table}<div><p><small>{what}</small></p>{image}</div></div>'


def _sizes_html(pooled: Pooled) -> str:
    rows, columns = pooled.sides
    lines = [("rows and columns", rows)] if rows == columns else [("rows", rows), ("columns", columns)]
    filled = "".join(
        f"<p>{name}: {formula(side, pooled.settings)}{_left_out(side.left_out)}</p>" for name, side in lines
    )
    padding = padding_in_words(side.padding for side in pooled.sides)
    return f'<div class="ck-sizes"><p>Size of the output: ⌊(size + {padding} − window) / stride⌋ + 1</p>{filled}</div>'


def _left_out(count: int) -> str:
    return f"; the last {'one is' if count == 1 else f'{count} are'} in no window" if count else ""


def _share(correlation: float) -> str:
    return "–" if math.isnan(correlation) else number(correlation)


def _pixels(count: int) -> str:
    return f"{count} pixel{'s' * (count != 1)}"
