"""The kernels of a Keras model, layer by layer and merged, and what they are in frequency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats
from coursekit.widgets.toolkit.colors import Scale

if TYPE_CHECKING:
    import keras

Spectrum = NDArray[np.complexfloating[Any, Any]]
Rows = tuple[tuple[float, ...], ...]
Part = Literal["magnitude", "logarithm", "phase", "real part"]
PARTS: tuple[Part, ...] = ("magnitude", "logarithm", "phase", "real part")


@dataclass(frozen=True)
class KernelSet:
    """The kernels of one layer, or of several layers that do the same as one.

    Attributes
    ----------
    name : str
        Of the layer, or of the layers that are one.
    kernels : array (height, width, channels_in, channels_out)
        As Keras holds them.
    code : str
        A line that makes ``kernels`` of ``model``.
    layers : int
        How many layers it stands for.
    """

    name: str
    kernels: Floats
    code: str
    layers: int = 1


def kernel_sets(model: keras.Model) -> dict[str, KernelSet]:
    """Return the kernels of every two-dimensional convolution of a model, and of its first layers merged into one.

    Layers can be merged where nothing stands between them, see `coursekit.fourier.combine`.

    Raises
    ------
    ValueError
        If the model has no such layer, or is not built.

    Examples
    --------
    >>> from coursekit import networks
    >>> sets = kernel_sets(networks.linear_fourier_net(filters=(2, 3), hidden=4))
    >>> [(name.split("_")[0], one.kernels.shape) for name, one in sets.items()][-1]
    ('layers 1 to 2 as one', (5, 5, 1, 3))
    """
    import keras

    from coursekit.explain.engine.layer_calls import layer_paths

    sets = {}
    for path, layer in layer_paths(model).items():
        # A depthwise layer holds one kernel for each channel, and is drawn like any other.
        name = "depthwise_kernel" if isinstance(layer, keras.layers.SeparableConv2D) else "kernel"
        weights = getattr(layer, name, None)
        if isinstance(layer, _convolutions()) and weights is not None:
            found = f"model{''.join(f'.get_layer({part!r})' for part in path.split('/'))}"
            sets[path] = KernelSet(path, np.asarray(weights, np.float32), f"kernels = {found}.{name}.numpy()")
    if not sets:
        raise ValueError(
            f"the model {model.name!r} has no two-dimensional convolution with weights: pass a built model that has a "
            "Conv2D layer."
        )
    return sets | _merged(model)


def _convolutions() -> tuple[type, ...]:
    import keras

    layers = keras.layers
    return layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D


def _merged(model: keras.Model) -> dict[str, KernelSet]:
    from coursekit.fourier import combine, plain_block

    try:
        block = plain_block(model)
    except ValueError:
        # Something stands between the layers: they cannot be merged, and nothing is offered.
        return {}
    merged = {}
    for count in range(2, len(block.kernels) + 1):
        name = f"layers 1 to {count} as one"
        code = f"kernels = ck.fourier.combine(ck.fourier.plain_block(model).kernels[:{count}])"
        merged[name] = KernelSet(name, combine(block.kernels[:count]), code, count)
    return merged


def spectrum_of(kernel: Floats, shape: tuple[int, int]) -> Spectrum:
    """Return the spectrum of one kernel, turned by 180 degrees as a layer of Keras uses it; frequency 0 in the middle.

    Parameters
    ----------
    kernel : array (height, width)
        As Keras holds it.
    shape : (height, width)
        How many frequencies, at least as many as the kernel has pixels.

    Examples
    --------
    >>> np.abs(spectrum_of(np.ones((1, 1)), (2, 2))).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    result: Spectrum = scipy.fft.fftshift(scipy.fft.fft2(kernel[::-1, ::-1], shape))
    return result


def part_of(spectrum: Spectrum, part: Part) -> tuple[Floats, Scale]:
    """Return what is drawn of a spectrum, (height, width), and on which scale.

    Examples
    --------
    >>> values, scale = part_of(np.array([[-2.0 + 0j]]), "magnitude")
    >>> values.tolist(), scale.signed
    ([[2.0]], False)
    """
    if part == "phase":
        return np.angle(spectrum), Scale.up_to(np.pi)
    if part == "real part":
        return spectrum.real, Scale.up_to(float(np.abs(spectrum.real).max()))
    magnitude = np.abs(spectrum)
    values = np.log10(1 + magnitude) if part == "logarithm" else magnitude
    return values, Scale(0.0, float(values.max()), False, "viridis")


def part_code(spectrum: str, part: Part) -> str:
    """Return the expression that computes what `part_of` draws, of the expression that gives a spectrum.

    Examples
    --------
    >>> part_code("spectrum", "logarithm")
    'np.log10(1 + np.abs(spectrum))'
    """
    return {
        "magnitude": f"np.abs({spectrum})",
        "logarithm": f"np.log10(1 + np.abs({spectrum}))",
        "phase": f"np.angle({spectrum})",
        "real part": f"{spectrum}.real",
    }[part]


def rows_of(weights: ArrayLike) -> Rows:
    """Return weights (rows, columns) as something that can be hashed.

    Examples
    --------
    >>> rows_of([[1, 2]])
    ((1.0, 2.0),)
    """
    return tuple(tuple(float(weight) for weight in row) for row in np.asarray(weights))
