"""The digit pad: draw a digit and see what a network makes of it, while it is being drawn."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import NDArray

from coursekit import data
from coursekit.widgets.controls.digit_canvas import DigitCanvas
from coursekit.widgets.digit.classifier import Answer, DigitClassifier
from coursekit.widgets.digit.strokes import SIDE, mnist_picture
from coursekit.widgets.toolkit.colors import Scale, grey
from coursekit.widgets.toolkit.html import data_uri, image_html, probability_bars_html
from coursekit.widgets.toolkit.numbers import number
from coursekit.widgets.toolkit.pixels import Pixels, enlarge, side_by_side
from coursekit.widgets.toolkit.unconverted import Unconverted

if TYPE_CHECKING:
    import keras

SAMPLES = 50
MOST_MAPS = 64
_MAPS_IN_A_ROW = 8
_MAPS_WIDTH = 280

Strokes = tuple[tuple[tuple[float, float], ...], ...]


def draw_digit(model: keras.Model | None = None) -> DigitPad:
    """Draw a digit and watch the probabilities and the feature maps of a network.

    Parameters
    ----------
    model : keras.Model, optional
        Any classifier of pictures (28, 28, 1) with values from 0 to 1; its output may be probabilities or logits. By
        default the course's trained network ``mnist_convnet``.

    Returns
    -------
    DigitPad
        Put it on the last line of a cell. It opens with a digit of the test set. Its ``picture`` and ``answer`` can be
        used in later cells.

    Raises
    ------
    ValueError
        If the model takes other pictures, or is no classifier.

    Examples
    --------
    >>> import keras
    >>> draw_digit(keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)], name="flat"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: the model 'flat' does not take one picture of shape (28, 28, 1) with values from 0 to 1: ...
    """
    if model is None:
        from coursekit.training import trained

        model = trained("mnist_convnet")
    return DigitPad(model)


@dataclass(frozen=True)
class DigitState:
    """What the digit pad holds.

    Attributes
    ----------
    strokes : tuple of strokes
        What was drawn.
    sample : int or None
        Which test picture is shown, where nothing is drawn.
    layer : str or None
        The layer whose maps are shown; None where the network has no convolution.
    """

    strokes: Strokes
    sample: int | None
    layer: str | None


@dataclass(frozen=True)
class DigitView:
    """What the digit pad shows."""

    sentence: str
    state: DigitState
    picture: NDArray[np.float32]
    answer: Answer | None
    preview_html: str
    bars_html: str
    maps_html: str


class DigitPad(Unconverted[DigitState, DigitView]):
    """The widget that `draw_digit` returns."""

    def __init__(self, model: keras.Model) -> None:
        self._classify = DigitClassifier(model)
        self._samples, self._labels = data.load("mnist").test.arrays(limit=SAMPLES)
        self._sample: int | None = 0
        self._cleared: list[tuple[list[Any], int | None]] = []
        blank = self._classify(np.zeros((SIDE, SIDE)))
        self._classes = len(blank.probabilities)
        layers: list[tuple[str, str | None]] = [
            (f"{name}, {' × '.join(map(str, maps.shape))}", name) for name, maps in blank.maps.items()
        ]
        self.pad = DigitCanvas()
        self.sample_button = ipywidgets.Button(description="Sample digit")
        self.undo_button = ipywidgets.Button(description="Undo")
        self.clear_button = ipywidgets.Button(description="Clear")
        self.layer = ipywidgets.Dropdown(options=layers or [("no convolution", None)], description="Layer")
        self.preview, self.bars, self.maps = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__("digit-pad", [self._arranged()])
        self.pad.observe(self.request, "strokes")
        self.layer.observe(self.request, "value")
        self.sample_button.on_click(self.next_sample)
        self.undo_button.on_click(self.undo)
        self.clear_button.on_click(self.clear)
        self.request()

    @property
    def picture(self) -> NDArray[np.float32]:
        """What the network sees: (28, 28), 0 is black, 1 is white."""
        return self.view.picture

    @property
    def answer(self) -> Answer | None:
        """The probabilities and feature maps; None while the pad is empty."""
        return self.view.answer

    def state(self) -> DigitState:
        """Return what the pad holds now."""
        strokes = tuple(tuple((float(x), float(y)) for x, y in stroke) for stroke in self.pad.strokes)
        return DigitState(strokes, None if strokes else self._sample, self.layer.value)

    def compute(self, state: DigitState) -> DigitView:
        """Return what is to be seen in this state."""
        if state.sample is not None:
            picture = self._samples[state.sample, :, :, 0]
        else:
            picture = mnist_picture(state.strokes, self.pad.size)
        empty = state.sample is None and not state.strokes
        answer = None if empty else self._classify(picture)
        maps = answer.maps[state.layer] if answer and state.layer else None
        return DigitView(
            sentence=self._sentence(state, answer),
            state=state,
            picture=picture,
            answer=answer,
            preview_html=_preview_html(picture, empty),
            bars_html=_bars_html(answer.probabilities if answer else np.full(self._classes, np.nan)),
            maps_html=_maps_html(maps, state.layer),
        )

    def show(self, view: DigitView) -> None:
        """Put what was computed into the widgets."""
        sample = view.state.sample
        self.pad.background = "" if sample is None else data_uri(grey(view.picture, 0, 1))
        self.preview.value, self.bars.value, self.maps.value = view.preview_html, view.bars_html, view.maps_html

    def still(self, view: DigitView) -> Pixels:
        """Return the digit beside the feature maps."""
        pictures = [enlarge(grey(view.picture, 0, 1), 7)]
        if view.answer and view.state.layer:
            tiles, _ = _montage(view.answer.maps[view.state.layer])
            pictures.append(enlarge(tiles, max(1, 240 // tiles.shape[1])))
        return side_by_side(pictures)

    def next_sample(self, _button: object = None) -> None:
        """Show the next digit of the test set."""
        self._replace(0 if self._sample is None else (self._sample + 1) % SAMPLES)

    def clear(self, _button: object = None) -> None:
        """Empty the pad. Can be undone."""
        self._replace(None)

    def undo(self, _button: object = None) -> None:
        """Take the last stroke back; where there is none, the last clearing or sample."""
        if self.pad.strokes:
            self.change(lambda: self.pad.set_trait("strokes", self.pad.strokes[:-1]))
        elif self._cleared:
            strokes, self._sample = self._cleared.pop()
            self.change(lambda: self.pad.set_trait("strokes", strokes))

    def _replace(self, sample: int | None) -> None:
        self._cleared.append((self.pad.strokes, self._sample))
        self._sample = sample
        self.change(lambda: self.pad.set_trait("strokes", []))

    def _arranged(self) -> ipywidgets.Widget:
        buttons = ipywidgets.HBox([self.sample_button, self.undo_button, self.clear_button])
        buttons.add_class("ck-controls")
        columns = [
            ipywidgets.VBox([ipywidgets.HTML('<p class="ck-title"><b>Your digit</b></p>'), self.pad]),
            ipywidgets.VBox([self.preview, self.bars]),
            ipywidgets.VBox([ipywidgets.HTML('<p class="ck-title"><b>Feature maps</b></p>'), self.layer, self.maps]),
        ]
        for column in columns:
            column.add_class("ck-figure")
        figures = ipywidgets.HBox(columns)
        figures.add_class("ck-figures")
        return ipywidgets.VBox([buttons, figures])

    def _sentence(self, state: DigitState, answer: Answer | None) -> str:
        if answer is None:
            return "The pad is empty: draw a digit, or press Sample digit."
        first, second = np.argsort(-answer.probabilities, kind="stable")[:2]
        what = "What you drew"
        if state.sample is not None:
            what = f"Test picture {state.sample + 1}, which is a {self._labels[state.sample]},"
        return (
            f"{what} looks like a {first} to the network, with probability {answer.probabilities[first]:.2f}; "
            f"next comes {second} with {answer.probabilities[second]:.2f}."
        )


def _preview_html(picture: NDArray[np.float32], empty: bool) -> str:
    alt = "an empty picture" if empty else "the digit as the network sees it, 28 by 28 pixels"
    return (
        '<p class="ck-title"><b>What the network sees</b> 28 × 28</p>'
        f"{image_html(grey(picture, 0, 1), alt, 4 * SIDE, 4 * SIDE)}"
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
