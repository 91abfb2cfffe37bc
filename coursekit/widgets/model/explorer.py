"""The model browser: look through a Keras model, layer by layer and kernel by kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.model.layers import ModelLayer, OpenedModel, Passage
from coursekit.widgets.model.view import ModelState, ModelView, listed, view_of
from coursekit.widgets.sources.model_images import OfferedImages
from coursekit.widgets.sources.models import (
    COURSE_MODELS,
    EYE_MODELS,
    FOURIER_MODELS,
    NamedModel,
    OfferedNetworks,
    at_hand,
    own_model,
)
from coursekit.widgets.toolkit.layout import below_controls
from coursekit.widgets.toolkit.panels import panels_html, panels_still
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.unconverted import Unconverted, download

if TYPE_CHECKING:
    import keras


def browse_model(model: keras.Model | None = None, pictures: ArrayLike | None = None) -> ModelBrowser:
    """Look through a model: every layer's shapes, parameters, products and receptive field, its kernels, its maps.

    Parameters
    ----------
    model : keras.Model, optional
        Any of one input: sequential, functional, nested, or of an own class; for pictures, spectra or lists of numbers.
        The trained networks of the course that ship whole are there in any case.
    pictures : array (n, height, width, channels), (n, length, channels) or (n, length), optional
        For your model, as it takes them. By default the photographs of the course, and your uploads, with values from 0
        to 1.

    Returns
    -------
    ModelBrowser
        Put it on the last line of a cell. Its ``layer``, ``picture``, ``input`` and ``output`` can be used in later
        cells.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If the model does not take these pictures, or takes something that the course has no pictures for.

    Examples
    --------
    >>> from coursekit import networks
    >>> browser = browse_model(networks.mnist_convnet())
    >>> browser.layer.kind, browser.layer.gives, browser.layer.parameters
    ('Conv2D', (26, 26, 32), 320)
    """
    import_keras()
    pictures_choice = OfferedImages(pictures)
    return ModelBrowser(None if model is None else own_model(model), pictures_choice)


class ModelBrowser(Unconverted[ModelState, ModelView]):
    """The widget that `browse_model` returns."""

    def __init__(self, own: NamedModel | None, pictures: OfferedImages) -> None:
        self._networks, self._pictures = OfferedNetworks(own), pictures
        self._opened: dict[str, OpenedModel] = {}
        self._passage: tuple[tuple[str, str], Passage] | None = None
        names = [*([own.name] if own else []), *at_hand(*COURSE_MODELS, *FOURIER_MODELS, *EYE_MODELS)]
        self.network = ipywidgets.Dropdown(options=names, description="Network")
        self.picture_name, self.upload = pictures, pictures.upload
        self.group = ipywidgets.Dropdown(
            options=[
                ("all layers", "all"),
                ("convolution", "convolution"),
                ("dense", "dense"),
                ("neither of both", "other"),
            ],
            description="List",
        )
        self.search = ipywidgets.Text(description="Search", placeholder="part of a name or kind")
        self.layer_name = ipywidgets.Dropdown(description="Layer")
        self.kernel = Slider(description="Kernel", step=1)
        self.channel = Slider(description="Channel in", step=1)
        self.reset_button = ipywidgets.Button(description="Reset")
        self.download = download("layer", self, self._arrays)
        self.panels, self.facts, self.layers = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.code = CodeBox()
        super().__init__("model-browser", [self._arranged()], below=[self.facts, self.layers, self.code])
        self._enter()
        self._observe()
        self.request()

    @property
    def model(self) -> keras.Model:
        """The Keras model that is looked at."""
        return self._entered(self.view.state.model)[1].model

    @property
    def layer(self) -> ModelLayer | None:
        """The chosen layer's shapes, parameters, products and receptive field; None where none is listed."""
        return self.view.layer

    @property
    def picture(self) -> Floats:
        """The picture as the model takes it."""
        return self._pictures.get(self.view.state.picture).values

    @property
    def input(self) -> Floats | None:
        """What the layer took, with all its channels."""
        return self._passing(self.view.state).taken(self.layer.name) if self.layer else None

    @property
    def output(self) -> Floats | None:
        """What the layer gave, with all its channels."""
        return self._passing(self.view.state).given(self.layer.name) if self.layer else None

    def state(self) -> ModelState:
        """Return what the controls say now."""
        return ModelState(
            model=self.network.value,
            picture=self.picture_name.value,
            group=self.group.value,
            search=self.search.value,
            layer=self.layer_name.value or "",
            kernel=int(self.kernel.value),
            channel=int(self.channel.value),
        )

    def compute(self, state: ModelState) -> ModelView:
        """Return what is to be seen in this state."""
        named, opened = self._entered(state.model)
        return view_of(state, opened, self._passing(state), self._pictures.get(state.picture), named.code)

    def show(self, view: ModelView) -> None:
        """Put what was computed into the widgets."""
        for slider, count, value in (
            (self.kernel, view.kernels, view.state.kernel),
            (self.channel, view.channels, view.state.channel),
        ):
            slider.max, slider.value = count - 1, value
        self.panels.value = panels_html(view.panels)
        self.facts.value, self.layers.value, self.code.code = view.facts_html, view.layers_html, view.code

    def still(self, view: ModelView) -> Pixels:
        """Return picture, input, kernel and output side by side."""
        return panels_still(view.panels)

    def reset(self, _button: object = None) -> None:
        """List all layers, and go to the first one."""
        self.change(self._enter)

    def _enter(self) -> None:
        named = self._networks.get(self.network.value)
        self._pictures.enter(named, own=self._networks.is_own(named))
        self.group.value, self.search.value = "all", ""
        self._list()
        self.layer_name.index = 0
        self.kernel.value = self.channel.value = 0

    def _list(self) -> None:
        """Offer the layers that pass the filter; the chosen one stays if it is among them."""
        before = self.layer_name.value
        _named, opened = self._entered(self.network.value)
        names = [layer.name for layer in listed(opened.layers, self.group.value, self.search.value)]
        self.layer_name.options = names
        self.layer_name.value = before if before in names else next(iter(names), None)

    def _entered(self, name: str) -> tuple[NamedModel, OpenedModel]:
        named = self._networks.get(name)
        if name not in self._opened:
            self._opened[name] = OpenedModel(named.model, self._pictures.shape)
        return named, self._opened[name]

    def _passing(self, state: ModelState) -> Passage:
        key = (state.model, state.picture)
        if self._passage is None or self._passage[0] != key:
            # All that a large model computes fills much memory: only the present picture's is kept.
            self._passage = (key, self._entered(state.model)[1].pass_through(self._pictures.get(state.picture).values))
        return self._passage[1]

    def _arrays(self) -> dict[str, Floats]:
        arrays = {"picture": self.picture}
        if self.layer is not None:
            passage = self._passing(self.view.state)
            arrays |= {"input": passage.taken(self.layer.name), "output": passage.given(self.layer.name)}
        return arrays

    def _observe(self) -> None:
        for control in (self.picture_name, self.layer_name, self.kernel, self.channel):
            control.observe(self.request, "value")
        for control in (self.group, self.search):
            control.observe(lambda _event: self.change(self._list), "value")
        self.network.observe(lambda _event: self.change(self._enter), "value")
        self.when(self.upload, self._pictures.take)
        self.reset_button.on_click(self.reset)

    def _arranged(self) -> ipywidgets.Widget:
        choices = [self.network, self.picture_name, self.group, self.search, self.layer_name]
        sliders = [self.kernel, self.channel, self.reset_button, self.upload, self.download]
        return below_controls([choices, sliders], self.panels)
