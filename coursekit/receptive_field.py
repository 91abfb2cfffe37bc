"""Receptive fields: the pixels of the picture that one unit of a network sees.

Going up through the layers, with kernel ``k``, dilation ``d``, stride ``s`` and ``p`` pixels of padding at the top (or
on the left) of layer ``l``:

    size     r[l] = r[l-1] + d * (k - 1) * j[l-1]
    offset   o[l] = o[l-1] - p * j[l-1]
    stride   j[l] = j[l-1] * s

and at the pixels themselves ``r = 1``, ``o = 0``, ``j = 1``. Unit ``i`` of layer ``l`` sees the ``r`` pixels from
``o + i * j`` on. Where branches meet, a unit sees all that it would see through any of them.

References
----------
A. Araujo, W. Norris and J. Sim (2019), "Computing receptive fields of convolutional neural networks", Distill,
doi:10.23915/distill.00021.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coursekit.convolution import output_size
from coursekit.pooling import same_padding

Pair = tuple[int, int]
Padding = Literal["valid", "same"] | int | tuple[Pair, Pair]
_SidePadding = Literal["valid", "same"] | int | Pair


@dataclass(frozen=True)
class Layer:
    """A convolution or pooling, as far as it matters here; one number stands for both directions.

    ``padding`` is ``"valid"``, ``"same"``, a number of rings, or ``((top, bottom), (left, right))``.
    """

    kernel_size: int | Pair
    stride: int | Pair = 1
    dilation: int | Pair = 1
    padding: Padding = "valid"


@dataclass(frozen=True)
class ReceptiveField:
    """What the units of one layer see, in pixels of the picture, each time (down, to the right).

    Attributes
    ----------
    size : (int, int)
        Rows and columns that a unit sees.
    stride : (int, int)
        Pixels from what one unit sees to what its neighbour sees; 0 where every unit sees the same.
    offset : (int, int)
        The first row and column that unit (0, 0) sees; negative where it sees padding.
    reach : (int, int) or None
        How many of the picture's rows and columns the whole layer sees: a stride or a pooling may leave out the last
        ones. None if the picture's shape is not known.
    units : (int, int) or None
        Rows and columns of the layer's feature map; (1, 1) where every unit sees the same. None as for `reach`.
    """

    size: Pair
    stride: Pair
    offset: Pair
    reach: Pair | None = None
    units: Pair | None = None

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of what unit (0, 0) sees; whole numbers are the middles of pixels."""
        return self.offset[0] + (self.size[0] - 1) / 2, self.offset[1] + (self.size[1] - 1) / 2


def of_chain(layers: Iterable[Layer], picture_shape: Pair | None = None) -> list[ReceptiveField]:
    """Return the receptive field of every layer of a chain, from the picture up.

    Parameters
    ----------
    layers : iterable of Layer
    picture_shape : (height, width), optional
        Needed for ``padding="same"`` with a stride, whose rings depend on it, and for `reach` and `units`.

    Raises
    ------
    ValueError
        If an item is no Layer, a number is too small, a kernel does not fit, or the picture's shape is needed.

    Examples
    --------
    >>> [field.size for field in of_chain([Layer(3), Layer(3), Layer(3)])]
    [(3, 3), (5, 5), (7, 7)]
    """
    sides = _picture(picture_shape)
    fields = []
    for layer in layers:
        if not isinstance(layer, Layer):
            raise ValueError(f"the chain holds {layer!r}: every layer is a Layer, for example Layer(3, stride=2).")
        sides = _through(sides, layer)
        fields.append(_field(sides))
    return fields


