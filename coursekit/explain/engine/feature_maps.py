"""What a layer computes: its feature maps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.layer_selection import Layer
from coursekit.explain.engine.run import run


def feature_maps(model: Any, pictures: ArrayLike, layer: Layer | None = None, *, batch_size: int = 8) -> Floats:
    """Return the output of a layer that makes maps, after its activation.

    Parameters
    ----------
    model : keras.Model
        Any of one input, a classifier or not.
    pictures : array (n, height, width, channels) or (n, length, channels)
    layer : str, int or layer, optional
        A name, a path ``"nested/name"``, an index into ``model.layers``, or the layer; the last one that makes maps.
    batch_size : int
        Pictures at once.

    Returns
    -------
    array float32 (n, h, w, K) or (n, l, K)

    Raises
    ------
    ValueError
        If the pictures cannot be used, or the layer is unknown or makes no maps.

    Examples
    --------
    >>> from coursekit import networks
    >>> feature_maps(networks.mnist_convnet(), np.zeros((2, 28, 28, 1)), layer=0).shape
    (2, 26, 26, 32)
    """
    nothing = np.zeros(len(np.asarray(pictures)), np.int32)
    (maps,) = run(model, pictures, nothing, _maps, layer=layer, classifier=False, batch_size=batch_size)
    return maps.astype(np.float32, copy=False)


def _maps(forward: Forward) -> list[Any]:
    return [as_float(forward.maps)]
