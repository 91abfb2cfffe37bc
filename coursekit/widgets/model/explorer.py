"""The model browser: look through a Keras model, layer by layer and kernel by kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.model.layers import ModelLayer, OpenedModel, Passage
from coursekit.widgets.model.listing import listed, rows
from coursekit.widgets.model.state import ModelState
from coursekit.widgets.model.summary import SUMMARIES
from coursekit.widgets.model.view import ModelView, view_of
from coursekit.widgets.sources.model_images import OfferedImages
from coursekit.widgets.sources.models import (
    COURSE_MODELS,
    EYE_MODELS,
    FOURIER_MODELS,
    PRETRAINED_MODELS,
    NamedModel,
    NetworkList,
    own_model,
)
from coursekit.widgets.toolkit.explorer import Explorer

if TYPE_CHECKING:
    import keras

_NETWORKS = (*PRETRAINED_MODELS, *COURSE_MODELS, *FOURIER_MODELS, *EYE_MODELS)
_GROUPS = [("all layers", "all"), ("convolution", "convolution"), ("dense", "dense"), ("neither of both", "other")]


def browse_model(model: keras.Model | None = None, images: ArrayLike | None = None) -> ModelBrowser:
    """Look through a model: every layer's shapes, parameters, products and receptive field, its kernels, its maps.

    Parameters
    ----------
    model : keras.Model, optional
        Any of one input: sequential, functional, nested, or of an own class; for images, spectra or lists of numbers.
        The trained networks of the course that ship whole are there in any case.
    images : array (n, height, width, channels), (n, length, channels) or (n, length), optional
        For your model, as it takes them. By default the photographs of the course, and your uploads, with values from 0
        to 1.

    Returns
    -------
    ModelBrowser
        Put it on the last line of a cell. Its ``layer``, ``image``, ``input`` and ``output`` can be used in later
        cells.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If the model does not take these images, or takes something that the course has no images for.

    Examples
    --------
    >>> from coursekit import networks
    >>> browser = browse_model(networks.mnist_convnet())
    >>> browser.layer.kind, browser.layer.gives, browser.layer.parameters
    ('Conv2D', (26, 26, 32), 320)
    """
    import_keras()
    images_choice = OfferedImages(images)
    return ModelBrowser(None if model is None else own_model(model), images_choice)


class ModelBrowser(Explorer[ModelState, ModelView]):
    """The widget that `browse_model` returns."""

    def __init__(self, own: NamedModel | None, images: OfferedImages) -> None:
        self._images = images
        self._opened: dict[str, OpenedModel] = {}
        self._passage: tuple[tuple[str, str], Passage] | None = None
        super().__init__(
            "model-browser",
            ModelState,
            {
                # That for photographs stands first. It takes seconds to build, so the explorer opens with a small one.
                "network": NetworkList(own, *_NETWORKS, first=COURSE_MODELS[0]),
                "image": images,
                "group": ipywidgets.Dropdown(options=_GROUPS, description="List"),
                "search": ipywidgets.Text(description="Search", placeholder="part of a name or kind"),
                "layer": ipywidgets.Select(description="Layer", rows=8),
                "kernel": Slider(description="Kernel", step=1),
                "channel": Slider(description="Channel in", step=1),
                "summary": ipywidgets.Dropdown(options=SUMMARIES, description="Summary"),
            },
            actions={
                "network": lambda _name: self.prepare(),
                "group": lambda _group: self._list(),
                "search": lambda _text: self._list(),
                "layer": lambda _name: self._choose_liveliest(),
            },
            rows=[
                ["network", "image"],
                ["group", "search", "layers"],
                ["layer"],
                ["kernel", "channel", "summary", "reset", "upload", "download"],
            ],
            figures=["panels"],
            below=["summary_text", "facts", "code"],
            archive="layer",
        )

    @property
    def model(self) -> keras.Model:
        """The Keras model that is looked at."""
        return self._entered(self.view.state.network)[1].model

    @property
    def layer(self) -> ModelLayer | None:
        """The chosen layer's shapes, parameters, products and receptive field; None where none is listed."""
        return self.view.layer

    @property
    def image(self) -> Floats:
        """The image as the model takes it."""
        return self._images.get(self.view.state.image).values

    @property
    def input(self) -> Floats | None:
        """What the layer took, with all its channels."""
        return self._passing(self.view.state).taken(self.layer.name) if self.layer else None

    @property
    def output(self) -> Floats | None:
        """What the layer gave, with all its channels."""
        return self._passing(self.view.state).given(self.layer.name) if self.layer else None

    def prepare(self) -> None:
        """Offer the images and all layers of the network, and go to the first one and its liveliest kernel."""
        named = self.network.get()
        self._images.enter(named, own=self.network.is_own(named))
        self.group.value, self.search.value = "all", ""
        self._list()
        self.layer_name.index = 0
        self._choose_liveliest()

    def compute(self, state: ModelState) -> ModelView:
        """Return what is shown in this state."""
        named, opened = self._entered(state.network)
        return view_of(state, opened, self._passing(state), self._images.get(state.image), named.code)

    def show(self, view: ModelView) -> None:
        """Put what was computed into the widgets."""
        for slider, count, value in (
            (self.kernel, view.kernels, view.state.kernel),
            (self.channel, view.channels, view.state.channel),
        ):
            slider.max, slider.value = count - 1, value
        super().show(view)

    def reset(self) -> None:
        """List all layers, and go to the first one."""
        self.change(self.prepare)

    def arrays(self) -> dict[str, Floats]:
        """Return the image, and what goes in and out of the layer."""
        arrays = {"image": self.image}
        if self.layer is not None:
            passage = self._passing(self.view.state)
            arrays |= {"input": passage.taken(self.layer.name), "output": passage.given(self.layer.name)}
        return arrays

    def _list(self) -> None:
        """Offer the layers that pass the filter; the chosen one stays if it is among them."""
        before = self.layer_name.value
        _named, opened = self._entered(self.network.value)
        found = rows(listed(opened.layers, self.group.value, self.search.value))
        names = [name for _, name in found]
        self.layer_name.options = found
        self.layer_name.value = before if before in names else next(iter(names), None)

    def _choose_liveliest(self) -> None:
        """Choose the kernel whose map differs most from place to place: many maps of an image are empty."""
        self.channel.value = 0
        if self.layer_name.value is not None:
            given = self._passing(self.state()).given(self.layer_name.value)
            self.kernel.max = given.shape[-1] - 1
            self.kernel.value = int(given.reshape(-1, given.shape[-1]).std(axis=0).argmax())

    def _entered(self, name: str) -> tuple[NamedModel, OpenedModel]:
        named = self.network.get(name)
        if name not in self._opened:
            self._opened[name] = OpenedModel(named.model, self._images.shape)
        return named, self._opened[name]

    def _passing(self, state: ModelState) -> Passage:
        key = (state.network, state.image)
        if self._passage is None or self._passage[0] != key:
            # All that a large model computes fills much memory: only the present image's is kept.
            self._passage = (key, self._entered(state.network)[1].pass_through(self._images.get(state.image).values))
        return self._passage[1]
