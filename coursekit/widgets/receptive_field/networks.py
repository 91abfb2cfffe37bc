"""Networks as the receptive-field explorer sees them: layers with windows, and what their units see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coursekit.networks.graph import layer_at, layer_graph
from coursekit.receptive_field import Layer, Pair, ReceptiveField, of_chain, receptive_fields, window_of
from coursekit.widgets.sources.own import given_code
from coursekit.widgets.toolkit.numbers import by

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class NetworkLayer:
    """A layer, its window if it has one that slides, and what its units see.

    Attributes
    ----------
    name, kind : str
        For example ``"block1_conv1"`` and ``"convolution"``.
    window : Layer or None
    field : ReceptiveField
        With known `units`.
    """

    name: str
    kind: str
    window: Layer | None
    field: ReceptiveField


@dataclass(frozen=True)
class Network:
    """A network and the images that it takes.

    Attributes
    ----------
    name : str
        What the list calls it.
    image_shape : (height, width)
        What it takes, in pixels.
    layers : tuple of NetworkLayer
        From the image up.
    code : str
        Lines that make ``fields``: what the units of every layer see, in the same order.
    model : keras.Model or None
        The person's own, which its code asks for.
    """

    name: str
    image_shape: Pair
    layers: tuple[NetworkLayer, ...]
    code: str
    model: keras.Model | None = None


def network_of_chain(name: str, chain: Mapping[str, Layer], image_shape: Pair) -> Network:
    """Return a network that is a chain of layers.

    Parameters
    ----------
    name : str
        What the list calls it.
    chain : dict
        From the layer's name to the `Layer`. "pool" in a name tells a pooling, "dense" a dense layer: as a window as
        large as the map that it takes.
    image_shape : (height, width)
        What it takes, in pixels.

    Examples
    --------
    >>> chain = {"conv": Layer(3), "pool": Layer(2, stride=2)}
    >>> [(layer.kind, layer.field.size) for layer in network_of_chain("small", chain, (28, 28)).layers]
    [('convolution', (3, 3)), ('pooling', (4, 4))]
    """
    fields = of_chain(chain.values(), image_shape)
    listed = "".join(f"    {_layer_code(layer)},\n" for layer in chain.values())
    return Network(
        name=name,
        image_shape=image_shape,
        layers=tuple(
            NetworkLayer(layer_name, _kind(layer_name), window, field)
            for (layer_name, window), field in zip(chain.items(), fields, strict=True)
        ),
        code=f"chain = [\n{listed}]\nfields = of_chain(chain, image_shape={image_shape})",
    )


def network_of_model(model: keras.Model, image_shape: Pair | None = None) -> Network:
    """Return a Keras model as a network.

    Parameters
    ----------
    model : keras.Model
        Any of one input.
    image_shape : (height, width), optional
        For a model that takes images of any size.

    Raises
    ------
    ValueError
        See `coursekit.receptive_field.receptive_fields`.

    Examples
    --------
    >>> from coursekit import networks
    >>> network = network_of_model(networks.mnist_convnet())
    >>> network.image_shape, [layer.kind for layer in network.layers[:2]]
    ((28, 28), ['Conv2D', 'MaxPooling2D'])
    """
    fields = receptive_fields(model, image_shape)
    shape = image_shape or tuple(layer_graph(model).inputs[0].shape[1:3])
    layers = []
    for path, field in fields.items():
        found = layer_at(model, path)
        layers.append(NetworkLayer(path, type(found).__name__, window_of(found), field))
    given = "" if image_shape is None else f", image_shape={image_shape}"
    code = f"model = {given_code(model, model.name)}\nfields = list(receptive_fields(model{given}).values())"
    return Network(model.name, (shape[0], shape[1]), tuple(layers), code, model)


def formula(layer: NetworkLayer) -> str:
    """Return how the size of the receptive field follows from the layer before, filled in.

    Examples
    --------
    >>> conv, pool, last = network_of_chain("", {"a": Layer(3), "b": Layer(2, 2), "c": Layer(3)}, (28, 28)).layers
    >>> formula(last)
    '4 + 1·(3 − 1)·2 = 8'
    """
    if 0 in layer.field.stride:
        return f"{by(layer.field.size)}: all that the layer before it sees"
    if layer.window is None:
        return f"{by(layer.field.size)}: as before"
    rows, columns = (_along(layer, layer.window, axis) for axis in (0, 1))
    return rows if rows == columns else f"{rows} rows, {columns} columns"


def window_text(window: Layer | None) -> str:
    """Return a window in a few words.

    Examples
    --------
    >>> window_text(Layer(2, stride=2)), window_text(Layer((3, 5), dilation=2)), window_text(None)
    ('2 × 2, stride 2', '3 × 5, dilation 2', '')
    """
    if window is None:
        return ""
    text = by(_pair(window.kernel_size))
    for name, numbers in (("stride", _pair(window.stride)), ("dilation", _pair(window.dilation))):
        if numbers != (1, 1):
            text += f", {name} {numbers[0] if numbers[0] == numbers[1] else by(numbers)}"
    return text


def _stack() -> Network:
    chain = {"conv1": Layer(3), "conv2": Layer(3), "conv3": Layer(3), "dense": Layer(22)}
    return network_of_chain("three convolutions", chain, (28, 28))


def _mnist_convnet() -> Network:
    chain = {"conv1": Layer(3), "pool1": Layer(2, 2), "conv2": Layer(3), "pool2": Layer(2, 2), "conv3": Layer(3)}
    return network_of_chain("mnist_convnet", chain | {"dense": Layer(3)}, (28, 28))


def _dilated() -> Network:
    chain = {f"conv{i}": Layer(3, dilation=2 ** (i - 1)) for i in (1, 2, 3)}
    return network_of_chain("dilation 1, 2, 4", chain, (28, 28))


def _vgg16() -> Network:
    chain: dict[str, Layer] = {}
    for block, convolutions in enumerate((2, 2, 3, 3, 3), start=1):
        chain |= {f"block{block}_conv{i + 1}": Layer(3, padding="same") for i in range(convolutions)}
        chain[f"block{block}_pool"] = Layer(2, 2)
    return network_of_chain("VGG16", chain | {"dense": Layer(7)}, (224, 224))


COURSE_NETWORKS: dict[str, Callable[[], Network]] = {
    "three convolutions": _stack,
    "mnist_convnet": _mnist_convnet,
    "dilation 1, 2, 4": _dilated,
    "VGG16": _vgg16,
}
"""Networks that need no Keras: the stacks of lesson 02, and Simonyan and Zisserman (2014), arXiv:1409.1556."""


def _kind(name: str) -> str:
    return next((kind for word, kind in (("pool", "pooling"), ("dense", "dense")) if word in name), "convolution")


def _along(layer: NetworkLayer, window: Layer, axis: int) -> str:
    kernel, stride, dilation = (
        _pair(numbers)[axis] for numbers in (window.kernel_size, window.stride, window.dilation)
    )
    before = layer.field.stride[axis] // stride
    size = layer.field.size[axis]
    return f"{size - dilation * (kernel - 1) * before} + {dilation}·({kernel} − 1)·{before} = {size}"


def _layer_code(layer: Layer) -> str:
    settings = [f"{name}={value!r}" for name, value in vars(layer).items() if value not in (1, "valid")]
    return f"Layer({', '.join(settings)})"


def _pair(value: int | Pair) -> Pair:
    return value if isinstance(value, tuple) else (value, value)
