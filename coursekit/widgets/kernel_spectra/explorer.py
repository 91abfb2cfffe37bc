"""Kernels of a trained network, drawn at random, in space and in frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.sources.kernel_sets import PARTS, KernelSet, Part, kernel_sets, part_code, part_of, spectrum_of
from coursekit.widgets.sources.models import COURSE_MODELS, FOURIER_MODELS, NamedModel, NetworkList, own_model
from coursekit.widgets.toolkit.colors import Scale
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.panels import Panel, number_panel, panels_html, rows_still
from coursekit.widgets.toolkit.pixels import Pixels

if TYPE_CHECKING:
    import keras

_SIDE = 112
_MOST_SEED = 9999
_FREQUENCIES = 32


def explore_spectra(model: keras.Model | None = None, seed: int = 0) -> SpectraExplorer:
    """See kernels of a trained network, drawn at random, in space and in frequency.

    Parameters
    ----------
    model : keras.Model, optional
        Any with two-dimensional convolutions. Trained networks of the course are there in any case.
    seed : int
        Of the choice of kernels, 0 to 9999.

    Returns
    -------
    SpectraExplorer
        Put it on the last line of a cell. Its ``kernels`` and ``spectra`` can be used in later cells.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If the model has no two-dimensional convolution, or the seed is out of range.

    Examples
    --------
    >>> from coursekit import networks
    >>> explorer = explore_spectra(networks.mnist_convnet())
    >>> explorer.kernels.shape, explorer.spectra.shape
    ((8, 3, 3), (8, 32, 32))
    """
    if not 0 <= seed <= _MOST_SEED:
        raise ValueError(f"seed is {seed}: pass a whole number from 0 to {_MOST_SEED}.")
    import_keras()
    return SpectraExplorer(None if model is None else own_model(model), seed)


@dataclass(frozen=True)
class SpectraState:
    """What the controls say: which network, layer and part of the spectrum, how many kernels, and which seed."""

    network: str
    layer: str
    part: Part
    count: int
    seed: int


@dataclass(frozen=True)
class SpectraView:
    """What is shown: kernels above, their spectra below."""

    sentence: str
    state: SpectraState
    chosen: tuple[tuple[int, int], ...]
    above: tuple[Panel, ...]
    below: tuple[Panel, ...]
    code: str

    @property
    def images_html(self) -> str:
        """Both rows."""
        return panels_html(self.above, _SIDE) + panels_html(self.below, _SIDE)

    @property
    def still(self) -> Pixels:
        """The kernels above their spectra."""
        return rows_still((self.above, self.below), _SIDE)


def view_of(state: SpectraState, kernels: KernelSet, model_code: str) -> SpectraView:
    """Return what is shown in a state."""
    height, width, channels, count = kernels.kernels.shape
    shape = max(_FREQUENCIES, height), max(_FREQUENCIES, width)
    chosen = choose(channels, count, state.count, state.seed)
    drawn = [kernels.kernels[:, :, channel, kernel] for channel, kernel in chosen]
    spectra = [spectrum_of(one, shape) for one in drawn]
    # One scale a row, so that strong and weak kernels look it.
    space = Scale.up_to(max(float(np.abs(one).max()) for one in drawn))
    parts = [part_of(one, state.part) for one in spectra]
    scale = max((scale for _, scale in parts), key=lambda scale: scale.highest)
    titles = [f"{kernel}, channel {channel}" for channel, kernel in chosen]
    size = f"{height} × {width}"
    above = tuple(number_panel(f"Kernel {title}", size, one, space) for title, one in zip(titles, drawn, strict=True))
    below = tuple(
        number_panel(state.part.capitalize(), f"{shape[0]} × {shape[1]}", values, scale, f"{state.part} of {title}")
        for title, (values, _) in zip(titles, parts, strict=True)
    )
    strongest = [float(np.abs(spectrum).max()) for spectrum in spectra]
    keep = sum(bool(abs(one.sum()) >= most / 2) for one, most in zip(drawn, strongest, strict=True))
    sentence = (
        f"{len(chosen)} of the {channels * count:,} kernels of {kernels.name} in {state.network}, {size}, drawn with "
        f"seed {state.seed}: above in space, below the {state.part} of their spectra, frequency 0 in the middle. "
        f"{keep} of them answer{'s' * (keep == 1)} to an even grey at least half as strongly as to their favourite "
        "frequency."
    )
    pairs = ", ".join(map(str, chosen))
    code = "\n".join(
        [
            *(model_code, kernels.code),
            f"chosen = np.stack([kernels[:, :, channel, kernel] for channel, kernel in [{pairs}]])",
            f"spectra = np.fft.fftshift(np.fft.fft2(chosen[:, ::-1, ::-1], {shape}), axes=(1, 2))",
            f"titles = {titles}",
            f"axes = ck.plot.kernel_spectra(chosen, {part_code('spectra', state.part)}, titles)",
        ]
    )
    return SpectraView(sentence, state, chosen, above, below, code)


def choose(channels: int, kernels: int, count: int, seed: int) -> tuple[tuple[int, int], ...]:
    """Draw pairs of a channel and a kernel, no pair twice.

    Examples
    --------
    >>> len(set(choose(3, 4, 5, seed=0))), len(choose(1, 2, 8, seed=0))
    (5, 2)
    """
    drawn = np.random.default_rng(seed).permutation(channels * kernels)[:count]
    return tuple((int(number) // kernels, int(number) % kernels) for number in drawn)


class SpectraExplorer(Explorer[SpectraState, SpectraView]):
    """The widget that `explore_spectra` returns."""

    def __init__(self, own: NamedModel | None, seed: int) -> None:
        super().__init__(
            "spectra-explorer",
            SpectraState,
            {
                "network": NetworkList(own, *FOURIER_MODELS, *COURSE_MODELS),
                "layer": ipywidgets.Dropdown(description="Layer"),
                "part": ipywidgets.Dropdown(options=PARTS, description="Spectrum"),
                "count": WholeNumber(8, min=1, max=16, description="Kernels"),
                "seed": WholeNumber(seed, min=0, max=_MOST_SEED, description="Seed"),
            },
            actions={"network": lambda _name: self.prepare()},
            buttons={"new": ("New kernels", lambda: self.advance("seed"))},
            rows=[["network", "layer", "part"], ["count", "seed", "new", "reset", "download"]],
            figures=["images"],
            archive="kernels",
        )

    @property
    def kernels(self) -> Floats:
        """The kernels shown (n, height, width)."""
        found = self._sets(self.view.state.network)[self.view.state.layer].kernels
        return np.stack([found[:, :, channel, kernel] for channel, kernel in self.view.chosen])

    @property
    def spectra(self) -> NDArray[np.complexfloating[Any, Any]]:
        """Their spectra (n, rows, columns), frequency 0 in the middle."""
        side = _FREQUENCIES
        return np.stack([spectrum_of(one, (max(side, len(one)), max(side, one.shape[1]))) for one in self.kernels])

    def prepare(self) -> None:
        """List the layers of the network, and choose the first."""
        self.layer.options = list(self._sets(self.network.value))
        self.layer.index = 0

    def compute(self, state: SpectraState) -> SpectraView:
        """Return what is shown in this state."""
        return view_of(state, self._sets(state.network)[state.layer], self.network.get(state.network).code)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the kernels and their spectra."""
        return {"kernels": self.kernels, "spectra": self.spectra}

    def _sets(self, network: str) -> dict[str, KernelSet]:
        return self.remember(("kernels", network), lambda: kernel_sets(self.network.get(network).model))
