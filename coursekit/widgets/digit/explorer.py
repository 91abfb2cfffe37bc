"""The digit pad: draw a digit and see what a network makes of it, while it is being drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import NDArray

from coursekit import data
from coursekit.widgets.controls.digit_canvas import DigitCanvas
from coursekit.widgets.digit.classifier import Answer, DigitClassifier
from coursekit.widgets.digit.strokes import SIDE, mnist_image
from coursekit.widgets.digit.view import DigitState, DigitView, Strokes, view_of
from coursekit.widgets.sources.own import array_code, given_code
from coursekit.widgets.toolkit.colors import grey
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.html import data_uri
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.stage_figure import title_html

if TYPE_CHECKING:
    import keras

SAMPLES = 50
_CLEAREST = 7
"""The digit to open with: the first seven reads as one at a glance, in MNIST and in the sample that ships."""


def draw_digit(model: keras.Model | None = None) -> DigitPad:
    """Draw a digit and watch the probabilities and the feature maps of a network.

    Parameters
    ----------
    model : keras.Model, optional
        Any classifier of images (28, 28, 1) with values from 0 to 1; its output may be probabilities or logits. By
        default the course's trained network ``mnist_convnet``.

    Returns
    -------
    DigitPad
        Put it on the last line of a cell. It opens with a digit of the test set that reads clearly. Its ``image`` and
        ``answer`` can be used in later cells.

    Raises
    ------
    ValueError
        If the model takes other images, or is no classifier.

    Examples
    --------
    >>> import keras
    >>> draw_digit(keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)], name="flat"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: the model 'flat' does not take one image of shape (28, 28, 1) with values from 0 to 1: ...
    """
    if model is None:
        from coursekit.training import trained

        return DigitPad(trained("mnist_convnet"), 'model = ck.training.trained("mnist_convnet")')
    return DigitPad(model)


class DigitPad(Explorer[DigitState, DigitView]):
    """The widget that `draw_digit` returns."""

    def __init__(self, model: keras.Model, model_code: str = "") -> None:
        self._classify = DigitClassifier(model)
        self._model_code = model_code or f"model = {given_code(model, model.name)}"
        self._samples, self._labels = data.load("mnist").test.arrays(limit=SAMPLES)
        self._first = int(np.argmax(self._labels == _CLEAREST))
        self._sample: int | None = self._first
        self._cleared: list[tuple[list[Any], int | None]] = []
        blank = self._classify(np.zeros((SIDE, SIDE)))
        self._classes = len(blank.probabilities)
        layers: list[tuple[str, str | None]] = [
            (f"{name}, {' × '.join(map(str, maps.shape))}", name) for name, maps in blank.maps.items()
        ]
        super().__init__(
            "digit-pad",
            self._state_of,
            {
                "pad": DigitCanvas(),
                "layer": ipywidgets.Dropdown(options=layers or [("no convolution", None)], description="Layer"),
            },
            buttons={
                "sample": ("Sample digit", self.next_sample),
                "undo": ("Undo", self.undo),
                "clear": ("Clear", self.clear),
            },
            rows=[["sample", "undo", "clear", "download"]],
            archive="digit",
        )

    @property
    def image(self) -> NDArray[np.float32]:
        """What the network sees: (28, 28), 0 is black, 1 is white."""
        return self.view.image

    @property
    def answer(self) -> Answer | None:
        """The probabilities and feature maps; None while the pad is empty."""
        return self.view.answer

    def arranged(self) -> ipywidgets.Widget:
        """Return the buttons above the pad, what the network sees and answers, and the feature maps."""
        columns = [
            [ipywidgets.HTML(title_html("Your digit")), self.pad],
            [self.element("preview"), self.element("bars")],
            [ipywidgets.HTML(title_html("Feature maps")), self.layer, self.element("maps")],
        ]
        figures = [box(ipywidgets.VBox, "ck-figure", *column) for column in columns]
        self._figures = [box(ipywidgets.HBox, "ck-figures", *figures)]
        return super().arranged()

    def compute(self, state: DigitState) -> DigitView:
        """Return what is shown in this state."""
        if state.sample is not None:
            image, label = self._samples[state.sample, :, :, 0], int(self._labels[state.sample])
            code = f'ck.data.load("mnist").test.arrays(limit={SAMPLES})[0][{state.sample}, :, :, 0]'
        else:
            image, label = mnist_image(state.strokes, self.pad.size), None
            code = array_code(image)
        empty = state.sample is None and not state.strokes
        answer = None if empty else self._classify(image)
        return view_of(state, image, answer, label, self._classes, (self._model_code, code))

    def show(self, view: DigitView) -> None:
        """Put what was computed into the widgets."""
        self.pad.background = "" if view.state.sample is None else data_uri(grey(view.image, 0, 1))
        super().show(view)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return what the network sees, and its probabilities where there is a digit."""
        return {"image": self.image} | ({"probabilities": self.answer.probabilities} if self.answer else {})

    def next_sample(self) -> None:
        """Show the next digit of the test set."""
        self._replace(self._first if self._sample is None else (self._sample + 1) % SAMPLES)

    def clear(self) -> None:
        """Empty the pad. Can be undone."""
        self._replace(None)

    def undo(self) -> None:
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

    def _state_of(self, pad: Strokes, layer: str | None) -> DigitState:
        return DigitState(pad, None if pad else self._sample, layer)
