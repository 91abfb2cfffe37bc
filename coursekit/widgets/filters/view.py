"""What the filter explorer shows: the image that a filter answers to most, those of its neighbours, a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.controls.image_sheet import Page
from coursekit.widgets.toolkit.html import data_uri, image_html
from coursekit.widgets.toolkit.numbers import decimals_for, number
from coursekit.widgets.toolkit.pixels import Pixels, fitted, sheet, side_by_side, size_within, to_pixels
from coursekit.widgets.toolkit.stage_figure import title_html

if TYPE_CHECKING:
    from coursekit.explain import Ascent

PAGE = Page(columns=8, rows=4)
SIDE = 80
LARGE = 280


@dataclass(frozen=True)
class FilterState:
    """What the controls say: layer, filter, how to climb, and whether all filters of the page are wanted."""

    layer: str
    filter: int
    how: Ascent
    whole: bool


@dataclass(frozen=True, eq=False)
class Excited:
    """Images (filters, height, width, channels) and the mean activations before and after the ascent."""

    images: Floats
    before: Floats
    after: Floats


@dataclass(frozen=True)
class FilterView:
    """What the filter explorer shows; attributes are named after the widgets that they fill."""

    sentence: str
    state: FilterState
    count: int
    source: str
    title_html: str
    large_html: str
    code: str
    still: Pixels


def view_of(
    state: FilterState,
    one: Excited,
    page: Excited | None,
    count: int,
    size: tuple[int, int] | None,
    model_code: str,
) -> FilterView:
    """Return what is shown.

    Parameters
    ----------
    state : FilterState
        What the controls say.
    one : Excited
        The filter that is chosen.
    page : Excited, optional
        All filters of its page.
    count : int
        Filters of the layer.
    size : (height, width), optional
        What was asked for, where the model takes any.
    model_code : str
        A line that makes ``model``.
    """
    image = to_pixels(one.images[0], *state.how.value_range)
    large = fitted(image, size_within(image.shape, LARGE))
    sentence = _sentence(state, one, page, count)
    tiles = [to_pixels(each, *state.how.value_range) for each in page.images] if page is not None else []
    pixels = sheet(tiles, PAGE.columns, SIDE, PAGE.rows_for(count))
    return FilterView(
        sentence=sentence,
        state=state,
        count=count,
        source=data_uri(pixels) if tiles else "",
        title_html=title_html(f"Filter {state.filter} of {state.layer}"),
        large_html=f'<div class="ck-large">{image_html(large, sentence, large.shape[1], large.shape[0])}</div>',
        code=_code(state, count, size, model_code),
        still=side_by_side([large, pixels[: -(-len(tiles) // PAGE.columns) * SIDE, :, :3]]) if tiles else large,
    )


def _sentence(state: FilterState, one: Excited, page: Excited | None, count: int) -> str:
    before, after = float(one.before[0]), float(one.after[0])
    decimals = decimals_for([before, after])
    how = state.how
    extras = [f"shifts by up to {how.jitter} pixels"] if how.jitter else []
    extras += [f"smoothness {how.smoothness:g}"] if how.smoothness else []
    extras += ["along waves"] if how.fourier else []
    extras += ["in decorrelated colours"] if how.decorrelate else []
    text = (
        f'Filter {state.filter} of {count} in "{state.layer}": {how.steps} steps uphill from grey noise'
        f"{''.join(f', {extra}' for extra in extras)} take its mean activation from {number(before, decimals)} to "
        f"{number(after, decimals)}."
    )
    if after <= before:
        text += " It did not rise: this filter may be dead, zero on such images and without a slope to climb."
    if page is not None:
        rising = int(np.count_nonzero(page.after > page.before))
        first = PAGE.first(state.filter)
        text += f" On the sheet: filters {first} to {first + len(page.after) - 1}; {rising} of them rose."
    return text


def _code(state: FilterState, count: int, size: tuple[int, int] | None, model_code: str) -> str:
    how = state.how
    options = [f"steps={how.steps}", f"rate={how.rate:g}"]
    options += [f"jitter={how.jitter}"] if how.jitter else []
    options += [f"smoothness={how.smoothness:g}"] if how.smoothness else []
    options += ["fourier=True"] if how.fourier else []
    options += ["decorrelate=True"] if how.decorrelate else []
    options += [f"seed={how.seed}"] if how.seed else []
    options += [f"value_range={how.value_range}"] if how.value_range != (0.0, 1.0) else []
    first = PAGE.first(state.filter)
    which = f"range({first}, {min(first + PAGE.size, count)})" if state.whole else f"[{state.filter}]"
    taken = f", size={size}" if size else ""
    low, high = how.value_range
    drawn = "images" if (low, high) == (0, 1) else f"(images - {low:g}) / {high - low:g}".replace("- -", "+ ")
    titles = f"[str(index) for index in {which}]"
    return "\n".join(
        [
            model_code,
            f"ascent = ck.explain.Ascent({', '.join(options)})",
            f'images = ck.explain.maximise_filters(model, "{state.layer}", {which}, ascent=ascent{taken})',
            f"axes = ck.plot.images({drawn}, {titles}, columns={PAGE.columns}, size={1.5 if state.whole else 4})",
        ]
    )
