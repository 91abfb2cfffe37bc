"""The feature-map explorer: what every layer of a network makes of an image, and what one kernel has to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.widgets.controls.image_sheet import ImageSheet
from coursekit.widgets.controls.kernel_grid import KernelGrid
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.feature_maps.edits import EditableKernels, Edits, MapSheet
from coursekit.widgets.feature_maps.opened import OpenedMaps, opened_maps
from coursekit.widgets.feature_maps.view import PAGE, MapState, MapView, page_of, view_of
from coursekit.widgets.sources.models import own_model
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.html import data_uri
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.lru import LRUCache
from coursekit.widgets.toolkit.numbers import by

if TYPE_CHECKING:
    import keras


def explore_feature_maps(
    model: keras.Model,
    images: ArrayLike | None = None,
    *,
    layer: str | None = None,
    classes: Sequence[str] | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> FeatureMapExplorer:
    """See all maps of a layer, one of them over the image, and edit the kernel that makes it.

    The model is not changed, whatever is edited: other kernels are handed to it for one run, see
    `coursekit.explain.Probe`.

    Parameters
    ----------
    model : keras.Model
        Any of one input of images, a classifier or not.
    images : array (n, height, width, 1 or 3), optional
        As the model takes them; by default the photographs of the course.
    layer : str, optional
        Where to begin; by default the first one with a kernel.
    classes : sequence of str, optional
        Names.
    value_range : (float, float)
        What the model takes for black and for white.

    Returns
    -------
    FeatureMapExplorer
        Put it on the last line of a cell. Its ``maps`` and ``kernels`` can be used in later cells.

    Raises
    ------
    ValueError
        If the model, the images, the layer or the names do not fit together.

    Examples
    --------
    >>> from coursekit import networks
    >>> explorer = explore_feature_maps(networks.cats_dogs_convnet(), classes=["cat", "dog"])
    >>> explorer.maps.shape
    (148, 148, 32)
    """
    return FeatureMapExplorer(opened_maps(model, images, layer, classes, value_range), own_model(model).code)


class FeatureMapExplorer(Explorer[MapState, MapView]):
    """The widget that `explore_feature_maps` returns."""

    def __init__(self, opened: OpenedMaps, model_code: str) -> None:
        images, shapes, layer = opened.images, opened.shapes, opened.first
        self._images, self._classes, self._shapes, self._model_code = images, opened.classes, shapes, model_code
        self._kernels = EditableKernels(opened.probe, shapes)
        self._edits: Edits = ()
        self._history: list[Edits] = []
        self._seen: LRUCache[MapSheet] = LRUCache()
        options = [(f"{name}  {by(shape)}", name) for name, shape in shapes.items()]
        super().__init__(
            "feature-map-explorer",
            self._state_of,
            {
                "image": images,
                "layer": ipywidgets.Dropdown(options=options, value=layer, description="Layer"),
                "map": WholeNumber(0, min=0, max=shapes[layer][-1] - 1, description="Map"),
                "channel": WholeNumber(0, min=0, max=0, description="Channel"),
                "strength": Slider(description="Over image", value=1.0, step=0.05),
                "sheet": ImageSheet(columns=PAGE.columns, rows=PAGE.rows),
                "weights": KernelGrid(),
            },
            actions={
                "layer": lambda _layer: self._go(0),
                "map": self._go,
                "sheet": self._go,
                "weights": self._edit,
            },
            buttons={"undo": ("Undo", self.undo), "reset": ("As learned", self.reset)},
            rows=[["image", "layer", "map", "upload", "download"]],
        )

    @property
    def maps(self) -> Floats:
        """All maps of the layer on the image (height, width, maps), with the edited kernels."""
        return self._seen_in(self.view.state).maps

    @property
    def kernels(self) -> dict[str, Floats]:
        """The kernels of the layers that were edited, whole, as they are here and not in the model."""
        return self._kernels.edited(self._edits)

    @property
    def image(self) -> Floats:
        """The image as the model gets it (height, width, channels)."""
        return self._images.get(self.view.state.image).values

    def arranged(self) -> ipywidgets.Widget:
        """Return the controls above the sheet with the kernel below it, and the large map."""
        title, large, legend, bars, note = map(self.element, ("title", "large", "legend", "bars", "note"))
        buttons = box(ipywidgets.HBox, "ck-controls", self.undo_button, self.reset_button)
        kernel = box(ipywidgets.VBox, "ck-figure", note, self.channel, self.weights, buttons)
        edited = box(ipywidgets.HBox, "ck-seeing", kernel, bars)
        many = box(ipywidgets.VBox, "ck-sheet-column", self.sheet, edited)
        one = box(ipywidgets.VBox, "ck-figure", title, large, legend, self.strength)
        self._figures = [box(ipywidgets.HBox, "ck-seeing", many, one)]
        return super().arranged()

    def compute(self, state: MapState) -> MapView:
        """Return what is shown in this state."""
        seen, first = self._seen_in(state), PAGE.first(state.map)
        where = (state.image, state.layer, state.edits, first)
        source = self.remember(("source", *where), lambda: data_uri(page_of(seen.maps, first)))
        kernel = self._kernels.kernel_of(state.layer, state.map, state.channel, state.edits)
        image = self._images.get(state.image)
        return view_of(state, seen, source, image, kernel, self._classes, self._model_code)

    def show(self, view: MapView) -> None:
        """Put what was computed into the widgets."""
        state = view.state
        self.sheet.turn_to(PAGE, state.map, view.count, view.source, view.sentence, "Maps")
        self.map.max, self.map.value = view.count - 1, state.map
        channels = self._kernels.channels(state.layer)
        self.channel.max, self.channel.value, self.channel.disabled = channels - 1, state.channel, channels == 1
        self.weights.layout.display = "" if self._kernels.editable(state.layer) else "none"
        with self.weights.hold_sync():
            self.weights.weights, self.weights.colours = view.weights, view.weight_colours
        self.undo_button.disabled, self.reset_button.disabled = not self._history, not self._edits
        super().show(view)

    def arrays(self) -> dict[str, Floats]:
        """Return the image and all maps of the layer."""
        return {"image": self.image, "maps": self.maps}

    def undo(self) -> None:
        """Take the last edit of a kernel back."""
        if self._history:
            self._edits = self._history.pop()
            self.request()

    def reset(self) -> None:
        """Take every kernel as the model has learned it. Can be undone."""
        if self._edits:
            self._history.append(self._edits)
            self._edits = ()
            self.request()

    def _state_of(self, image: str, layer: str, channel: int, strength: float, **says: Any) -> MapState:
        index = min(says["map"], self._shapes[layer][-1] - 1)
        return MapState(image, layer, index, min(channel, self._kernels.channels(layer) - 1), self._edits, strength)

    def _edit(self, weights: list[list[float]]) -> None:
        state = self.state()
        self._history.append(self._edits)
        self._edits = self._kernels.with_plane(self._edits, state.layer, state.map, state.channel, weights)

    def _go(self, index: int) -> None:
        self.map.max = self._shapes[self.layer.value][-1] - 1
        self.map.value = index
        self.sheet.selected = self.map.value

    def _seen_in(self, state: MapState) -> MapSheet:
        image = self._images.get(state.image).values
        return self._seen.get(
            (state.image, state.layer, state.edits),
            lambda: self._kernels.look(state.image, image, state.layer, state.edits),
        )
