"""What a layer computes: its feature maps, and which layers have some."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.image_axes import last_on_image, lies_on_image
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.layer_selection import Layer, names, spatial
from coursekit.explain.engine.run import looked_up, run


def feature_maps(
    model: keras.Model, images: ArrayLike, layer: Layer | None = None, *, batch_size: int | None = None
) -> Floats:
    """Return the output of a layer that makes maps, after its activation.

    Parameters
    ----------
    model : keras.Model
        Any of one input, a classifier or not.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    layer : str, int or layer, optional
        A name, a path ``"nested/name"``, an index into ``model.layers``, or the layer; the last one that makes maps.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array float32 (n, h, w, K) or (n, l, K)

    Raises
    ------
    ValueError
        If the images cannot be used, or the layer is unknown or makes no maps.

    Examples
    --------
    >>> from coursekit import networks
    >>> feature_maps(networks.mnist_convnet(), np.zeros((2, 28, 28, 1)), layer=0).shape
    (2, 26, 26, 32)
    """
    return maps_of(Inputs.of(model, images), layer, batch_size=batch_size)


def maps_of(inputs: Inputs, layer: Layer | None = None, *, batch_size: int | None = None) -> Floats:
    """Return the maps of a layer for images that are checked, float32 (n, h, w, K) or (n, l, K)."""
    nothing = np.zeros(len(inputs), np.int32)
    (maps,) = run(inputs, nothing, _maps, layer=layer, classifier=False, batch_size=batch_size)
    return maps.astype(np.float32, copy=False)


def spatial_layers(model: keras.Model, images: ArrayLike) -> list[str]:
    """Return the layers whose output has the images' axes, in the order of the computation.

    These may be asked for as ``layer``; the last one that is found if none is asked for is `last_spatial_layer`.

    Parameters
    ----------
    model : keras.Model
        Any of one input, a classifier or not.
    images : array (n, height, width, channels) or (n, length, channels)
        Only their shape counts.

    Returns
    -------
    list of str
        Names, or paths ``"nested/name"``.

    Examples
    --------
    >>> from coursekit import networks
    >>> model = networks.mnist_convnet()
    >>> spatial_layers(model, np.zeros((1, 28, 28, 1))) == [layer.name for layer in model.layers[:5]]
    True
    """
    found: list[str] = looked_up(Inputs.of(model, images), _spatial_names)
    return found


def last_spatial_layer(model: keras.Model, images: ArrayLike) -> str:
    """Return the layer that the class activation methods take if none is asked for.

    It is the last one after a convolution whose maps are more than one pixel, without the pooling, dropout or padding
    that may follow it: these only choose among its numbers.

    Parameters
    ----------
    model : keras.Model
        Any of one input, a classifier or not.
    images : array (n, height, width, channels) or (n, length, channels)
        Only their shape counts.

    Returns
    -------
    str
        Its name, or path ``"nested/name"``.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> from coursekit import networks
    >>> model = networks.mnist_convnet()
    >>> last_spatial_layer(model, np.zeros((1, 28, 28, 1))) == model.layers[4].name
    True
    """
    inputs = Inputs.of(model, images)
    name: str = looked_up(inputs, lambda forward: forward.map_step.name)
    return name if lies_on_image(inputs, name) else last_on_image(inputs)


def map_count(inputs: Inputs, layer: Layer | None = None) -> int:
    """Return how many maps a layer computes: the channels of its output."""
    return int(looked_up(inputs, lambda forward: forward.maps.shape[-1], layer))


def map_counts(inputs: Inputs) -> dict[str, int]:
    """Return how many maps each of the `spatial_layers` computes, by its name; nothing is run for it."""
    counts: dict[str, int] = looked_up(inputs, _spatial_counts)
    return counts


def _spatial_counts(forward: Forward) -> dict[str, int]:
    steps = spatial(forward.steps, forward.images, keras.tree.flatten(forward.outputs))
    channels = {step.name: int(step.output.shape[-1]) for step in steps}
    return {name: channels[name] for name in names(steps)}


def _spatial_names(forward: Forward) -> list[str]:
    return names(spatial(forward.steps, forward.images, keras.tree.flatten(forward.outputs)))


def _maps(forward: Forward) -> list[Any]:
    return [as_float(forward.maps)]
