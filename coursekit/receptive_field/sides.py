"""A layer along each direction of the image: what its units see, how many there are, and how far they reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coursekit.convolution import output_size
from coursekit.pooling import same_padding

Pair = tuple[int, int]
Padding = Literal["valid", "same"] | int | tuple[Pair, Pair]
_SidePadding = Literal["valid", "same"] | int | Pair


@dataclass(frozen=True)
class Layer:
    """A convolution or pooling, as far as it matters here; one number stands for both directions.

    Attributes
    ----------
    kernel_size : int or (int, int)
        Rows and columns of the kernel or of the pooling window, 1 or more.
    stride : int or (int, int)
        Pixels from one window to the next, 1 or more.
    dilation : int or (int, int)
        Pixels from one row or column of the kernel to the next, 1 or more.
    padding : {"valid", "same"}, int or ((top, bottom), (left, right))
        No padding, Keras' "same" padding, a number of rings, or rows and columns on each side.

    Examples
    --------
    >>> Layer(3, stride=2)
    Layer(kernel_size=3, stride=2, dilation=1, padding='valid')
    """

    kernel_size: int | Pair
    stride: int | Pair = 1
    dilation: int | Pair = 1
    padding: Padding = "valid"


@dataclass(frozen=True)
class Side:
    """A layer along one direction, in pixels of the image.

    Attributes
    ----------
    size : int
        Pixels that a unit sees.
    stride : int
        Pixels from what one unit sees to what its neighbour sees.
    offset : int
        The first pixel that unit 0 sees; negative where it sees padding.
    units : int or None
        How many units there are; None if the image's size is not known.
    reach : int or None
        How many pixels, from the first on, all units together see. None as for `units`.
    """

    size: int
    stride: int
    offset: int
    units: int | None
    reach: int | None


Sides = tuple[Side, Side]


def image_sides(shape: Pair | None) -> Sides:
    """Return the image itself: each pixel sees itself.

    Parameters
    ----------
    shape : (int, int) or None
        Height and width in pixels, where they are known.

    Returns
    -------
    (Side, Side)
    """
    height, width = shape or (None, None)
    return Side(1, 1, 0, height, height), Side(1, 1, 0, width, width)


def through(sides: Sides, layer: Layer) -> Sides:
    """Return what the units of a layer see, from what those of the layer before it see.

    Parameters
    ----------
    sides : (Side, Side)
        Rows and columns of the layer before it.
    layer : Layer
        With its window, stride, padding and dilation.

    Returns
    -------
    (Side, Side)
    """
    kernel, stride, dilation = (pair(numbers) for numbers in (layer.kernel_size, layer.stride, layer.dilation))
    padding = layer.padding if isinstance(layer.padding, tuple) else (layer.padding, layer.padding)
    rows, columns = (_along(sides[i], kernel[i], stride[i], dilation[i], padding[i]) for i in (0, 1))
    return rows, columns


def _along(side: Side, kernel: int, stride: int, dilation: int, padding: _SidePadding) -> Side:
    extent = dilation * (kernel - 1) + 1
    output_size(max(extent, 1), kernel, stride, 0, dilation)  # explains numbers that are too small
    before, after = _rings(side.units, extent, stride, padding)
    size, offset = side.size + (extent - 1) * side.stride, side.offset - before * side.stride
    units = None if side.units is None else output_size(side.units + before + after, extent, stride)
    reach = side.reach
    if units is not None and reach is not None:
        reach = min(reach, offset + (units - 1) * side.stride * stride + size)
    return Side(size, side.stride * stride, offset, units, reach)


def _rings(units: int | None, extent: int, stride: int, padding: _SidePadding) -> Pair:
    if isinstance(padding, tuple):
        return padding
    if padding == "valid":
        return 0, 0
    if padding == "same":
        if units is None and stride > 1:
            raise ValueError(
                'padding="same" with a stride adds pixels that depend on the image: '
                "pass its shape too, for example image_shape=(28, 28)."
            )
        return same_padding(units or extent, extent, stride)
    if isinstance(padding, int) and padding >= 0:
        return padding, padding
    raise ValueError(
        f'padding is {padding!r}: it must be "valid", "same", a whole number of 0 or more, or '
        "((top, bottom), (left, right))."
    )


def pair(value: int | Sequence[int]) -> Pair:
    """Return one number as two equal ones, and two as they are.

    Parameters
    ----------
    value : int or sequence of two int
        As Keras takes a size.

    Returns
    -------
    (int, int)
    """
    return (value[0], value[1]) if isinstance(value, Sequence) else (value, value)


def whole(sides: Sides) -> Sides:
    """Return one unit that sees all that a layer's units see together.

    Parameters
    ----------
    sides : (Side, Side)
        Rows and columns of the layer.

    Returns
    -------
    (Side, Side)
    """
    rows, columns = (Side(side.reach or 0, 0, 0, 1, side.reach) for side in sides)
    return rows, columns


def unite(branches: Sequence[Sides], name: str) -> Sides:
    """Return what a unit sees through any of the branches; one that sees everything may join any other.

    Parameters
    ----------
    branches : sequence of (Side, Side)
        What comes together.
    name : str
        Of the layer that joins them, for messages.

    Returns
    -------
    (Side, Side)
    """
    rows, columns = (_unite_along([sides[axis] for sides in branches], name) for axis in (0, 1))
    return rows, columns


def _unite_along(sides: Sequence[Side], name: str) -> Side:
    reach = max(side.reach or 0 for side in sides)
    strides = {side.stride for side in sides}
    units = max(side.units or 0 for side in sides)
    if 0 in strides:
        return Side(reach, 0, 0, units, reach)
    if len(strides) > 1:
        raise ValueError(
            f"layer {name!r} joins branches whose strides are {sorted(strides)} pixels: neighbouring units then see "
            "regions that do not move together, and no receptive field describes them all."
        )
    offset = min(side.offset for side in sides)
    size = max(side.offset + side.size for side in sides) - offset
    return Side(size, strides.pop(), offset, units, reach)
