"""What the class activation explorer shows: a heatmap, alone and over its image, a box and a sentence. No widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coursekit.arrays import Floats
from coursekit.metrics.boxes import Box
from coursekit.plot.heatmaps import heatmap_box, lightness
from coursekit.widgets.sources.model_images import ModelImage
from coursekit.widgets.toolkit.code import quoted
from coursekit.widgets.toolkit.colors import heat, heat_legend_html
from coursekit.widgets.toolkit.html import data_uri, image_html, probability_bars_html
from coursekit.widgets.toolkit.numbers import number
from coursekit.widgets.toolkit.pixels import Pixels, blended, fitted, side_by_side, size_within, stretched
from coursekit.widgets.toolkit.stage_figure import title_html

LARGE = 280
_BARS = 5


@dataclass(frozen=True)
class ActivationState:
    """What the controls say. ``target`` is None for the predicted class; ``share`` is what the box begins at."""

    image: str
    layer: str
    method: str
    target: int | None
    strength: float
    colours: str
    share: float
    place: tuple[int, int]
    hidden: bool


@dataclass(frozen=True, eq=False)
class Explained:
    """The heatmap of an image as the method gives it (h, w), the class that it is about, and all probabilities."""

    heatmap: Floats
    target: int
    probabilities: Floats


@dataclass(frozen=True)
class ActivationView:
    """What the class activation explorer shows; attributes are named after the widgets that they fill."""

    sentence: str
    state: ActivationState
    source: str
    places: tuple[int, int]
    title_html: str
    map_html: str
    legend_html: str
    plain_html: str
    bars_html: str
    note: str
    code: str
    box: Box | None
    still: Pixels


def view_of(
    state: ActivationState,
    found: Explained,
    image: ModelImage,
    classes: Sequence[str],
    functions: Mapping[str, str],
    model_code: str,
) -> ActivationView:
    """Return what is shown.

    Parameters
    ----------
    state : ActivationState
        What the controls say.
    found : Explained
        The heatmap and the answer.
    image : ModelImage
        What was explained.
    classes : sequence of str
        The name of each class.
    functions : mapping
        From the name of a method to that of its function in `coursekit.explain`.
    model_code : str
        A line that makes ``model``.
    """
    heatmap, shape = found.heatmap, image.shown.shape[:2]
    highest = float(heatmap.max())
    rows, columns = heatmap.shape
    place = min(state.place[0], rows - 1), min(state.place[1], columns - 1)
    whole = stretched(heatmap, shape)
    box = heatmap_box(whole, state.share) if highest > 0 and not state.hidden else None
    size = size_within(shape, LARGE)
    colours = heat(stretched(heatmap, size), highest, state.colours)
    plain = fitted(image.shown, size)
    share = np.clip(stretched(heatmap, size) / (highest if highest > 0 else 1.0), 0, 1)[..., np.newaxis]
    over = plain if state.hidden else blended(plain, colours, state.strength * share)
    over = _boxed(over, box, LARGE / max(shape))
    alone = np.full_like(plain, 128) if state.hidden else colours
    sentence = _sentence(state, found, classes, place, box)
    alt = "The heatmap is hidden until you press Reveal." if state.hidden else sentence
    return ActivationView(
        sentence=sentence,
        state=state,
        source=data_uri(over),
        places=(rows, columns),
        title_html=title_html(f"{state.method}, {rows} × {columns} places"),
        map_html=f'<div class="ck-large">{image_html(alone, alt, size[1], size[0])}</div>',
        legend_html=heat_legend_html(highest, negative=False, colour_map=state.colours),
        plain_html=image_html(plain, f"the image {state.image}", round(0.6 * size[1]), round(0.6 * size[0])),
        bars_html=_bars_html(found, classes),
        note=_note(state.colours),
        code=_code(state, found, image, functions[state.method], box, model_code),
        box=box,
        still=side_by_side([plain, alone, over], titles=_still_titles(state, box)),
    )


def _still_titles(state: ActivationState, box: Box | None) -> tuple[str, str, str]:
    both = "both" if box is None else "both; a frame around the hottest"
    return "the image", f"the heatmap: {state.method}", both


def _boxed(pixels: Pixels, box: Box | None, scale: float) -> Pixels:
    """The image with a frame, black and white, visible on every ground."""
    if box is None:
        return pixels
    drawn = pixels.copy()
    row, column, height, width = (round(scale * side) for side in box)
    for grow, colour in ((0, 0), (1, 255), (2, 255), (3, 0)):
        top, left = row + grow, column + grow
        bottom, right = row + height - 1 - grow, column + width - 1 - grow
        if top > bottom or left > right:
            break
        part = drawn[top : bottom + 1, left : right + 1]
        for edge in (part[0], part[-1], part[:, 0], part[:, -1]):
            edge[:] = colour
    return drawn


def _sentence(
    state: ActivationState, found: Explained, classes: Sequence[str], place: tuple[int, int], box: Box | None
) -> str:
    name, probability = classes[found.target], found.probabilities[found.target]
    # CAM knows one layer only: the maps that are averaged before the last dense layer.
    where = "the averaged maps" if state.method == "CAM" else f'layer "{state.layer}"'
    about = f'{state.method} of {where} for "{name}" (probability {probability:.2f}) on "{state.image}"'
    row, column = place
    if state.hidden:
        return f"{about}: where is the heat? Point at row {row}, column {column}, or elsewhere, and press Reveal."
    highest = float(found.heatmap.max())
    if box is None:
        return f"{about}: the map is zero everywhere, because all that this layer says speaks against the class."
    decimals = 2 if highest >= 0.1 else 4
    value = float(found.heatmap[row, column])
    top, left, height, width = box
    return (
        f"{about}: from 0 to {number(highest, decimals)}. At row {row}, column {column} of the map it is "
        f"{number(value, decimals)}, {100 * value / highest:.0f} % of the largest. "
        f"The box around {100 * state.share:.0f} % and more is {height} by {width} pixels, "
        f"from row {top}, column {left}."
    )


def _bars_html(found: Explained, classes: Sequence[str]) -> str:
    order = list(dict.fromkeys([*np.argsort(-found.probabilities, kind="stable")[:_BARS], found.target]))
    marks = {order.index(found.target): "← explained"}
    names = [classes[index] for index in order]
    return probability_bars_html(names, found.probabilities[order], marks, "What the network says")


def _note(colours: str) -> str:
    steps = np.diff(lightness(colours))
    if (steps > 0).all():
        return f"{colours}: every step up is a step to lighter, {steps.min():.2f} to {steps.max():.2f} of 100."
    return (
        f"{colours}: {100 * np.mean(steps < 0):.0f} % of the steps up look darker, and edges appear where there are "
        "none. It is here to show that."
    )


def _code(
    state: ActivationState, found: Explained, image: ModelImage, function: str, box: Box | None, model_code: str
) -> str:
    layer = "" if function == "cam" else f', layer="{state.layer}"'
    relu = ", relu=True" if function in ("cam", "hires_cam") else ""
    height, width = image.shown.shape[:2]
    lines = [
        *("from PIL import Image", "", model_code, f"image = {image.code}"),
        f"small = ck.explain.{function}(model, image[np.newaxis], {found.target}{layer}{relu}, upsample=False)[0]",
        f"heatmap = np.asarray(Image.fromarray(small).resize(({width}, {height}), Image.Resampling.BILINEAR))",
    ]
    frame = ""
    if box is not None:
        lines.append(f"box = ck.plot.heatmap_box(heatmap, share={state.share:g})")
        frame = ", box=box"
    titles = f'("image", {quoted(state.method)}, "overlay")'
    row = f"{image.shown_code}, small, {titles}, alpha={state.strength:g}{frame}"
    return "\n".join([*lines, f"axes = ck.plot.explanation_row({row})"])
