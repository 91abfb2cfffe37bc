"""The convolution-theorem explorer: one kernel on one image, in space and in frequency, side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.data import PHOTOGRAPHS
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.convolution_theorem import choices
from coursekit.widgets.convolution_theorem.view import BORDERS, TheoremState, TheoremView, both_ways, view_of
from coursekit.widgets.sources.images import ImageList, SourceImage
from coursekit.widgets.sources.kernel_sets import PARTS, KernelSet, kernel_sets
from coursekit.widgets.sources.models import COURSE_MODELS, FOURIER_MODELS, NamedModel, NetworkList, own_model
from coursekit.widgets.sources.samples import Samples
from coursekit.widgets.toolkit.explorer import Explorer

if TYPE_CHECKING:
    import keras

_SIZES = (28, 32, 42, 64, 96, 128)
_LARGEST = 140
_FIRST = "sobel vertical edges"
_MOST_SEED = 9999
_BUTTONS = (1, 2, 3)
"""Layers that have a button of their own."""


def explore_convolution_theorem(
    image: str | ArrayLike | None = None, model: keras.Model | None = None, size: int = 128
) -> TheoremExplorer:
    """See one kernel on one image in space and in frequency: sums of products, and one product a frequency.

    Parameters
    ----------
    image : str or array (height, width) or (height, width, 3), optional
        A name in `coursekit.data.PHOTOGRAPHS` ("cat" by default), "a test image of the network", "random numbers", or
        your own numbers; colours become grey.
    model : keras.Model, optional
        Any with two-dimensional convolutions, for their kernels. Trained networks of the course and the kernels of
        lesson 01 are there in any case.
    size : int
        Height and width that the image is scaled to, 8 to 140.

    Returns
    -------
    TheoremExplorer
        Put it on the last line of a cell. Its ``image``, ``kernel`` and ``output`` can be used in later cells.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If the image is unknown, the size out of range, or the model has no two-dimensional convolution.

    Examples
    --------
    >>> explorer = explore_convolution_theorem(size=32)
    >>> explorer.kernel.shape, explorer.output.shape
    ((3, 3), (32, 32))
    """
    if not 8 <= size <= _LARGEST:
        raise ValueError(f"size is {size}: pass a height and width from 8 to {_LARGEST} pixels.")
    import_keras()
    choice = choices.offered_images("cat" if image is None else image)
    return TheoremExplorer(None if model is None else own_model(model), choice, size)


class TheoremExplorer(Explorer[TheoremState, TheoremView]):
    """The widget that `explore_convolution_theorem` returns."""

    def __init__(self, own: NamedModel | None, images: ImageList[SourceImage], size: int) -> None:
        self._samples = Samples()
        sizes = [(f"{side} × {side}", side) for side in sorted({*_SIZES, size})]
        layers = {f"layer_{n}": (f"Layer {n}", partial(self.change, partial(self._draw_kernel, n))) for n in _BUTTONS}
        super().__init__(
            "theorem-explorer",
            TheoremState,
            {
                "network": NetworkList(own, *FOURIER_MODELS, *COURSE_MODELS, between=[choices.NAMED]),
                "layer": ipywidgets.Dropdown(description="Layer"),
                "kernel_number": Slider(description="Kernel", step=1),
                "channel": Slider(description="Channel in", step=1),
                "image": images,
                "size": ipywidgets.Dropdown(options=sizes, value=size, description="Size"),
                "seed": WholeNumber(0, min=0, max=_MOST_SEED, description="Seed"),
                "border": ipywidgets.Dropdown(options=BORDERS, description="Border"),
                "part": ipywidgets.Dropdown(options=PARTS, value="logarithm", description="Spectrum"),
            },
            actions={"network": lambda _name: self.prepare()},
            buttons={"input": ("Input", partial(self.change, self._draw_image)), **layers},
            rows=[
                ["network", "image", "input", *layers],
                ["layer", "kernel_number", "channel"],
                ["size", "border", "part"],
                ["seed", "reset", "upload", "download"],
            ],
            figures=["images"],
            archive="convolution_theorem",
        )

    @property
    def image(self) -> Floats:
        """The image (height, width)."""
        return self.view.theorem.image

    @property
    def kernel(self) -> Floats:
        """The kernel (height, width), as Keras holds it."""
        return self.view.theorem.kernel

    @property
    def output(self) -> Floats:
        """The output that went by way of the frequencies."""
        return self.view.theorem.by_frequency

    def prepare(self) -> None:
        """List the layers of the network, and choose its first kernel."""
        names = list(self._sets(self.network.value))
        self.layer.options = names
        self.layer.value = _FIRST if self.network.value == choices.NAMED else names[0]
        self.kernel_number.value = self.channel.value = 0
        if self.image_name.value == choices.TEST and not choices.has_test_images(self._network(self.network.value)):
            self.image_name.value = next(iter(PHOTOGRAPHS))
        layers = choices.single_layers(self._sets(self._drawn_network()))
        for number in _BUTTONS:
            self.element(f"layer_{number}").disabled = number > len(layers)

    def compute(self, state: TheoremState) -> TheoremView:
        """Return what is shown in this state."""
        chosen = self._sets(state.network)[state.layer]
        channels, count = chosen.kernels.shape[2:]
        channel, number = min(state.channel, channels - 1), min(state.kernel_number, count - 1)
        kernel = np.asarray(chosen.kernels[:, :, channel, number], np.float64)
        named = self._network(state.network)
        image = choices.sized(state, self.image_name, named, self._samples)
        theorem = both_ways(image.values, kernel, state.border)
        if named is None:
            name, lines = f'Kernel "{state.layer}"', [chosen.code]
        else:
            name = f"Kernel {number}, channel {channel}, of {chosen.name} in {state.network}"
            lines = [named.code, chosen.code, f"kernel = kernels[:, :, {channel}, {number}]"]
        return view_of(state, theorem, count, channels, name, "\n".join([*lines, f"image = {image.code}"]))

    def show(self, view: TheoremView) -> None:
        """Put what was computed into the widgets."""
        for slider, count in ((self.kernel_number, view.kernels), (self.channel, view.channels)):
            slider.max = count - 1
            slider.value = min(slider.value, count - 1)
        super().show(view)

    def arrays(self) -> dict[str, Floats]:
        """Return the image, the kernel and the output."""
        return {"image": self.image, "kernel": self.kernel, "output": self.output}

    def _draw_image(self) -> None:
        """Take a test image of the network, in its own size; where there is none, a photograph."""
        self.advance("seed")
        named = self._network(self.network.value)
        self.image_name.value, side = choices.drawn_image(self.seed.value, named, self._samples)
        self.size.value = side if side in dict(self.size.options).values() else self.size.value

    def _draw_kernel(self, number: int) -> None:
        self.advance("seed")
        if self.network.value != self._drawn_network():
            self.network.value = self._drawn_network()
            self.prepare()
        sets = self._sets(self.network.value)
        self.layer.value, kernel, channel = choices.drawn_kernel(self.seed.value, number, sets)
        for slider, count, value in zip(
            (self.channel, self.kernel_number), sets[self.layer.value].kernels.shape[2:], (channel, kernel), strict=True
        ):
            slider.max, slider.value = count - 1, value

    def _drawn_network(self) -> str:
        """The network that the buttons draw a kernel of: the chosen one, or the first where kernels go by name."""
        names: tuple[str, ...] = (self.network.value, *self.network.options)
        return next(name for name in names if name != choices.NAMED)

    def _network(self, name: str) -> NamedModel | None:
        return None if name == choices.NAMED else self.network.get(name)

    def _sets(self, network: str) -> dict[str, KernelSet]:
        if network == choices.NAMED:
            return choices.named_kernels()
        return self.remember(("kernels", network), lambda: kernel_sets(self.network.get(network).model))
