"""Effective receptive fields: how much each pixel that a unit can see really matters to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import keras

_BATCH_SIZE = 256


def effective_field(
    model: keras.Model, layer: str, unit: tuple[int, int], images: ArrayLike, nudge: float = 0.01
) -> NDArray[np.float64]:
    """Return how much one unit of each map of a layer changes, when one pixel after the other is made brighter.

    Parameters
    ----------
    model : keras.Model
        With one input, images of a fixed size.
    layer : str
        The name of a layer whose output is feature maps (n, rows, columns, maps).
    unit : (int, int)
        Row and column in these maps.
    images : array (n, height, width, channels)
        Where to begin. The networks are not linear, so that the result depends on the images.
    nudge : float
        How much brighter one pixel is made, in all its channels.

    Returns
    -------
    float64 array (height, width)
        The mean change, without its sign, over the images and the maps, per unit of brightness. Beyond the theoretical
        receptive field it is 0.

    Raises
    ------
    ValueError
        If the layer has no maps, or no such unit.

    References
    ----------
    W. Luo, Y. Li, R. Urtasun and R. Zemel (2016), "Understanding the effective receptive field in deep convolutional
    neural networks", NeurIPS. They take derivatives; a nudge needs none.

    Examples
    --------
    >>> from coursekit import networks
    >>> model = networks.mnist_convnet()
    >>> field = effective_field(model, model.layers[0].name, (0, 0), np.ones((1, 28, 28, 1)))
    >>> field.shape, int((field > 0).sum())
    ((28, 28), 9)
    """
    from coursekit.backend import import_keras

    keras = import_keras()
    output = model.get_layer(layer).output
    row, column = unit
    if len(output.shape) != 4 or not (0 <= row < output.shape[1] and 0 <= column < output.shape[2]):
        raise ValueError(f"layer {layer!r} puts out {tuple(output.shape)[1:]}: it has no unit at {unit} of a map.")
    part = keras.Model(model.inputs[0], output)
    batch = np.asarray(images, np.float32)
    height, width, channels = batch.shape[1:]
    nudges = np.repeat(np.eye(height * width, dtype=np.float32) * nudge, channels, axis=1)
    total = np.zeros(height * width)
    for image in batch:
        brighter = image + nudges.reshape(-1, height, width, channels)
        values = part.predict(np.concatenate([image[np.newaxis], brighter]), batch_size=_BATCH_SIZE, verbose=0)
        seen = values[:, row, column].astype(np.float64)
        total += np.abs(seen[1:] - seen[0]).mean(axis=1)
    return (total / (len(batch) * nudge)).reshape(height, width)
