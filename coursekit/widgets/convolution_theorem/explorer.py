"""The convolution-theorem explorer: one kernel on one image, in space and in frequency, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit import kernels
from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.convolution_theorem.view import BORDERS, TheoremState, TheoremView, both_ways, view_of
from coursekit.widgets.sources.images import ImageList, SourceImage, image_choice, sized_image
from coursekit.widgets.sources.kernel_sets import PARTS, KernelSet, kernel_sets
from coursekit.widgets.sources.models import COURSE_MODELS, FOURIER_MODELS, NamedModel, NetworkList, own_model
from coursekit.widgets.toolkit.explorer import Explorer

if TYPE_CHECKING:
    import keras

NAMED = "kernels by name"
RANDOM = "random numbers"
_SIZES = (28, 32, 42, 64, 96, 128)
_LARGEST = 140
_FIRST = "sharpen"
_MOST_SEED = 9999


def explore_convolution_theorem(
    image: str | ArrayLike | None = None, model: keras.Model | None = None, size: int = 64
) -> TheoremExplorer:
    """See one kernel on one image in space and in frequency: sums of products, and one product a frequency.

    Parameters
    ----------
    image : str or array (height, width) or (height, width, 3), optional
        A name in `coursekit.data.PHOTOGRAPHS` ("cat" by default), "random numbers", or your own numbers; colours become
        grey.
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
    choice = image_choice("cat" if image is None else image, made={RANDOM: _unsized})
    return TheoremExplorer(None if model is None else own_model(model), choice, size)


class TheoremExplorer(Explorer[TheoremState, TheoremView]):
    """The widget that `explore_convolution_theorem` returns."""

    def __init__(self, own: NamedModel | None, images: ImageList[SourceImage], size: int) -> None:
        sizes = [(f"{side} × {side}", side) for side in sorted({*_SIZES, size})]
        super().__init__(
            "theorem-explorer",
            TheoremState,
            {
                "network": NetworkList(own, *FOURIER_MODELS, *COURSE_MODELS, between=[NAMED]),
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
            buttons={"new": ("New random image", lambda: self.change(self._draw_again))},
            rows=[
                ["network", "layer", "kernel_number", "channel"],
                ["image", "size", "border", "part"],
                ["seed", "new", "reset", "upload", "download"],
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
        self.layer.value = _FIRST if self.network.value == NAMED else names[0]
        self.kernel_number.value = self.channel.value = 0

    def compute(self, state: TheoremState) -> TheoremView:
        """Return what is shown in this state."""
        chosen = self._sets(state.network)[state.layer]
        channels, count = chosen.kernels.shape[2:]
        channel, number = min(state.channel, channels - 1), min(state.kernel_number, count - 1)
        kernel = np.asarray(chosen.kernels[:, :, channel, number], np.float64)
        image = self._sized(state)
        theorem = both_ways(image.values, kernel, state.border)
        if state.network == NAMED:
            name, lines = f'Kernel "{state.layer}"', [chosen.code]
        else:
            name = f"Kernel {number}, channel {channel}, of {chosen.name} in {state.network}"
            model_code = self.network.get(state.network).code
            lines = [model_code, chosen.code, f"kernel = kernels[:, :, {channel}, {number}]"]
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

    def _draw_again(self) -> None:
        self.advance("seed")
        self.image_name.value = RANDOM

    def _sized(self, state: TheoremState) -> SourceImage:
        shape = state.size, state.size
        if state.image == RANDOM:
            code = f"np.random.default_rng({state.seed}).random({shape})"
            return SourceImage(np.random.default_rng(state.seed).random(shape), code)
        sized = sized_image(state.image, self.image_name.get(state.image), shape)
        return SourceImage(np.asarray(sized.values, np.float64), f"np.asarray({sized.code}, np.float64)")

    def _sets(self, network: str) -> dict[str, KernelSet]:
        if network == NAMED:
            return _named_kernels()
        return self.remember(("kernels", network), lambda: kernel_sets(self.network.get(network).model))


def _named_kernels() -> dict[str, KernelSet]:
    return {
        name: KernelSet(name, kernels.get(name)[:, :, np.newaxis, np.newaxis], f'kernel = ck.kernels.get("{name}")')
        for name in kernels.NAMED
    }


def _unsized() -> SourceImage:
    """Random numbers are drawn in the size that is asked for, by the explorer itself."""
    return SourceImage(np.zeros((1, 1)), "")
