"""Which values a network takes, told by what its first layers make of them."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from coursekit.networks.graph import layer_graph

ValueRange = tuple[float, float]

# In which values images come.
_USUAL_IMAGES: tuple[ValueRange, ...] = ((0.0, 255.0), (0.0, 1.0), (-1.0, 1.0))
# What networks are usually trained on, besides values less their mean, divided by their standard deviation.
_USUAL_INSIDE: tuple[ValueRange, ...] = (
    (0.0, 1.0),
    (-1.0, 1.0),
    (-0.5, 0.5),
    (0.0, 255.0),
    # Less 127.5, or less the mean of ImageNet's photographs in blue, green and red, as Caffe's networks take them.
    (-127.5, 127.5),
    (-103.939, 151.061),
    (-116.779, 138.221),
    (-123.68, 131.32),
)
_FARTHEST = 3.5  # standard deviations that a pixel may be away from the mean
_NEAR = 0.02  # of the width of a range


def found_range(model: keras.Model) -> ValueRange | None:
    """Return in which values a network takes its images, if its own preparation tells.

    Grey images are sent to the first layer that learns. What arrives there is a straight line of what was sent, by
    whatever layers or operations it went (Rescaling, Normalization, ``x / 255``); of the usual ranges of images, the
    one counts that this line brings into a usual range of a network.

    Parameters
    ----------
    model : keras.Model
        With a graph of layers, of one input.

    Returns
    -------
    (float, float) or None
        Black and white. None where nothing is prepared, or nothing that can be told.

    Examples
    --------
    >>> layers = [keras.Input((8, 8, 1)), keras.layers.Rescaling(1 / 255), keras.layers.Conv2D(2, 3)]
    >>> found_range(keras.Sequential(layers)), found_range(keras.Sequential([layers[0], layers[2]]))
    ((0.0, 255.0), None)
    """
    probes = np.array([0.0, 1.0, 2.0], np.float32)
    try:
        arrived = _before_learning(model, probes)
    except ValueError:
        return None  # no graph to look into
    if arrived is None or np.allclose(arrived, probes, atol=1e-6):
        return None
    black, white, beyond = (float(value) for value in arrived)
    slope = white - black
    if not np.isfinite(arrived).all() or slope <= 0 or abs(beyond - white - slope) > 1e-3 * abs(slope) + 1e-6:
        return None
    inside = {usual: (slope * usual[0] + black, slope * usual[1] + black) for usual in _USUAL_IMAGES}
    for usual, reached in inside.items():
        # A range that stays as it is tells nothing; and -1 to 1 is as symmetric after any scaling as before.
        told = [known for known in _USUAL_INSIDE if known != usual and not (usual[0] < 0 and known[0] == -known[1])]
        if any(_near(reached, known) for known in told):
            return usual
    for usual, (low, high) in inside.items():
        if usual[0] == 0 and -_FARTHEST <= low < 0 < high <= _FARTHEST and high - low >= 1:
            return usual
    return None


def taking_0_to_1(model: keras.Model) -> keras.Model:
    """Return a network that takes images from 0 to 1, whatever values its own preparation is made for.

    Parameters
    ----------
    model : keras.Model
        Of one input.

    Returns
    -------
    keras.Model
        The model itself where it takes 0 to 1 already, or nothing tells that it does not.

    Examples
    --------
    >>> layers = [keras.Input((8, 8, 1)), keras.layers.Rescaling(1 / 255), keras.layers.Conv2D(2, 3)]
    >>> model, white = keras.Sequential(layers), np.ones((1, 8, 8, 1))
    >>> bool(np.allclose(taking_0_to_1(model)(white), model(255 * white), atol=1e-5))
    True
    """
    range_ = found_range(model)
    if range_ in (None, (0.0, 1.0)):
        return model
    low, high = range_
    images = keras.Input(model.inputs[0].shape[1:])
    return keras.Model(images, model(keras.layers.Rescaling(high - low, offset=low)(images)), name=model.name)


def _before_learning(model: keras.Model, values: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Return what becomes of grey images of some values until the first layer that learns; None if none does."""
    graph = layer_graph(model)
    for call in graph.calls:
        if call.is_input or not call.inputs or not _learns(call.layer):
            continue
        shape = graph.inputs[0].shape[1:]
        # Where any size will do, one that leaves something to look at behind crops and paddings.
        sides = [64 if side is None else side for side in shape]
        grey = np.broadcast_to(values.reshape(-1, *[1] * len(sides)), (len(values), *sides))
        before = keras.Model(graph.inputs[0], call.inputs[0])
        images = np.asarray(before(grey.astype(graph.inputs[0].dtype), training=False), np.float32)
        every = images.reshape(len(values), -1)
        # One number of one channel, not at a border that was padded.
        slopes = every[-1] - every[0]
        typical = every[:, np.argsort(slopes)[len(slopes) // 2]]
        return _before_learning(call.layer, typical) if isinstance(call.layer, keras.Model) else typical
    return None


def _learns(layer: object) -> bool:
    """Return whether a layer, frozen or not, has weights that are trained; the mean of a Normalization is not."""
    if isinstance(layer, keras.Model):
        return any(map(_learns, layer.layers))
    return bool(getattr(layer, "weights", ())) and not isinstance(layer, keras.layers.Normalization)


def _near(range_: ValueRange, known: ValueRange) -> bool:
    tolerance = _NEAR * (known[1] - known[0])
    return all(abs(a - b) <= tolerance for a, b in zip(range_, known, strict=True))
