"""The kernels of several layers as one: three layers of 3x3 without activation are one layer of 7x7."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, checked_floats
from coursekit.docstrings import entries_from


def combine(kernels: Sequence[ArrayLike]) -> Floats:
    """Return the kernels that do at once what the layers do one after the other.

    To correlate with k and then with l is to correlate with k * l, their convolution, summed over the channels between:
    K[p, q, c, e] = sum over m, n, d of k[p - m, q - n, c, d] l[m, n, d, e].

    Parameters
    ----------
    kernels : sequence of arrays (kernel_height, kernel_width, channels_in, channels_out)
        Of each layer, in the order of the computation.

    Returns
    -------
    array (height, width, channels_in of the first layer, channels_out of the last)
        Height and width are 1 + the sum of (size - 1) over the layers.

    Raises
    ------
    ValueError
        If there is no layer, or the channels of two neighbours differ.

    Examples
    --------
    >>> combine([np.ones((3, 3, 1, 32)), np.ones((3, 3, 32, 64)), np.ones((3, 3, 64, 128))]).shape
    (7, 7, 1, 128)
    """
    layers = _checked(kernels)
    whole = layers[0]
    for layer in layers[1:]:
        height, width = whole.shape[:2]
        size = (height + layer.shape[0] - 1, width + layer.shape[1] - 1, whole.shape[2], layer.shape[3])
        larger = np.zeros(size, np.result_type(whole, layer))
        for m in range(layer.shape[0]):
            for n in range(layer.shape[1]):
                larger[m : m + height, n : n + width] += whole @ layer[m, n]
        whole = larger
    return whole


@entries_from(combine)
def combined_bias(kernels: Sequence[ArrayLike], biases: Sequence[ArrayLike]) -> Floats:
    """Return what the biases of all layers add to each map, away from the border.

    A constant map stays constant: each layer multiplies it by the sums of its kernels.

    Parameters
    ----------
    {kernels}
    biases : sequence of arrays (channels_out,)
        Of each layer.

    Returns
    -------
    array (channels_out of the last layer,)

    Examples
    --------
    >>> combined_bias([np.ones((3, 3, 1, 1)), np.ones((3, 3, 1, 1))], [[2.0], [1.0]])
    array([19.])
    """
    layers = _checked(kernels)
    constant = np.asarray(biases[0])
    for layer, bias in zip(layers[1:], biases[1:], strict=True):
        constant = constant @ layer.sum(axis=(0, 1)) + np.asarray(bias)
    return constant


def _checked(kernels: Sequence[ArrayLike]) -> list[Floats]:
    layers = [checked_floats(layer, f"kernels[{i}]", 4) for i, layer in enumerate(kernels)]
    if not layers:
        raise ValueError("kernels is empty: pass the kernels of one layer or more.")
    for i in range(1, len(layers)):
        if layers[i].shape[2] != layers[i - 1].shape[3]:
            raise ValueError(
                f"kernels[{i}] expect {layers[i].shape[2]} channels, but kernels[{i - 1}] give "
                f"{layers[i - 1].shape[3]}: pass the layers in the order of the computation."
            )
    return layers
