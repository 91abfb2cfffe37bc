"""Receptive fields of the layers of a Keras model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coursekit.networks.graph import LayerGraph, layer_graph
from coursekit.receptive_field.chain import ReceptiveField, field_of
from coursekit.receptive_field.sides import Layer, Pair, Sides, image_sides, pair, through, unite, whole

if TYPE_CHECKING:
    import keras

_WINDOWS = {"Conv2D", "DepthwiseConv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D"}
_WHOLE = {"Flatten", "Reshape", "GlobalAveragePooling2D", "GlobalMaxPooling2D"}
# Every output pixel depends on the same pixel of the inputs alone. Dense does so on feature maps; on numbers that were
# flattened before, there is no place left to tell apart.
_PIXEL_BY_PIXEL = {
    *("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Relu", "Relu6", "Sigmoid", "Silu", "Tanh", "Gelu"),
    *("Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
    *("BatchNormalization", "Rescaling", "Normalization", "Identity", "Dense"),
    *("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness"),
    *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "TrueDivide", "Divide"),
}


def receptive_fields(model: keras.Model, image_shape: Pair | None = None) -> dict[str, ReceptiveField]:
    """Return the receptive field of every layer of a Keras model.

    Layers that flatten, and all that follow them, see everything that the layer before them reaches. Layers of a model
    inside the model are named ``"inner/layer"``. Augmentation counts as what it is in use: nothing.

    Parameters
    ----------
    model : keras.Model
        A built Sequential or functional model with one input, images (height, width, channels).
    image_shape : (int, int), optional
        Height and width in pixels, for a model that takes images of any size.

    Returns
    -------
    dict of str to ReceptiveField
        Name of the layer to its `ReceptiveField`, in the order of the computation.

    Raises
    ------
    ValueError
        If the model is not built, or has a layer whose receptive field is not defined here (the message names it).

    Examples
    --------
    >>> from coursekit import networks
    >>> fields = list(receptive_fields(networks.mnist_convnet()).values())
    >>> [field.size for field in fields[:5]]
    [(3, 3), (4, 4), (8, 8), (10, 10), (18, 18)]
    """
    graph = layer_graph(model)
    if len(graph.inputs) != 1 or len(graph.inputs[0].shape) != 4:
        shapes = [tuple(tensor.shape) for tensor in graph.inputs]
        raise ValueError(
            f"model {model.name!r} takes inputs of shape {shapes}: it must take one input, images "
            "(n, height, width, channels)."
        )
    height, width = graph.inputs[0].shape[1:3]
    if image_shape is None and None in (height, width):
        raise ValueError(
            f"model {model.name!r} takes images of any size: pass the one you mean, for example image_shape=(224, 224)."
        )
    fields: dict[str, ReceptiveField] = {}
    _walk(graph, [image_sides(image_shape or (height, width))], fields, "")
    return fields


def window_of(layer: keras.Operation) -> Layer | None:
    """Return what a Keras layer is here: a `Layer`, or None if it has no window that slides.

    Parameters
    ----------
    layer : keras.Operation
        A layer of a model, or a step of its graph.

    Returns
    -------
    Layer or None

    Examples
    --------
    >>> from coursekit import networks
    >>> window_of(networks.mnist_convnet().layers[1])
    Layer(kernel_size=(2, 2), stride=(2, 2), dilation=(1, 1), padding='valid')
    """
    if not _WINDOWS & {kind.__name__ for kind in type(layer).__mro__}:
        return None
    kernel = layer.pool_size if hasattr(layer, "pool_size") else layer.kernel_size
    dilation = getattr(layer, "dilation_rate", 1)
    return Layer(pair(kernel), pair(layer.strides), pair(dilation), layer.padding)


def _walk(graph: LayerGraph, inputs: Sequence[Sides], fields: dict[str, ReceptiveField], prefix: str) -> list[Sides]:
    """Follow the computation from the inputs; note every layer in `fields` and return what the outputs see."""
    seen = {id(tensor): sides for tensor, sides in zip(graph.inputs, inputs, strict=True)}
    noted: dict[str, Sides] = {}
    for call in graph.calls:
        if call.is_input:
            continue
        layer, name = call.layer, prefix + call.layer.name
        arriving = [seen[id(tensor)] for tensor in call.inputs]
        if hasattr(layer, "layers"):
            leaving = _walk(layer_graph(layer), arriving, fields, f"{name}/")
        else:
            leaving = [_after(layer, name, arriving, len(call.inputs[0].shape))]
        seen |= {id(tensor): sides for tensor, sides in zip(call.outputs, leaving, strict=True)}
        # A layer that is used several times sees all that it sees in any use.
        noted[name] = unite([noted[name], leaving[0]], name) if name in noted else leaving[0]
        fields[name] = field_of(noted[name])
    return [seen[id(tensor)] for tensor in graph.outputs]


def _after(layer: Any, name: str, arriving: Sequence[Sides], axes: int) -> Sides:
    kinds = {kind.__name__ for kind in type(layer).__mro__}
    channels_first = getattr(layer, "data_format", "channels_last") == "channels_first"
    across = "Concatenate" in kinds and layer.axis not in (-1, axes - 1)
    if kinds & _WHOLE and not channels_first:
        return whole(arriving[0])
    if kinds & _PIXEL_BY_PIXEL and not across:
        return unite(arriving, name)
    if "ZeroPadding2D" in kinds and not channels_first:
        return through(arriving[0], Layer(1, padding=layer.padding))
    if not channels_first and (window := window_of(layer)):
        return through(arriving[0], window)
    why = " with channels first" if channels_first else " along rows or columns" if across else ""
    raise ValueError(
        f"layer {name!r} is a {type(layer).__name__}{why}: its receptive field is not defined here. Known are "
        "convolution (not transposed), pooling, zero padding, flattening, dense layers, and layers that treat every "
        "pixel by itself. Pass a model that ends before it."
    )
