"""Receptive fields: the pixels of the image that one unit of a network sees.

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
from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.receptive_field.sides import Layer, Pair, Sides, image_sides, through


@dataclass(frozen=True)
class ReceptiveField:
    """What the units of one layer see, in pixels of the image, each time (down, to the right).

    Attributes
    ----------
    size : (int, int)
        Rows and columns that a unit sees.
    stride : (int, int)
        Pixels from what one unit sees to what its neighbour sees; 0 where every unit sees the same.
    offset : (int, int)
        The first row and column that unit (0, 0) sees; negative where it sees padding.
    reach : (int, int) or None
        How many of the image's rows and columns the whole layer sees: a stride or a pooling may leave out the last
        ones. None if the image's shape is not known.
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


def of_chain(layers: Iterable[Layer], image_shape: Pair | None = None) -> list[ReceptiveField]:
    """Return the receptive field of every layer of a chain, from the image up.

    Parameters
    ----------
    layers : iterable of Layer
        From the image up.
    image_shape : (int, int), optional
        Height and width in pixels. Needed for ``padding="same"`` with a stride, whose rings depend on it, and for
        `reach` and `units`.

    Returns
    -------
    list of ReceptiveField
        One a layer.

    Raises
    ------
    ValueError
        If an item is no Layer, a number is too small, a kernel does not fit, or the image's shape is needed.

    Examples
    --------
    >>> [field.size for field in of_chain([Layer(3), Layer(3), Layer(3)])]
    [(3, 3), (5, 5), (7, 7)]
    """
    sides = image_sides(image_shape)
    fields = []
    for layer in layers:
        if not isinstance(layer, Layer):
            raise ValueError(f"the chain holds {layer!r}: every layer is a Layer, for example Layer(3, stride=2).")
        sides = through(sides, layer)
        fields.append(field_of(sides))
    return fields


def region(field: ReceptiveField, row: int, column: int, image_shape: Pair) -> tuple[slice, slice]:
    """Return the pixels that one unit sees, without those in the padding, ready to cut them out of the image.

    Parameters
    ----------
    field : ReceptiveField
        Of the unit's layer; in a layer that pads, only units that are not padding see anything.
    row, column : int
        The unit's place in its feature map.
    image_shape : (int, int)
        Height and width of the image in pixels.

    Returns
    -------
    (slice, slice)
        Rows and columns: ``image[region(...)]``.

    Raises
    ------
    ValueError
        If there is no such unit, or it sees nothing but padding.

    Examples
    --------
    >>> field = of_chain([Layer(3, padding="same"), Layer(2, stride=2)])[-1]
    >>> region(field, 0, 1, image_shape=(28, 28))
    (slice(0, 3, None), slice(1, 5, None))
    """
    slices = []
    for axis, unit in enumerate((row, column)):
        first = field.offset[axis] + unit * field.stride[axis]
        end = image_shape[axis] if field.reach is None else min(image_shape[axis], field.reach[axis])
        seen = slice(max(first, 0), min(first + field.size[axis], end))
        if unit < 0 or seen.start >= seen.stop:
            raise ValueError(
                f"unit ({row}, {column}) sees no pixel of an image of {image_shape[0]}x{image_shape[1]}: "
                "choose a row and a column of the layer's feature map, counted from 0."
            )
        slices.append(seen)
    return slices[0], slices[1]


def nearest_unit(field: ReceptiveField, row: float, column: float) -> Pair:
    """Return the unit whose centre lies nearest to a pixel of the image; of two, the one further on.

    Parameters
    ----------
    field : ReceptiveField
        Of a layer whose `units` are known.
    row, column : float
        A place in the image; whole numbers are the middles of pixels.

    Returns
    -------
    (int, int)
        Row and column of the unit in its feature map.

    Raises
    ------
    ValueError
        If it is not known how many units there are.

    Examples
    --------
    >>> field = of_chain([Layer(3), Layer(2, stride=2)], image_shape=(28, 28))[-1]
    >>> field.units, nearest_unit(field, 0, 14)
    ((13, 13), (0, 6))
    """
    if field.units is None:
        raise ValueError(
            "it is not known how many units the layer has: pass the image's shape to of_chain, for example "
            "image_shape=(28, 28)."
        )
    unit = [
        min(max(math.floor((place - centre) / stride + 0.5), 0), count - 1) if stride else 0
        for place, centre, stride, count in zip((row, column), field.centre, field.stride, field.units, strict=True)
    ]
    return unit[0], unit[1]


def field_of(sides: Sides) -> ReceptiveField:
    """Return rows and columns as one receptive field.

    Parameters
    ----------
    sides : (Side, Side)
        Rows and columns.

    Returns
    -------
    ReceptiveField
    """
    rows, columns = sides
    reach = None if rows.reach is None or columns.reach is None else (rows.reach, columns.reach)
    units = None if rows.units is None or columns.units is None else (rows.units, columns.units)
    return ReceptiveField(
        (rows.size, columns.size), (rows.stride, columns.stride), (rows.offset, columns.offset), reach, units
    )
