"""The class activation explorer: where in a picture a layer finds what speaks for a class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.plot.heatmaps import Box
from coursekit.widgets.class_activation.view import ActivationState, ActivationView, Explained, view_of
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.controls.grid_stage import GridStage
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.sources.images import ImageList
from coursekit.widgets.sources.model_images import ModelImage, class_names, model_images
from coursekit.widgets.toolkit.layout import below_controls, box
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.stage_figure import title_html
from coursekit.widgets.toolkit.unconverted import Unconverted

if TYPE_CHECKING:
    from coursekit.explain.together import ClassActivations

_PREDICTED = -1
_COLOURS = [("viridis: even steps", "viridis"), ("grey", "gray"), ("jet: misleads", "jet")]


def explore_class_activation(
    model: Any,
    pictures: ArrayLike | None = None,
    *,
    layer: str | None = None,
    classes: Sequence[str] | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> ClassActivationExplorer:
    """Ask a classifier where it sees a class: by Grad-CAM and its kin, at any layer, for any class.

    Parameters
    ----------
    model : keras.Model
        Any classifier of pictures with a convolution.
    pictures : array (n, height, width, 1 or 3), optional
        As the model takes them; by default the photographs of the course.
    layer : str, optional
        Where to begin; by default the last one with maps.
    classes : sequence of str, optional
        Names.
    value_range : (float, float)
        What the model takes for black and for white.

    Returns
    -------
    ClassActivationExplorer
        Put it on the last line of a cell. Its ``heatmap`` and ``box`` can be used in later cells.

    Raises
    ------
    ValueError
        If the model, the pictures, the layer or the names do not fit together.

    Examples
    --------
    >>> from coursekit import networks
    >>> explorer = explore_class_activation(networks.cats_dogs_convnet(), classes=["cat", "dog"])
    >>> explorer.heatmap.shape
    (15, 15)
    """
    from coursekit import explain

    choice = model_images(model, pictures, "explore_class_activation", value_range)
    blank = np.zeros((1, *choice.shape), np.float32)
    last = explain.last_spatial_layer(model, blank)
    layers = explain.spatial_layers(model, blank)
    if layer is not None and layer not in layers:
        raise ValueError(f"layer {layer!r} has no feature maps. These have: {', '.join(layers)}.")
    first = explain.class_activations(model, choice.get().values, layer=layer or last)
    names = class_names(len(first.probabilities), classes)
    return ClassActivationExplorer(model, choice, layers, layer or last, tuple(first.maps), names)


class ClassActivationExplorer(Unconverted[ActivationState, ActivationView]):
    """The widget that `explore_class_activation` returns."""

    def __init__(
        self,
        model: Any,
        choice: ImageList[ModelImage],
        layers: Sequence[str],
        layer: str,
        methods: Sequence[str],
        classes: tuple[str, ...],
    ) -> None:
        from coursekit.explain.together import METHODS

        self._model, self._choice, self._classes, self._functions = model, choice, classes, METHODS
        self._revealed: tuple[object, ...] | None = None
        self.picture_name, self.upload = choice, choice.upload
        self.layer = ipywidgets.Dropdown(options=list(layers), value=layer, description="Layer")
        self.method = ipywidgets.Dropdown(options=list(methods), description="Method")
        named = [("the predicted one", _PREDICTED), *((name, index) for index, name in enumerate(classes))]
        self.target = ipywidgets.Dropdown(options=named, value=_PREDICTED, description="Class")
        self.colours = ipywidgets.Dropdown(options=_COLOURS, description="Colours")
        self.strength = Slider(description="Overlay", value=0.4, step=0.05)
        self.share = Slider(description="Box from", value=20, min=5, max=95, step=5, unit=" %")
        self.predict = ipywidgets.Checkbox(description="Predict first: hide the heatmap", indent=False)
        self.reveal_button = ipywidgets.Button(description="Reveal")
        self.stage, self.code = GridStage(label="Picture with heatmap", size=280), CodeBox()
        self.title, self.map, self.legend = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.bars, self.note = ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__("class-activation-explorer", [self._arranged()], below=[self.code])
        first = self._found(self.picture_name.value, layer, None).maps[self.method.value]
        self.stage.place = [int(index) for index in np.unravel_index(int(np.argmax(first)), first.shape)]
        controls = (self.picture_name, self.layer, self.method, self.target, self.colours, self.strength, self.share)
        for control in (*controls, self.predict):
            control.observe(self.request, "value")
        self.stage.observe(self.request, "place")
        self.when(self.upload, self._choice.take)
        self.reveal_button.on_click(self.reveal)
        self.request()

    @property
    def heatmap(self) -> Floats:
        """The heatmap as the method gives it (h, w), in the units of the score."""
        return self._explained(self.view.state).heatmap

    @property
    def box(self) -> Box | None:
        """The frame (row, column, height, width) in pixels of the picture; None where the map is zero or hidden."""
        return self.view.box

    @property
    def picture(self) -> Floats:
        """The picture as the model gets it (height, width, channels)."""
        return self._choice.get(self.view.state.picture).values

    def state(self) -> ActivationState:
        """Return what the controls say now."""
        question = self._question()
        return ActivationState(
            picture=self.picture_name.value,
            layer=self.layer.value,
            method=self.method.value,
            target=None if self.target.value == _PREDICTED else self.target.value,
            strength=self.strength.value,
            colours=self.colours.value,
            share=self.share.value / 100,
            place=(self.stage.place[0], self.stage.place[1]),
            hidden=self.predict.value and self._revealed != question,
        )

    def compute(self, state: ActivationState) -> ActivationView:
        """Return what is to be seen in this state."""
        picture = self._choice.get(state.picture)
        return view_of(state, self._explained(state), picture, self._classes, self._functions)

    def show(self, view: ActivationView) -> None:
        """Put what was computed into the widgets."""
        rows, columns = view.places
        # The picture, not the map, decides how high the stage is: cells that are no squares would move.
        with self.stage.hold_sync():
            self.stage.rows, self.stage.columns, self.stage.places = rows, columns, [rows, columns]
            self.stage.place = [min(view.state.place[0], rows - 1), min(view.state.place[1], columns - 1)]
            self.stage.source, self.stage.alt = view.source, view.sentence
        self.title.value, self.map.value, self.legend.value = view.title_html, view.map_html, view.legend_html
        self.bars.value, self.note.value, self.code.code = view.bars_html, view.note, view.code
        self.reveal_button.disabled = not view.state.hidden

    def still(self, view: ActivationView) -> Pixels:
        """Return picture, heatmap and overlay in a row."""
        return view.still

    def reveal(self, _button: object = None) -> None:
        """Show the heatmap that was hidden, and what it is at the place that was pointed at."""
        self._revealed = self._question()
        self.request()

    def _question(self) -> tuple[object, ...]:
        return (self.picture_name.value, self.layer.value, self.method.value, self.target.value)

    def _explained(self, state: ActivationState) -> Explained:
        found = self._found(state.picture, state.layer, state.target)
        return Explained(found.maps[state.method], found.target, found.probabilities)

    def _found(self, picture: str, layer: str, target: int | None) -> ClassActivations:
        from coursekit.explain import class_activations

        values = self._choice.get(picture).values
        return self.remember(
            ("maps", picture, layer, target), lambda: class_activations(self._model, values, target, layer=layer)
        )

    def _arranged(self) -> ipywidgets.Widget:
        over = ipywidgets.HTML(title_html("Picture with heatmap"))
        first = box(ipywidgets.VBox, "ck-figure", over, self.stage, self.strength, self.share)
        second = box(ipywidgets.VBox, "ck-figure", self.title, self.map, self.legend, self.colours, self.note)
        third = box(ipywidgets.VBox, "ck-figure", self.bars)
        choices = [self.picture_name, self.method, self.layer, self.target]
        buttons = [self.upload, self.predict, self.reveal_button]
        return below_controls([choices, buttons], box(ipywidgets.HBox, "ck-figures", first, second, third))
