"""Weights that two networks share when only the order of their layers differs."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras


def fill(model: keras.Model) -> None:
    """Give every weight values that depend on its kind and shape alone, wherever in the model it stands.

    Parameters
    ----------
    model : keras.Model
        Changed in place.

    Examples
    --------
    >>> from coursekit import networks
    >>> first, second = networks.mnist_convnet(), networks.mnist_convnet()
    >>> for model in (first, second):
    ...     fill(model)
    >>> all(np.array_equal(*pair) for pair in zip(first.get_weights(), second.get_weights()))
    True
    """
    for variable in model.weights:
        rng = np.random.default_rng(zlib.crc32(f"{variable.name} {variable.shape}".encode()))
        values = rng.normal(size=variable.shape)
        if variable.name == "kernel":
            values *= np.sqrt(2 / np.prod(variable.shape[:-1]))
        elif variable.name in ("gamma", "moving_variance"):
            values = 0.5 + rng.random(variable.shape)
        variable.assign(values)
