"""The receptive-field explorer: choose a layer, move a unit, and see which pixels of the image it sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ipywidgets
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.data.sets import mnist
from coursekit.receptive_field import Layer, Pair, ReceptiveField, nearest_unit
from coursekit.widgets.controls.grid_stage import GridStage
from coursekit.widgets.receptive_field.networks import COURSE_NETWORKS, Network, network_of_chain, network_of_model
from coursekit.widgets.receptive_field.view import FieldState, FieldView, map_scale, still_of, view_of
from coursekit.widgets.sources.images import ImageList, SourceImage, image_choice, sized_image
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.html import data_uri
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.stage_figure import title_html

if TYPE_CHECKING:
    import keras

_DIGIT = "digit"
_IMAGE_SIDE = 280
_SMALL = 40
_DIGIT_CODE = 'ck.data.load("mnist").test.arrays(limit=1)[0][0, :, :, 0]'


def explore_receptive_field(
    model: keras.Model | Mapping[str, Layer] | None = None,
    image: str | ArrayLike | None = None,
    image_shape: Pair | None = None,
) -> ReceptiveFieldExplorer:
    """Choose a layer of a network, move a unit, and see which pixels of the image it sees.

    Parameters
    ----------
    model : keras.Model, or dict of str to coursekit.receptive_field.Layer, optional
        Any built Keras model that takes one image, or a chain of layers with their names. Four networks of the
        course are there in any case: three convolutions, ``mnist_convnet``, a dilated stack, and VGG16. They need no
        Keras.
    image : str or array (height, width) or (height, width, 3), optional
        A name in `coursekit.data.PHOTOGRAPHS`, "digit", or your own with values from 0 to 1, at most 512 pixels along a
        side. It is cut and scaled to what the network takes; colours become grey.
    image_shape : (height, width), optional
        For a model that takes images of any size; for a chain, (28, 28) by default.

    Returns
    -------
    ReceptiveFieldExplorer
        Put it on the last line of a cell. Its ``field`` and ``seen`` can be used in later cells.

    Raises
    ------
    ValueError
        If the model has a layer whose receptive field is not defined, or the image is unknown or too large.

    Examples
    --------
    >>> explorer = explore_receptive_field()
    >>> explorer.layer.value = 0
    >>> explorer.field.size
    (3, 3)
    """
    own: dict[str, Network] = {}
    if isinstance(model, Mapping):
        own = {"your chain": network_of_chain("your chain", model, image_shape or (28, 28))}
    elif model is not None:
        given = network_of_model(model, image_shape)
        own = {f"{given.name} (yours)": given}
    first = next(iter(own), next(iter(COURSE_NETWORKS)))
    network = own[first] if own else COURSE_NETWORKS[first]()
    small = max(network.image_shape) <= _SMALL
    choice = image_choice(
        (_DIGIT if small else "cat") if image is None else image,
        side=_IMAGE_SIDE,
        made={_DIGIT: _digit},
    )
    return ReceptiveFieldExplorer(own, choice)


class ReceptiveFieldExplorer(Explorer[FieldState, FieldView]):
    """The widget that `explore_receptive_field` returns."""

    def __init__(self, own: Mapping[str, Network], images: ImageList[SourceImage]) -> None:
        self._own, self._images = dict(own), images
        super().__init__(
            "receptive-field-explorer",
            lambda network, layer, image, map, input: FieldState(network, layer, image, map),  # noqa: A006
            {
                "network": ipywidgets.Dropdown(options=[*own, *COURSE_NETWORKS], description="Network"),
                "layer": ipywidgets.Dropdown(description="Layer"),
                "image": images,
                "input": GridStage(label="Image"),
                "map": GridStage(label="Feature map"),
            },
            actions={
                "network": lambda _name: self.prepare(),
                "layer": lambda _index: self._follow(),
                "input": lambda _place: self._follow(),
            },
            below=["layers", "code"],
        )

    @property
    def field(self) -> ReceptiveField:
        """What the units of the layer see."""
        return self.view.field

    @property
    def seen(self) -> tuple[slice, slice] | None:
        """The rows and columns of the image that the unit sees; None where it is padding."""
        return self.view.seen

    @property
    def image(self) -> Floats:
        """The image (height, width), cut and scaled to what the network takes."""
        return self._sized(self.view.state).values

    def prepare(self) -> None:
        """Go to the last feature map of the network, and to the unit in its middle."""
        network = self._network(self.network.value)
        self.layer.options = [(f"{layer.name}, {layer.kind}", index) for index, layer in enumerate(network.layers)]
        maps = [index for index, layer in enumerate(network.layers) if layer.field.units != (1, 1)]
        self.layer.value = maps[-1] if maps else 0
        self.input.place = [side // 2 for side in network.image_shape]
        self._follow()

    def arranged(self) -> ipywidgets.Widget:
        """Return the image, the feature map and the network side by side."""
        columns = [
            [self.element("input_title"), self.image_name, self.input],
            [self.element("map_title"), self.layer, self.map],
            [
                ipywidgets.HTML(title_html("Network")),
                self.network,
                *map(self.element, ("reset", "upload", "download")),
            ],
        ]
        return box(ipywidgets.HBox, "ck-figures", *(box(ipywidgets.VBox, "ck-figure", *column) for column in columns))

    def compute(self, state: FieldState) -> FieldView:
        """Return what is shown in this state."""
        network, image = self._network(state.network), self._sized(state)
        return view_of(state, network, image.values, image.code)

    def show(self, view: FieldView) -> None:
        """Put what was computed into the widgets."""
        shape = self._network(view.state.network).image_shape
        with self.input.hold_sync(), self.map.hold_sync():
            self.input.rows, self.input.columns = shape
            self.input.places = list(shape)
            self.input.source, self.input.alt = data_uri(view.image), view.sentence
            # A pixel that was pointed at stays, as long as this unit is the nearest to it.
            if nearest_unit(view.field, *self.input.place) != view.state.unit:
                self.input.place = list(view.centre)
            self.map.rows, self.map.columns = view.map.shape
            self.map.places, self.map.place = list(view.map.shape), list(view.state.unit)
            self.map.source, self.map.alt = data_uri(map_scale().colours(view.map)), view.sentence
        self.input_title.value = title_html("Image", shape)
        self.map_title.value = title_html("Units of the layer", view.map.shape)
        super().show(view)

    def still(self, view: FieldView) -> Pixels:
        """Return the image with what the unit sees, and the feature map, side by side."""
        return still_of(view, self._sized(view.state).values)

    def arrays(self) -> dict[str, Floats]:
        """Return the image."""
        return {"image": self.image}

    def _follow(self) -> None:
        """Choose the unit that looks at the pixel where the image's window stands."""
        field = self._network(self.network.value).layers[self.layer.value].field
        self.map.place = list(nearest_unit(field, *self.input.place))

    def _network(self, name: str) -> Network:
        return self._own[name] if name in self._own else self.remember(("network", name), COURSE_NETWORKS[name])

    def _sized(self, state: FieldState) -> SourceImage:
        shape = self._network(state.network).image_shape
        return self.remember(
            ("image", state.image, shape), lambda: sized_image(state.image, self._images.get(state.image), shape)
        )


def _digit() -> SourceImage:
    """Return a handwritten digit of the sample, which is there without a network."""
    digits, _ = mnist.sample().test.arrays(limit=1)
    return SourceImage(digits[0, :, :, 0], _DIGIT_CODE)
