"""The receptive-field explorer: choose a layer, move a unit, and see which pixels of the picture it sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.data import mnist
from coursekit.receptive_field import Pair, nearest_unit
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.controls.grid_stage import GridStage
from coursekit.widgets.receptive_field.networks import COURSE_NETWORKS, Network, network_of_chain, network_of_model
from coursekit.widgets.receptive_field.view import FieldState, FieldView, map_scale, still_of, view_of
from coursekit.widgets.sources.images import ImageList, SourceImage, fitted_plane, image_choice
from coursekit.widgets.toolkit.html import data_uri
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.stage_figure import title_html
from coursekit.widgets.toolkit.unconverted import Unconverted

_DIGIT = "digit"
_PICTURE_SIDE = 280
_SMALL = 40
_DIGIT_CODE = 'ck.data.load("mnist").test.arrays(limit=1)[0][0, :, :, 0]'


def explore_receptive_field(
    model: Any = None, picture: str | ArrayLike | None = None, picture_shape: Pair | None = None
) -> ReceptiveFieldExplorer:
    """Choose a layer of a network, move a unit, and see which pixels of the picture it sees.

    Parameters
    ----------
    model : keras.Model, or dict of str to coursekit.receptive_field.Layer, optional
        Any built Keras model that takes one picture, or a chain of layers with their names. Four networks of the
        course are there in any case: three convolutions, ``mnist_convnet``, a dilated stack, and VGG16. They need no
        Keras.
    picture : str or array (height, width) or (height, width, 3), optional
        A name in `coursekit.data.PICTURES`, "digit", or your own with values from 0 to 1, at most 512 pixels along a
        side. It is cut and scaled to what the network takes; colours become grey.
    picture_shape : (height, width), optional
        For a model that takes pictures of any size; for a chain, (28, 28) by default.

    Returns
    -------
    ReceptiveFieldExplorer
        Put it on the last line of a cell. Its ``field`` and ``seen`` can be used in later cells.

    Raises
    ------
    ValueError
        If the model has a layer whose receptive field is not defined, or the picture is unknown or too large.

    Examples
    --------
    >>> explorer = explore_receptive_field()
    >>> explorer.layer.value = 0
    >>> explorer.field.size
    (3, 3)
    """
    own: dict[str, Network] = {}
    if isinstance(model, Mapping):
        own = {"your chain": network_of_chain("your chain", model, picture_shape or (28, 28))}
    elif model is not None:
        given = network_of_model(model, picture_shape)
        own = {f"{given.name} (yours)": given}
    first = next(iter(own), next(iter(COURSE_NETWORKS)))
    network = own[first] if own else COURSE_NETWORKS[first]()
    small = max(network.picture_shape) <= _SMALL
    choice = image_choice(
        (_DIGIT if small else "cat") if picture is None else picture,
        "explore_receptive_field",
        side=_PICTURE_SIDE,
        made={_DIGIT: _digit},
    )
    return ReceptiveFieldExplorer(own, choice)


class ReceptiveFieldExplorer(Unconverted[FieldState, FieldView]):
    """The widget that `explore_receptive_field` returns."""

    def __init__(self, own: Mapping[str, Network], choice: ImageList[SourceImage]) -> None:
        self._own, self._choice = dict(own), choice
        self.network = ipywidgets.Dropdown(options=[*own, *COURSE_NETWORKS], description="Network")
        self.layer = ipywidgets.Dropdown(description="Layer")
        self.input, self.map = GridStage(label="Picture"), GridStage(label="Feature map")
        self.input_title, self.map_title = ipywidgets.HTML(), ipywidgets.HTML()
        self.layers, self.code = ipywidgets.HTML(), CodeBox()
        super().__init__("receptive-field-explorer", [self._arranged()], below=[self.layers, self.code])
        self._enter()
        self._observe()
        self.request()

    @property
    def field(self) -> Any:
        """What the units of the layer see: a `coursekit.receptive_field.ReceptiveField`."""
        return self.view.field

    @property
    def seen(self) -> tuple[slice, slice] | None:
        """The rows and columns of the picture that the unit sees; None where it is padding."""
        return self.view.seen

    @property
    def picture(self) -> Floats:
        """The picture (height, width), cut and scaled to what the network takes."""
        return self._picture(self.view.state)

    def state(self) -> FieldState:
        """Return what the controls say now."""
        row, column = self.map.place
        return FieldState(self.network.value, self.layer.value, self._choice.value, (row, column))

    def compute(self, state: FieldState) -> FieldView:
        """Return what is to be seen in this state."""
        return view_of(state, self._network(state.network), self._picture(state))

    def show(self, view: FieldView) -> None:
        """Put what was computed into the widgets."""
        network, field = self._network(view.state.network), view.field
        with self.input.hold_sync(), self.map.hold_sync():
            self.input.rows, self.input.columns = network.picture_shape
            self.input.places = list(network.picture_shape)
            self.input.source, self.input.alt = data_uri(view.picture), view.sentence
            # A pixel that was pointed at stays, as long as this unit is the nearest to it.
            if nearest_unit(field, *self.input.place) != view.state.unit:
                self.input.place = list(view.centre)
            self.map.rows, self.map.columns = view.map.shape
            self.map.places, self.map.place = list(view.map.shape), list(view.state.unit)
            self.map.source, self.map.alt = data_uri(map_scale().colours(view.map)), view.sentence
        self.input_title.value = title_html("Picture", network.picture_shape)
        self.map_title.value = title_html("Units of the layer", view.map.shape)
        self.layers.value, self.code.code = view.layers_html, view.code

    def still(self, view: FieldView) -> Pixels:
        """Return the picture with what the unit sees, and the feature map, side by side."""
        return still_of(view, self._picture(view.state))

    def _arranged(self) -> ipywidgets.Widget:
        columns = [
            [self.input_title, self._choice, self.input],
            [self.map_title, self.layer, self.map],
            [ipywidgets.HTML(title_html("Network")), self.network, self._choice.upload],
        ]
        return box(ipywidgets.HBox, "ck-figures", *(box(ipywidgets.VBox, "ck-figure", *column) for column in columns))

    def _observe(self) -> None:
        self._choice.observe(self.request, "value")
        self.map.observe(self.request, "place")
        self.input.observe(lambda _event: self.change(self._follow), "place")
        self.layer.observe(lambda _event: self.change(self._follow), "value")
        self.network.observe(lambda _event: self.change(self._enter), "value")
        self.when(self._choice.upload, self._choice.take)

    def _enter(self) -> None:
        """Go to the last feature map of the network, and to the unit in its middle."""
        network = self._network(self.network.value)
        self.layer.options = [(f"{layer.name}, {layer.kind}", index) for index, layer in enumerate(network.layers)]
        maps = [index for index, layer in enumerate(network.layers) if layer.field.units != (1, 1)]
        self.layer.value = maps[-1] if maps else 0
        self.input.place = [side // 2 for side in network.picture_shape]
        self._follow()

    def _follow(self) -> None:
        """Choose the unit that looks at the pixel where the picture's window stands."""
        field = self._network(self.network.value).layers[self.layer.value].field
        self.map.place = list(nearest_unit(field, *self.input.place))

    def _network(self, name: str) -> Network:
        return self._own[name] if name in self._own else self.remember(("network", name), COURSE_NETWORKS[name])

    def _picture(self, state: FieldState) -> Floats:
        shape = self._network(state.network).picture_shape
        return self.remember(
            ("picture", state.picture, shape), lambda: fitted_plane(self._choice.get(state.picture).values, shape)
        )


def _digit() -> SourceImage:
    """Return a handwritten digit of the sample, which is there without a network."""
    digits, _ = mnist.sample().test.arrays(limit=1)
    return SourceImage(digits[0, :, :, 0], _DIGIT_CODE)
