"""What the feature-map explorer shows: a sheet of maps, one of them large, a kernel, and a sentence. No widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.controls.image_sheet import Page
from coursekit.widgets.feature_maps.edits import Edits, MapSheet
from coursekit.widgets.sources.model_images import ModelImage
from coursekit.widgets.toolkit.code import digits, drawing_code
from coursekit.widgets.toolkit.colors import Scale, cell_colours, heat, heat_legend_html
from coursekit.widgets.toolkit.html import image_html, probability_bars_html
from coursekit.widgets.toolkit.numbers import decimals_for, number
from coursekit.widgets.toolkit.pixels import Pixels, blended, enlarge, fitted, sheet, side_by_side, size_within, titled
from coursekit.widgets.toolkit.stage_figure import title_html

PAGE = Page(columns=16, rows=8)
SIDE = 40
LARGE = 280
_BARS = 5
_FRAME = (255, 152, 0, 255)


@dataclass(frozen=True)
class MapState:
    """What the controls say: image, layer, map, input channel, edits, and how strongly the map covers the image."""

    image: str
    layer: str
    map: int
    channel: int
    edits: Edits
    strength: float


@dataclass(frozen=True)
class MapView:
    """What the feature-map explorer shows; attributes are named after the widgets that they fill."""

    sentence: str
    state: MapState
    source: str
    count: int
    title_html: str
    large_html: str
    legend_html: str
    bars_html: str
    weights: list[list[float]]
    weight_colours: list[list[list[str]]]
    note: str
    code: str
    maps: Floats
    pixels: Pixels

    @property
    def still(self) -> Pixels:
        """The maps of the page, the chosen one in a frame, and beside them the large one; uint8 (height, width, 4)."""
        large = titled(self.pixels, f"map {self.state.map}, the one in the frame")
        return side_by_side([_framed(self.maps, self.state.map, len(large)), large])


def page_of(maps: Floats, first: int) -> Pixels:
    """Return one page of maps (h, w, K), each in its own colours from 0 to its largest value."""
    return sheet(_tiles(maps, first), PAGE.columns, SIDE, PAGE.rows_for(maps.shape[-1]))


def roomiest(count: int, width: int, height: int) -> tuple[int, int]:
    """Return in how many columns so many squares are largest on this room, and how long their sides are then.

    Examples
    --------
    >>> roomiest(32, width=640, height=300), roomiest(128, width=640, height=300)
    ((8, 75), (16, 37))
    """
    sides = {columns: min(width // columns, height // -(-count // columns)) for columns in range(1, count + 1)}
    columns = max(sides, key=sides.__getitem__)
    return columns, sides[columns]


def view_of(
    state: MapState,
    seen: MapSheet,
    source: str,
    image: ModelImage,
    kernel: Floats | None,
    classes: Sequence[str],
    model_code: str,
) -> MapView:
    """Return what is shown.

    Parameters
    ----------
    state : MapState
        What the controls say.
    seen : MapSheet
        The maps of the layer and the answer.
    source : str
        Address of the sheet that holds the map.
    image : ModelImage
        What the network looks at.
    kernel : array (rows, columns, channels in), or None
        That of the map, as it is now; None where the layer has none.
    classes : sequence of str
        The name of each class.
    model_code : str
        A line that makes ``model``.
    """
    maps, one = seen.maps, seen.maps[..., state.map]
    highest, negative = float(np.abs(one).max()), bool(one.min() < 0)
    large = _large(one, image.shown, state.strength)
    sentence = _sentence(state, seen, classes)
    weights = kernel[..., state.channel] if kernel is not None else np.zeros((1, 1))
    colours = Scale.up_to(float(np.abs(weights).max())).colours(weights)
    inside = f"{maps.shape[0]} × {maps.shape[1]}"
    return MapView(
        sentence=sentence,
        state=state,
        source=source,
        count=maps.shape[-1],
        title_html=title_html(f"Map {state.map} of {state.layer}, {inside}"),
        large_html=f'<div class="ck-large">{image_html(large, sentence, large.shape[1], large.shape[0])}</div>',
        legend_html=heat_legend_html(highest, negative),
        bars_html=_bars_html(seen, classes),
        weights=np.asarray(weights, np.float64).tolist(),
        weight_colours=cell_colours(colours),
        note=_note(state, kernel),
        code=_code(state, image, model_code, Scale.up_to(highest) if negative else None),
        maps=maps,
        pixels=large,
    )


def _large(values: Floats, image: Pixels, strength: float) -> Pixels:
    shape = size_within(image.shape, LARGE)
    colours = fitted(heat(values, float(np.abs(values).max())), shape)
    return blended(fitted(image, shape), colours, strength)


def _tiles(maps: Floats, first: int) -> list[Pixels]:
    page = (maps[..., index] for index in range(first, min(first + PAGE.size, maps.shape[-1])))
    return [heat(one, float(np.abs(one).max())) for one in page]


def _framed(maps: Floats, index: int, height: int) -> Pixels:
    """Return the page that holds a map, as high as it may be, with a frame around that map; (height, width, 4).

    Places that are larger than those of the page show no more detail than these: it would be stored with the lesson.
    """
    tiles = _tiles(maps, PAGE.first(index))
    columns, side = roomiest(len(tiles), PAGE.columns * SIDE, height)
    factor = max(1, side // (SIDE - 4))
    side //= factor
    page = enlarge(sheet(tiles, columns, side, -(-len(tiles) // columns)), factor)
    row, column = divmod(index % PAGE.size, columns)
    side *= factor
    frame = page[row * side : (row + 1) * side, column * side : (column + 1) * side]
    for edge in (frame[:2], frame[-2:], frame[:, :2], frame[:, -2:]):
        edge[:] = _FRAME
    return page


def _sentence(state: MapState, seen: MapSheet, classes: Sequence[str]) -> str:
    maps, one = seen.maps, seen.maps[..., state.map]
    height, width, count = maps.shape
    decimals = decimals_for(one)
    text = (
        f'"{state.layer}" on "{state.image}": {count} {"map" if count == 1 else "maps"} of {height} by {width}, '
        f"{seen.empty or 'none'} of them zero everywhere. Map {state.map}: from "
        f"{number(float(one.min()), decimals)} to {number(float(one.max()), decimals)}, "
        f"{100 * np.mean(one == 0):.0f} % of it zero."
    )
    if seen.probabilities is None:
        return text
    best = int(seen.probabilities.argmax())
    text += f' The answer is "{classes[best]}" with probability {seen.probabilities[best]:.2f}'
    if state.edits and seen.before is not None:
        then = int(seen.before.argmax())
        count = len(state.edits)
        text += f'; with the kernels as learned "{classes[then]}" with {seen.before[then]:.2f}'
        text += f". {count} {'plane' if count == 1 else 'planes'} of kernels edited"
    return text + "."


def _bars_html(seen: MapSheet, classes: Sequence[str]) -> str:
    if seen.probabilities is None:
        return "<p>This network gives no answer: it has no head.</p>"
    before = seen.before if seen.before is not None else seen.probabilities
    order = list(dict.fromkeys([*np.argsort(-before, kind="stable")[:_BARS], int(seen.probabilities.argmax())]))
    marks = {
        place: f"was {before[i]:.2f}" for place, i in enumerate(order) if abs(before[i] - seen.probabilities[i]) > 5e-3
    }
    return probability_bars_html([classes[i] for i in order], seen.probabilities[order], marks, "What the network says")


def _note(state: MapState, kernel: Floats | None) -> str:
    if kernel is None:
        return "This layer has no kernel of its own. Choose a convolution to edit one."
    count = kernel.shape[-1]
    which = "its only input channel" if count == 1 else f"input channel {state.channel} of {count}"
    return f"Kernel of map {state.map} for {which}: change a number and watch."


def _code(state: MapState, image: ModelImage, model_code: str, signed: Scale | None) -> str:
    lines = [model_code, f"image = {image.code}"]
    if not state.edits:
        lines += [f'maps = ck.explain.feature_maps(model, image[np.newaxis], layer="{state.layer}")[0]']
    else:
        lines += ["probe = ck.explain.Probe(model, image.shape)"]
        changed = list(dict.fromkeys(layer for layer, *_ in state.edits))
        lines += [f"kernels = {{name: probe.kernel(name) for name in {changed}}}"]
        for layer, channel, index, plane in state.edits:
            rows = ", ".join(f"[{', '.join(map(digits, row))}]" for row in plane)
            lines += [f'kernels["{layer}"][:, :, {channel}, {index}] = [{rows}]']
        lines += ["seen = probe(image[np.newaxis], kernels)", f'maps = seen.maps("{state.layer}")[0]']
        lines += ["print(seen.probabilities)  # the model itself is as it was"]
    one = f"maps[:, :, {state.map}]"
    drawn = drawing_code((image.shown_code, "image"), (one, f"map {state.map} of {state.layer}", signed))
    return "\n".join([*lines, drawn])
