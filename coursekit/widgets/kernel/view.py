"""What the kernel explorer shows: images, tables, formulas and a sentence, computed without a widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.kernel.sums import KernelSettings, Slide, Sum, code, formula, kernel_name, slide, sum_at
from coursekit.widgets.toolkit.code import drawing_code
from coursekit.widgets.toolkit.colors import Scale, cell_colours
from coursekit.widgets.toolkit.html import number_table
from coursekit.widgets.toolkit.numbers import number, padding_in_words
from coursekit.widgets.toolkit.pixels import Pixels, enlarge, side_by_side
from coursekit.widgets.toolkit.stage_figure import Figure, figure, framed

Colours = Literal["automatic", "signed", "grey"]
_HIDDEN = ["?", "#ffffff", "#000000"]


@dataclass(frozen=True)
class KernelState:
    """What the controls of the kernel explorer say.

    Attributes
    ----------
    settings : KernelSettings
    place : (int, int)
        Row and column of the output.
    hidden : bool
        Whether the sum waits to be revealed.
    guess : float or None
        What the person predicted, once the sum is revealed.
    colours : {"automatic", "signed", "grey"}
        How the output is drawn, see `draw_figures`.
    """

    settings: KernelSettings
    place: tuple[int, int] = (0, 0)
    hidden: bool = False
    guess: float | None = None
    colours: Colours = "automatic"


@dataclass(frozen=True)
class KernelView:
    """What the kernel explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : KernelState
        With a place that exists.
    slid : Slide
    sum : Sum
        At the place of the window.
    input, output : Figure
    taps : list of [row, column]
        The cells of the window that count, where dilation leaves some out.
    rim : list of int
        Rings of padding at the top, right, bottom and left.
    weight_colours : list of rows of [background, ink]
    sums_html, sizes_html, code : str
    """

    sentence: str
    state: KernelState
    slid: Slide
    sum: Sum
    input: Figure
    output: Figure
    taps: list[list[int]]
    rim: list[int]
    weight_colours: list[list[list[str]]]
    sums_html: str
    sizes_html: str
    code: str

    @property
    def still(self) -> Pixels:
        """Input, kernel and output side by side, with the window framed, uint8 (height, width, 4)."""
        settings, (row, column) = self.state.settings, self.state.place
        kernel = enlarge(_kernel_colours(np.asarray(settings.weights)), 40)
        corner = row * settings.stride, column * settings.stride
        first = framed(self.slid.padded, self.input.scale, corner, self.slid.reach)
        last = framed(self.slid.output, self.output.scale, (row, column), (1, 1))
        return side_by_side([first, kernel, last], titles=("the window", "the kernel", "the map: the sum"))


def draw_figures(
    image: Floats, settings: KernelSettings, colours: Colours = "automatic"
) -> tuple[Slide, Figure, Figure]:
    """Slide the kernel and draw input and output: the part that does not depend on where the window stands.

    Parameters
    ----------
    image : array (height, width)
    settings : KernelSettings
    colours : {"automatic", "signed", "grey"}
        Of the output. ``"signed"``: zero is white where some numbers are negative. ``"grey"``: the lowest is black.
        ``"automatic"``: for a kernel that keeps much of the brightness the greys of the input, so that its output looks
        like an image; what lies beyond is cut off, as on a screen.

    Examples
    --------
    >>> slid, first, last = draw_figures(np.ones((20, 20)), KernelSettings("ones", ((-1.0,),)))
    >>> first.scale, last.scale
    (Scale(lowest=0.0, highest=1.0, signed=False), Scale(lowest=-1.0, highest=1.0, signed=True))
    """
    slid = slide(image, settings)
    padded = any(any(side.padding) for side in slid.sides)
    scale, note = Scale.of(slid.padded), ""
    if colours == "grey":
        output_scale = Scale.grey(slid.output)
    elif colours == "automatic" and not scale.signed and _keeps_brightness(settings.weights):
        output_scale = scale
        note = "clipped" if slid.output.min() < scale.lowest or slid.output.max() > scale.highest else ""
    else:
        output_scale = Scale.of(slid.output)
    return (
        slid,
        figure("Input", slid.padded, scale, "with padding" if padded else ""),
        figure("Output", slid.output, output_scale, note),
    )


def view_of(state: KernelState, figures: tuple[Slide, Figure, Figure], image_code: str) -> KernelView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : KernelState
        Its place may lie outside of the output; the nearest one inside is taken.
    figures : (Slide, Figure, Figure)
        From `draw_figures`.
    image_code : str
        The expression that gives the image.

    Examples
    --------
    >>> settings = KernelSettings("ones", ((2.0,),), bias=1.0)
    >>> view = view_of(KernelState(settings, place=(9, 9)), draw_figures(np.ones((2, 2)), settings), "np.ones((2, 2))")
    >>> print(view.sentence)
    Kernel "your own" on "ones": at row 1, column 1 of the output the sum of 1 product is 2, with the bias 1 it is \
3. The output is 2 by 2, from 3 to 3.
    """
    slid, first, last = figures
    rows, columns = (side.output_size for side in slid.sides)
    place = min(state.place[0], rows - 1), min(state.place[1], columns - 1)
    result = sum_at(slid, place)
    weights = np.asarray(state.settings.weights)
    (top, bottom), (left, right) = (side.padding for side in slid.sides)
    return KernelView(
        sentence=_sentence(state, slid, place, result),
        state=replace(state, place=place),
        slid=slid,
        sum=result,
        input=first,
        output=_without(last, place) if state.hidden else last,
        taps=_taps(slid) if state.settings.dilation > 1 else [],
        rim=[top, right, bottom, left],
        weight_colours=cell_colours(_kernel_colours(weights)),
        sums_html=_sums_html(slid, first.scale, result, state.hidden),
        sizes_html=_sizes_html(slid),
        code="\n".join(
            [
                code(state.settings, image_code),
                drawing_code(("image", "image", Scale.of(slid.padded)), ("output", "output", last.scale)),
            ]
        ),
    )