def receptive_fields(model: Any, picture_shape: Pair | None = None) -> dict[str, ReceptiveField]:
    """Return the receptive field of every layer of a Keras model.

    Layers that flatten, and all that follow them, see everything that the layer before them reaches. Layers of a model
    inside the model are named ``"inner/layer"``. Augmentation counts as what it is in use: nothing.

    Parameters
    ----------
    model : keras.Model
        A built Sequential or functional model with one input, pictures (height, width, channels).
    picture_shape : (height, width), optional
        For a model that takes pictures of any size.

    Returns
    -------
    dict
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
            f"model {model.name!r} takes inputs of shape {shapes}: it must take one input, pictures "
            "(n, height, width, channels)."
        )
    height, width = graph.inputs[0].shape[1:3]
    if picture_shape is None and None in (height, width):
        raise ValueError(
            f"model {model.name!r} takes pictures of any size: pass the one you mean, for example "
            "picture_shape=(224, 224)."
        )
    fields: dict[str, ReceptiveField] = {}
    _walk(graph, [_picture(picture_shape or (height, width))], fields, "")
    return fields


def region(field: ReceptiveField, row: int, column: int, picture_shape: Pair) -> tuple[slice, slice]:
    """Return the pixels that one unit sees, without those in the padding, ready to cut them out of the picture.

    Parameters
    ----------
    field : ReceptiveField
        Of the unit's layer; in a layer that pads, only units that are not padding see anything.
    row, column : int
        The unit's place in its feature map.
    picture_shape : (height, width)

    Returns
    -------
    (slice, slice)
        Rows and columns: ``picture[region(...)]``.

    Raises
    ------
    ValueError
        If there is no such unit, or it sees nothing but padding.

    Examples
    --------
    >>> field = of_chain([Layer(3, padding="same"), Layer(2, stride=2)])[-1]
    >>> region(field, 0, 1, picture_shape=(28, 28))
    (slice(0, 3, None), slice(1, 5, None))
    """
    slices = []
    for axis, unit in enumerate((row, column)):
        first = field.offset[axis] + unit * field.stride[axis]
        end = picture_shape[axis] if field.reach is None else min(picture_shape[axis], field.reach[axis])
        seen = slice(max(first, 0), min(first + field.size[axis], end))
        if unit < 0 or seen.start >= seen.stop:
            raise ValueError(
                f"unit ({row}, {column}) sees no pixel of a picture of {picture_shape[0]}x{picture_shape[1]}: "
                "choose a row and a column of the layer's feature map, counted from 0."
            )
        slices.append(seen)
    return slices[0], slices[1]


def nearest_unit(field: ReceptiveField, row: float, column: float) -> Pair:
    """Return the unit whose centre lies nearest to a pixel of the picture; of two, the one further on.

    Parameters
    ----------
    field : ReceptiveField
        Of a layer whose `units` are known.
    row, column : float
        A place in the picture; whole numbers are the middles of pixels.

    Raises
    ------
    ValueError
        If it is not known how many units there are.

    Examples
    --------
    >>> field = of_chain([Layer(3), Layer(2, stride=2)], picture_shape=(28, 28))[-1]
    >>> field.units, nearest_unit(field, 0, 14)
    ((13, 13), (0, 6))
    """
    if field.units is None:
        raise ValueError(
            "it is not known how many units the layer has: pass the picture's shape to of_chain, for example "
            "picture_shape=(28, 28)."
        )
    unit = [
        min(max(math.floor((place - centre) / stride + 0.5), 0), count - 1) if stride else 0
        for place, centre, stride, count in zip((row, column), field.centre, field.stride, field.units, strict=True)
    ]
    return unit[0], unit[1]


@dataclass(frozen=True)
class _Side:
    """A layer along one direction: what its units see, how many there are, and how far all together see."""

    size: int
    stride: int
    offset: int
    units: int | None
    reach: int | None


_Sides = tuple[_Side, _Side]

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


def _picture(shape: Pair | None) -> _Sides:
    height, width = shape or (None, None)
    return _Side(1, 1, 0, height, height), _Side(1, 1, 0, width, width)


def _field(sides: _Sides) -> ReceptiveField:
    rows, columns = sides
    reach = None if rows.reach is None or columns.reach is None else (rows.reach, columns.reach)
    units = None if rows.units is None or columns.units is None else (rows.units, columns.units)
    return ReceptiveField(
        (rows.size, columns.size), (rows.stride, columns.stride), (rows.offset, columns.offset), reach, units
    )


def _through(sides: _Sides, layer: Layer) -> _Sides:
    kernel, stride, dilation = (_pair(numbers) for numbers in (layer.kernel_size, layer.stride, layer.dilation))
    padding = layer.padding if isinstance(layer.padding, tuple) else (layer.padding, layer.padding)
    rows, columns = (_along(sides[i], kernel[i], stride[i], dilation[i], padding[i]) for i in (0, 1))
    return rows, columns


def _along(side: _Side, kernel: int, stride: int, dilation: int, padding: _SidePadding) -> _Side:
    extent = dilation * (kernel - 1) + 1
    output_size(max(extent, 1), kernel, stride, 0, dilation)  # explains numbers that are too small
    before, after = _rings(side.units, extent, stride, padding)
    size, offset = side.size + (extent - 1) * side.stride, side.offset - before * side.stride
    units = None if side.units is None else output_size(side.units + before + after, extent, stride)
    reach = side.reach
    if units is not None and reach is not None:
        reach = min(reach, offset + (units - 1) * side.stride * stride + size)
    return _Side(size, side.stride * stride, offset, units, reach)


def _rings(units: int | None, extent: int, stride: int, padding: _SidePadding) -> Pair:
    if isinstance(padding, tuple):
        return padding
    if padding == "valid":
        return 0, 0
    if padding == "same":
        if units is None and stride > 1:
            raise ValueError(
                'padding="same" with a stride adds pixels that depend on the picture: '
                "pass its shape too, for example picture_shape=(28, 28)."
            )
        return same_padding(units or extent, extent, stride)
    if isinstance(padding, int) and padding >= 0:
        return padding, padding
    raise ValueError(
        f'padding is {padding!r}: it must be "valid", "same", a whole number of 0 or more, or '
        "((top, bottom), (left, right))."
    )


def _pair(value: int | Sequence[int]) -> Pair:
    return (value[0], value[1]) if isinstance(value, Sequence) else (value, value)


def _whole(sides: _Sides) -> _Sides:
    rows, columns = (_Side(side.reach or 0, 0, 0, 1, side.reach) for side in sides)
    return rows, columns


def _unite(branches: Sequence[_Sides], name: str) -> _Sides:
    """What a unit sees through any of the branches; one that sees everything may join any other."""
    rows, columns = (_unite_along([sides[axis] for sides in branches], name) for axis in (0, 1))
    return rows, columns


def _unite_along(sides: Sequence[_Side], name: str) -> _Side:
    reach = max(side.reach or 0 for side in sides)
    strides = {side.stride for side in sides}
    units = max(side.units or 0 for side in sides)
    if 0 in strides:
        return _Side(reach, 0, 0, units, reach)
    if len(strides) > 1:
        raise ValueError(
            f"layer {name!r} joins branches whose strides are {sorted(strides)} pixels: neighbouring units then see "
            "regions that do not move together, and no receptive field describes them all."
        )
    offset = min(side.offset for side in sides)
    size = max(side.offset + side.size for side in sides) - offset
    return _Side(size, strides.pop(), offset, units, reach)


def window_of(layer: Any) -> Layer | None:
    """Return what a Keras layer is here: a `Layer`, or None if it has no window that slides.

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
    return Layer(_pair(kernel), _pair(layer.strides), _pair(dilation), layer.padding)


