"""The class activation explorer: where in an image a layer finds what speaks for a class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.metrics.boxes import Box
from coursekit.widgets.class_activation.view import ActivationState, ActivationView, Explained, view_of
from coursekit.widgets.controls.grid_stage import GridStage
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.sources.images import ImageList
from coursekit.widgets.sources.model_images import ModelImage, class_names, model_images
from coursekit.widgets.sources.models import own_model
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.stage_figure import title_html

if TYPE_CHECKING:
    import keras

    from coursekit.explain.class_activation_comparison import ClassActivations

_PREDICTED = -1
_COLOURS = [("viridis: even steps", "viridis"), ("grey", "gray"), ("jet: misleads", "jet")]


def explore_class_activation(
    model: keras.Model,
    images: ArrayLike | None = None,
    *,
    layer: str | None = None,
    classes: Sequence[str] | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> ClassActivationExplorer:
    """Ask a classifier where it sees a class: by Grad-CAM and its kin, at any layer, for any class.

    Parameters
    ----------
    model : keras.Model
        Any classifier of images with a convolution.
    images : array (n, height, width, 1 or 3), optional
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
        If the model, the images, the layer or the names do not fit together.

    Examples
    --------
    >>> from coursekit import networks
    >>> explorer = explore_class_activation(networks.cats_dogs_convnet(), classes=["cat", "dog"])
    >>> explorer.heatmap.shape
    (15, 15)
    """
    from coursekit import explain

    choice = model_images(model, images, value_range)
    blank = np.zeros((1, *choice.shape), np.float32)
    last = explain.last_spatial_layer(model, blank)
    layers = explain.spatial_layers(model, blank)
    if layer is not None and layer not in layers:
        raise ValueError(f"layer {layer!r} has no feature maps. These have: {', '.join(layers)}.")
    first = explain.class_activations(model, choice.get().values, layer=layer or last)
    names = class_names(len(first.probabilities), classes)
    return ClassActivationExplorer(model, choice, layers, layer or last, tuple(first.maps), names)


class ClassActivationExplorer(Explorer[ActivationState, ActivationView]):
    """The widget that `explore_class_activation` returns."""

    def __init__(
        self,
        model: keras.Model,
        images: ImageList[ModelImage],
        layers: Sequence[str],
        layer: str,
        methods: Sequence[str],
        classes: tuple[str, ...],
    ) -> None:
        from coursekit.explain.class_activation_comparison import COMPARED

        self._model, self._images, self._classes, self._functions = model, images, classes, COMPARED
        self._revealed: tuple[object, ...] | None = None
        named = [("the predicted one", _PREDICTED), *((name, index) for index, name in enumerate(classes))]
        super().__init__(
            "class-activation-explorer",
            self._state_of,
            {
                "image": images,
                "layer": ipywidgets.Dropdown(options=list(layers), value=layer, description="Layer"),
                "method": ipywidgets.Dropdown(options=list(methods), description="Method"),
                "target": ipywidgets.Dropdown(options=named, value=_PREDICTED, description="Class"),
                "colours": ipywidgets.Dropdown(options=_COLOURS, description="Colours"),
                "strength": Slider(description="Overlay", value=0.8, step=0.05),
                "share": Slider(description="Box from", value=20, min=5, max=95, step=5, unit=" %"),
                "predict": ipywidgets.Checkbox(description="Predict first: hide the heatmap", indent=False),
                "stage": GridStage(label="Image with heatmap", size=280),
            },
            buttons={"reveal": ("Reveal", self.reveal)},
            rows=[["image", "method", "layer", "target"], ["upload", "predict", "reveal", "reset", "download"]],
        )

    @property
    def heatmap(self) -> Floats:
        """The heatmap as the method gives it (h, w), in the units of the score."""
        return self._explained(self.view.state).heatmap

    @property
    def box(self) -> Box | None:
        """The frame (row, column, height, width) in pixels of the image; None where the map is zero or hidden."""
        return self.view.box

    @property
    def image(self) -> Floats:
        """The image as the model gets it (height, width, channels)."""
        return self._images.get(self.view.state.image).values

    def prepare(self) -> None:
        """Point at the place where the map is hottest."""
        first = self._found(self.image_name.value, self.layer.value, None).maps[self.method.value]
        self.stage.place = [int(index) for index in np.unravel_index(int(np.argmax(first)), first.shape)]

    def arranged(self) -> ipywidgets.Widget:
        """Return the controls above the image with its heatmap, the heatmap alone, and the probabilities."""
        over = ipywidgets.HTML(title_html("Image with heatmap"))
        alone = [*map(self.element, ("title", "map", "legend")), self.colours, self.element("note")]
        plain = [ipywidgets.HTML(title_html("Image")), self.element("plain"), self.element("bars")]
        columns = [[over, self.stage, self.strength, self.share], alone, plain]
        figures = [box(ipywidgets.VBox, "ck-figure", *column) for column in columns]
        self._figures = [box(ipywidgets.HBox, "ck-figures", *figures)]
        return super().arranged()

    def compute(self, state: ActivationState) -> ActivationView:
        """Return what is shown in this state."""
        image, model_code = self._images.get(state.image), own_model(self._model).code
        return view_of(state, self._explained(state), image, self._classes, self._functions, model_code)

    def show(self, view: ActivationView) -> None:
        """Put what was computed into the widgets."""
        rows, columns = view.places
        # The image, not the map, decides how high the stage is: cells that are no squares would move.
        with self.stage.hold_sync():
            self.stage.rows, self.stage.columns, self.stage.places = rows, columns, [rows, columns]
            self.stage.place = [min(view.state.place[0], rows - 1), min(view.state.place[1], columns - 1)]
            self.stage.source, self.stage.alt = view.source, view.sentence
        self.reveal_button.disabled = not view.state.hidden
        super().show(view)

    def arrays(self) -> dict[str, Floats]:
        """Return the image and the heatmap."""
        return {"image": self.image, "heatmap": self.heatmap}

    def reveal(self) -> None:
        """Show the heatmap that was hidden, and what it is at the place that was pointed at."""
        self._revealed = self._question()
        self.request()

    def _state_of(self, target: int, share: int, stage: tuple[int, int], predict: bool, **says: Any) -> ActivationState:
        return ActivationState(
            target=None if target == _PREDICTED else target,
            share=share / 100,
            place=stage,
            hidden=predict and self._revealed != self._question(),
            **says,
        )

    def _question(self) -> tuple[object, ...]:
        return (self.image_name.value, self.layer.value, self.method.value, self.target.value)

    def _explained(self, state: ActivationState) -> Explained:
        found = self._found(state.image, state.layer, state.target)
        return Explained(found.maps[state.method], found.target, found.probabilities)

    def _found(self, image: str, layer: str, target: int | None) -> ClassActivations:
        from coursekit.explain import class_activations

        values = self._images.get(image).values
        return self.remember(
            ("maps", image, layer, target), lambda: class_activations(self._model, values, target, layer=layer)
        )