def _keeps_brightness(weights: Sequence[Sequence[float]]) -> bool:
    return bool(np.sum(weights) >= 0.1 * np.abs(weights).sum() > 0)


def _without(shown: Figure, place: tuple[int, int]) -> Figure:
    """The figure with a question mark in place of one number."""
    cells = [list(row) for row in shown.cells]
    if cells:
        cells[place[0]][place[1]] = _HIDDEN
    return replace(shown, cells=cells)


def _kernel_colours(weights: Floats) -> Pixels:
    return Scale.up_to(float(np.abs(weights).max())).colours(weights)


def _taps(slid: Slide) -> list[list[int]]:
    dilation = slid.settings.dilation
    rows, columns = slid.kernel.shape
    return [[row * dilation, column * dilation] for row in range(rows) for column in range(columns)]


def _sentence(state: KernelState, slid: Slide, place: tuple[int, int], result: Sum) -> str:
    settings, output = state.settings, slid.output
    where = (
        f'Kernel "{kernel_name(settings.weights)}" on "{settings.image}": '
        f"at row {place[0]}, column {place[1]} of the output"
    )
    count = "1 product" if slid.kernel.size == 1 else f"{slid.kernel.size} products"
    if state.hidden:
        return f"{where}, what is the sum of {count}? Type your sum and press Reveal."
    total = f"{where} the sum of {count} is {number(result.total)}"
    if settings.bias:
        total += f", with the bias {number(settings.bias)} it is {number(result.total + settings.bias)}"
    if settings.relu:
        total += f", and ReLU makes that {number(result.result)}"
    size = (
        f"The output is {output.shape[0]} by {output.shape[1]}, from {number(output.min())} to {number(output.max())}."
    )
    return f"{total}. {_judged(state.guess, result.total)}{size}"


def _judged(guess: float | None, total: float) -> str:
    if guess is None:
        return ""
    if number(guess) == number(total):
        return f"You predicted {number(guess)}: right! "
    return f"You predicted {number(guess)}, which is {number(abs(guess - total))} off. "


def _sums_html(slid: Slide, scale: Scale, result: Sum, hidden: bool) -> str:
    kernel, bias = slid.kernel, slid.settings.bias
    product_scale = Scale.up_to(float(np.abs(kernel).max()) * scale.highest)
    # Larger kernels leave no room for the factors above each product.
    factors = [
        [f"{number(pixel)}·{number(weight)}" for pixel, weight in zip(pixels, weights, strict=True)]
        for pixels, weights in zip(result.window, kernel, strict=True)
    ]
    tables = [
        number_table(result.window, scale.colours(result.window), "window"),
        number_table(kernel, _kernel_colours(kernel), "kernel, turned" if slid.settings.turned else "kernel"),
        number_table(
            result.products,
            product_scale.colours(result.products),
            "products",
            factors if kernel.shape[1] <= 3 else None,
        ),
    ]
    steps = [("sum", "?" if hidden else number(result.total))]
    steps += [("bias", number(bias))] if bias else []
    steps += [("output", "?" if hidden else number(result.result))] if bias or slid.settings.relu else []
    total = "".join(f"<p><small>{name}</small><br><b>{value}</b></p>" for name, value in steps)
    signs = [f'<span class="ck-sign" aria-hidden="true">{sign}</span>' for sign in ("×", "=", "→")]
    parts = "".join(table + sign for table, sign in zip(tables, signs, strict=True))
    return f'<div class="ck-sums">{parts}<div>{total}</div></div>'


def _sizes_html(slid: Slide) -> str:
    rows, columns = slid.sides
    lines = [("rows and columns", rows)] if rows == columns else [("rows", rows), ("columns", columns)]
    filled = "".join(f"<p>{name}: {formula(side, slid.settings)}</p>" for name, side in lines)
    padding = padding_in_words(side.padding for side in slid.sides)
    return (
        '<div class="ck-sizes"><p>Size of the output: '
        f"⌊(size + {padding} − dilation·(kernel − 1) − 1) / stride⌋ + 1</p>{filled}</div>"
    )
