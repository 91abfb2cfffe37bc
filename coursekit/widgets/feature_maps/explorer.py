"""The feature-map explorer: what every layer of a network makes of a picture, and what one kernel has to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.controls.image_sheet import PictureSheet
from coursekit.widgets.controls.kernel_grid import KernelGrid
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.feature_maps.view import (
    COLUMNS,
    ROWS,
    Edits,
    MapSheet,
    MapState,
    MapView,
    Plane,
    first_on_page,
    page_of,
    plane_at,
    rows_for,
    view_of,
)
from coursekit.widgets.sources.images import ImageList
from coursekit.widgets.sources.model_images import ModelImage, class_names, model_images
from coursekit.widgets.toolkit.html import data_uri
from coursekit.widgets.toolkit.layout import below_controls, box
from coursekit.widgets.toolkit.lru import LRUCache
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.unconverted import Unconverted

if TYPE_CHECKING:
    from coursekit.explain import Probe


def explore_feature_maps(
    model: Any,
    pictures: ArrayLike | None = None,
    *,
    layer: str | None = None,
    classes: Sequence[str] | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> FeatureMapExplorer:
    """See all maps of a layer, one of them over the picture, and edit the kernel that makes it.

    The model is not changed, whatever is edited: other kernels are handed to it for one run, see
    `coursekit.explain.Probe`.

    Parameters
    ----------
    model : keras.Model
        Any of one input of pictures, a classifier or not.
    pictures : array (n, height, width, 1 or 3), optional
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
        If the model, the pictures, the layer or the names do not fit together.

    Examples
    --------
    >>> from coursekit import networks
    >>> explorer = explore_feature_maps(networks.cats_dogs_convnet(), classes=["cat", "dog"])
    >>> explorer.maps.shape
    (148, 148, 32)
    """
    from coursekit.explain import Probe

    choice = model_images(model, pictures, "explore_feature_maps", value_range)
    probe = Probe(model, choice.shape)
    if not probe.layers:
        raise ValueError(f"model {model.name!r} has no layer with feature maps.")
    first = layer if layer is not None else (probe.kernels or probe.layers)[0]
    if first not in probe.layers:
        raise ValueError(f"layer {layer!r} has no feature maps. These have: {', '.join(probe.layers)}.")
    seen = probe(choice.get().values[np.newaxis])
    names = class_names(0 if seen.probabilities is None else seen.probabilities.shape[1], classes)
    shapes = {name: seen.maps(name).shape[1:] for name in probe.layers}
    return FeatureMapExplorer(probe, choice, shapes, first, names)


class FeatureMapExplorer(Unconverted[MapState, MapView]):
    """The widget that `explore_feature_maps` returns."""

    def __init__(
        self,
        probe: Probe,
        choice: ImageList[ModelImage],
        shapes: dict[str, tuple[int, ...]],
        layer: str,
        classes: tuple[str, ...],
    ) -> None:
        self._probe, self._choice, self._classes, self._shapes = probe, choice, classes, shapes
        self._edits: Edits = ()
        self._history: list[Edits] = []
        self._seen: LRUCache[MapSheet] = LRUCache()
        self._learned: LRUCache[Floats | None] = LRUCache()
        self.picture_name, self.upload = choice, choice.upload
        options = [(f"{name}  {' × '.join(map(str, shape))}", name) for name, shape in shapes.items()]
        self.layer = ipywidgets.Dropdown(options=options, value=layer, description="Layer")
        self.map = ipywidgets.BoundedIntText(0, min=0, max=shapes[layer][-1] - 1, description="Map")
        self.channel = ipywidgets.BoundedIntText(0, min=0, max=0, description="Channel")
        self.strength = Slider(description="Over picture", value=1.0, step=0.05)
        self.sheet, self.weights, self.code = PictureSheet(columns=COLUMNS, rows=ROWS), KernelGrid(), CodeBox()
        self.undo_button = ipywidgets.Button(description="Undo")
        self.reset_button = ipywidgets.Button(description="As learned")
        self.title, self.large, self.legend = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.bars, self.note = ipywidgets.HTML(), ipywidgets.HTML()
        super().__init__("feature-map-explorer", [self._arranged()], below=[self.code])
        for control in (self.picture_name, self.channel, self.strength):
            control.observe(self.request, "value")
        self.when(self.layer, lambda _layer: self._go(0))
        self.when(self.map, self._go)
        self.when(self.sheet, self._go, "selected")
        self.when(self.weights, self._edit, "weights")
        self.when(self.upload, self._choice.take)
        self.undo_button.on_click(self.undo)
        self.reset_button.on_click(self.reset)
        self.request()

    @property
    def maps(self) -> Floats:
        """All maps of the layer on the picture (height, width, maps), with the edited kernels."""
        return self._seen_in(self.view.state).maps

    @property
    def kernels(self) -> dict[str, Floats]:
        """The kernels of the layers that were edited, whole, as they are here and not in the model."""
        return self._kernels(self._edits)

    @property
    def picture(self) -> Floats:
        """The picture as the model gets it (height, width, channels)."""
        return self._choice.get(self.view.state.picture).values

    def state(self) -> MapState:
        """Return what the controls say now."""
        layer = self.layer.value
        index = min(self.map.value, self._shapes[layer][-1] - 1)
        channel = min(self.channel.value, self._channels(layer) - 1)
        return MapState(self.picture_name.value, layer, index, channel, self._edits, self.strength.value)

    def compute(self, state: MapState) -> MapView:
        """Return what is to be seen in this state."""
        seen, first = self._seen_in(state), first_on_page(state.map)
        where = (state.picture, state.layer, state.edits, first)
        page = self.remember(("page", *where), lambda: page_of(seen.maps, first))
        source = self.remember(("source", *where), lambda: data_uri(page))
        kernel = self._kernel_of(state)
        return view_of(state, seen, page, source, self._choice.get(state.picture), kernel, self._classes)

    def show(self, view: MapView) -> None:
        """Put what was computed into the widgets."""
        state = view.state
        with self.sheet.hold_sync():
            self.sheet.source, self.sheet.first, self.sheet.total = view.source, view.first, view.count
            self.sheet.alt, self.sheet.selected = view.sentence, state.map
            self.sheet.rows = rows_for(view.count)
            last = min(view.first + COLUMNS * ROWS, view.count) - 1
            self.sheet.label = f"Maps {view.first} to {last} of {view.count}"
        self.map.max, self.map.value = view.count - 1, state.map
        editable = state.layer in self._probe.kernels
        self.channel.max, self.channel.value = self._channels(state.layer) - 1, state.channel
        self.channel.disabled = self._channels(state.layer) == 1
        self.weights.layout.display = "" if editable else "none"
        with self.weights.hold_sync():
            self.weights.weights, self.weights.colours = view.weights, view.weight_colours
        self.undo_button.disabled, self.reset_button.disabled = not self._history, not self._edits
        self.title.value, self.large.value, self.legend.value = view.title_html, view.large_html, view.legend_html
        self.bars.value, self.note.value, self.code.code = view.bars_html, view.note, view.code

    def still(self, view: MapView) -> Pixels:
        """Return the sheet of maps beside the large one."""
        return view.still

    def undo(self, _button: object = None) -> None:
        """Take the last edit of a kernel back."""
        if self._history:
            self._edits = self._history.pop()
            self.request()

    def reset(self, _button: object = None) -> None:
        """Take every kernel as the model has learned it. Can be undone."""
        if self._edits:
            self._history.append(self._edits)
            self._edits = ()
            self.request()

    def _edit(self, weights: list[list[float]]) -> None:
        state, plane = self.state(), _plane(weights)
        kernel = self._probe.kernel(state.layer)
        place = plane_at(kernel.shape, self._shapes[state.layer][-1], state.map, state.channel)
        others = tuple(one for one in self._edits if one[:3] != (state.layer, *place))
        learned = _plane(kernel[:, :, place[0], place[1]])
        self._history.append(self._edits)
        self._edits = others if plane == learned else (*others, (state.layer, *place, plane))

    def _go(self, index: int) -> None:
        self.map.max = self._shapes[self.layer.value][-1] - 1
        self.map.value = index
        self.sheet.selected = self.map.value

    def _channels(self, layer: str) -> int:
        if layer not in self._probe.kernels:
            return 1
        shape = self._probe.kernel(layer).shape
        return int(shape[2]) if shape[3] == self._shapes[layer][-1] else 1

    def _kernels(self, edits: Edits) -> dict[str, Floats]:
        kernels = {layer: self._probe.kernel(layer) for layer, *_ in edits}
        for layer, channel, index, plane in edits:
            kernels[layer][:, :, channel, index] = plane
        return kernels

    def _kernel_of(self, state: MapState) -> Floats | None:
        """The planes of the map that is shown, (rows, columns, channels in)."""
        if state.layer not in self._probe.kernels:
            return None
        kernel = self._kernels(state.edits).get(state.layer)
        kernel = self._probe.kernel(state.layer) if kernel is None else kernel
        channel, index = plane_at(kernel.shape, self._shapes[state.layer][-1], state.map, state.channel)
        return kernel[..., index] if self._channels(state.layer) > 1 else kernel[:, :, [channel], index]

    def _seen_in(self, state: MapState) -> MapSheet:
        return self._seen.get((state.picture, state.layer, state.edits), lambda: self._look(state))

    def _look(self, state: MapState) -> MapSheet:
        picture = self._choice.get(state.picture).values[np.newaxis]
        seen = self._probe(picture, self._kernels(state.edits))
        before = seen.probabilities
        if state.edits:
            before = self._learned.get(state.picture, lambda: self._probe(picture).probabilities)
        return MapSheet(
            maps=seen.maps(state.layer)[0],
            probabilities=None if seen.probabilities is None else seen.probabilities[0],
            before=None if before is None else before[0],
        )

    def _arranged(self) -> ipywidgets.Widget:
        kernel = box(ipywidgets.VBox, "ck-figure", self.note, self.channel, self.weights)
        buttons = box(ipywidgets.HBox, "ck-controls", self.undo_button, self.reset_button)
        kernel.children = [*kernel.children, buttons]
        many = box(ipywidgets.VBox, "ck-sheet-column", self.sheet)
        large = box(ipywidgets.VBox, "ck-figure", self.title, self.large, self.legend, self.strength)
        edited = box(ipywidgets.HBox, "ck-seeing", kernel, self.bars)
        many.children = [self.sheet, edited]
        choices = [self.picture_name, self.layer, self.map, self.upload]
        return below_controls([choices], box(ipywidgets.HBox, "ck-seeing", many, large))


def _plane(weights: ArrayLike) -> Plane:
    return tuple(tuple(float(weight) for weight in row) for row in np.asarray(weights))
