"""Kernels of a trained network, drawn at random, in space and in frequency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.kernel_spectra.view import FREQUENCIES, SpectraState, SpectraView, view_of
from coursekit.widgets.sources.kernel_sets import PARTS, KernelSet, kernel_sets, spectrum_of
from coursekit.widgets.sources.models import COURSE_MODELS, FOURIER_MODELS, NamedModel, NetworkList, own_model
from coursekit.widgets.toolkit.explorer import Explorer

if TYPE_CHECKING:
    import keras

_MOST_SEED = 9999


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
        side = FREQUENCIES
        return np.stack([spectrum_of(one, (max(side, len(one)), max(side, one.shape[1]))) for one in self.kernels])

    def prepare(self) -> None:
        """List the layers of the network; choose the first, or all that can be one, whose kernels are the largest."""
        sets = self._sets(self.network.value)
        self.layer.options = list(sets)
        self.layer.index = len(sets) - 1 if list(sets.values())[-1].layers > 1 else 0

    def compute(self, state: SpectraState) -> SpectraView:
        """Return what is shown in this state."""
        return view_of(state, self._sets(state.network)[state.layer], self.network.get(state.network).code)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the kernels and their spectra."""
        return {"kernels": self.kernels, "spectra": self.spectra}

    def _sets(self, network: str) -> dict[str, KernelSet]:
        return self.remember(("kernels", network), lambda: kernel_sets(self.network.get(network).model))