def layer_graph(model: Any) -> Any:
    """Return the graph of a Keras model, whose nodes are its layers' calls.

    Raises
    ------
    ValueError
        If the model has none.
    """
    graph = getattr(model, "_functional", model)
    if not hasattr(graph, "_nodes_by_depth"):
        raise ValueError(
            f"{getattr(model, 'name', model)!r} is a {type(model).__name__} without a graph of layers: pass a "
            "Sequential model that starts with keras.Input(shape), or a functional model."
        )
    return graph


def _walk(graph: Any, inputs: Sequence[_Sides], fields: dict[str, ReceptiveField], prefix: str) -> list[_Sides]:
    """Follow the computation from the inputs; note every layer in `fields` and return what the outputs see."""
    seen = {id(tensor): sides for tensor, sides in zip(graph.inputs, inputs, strict=True)}
    noted: dict[str, _Sides] = {}
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            if node.is_input:
                continue
            layer, name = node.operation, prefix + node.operation.name
            arriving = [seen[id(tensor)] for tensor in node.input_tensors]
            if hasattr(layer, "layers"):
                leaving = _walk(layer_graph(layer), arriving, fields, f"{name}/")
            else:
                leaving = [_after(layer, name, arriving, len(node.input_tensors[0].shape))]
            seen |= {id(tensor): sides for tensor, sides in zip(node.output_tensors, leaving, strict=True)}
            # A layer that is used several times sees all that it sees in any use.
            noted[name] = _unite([noted[name], leaving[0]], name) if name in noted else leaving[0]
            fields[name] = _field(noted[name])
    return [seen[id(tensor)] for tensor in graph.outputs]


def _after(layer: Any, name: str, arriving: Sequence[_Sides], axes: int) -> _Sides:
    kinds = {kind.__name__ for kind in type(layer).__mro__}
    channels_first = getattr(layer, "data_format", "channels_last") == "channels_first"
    across = "Concatenate" in kinds and layer.axis not in (-1, axes - 1)
    if kinds & _WHOLE and not channels_first:
        return _whole(arriving[0])
    if kinds & _PIXEL_BY_PIXEL and not across:
        return _unite(arriving, name)
    if "ZeroPadding2D" in kinds and not channels_first:
        return _through(arriving[0], Layer(1, padding=layer.padding))
    if not channels_first and (window := window_of(layer)):
        return _through(arriving[0], window)
    why = " with channels first" if channels_first else " along rows or columns" if across else ""
    raise ValueError(
        f"layer {name!r} is a {type(layer).__name__}{why}: its receptive field is not defined here. Known are "
        "convolution (not transposed), pooling, zero padding, flattening, dense layers, and layers that treat every "
        "pixel by itself. Pass a model that ends before it."
    )
