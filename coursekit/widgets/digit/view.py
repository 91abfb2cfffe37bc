"""What the digit pad shows: the digit as the network sees it, probabilities, feature maps and a sentence. No widget."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.widgets.digit.classifier import Answer
from coursekit.widgets.digit.strokes import SIDE
from coursekit.widgets.toolkit.colors import Scale, grey
from coursekit.widgets.toolkit.html import image_html, probability_bars_html
from coursekit.widgets.toolkit.numbers import number
from coursekit.widgets.toolkit.pixels import Pixels, enlarge, side_by_side

MOST_MAPS = 64
_MAPS_IN_A_ROW = 8
_MAPS_WIDTH = 280

Strokes = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class DigitState:
    """What the digit pad holds.

    Attributes
    ----------
    strokes : tuple of strokes
        What was drawn.
    sample : int or None
        Which test image is shown, where nothing is drawn.
    layer : str or None
        The layer whose maps are shown; None where the network has no convolution.
    """

    strokes: Strokes
    sample: int | None
    layer: str | None


@dataclass(frozen=True)
class DigitView:
    """What the digit pad shows; attributes are named after the widgets that they fill."""

    sentence: str
    state: DigitState
    image: NDArray[np.float32]
    answer: Answer | None
    preview_html: str
    bars_html: str
    maps_html: str
    code: str

    @property
    def still(self) -> Pixels:
        """The digit beside the feature maps, uint8 (height, width, 4)."""
        images, titles = [enlarge(grey(self.image, 0, 1), 7)], ["what the network gets"]
        if self.answer and self.state.layer:
            tiles, _ = _montage(self.answer.maps[self.state.layer])
            images.append(enlarge(tiles, max(1, 240 // tiles.shape[1])))
            titles.append(f"maps of {self.state.layer}")
        return side_by_side(images, titles=titles)


def view_of(
    state: DigitState,
    image: NDArray[np.float32],
    answer: Answer | None,
    label: int | None,
    classes: int,
    code: tuple[str, str],
) -> DigitView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : DigitState
        What the controls say.
    image : float32 array (28, 28)
        In 0..1; 0 is black.
    answer : Answer, optional
        None while the pad is empty.
    label : int, optional
        Of a test image.
    classes : int
        How many the network tells apart.
    code : (str, str)
        A line that makes ``model``, and the expression that gives the image.
    """
    return DigitView(
        sentence=_sentence(state, answer, label),
        state=state,
        image=image,
        answer=answer,
        preview_html=_preview_html(image, answer is None),
        bars_html=_bars_html(answer.probabilities if answer else np.full(classes, np.nan)),
        maps_html=_maps_html(answer.maps[state.layer] if answer and state.layer else None, state.layer),
        code=_code(state.layer, *code),
    )


def _sentence(state: DigitState, answer: Answer | None, label: int | None) -> str:
    if answer is None:
        return "The pad is empty: draw a digit, or press Sample digit."
    first, second = np.argsort(-answer.probabilities, kind="stable")[:2]
    what = "What you drew" if state.sample is None else f"Test image {state.sample + 1}, which is a {label},"
    return (
        f"{what} looks like a {first} to the network, with probability {answer.probabilities[first]:.2f}; "
        f"next comes {second} with {answer.probabilities[second]:.2f}."
    )


def _code(layer: str | None, model: str, image: str) -> str:
    columns = 2 if layer is None else 3
    lines = [
        model,
        f"image = {image}",
        "probabilities = ck.explain.class_probabilities(model, image[np.newaxis, :, :, np.newaxis])[0]",
        f'_, axes = plt.subplots(1, {columns}, figsize=({4 * columns}, 4), layout="constrained")',
        'ck.plot.image(image, "image", ax=axes[0])',
        "axes[1].bar(range(len(probabilities)), probabilities)",
        'axes[1].set_title("probabilities")',
    ]
    if layer is not None:
        lines += [
            f'maps = ck.explain.feature_maps(model, image[np.newaxis, :, :, np.newaxis], layer="{layer}")[0]',
            f'ck.plot.sheet(maps.transpose(2, 0, 1), columns={_MAPS_IN_A_ROW}, title="{layer}", ax=axes[2])',
        ]
    return "\n".join(lines)


def _preview_html(image: NDArray[np.float32], empty: bool) -> str:
    alt = "an empty image" if empty else "the digit as the network sees it, 28 by 28 pixels"
    return (
        '<p class="ck-title"><b>What the network sees</b> 28 × 28</p>'
        f"{image_html(grey(image, 0, 1), alt, 4 * SIDE, 4 * SIDE)}"
    )


def _bars_html(probabilities: NDArray[np.float32]) -> str:
    """One row a digit; the most probable one is marked. NaN where there is no answer."""
    known = not np.isnan(probabilities).any()
    marks = {int(np.argmax(probabilities)): "← most likely"} if known else {}
    return probability_bars_html([str(digit) for digit in range(len(probabilities))], probabilities, marks)


def _maps_html(maps: NDArray[np.float32] | None, layer: str | None) -> str:
    if layer is None:
        return '<div class="ck-maps"><p>This network has no convolutional layer to look into.</p></div>'
    if maps is None:
        return '<div class="ck-maps"><p>Feature maps appear here as you draw.</p></div>'
    tiles, scale = _montage(maps)
    count = maps.shape[2]
    strongest = int(np.argmax(maps.max(axis=(0, 1))))
    alt = f"feature maps of {layer}; the strongest answer, {number(float(maps.max()))}, is in map {strongest}"
    shown = f"the first {MOST_MAPS} of {count} maps" if count > MOST_MAPS else f"{count} maps"
    height = round(_MAPS_WIDTH * tiles.shape[0] / tiles.shape[1])
    return (
        f'<div class="ck-maps"><p>{html.escape(layer)}: {shown}, all on one scale</p>'
        f"{image_html(tiles, alt, _MAPS_WIDTH, height)}{scale.legend_html()}</div>"
    )


def _montage(maps: NDArray[np.float32]) -> tuple[Pixels, Scale]:
    """Lay feature maps (height, width, channels) out in rows of eight, a pixel apart."""
    scale = Scale.of(maps)
    height, width, count = maps[..., :MOST_MAPS].shape
    rows = -(-count // _MAPS_IN_A_ROW)
    tiles = np.full((rows * (height + 1) - 1, _MAPS_IN_A_ROW * (width + 1) - 1, 3), 128, np.uint8)
    for index in range(count):
        top, left = (index // _MAPS_IN_A_ROW) * (height + 1), (index % _MAPS_IN_A_ROW) * (width + 1)
        tiles[top : top + height, left : left + width] = scale.colours(maps[..., index])
    return tiles, scale
