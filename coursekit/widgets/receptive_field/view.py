"""What the receptive-field explorer shows: the region on the image, a table of the layers and a sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coursekit.arrays import Floats
from coursekit.receptive_field import Pair, ReceptiveField, region
from coursekit.widgets.receptive_field.networks import Network, NetworkLayer, formula, window_text
from coursekit.widgets.toolkit.code import drawing_code
from coursekit.widgets.toolkit.colors import Scale, grey
from coursekit.widgets.toolkit.html import rows_around, table_html
from coursekit.widgets.toolkit.numbers import by
from coursekit.widgets.toolkit.pixels import Pixels, enlarge, side_by_side
from coursekit.widgets.toolkit.stage_figure import FRAME, framed

MOST_ROWS = 20
"""So many layers are listed; of longer networks, those around the chosen one."""

_SIDE = 448
_STILL_SIDE = 280
_DIMMED = 0.35
_GROUND = 140


@dataclass(frozen=True)
class FieldState:
    """What the controls of the receptive-field explorer say.

    Attributes
    ----------
    network, image : str
    layer : int
        Its number, from the image up.
    unit : (int, int)
        Row and column of the layer's feature map.
    """

    network: str
    layer: int
    image: str
    unit: Pair = (0, 0)


@dataclass(frozen=True)
class FieldView:
    """What the receptive-field explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : FieldState
        With a unit that exists.
    field : ReceptiveField
        Of the layer.
    seen : (slice, slice) or None
        Rows and columns of the image that the unit sees; None where it is itself padding.
    centre : (int, int)
        A pixel in the middle of what it sees.
    image : uint8 array (height, width, 3)
        With what the unit sees in full light.
    map : array (rows, columns)
        For each unit of the layer, the pixel in the middle of what it sees.
    layers_html, code : str
    """

    sentence: str
    state: FieldState
    field: ReceptiveField
    seen: tuple[slice, slice] | None
    centre: Pair
    image: Pixels
    map: Floats
    layers_html: str
    code: str


def view_of(state: FieldState, network: Network, image: Floats, image_code: str = "image") -> FieldView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : FieldState
        Its unit may lie outside of the feature map; the nearest one inside is taken.
    network : Network
        The one that the state names.
    image : array (height, width)
        In 0..1, of the shape that the network takes.
    image_code : str
        The expression that gives it.

    Examples
    --------
    >>> from coursekit.widgets.receptive_field.networks import COURSE_NETWORKS
    >>> stack = COURSE_NETWORKS["three convolutions"]()
    >>> print(view_of(FieldState(stack.name, 2, "night", (9, 9)), stack, np.zeros((28, 28))).sentence)
    The unit in row 9, column 9 of conv3 sees 7 × 7 pixels: rows 9 to 15, columns 9 to 15. The layer has 22 × 22 \
units; neighbours see regions 1 pixel apart.
    """
    layer = network.layers[state.layer]
    field = layer.field
    rows, columns = field.units or (1, 1)
    unit = min(state.unit[0], rows - 1), min(state.unit[1], columns - 1)
    try:
        seen = region(field, *unit, network.image_shape)
    except ValueError:
        seen = None  # One of the zeros that a padding layer has added.
    centre = _pixel(field, unit, network.image_shape)
    return FieldView(
        sentence=_sentence(layer, unit, seen),
        state=FieldState(state.network, state.layer, state.image, unit),
        field=field,
        seen=seen,
        centre=centre,
        image=lit(image, seen, max(1, _SIDE // max(image.shape))),
        map=_map(field, image),
        layers_html=layers_html(network, state.layer),
        code=_code(network, state.layer, unit, image_code, seen is not None),
    )


def lit(image: Floats, seen: tuple[slice, slice] | None, factor: int) -> Pixels:
    """Return an image, enlarged, in which a region is in full light with a frame around it, and all else is dim.

    Parameters
    ----------
    image : array (height, width)
        0 to 1.
    seen : (slice, slice) or None
        Rows and columns of the region; None is nowhere.
    factor : int
        How many pixels each pixel becomes along a side.

    Returns
    -------
    uint8 array (height * factor, width * factor, 3)

    Examples
    --------
    >>> lit(np.ones((4, 4)), (slice(0, 2), slice(0, 2)), factor=20)[[10, 60], [10, 60], 0].tolist()
    [255, 180]
    """
    bright = enlarge(grey(image, 0, 1), factor)
    result: Pixels = np.rint(_DIMMED * bright + (1 - _DIMMED) * _GROUND).astype(np.uint8)
    if seen is not None:
        rows, columns = (slice(side.start * factor, side.stop * factor) for side in seen)
        for width, colour in ((5, (0, 0, 0)), (3, FRAME)):
            result[
                max(rows.start - width, 0) : rows.stop + width, max(columns.start - width, 0) : columns.stop + width
            ] = colour
        result[rows, columns] = bright[rows, columns]
        # Where the region ends with the image, the frame has room only inside.
        for axis, side in enumerate((rows, columns)):
            for edge, at_end in ((0, side.start == 0), (result.shape[axis] - 3, side.stop == result.shape[axis])):
                if at_end:
                    strip: list[slice] = [rows, columns]
                    strip[axis] = slice(edge, edge + 3)
                    result[strip[0], strip[1]] = FRAME
    return result


def layers_html(network: Network, chosen: int) -> str:
    """Return the layers as a table: window, units, and how what they see grows."""
    count = len(network.layers)
    window = rows_around(chosen, count, MOST_ROWS)
    rows = [
        [
            f"{layer.name}: {layer.kind} {window_text(layer.window)}".rstrip(),
            by(layer.field.units or (1, 1)),
            formula(layer),
            "–" if layer.field.units == (1, 1) else by(layer.field.stride),
            f"{layer.field.centre[0]:g}, {layer.field.centre[1]:g}",
        ]
        for layer in network.layers[window]
    ]
    head = ["layer", "units", "sees: before + dilation·(window − 1)·stride before", "stride", "first centre"]
    part = f", {window.start + 1} to {window.stop} of {count}" if count > MOST_ROWS else ""
    caption = f"Layers of {network.name}{part}; sees, stride and centre in pixels of the image"
    return table_html(caption, head, rows, chosen - window.start)


def map_scale() -> Scale:
    """Return the scale of the feature map's image: the pixels of the image itself."""
    return Scale(0.0, 1.0, False)


def still_of(view: FieldView, image: Floats) -> Pixels:
    """Return the image (height, width) with what the unit sees, and the feature map with the unit framed, side by side.

    Returns
    -------
    uint8 array (height, width, 4)
    """
    left = lit(image, view.seen, max(1, _STILL_SIDE // max(image.shape)))
    right = framed(view.map, map_scale(), view.state.unit, (1, 1))
    return side_by_side([left, right], titles=("framed: what the unit sees", "the map: the unit"))


def _sentence(layer: NetworkLayer, unit: Pair, seen: tuple[slice, slice] | None) -> str:
    field, where = layer.field, f"The unit in row {unit[0]}, column {unit[1]} of {layer.name}"
    if seen is None:
        return f"{where} is padding: it sees no pixel."
    count = seen[0].stop - seen[0].start, seen[1].stop - seen[1].start
    sentence = f"{where} sees {by(count)} pixels: {_range('rows', seen[0])}, {_range('columns', seen[1])}."
    if count != field.size:
        sentence += f" Its window of {by(field.size)} reaches beyond what there is."
    units = field.units or (1, 1)
    if units == (1, 1):
        return f"{sentence} Every unit of this layer sees the same."
    apart = field.stride[0] if field.stride[0] == field.stride[1] else by(field.stride)
    return (
        f"{sentence} The layer has {by(units)} units; neighbours see regions {apart} "
        f"pixel{'s' * (field.stride != (1, 1))} apart."
    )


def _range(name: str, side: slice) -> str:
    return f"{name} {side.start} to {side.stop - 1}"


def _pixel(field: ReceptiveField, unit: Pair, shape: Pair) -> Pair:
    row, column = (
        min(max(int(np.floor(centre + index * stride)), 0), side - 1)
        for centre, index, stride, side in zip(field.centre, unit, field.stride, shape, strict=True)
    )
    return row, column


def _map(field: ReceptiveField, image: Floats) -> Floats:
    rows, columns = (
        np.clip(np.floor(centre + np.arange(count) * stride), 0, side - 1).astype(int)
        for centre, count, stride, side in zip(
            field.centre, field.units or (1, 1), field.stride, image.shape, strict=True
        )
    )
    return image[np.ix_(rows, columns)]


def _code(network: Network, layer: int, unit: Pair, image: str, sees: bool) -> str:
    lines = [
        "from coursekit.receptive_field import Layer, of_chain, receptive_fields, region",
        "",
        network.code,
        f"field = fields[{layer}]  # {network.layers[layer].name}",
        "print(field)",
        f"image = {image}",
        "seen = np.zeros_like(image)",
    ]
    if sees:
        lines += [
            f"rows, columns = region(field, row={unit[0]}, column={unit[1]}, image_shape={network.image_shape})",
            "seen[rows, columns] = image[rows, columns]",
        ]
    title = f"what unit {unit[0]}, {unit[1]} sees"
    return "\n".join([*lines, drawing_code(("image", "image"), ("seen", title))])
