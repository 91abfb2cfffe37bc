"""Receptive fields: how they grow from layer to layer, drawn over an image and as a pyramid of units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from coursekit.plot.images import image as draw_image
from coursekit.receptive_field import Layer, ReceptiveField, nearest_unit, of_chain, region

_Line = str | tuple[int, tuple[int, ...]]

_MOST_PIXELS = 60
# Each frame has its own line style beside its colour, so that colour is not the only sign.
_LOOKS: tuple[tuple[str, _Line], ...] = (
    ("C0", "-"),
    ("C1", "--"),
    ("C2", "-."),
    ("C3", ":"),
    ("C4", (0, (6, 1, 1, 1, 1, 1))),
    ("C5", (0, (8, 3))),
)
_INSET = 0.15  # of a pixel, inwards and outwards in turn: frames that share an edge do not cover each other


def receptive_fields(
    image: ArrayLike,
    fields: Mapping[str, ReceptiveField],
    around: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what one unit of every layer sees, as frames over an image, with the sizes in a legend.

    Parameters
    ----------
    image : array (height, width) or (height, width, 3)
        In 0..1, of the shape for which the fields were computed.
    fields : dict
        From the layer's name to its `ReceptiveField`, as `coursekit.receptive_field.receptive_fields` returns it.
    around : (row, column), optional
        The pixel that the units look at: in each layer the one that is nearest to it. By default the middle.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is no field, or it is not known how many units a layer has.

    Examples
    --------
    >>> fields = of_chain([Layer(3), Layer(3)], image_shape=(28, 28))
    >>> ax = receptive_fields(np.zeros((28, 28)), dict(zip(["conv1", "conv2"], fields)))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['conv1: 3 × 3', 'conv2: 5 × 5']
    """
    if not fields:
        raise ValueError("there is no field to draw: pass at least one layer's ReceptiveField with its name.")
    pixels = np.asarray(image)
    shape = (pixels.shape[0], pixels.shape[1])
    if ax is None:
        _, ax = plt.subplots(figsize=(6.6, 3.6), layout="constrained")
    draw_image(pixels, ax=ax)
    # At the left, so that the legend keeps its place beside the image.
    ax.set_anchor("W")
    looks = _looks(fields)
    middle = ((shape[0] - 1) / 2, (shape[1] - 1) / 2) if around is None else around
    for number, (name, field) in enumerate(fields.items()):
        rows, columns = region(field, *nearest_unit(field, *middle), shape)
        colour, line = looks[name]
        inset = -_INSET if number % 2 else _INSET
        ax.add_patch(
            Rectangle(
                (columns.start - 0.5 + inset, rows.start - 0.5 + inset),
                columns.stop - columns.start - 2 * inset,
                rows.stop - rows.start - 2 * inset,
                fill=False,
                edgecolor=colour,
                linestyle=line,
                linewidth=2.5,
                clip_on=False,
                label=f"{name}: {rows.stop - rows.start} × {columns.stop - columns.start}",
            )
        )
    ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), handlelength=3)
    return ax


def receptive_field_pyramid(layers: Mapping[str, Layer], ax: Axes | None = None) -> Axes:
    """Draw, along one direction, which units of every layer one unit at the top depends on, down to the pixels.

    Parameters
    ----------
    layers : dict
        From the layer's name to its `Layer`, from the image up. Padding is left out: the unit stands inside.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is no layer, or more than 60 pixels are seen.

    Examples
    --------
    >>> ax = receptive_field_pyramid({"conv1": Layer(3), "conv2": Layer(3)})
    >>> [text.get_text() for text in ax.texts]
    ['5 pixels', 'conv1: 3 units', 'conv2: 1 unit']
    """
    if not layers:
        raise ValueError("there is no layer to draw: pass at least one with its name, for example {'conv1': Layer(3)}.")
    windows = [Layer(layer.kernel_size, layer.stride, layer.dilation) for layer in layers.values()]
    fields = [ReceptiveField((1, 1), (1, 1), (0, 0)), *of_chain(windows)]
    if fields[-1].size[1] > _MOST_PIXELS:
        raise ValueError(
            f"the last layer sees {fields[-1].size[1]} pixels: more than {_MOST_PIXELS} cannot be told apart in one "
            "row. Draw fewer layers, or frames over an image with ck.plot.receptive_fields."
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(8.6, 0.6 + 0.75 * len(fields)))
    needed = [{0}]
    for window in reversed(windows):
        needed.insert(0, {tap for unit in needed[0] for tap in _taps(window, unit)})
    colours = ["0.3", *(colour for colour, _ in _looks(layers).values())]
    for level, (field, units) in enumerate(zip(fields, needed, strict=True)):
        places = [_middle(field, unit) for unit in units]
        ax.plot(places, [level] * len(units), "o" if level else "s", color=colours[level], markersize=9)
        count = f"{len(units)} {'unit' if level else 'pixel'}{'s' * (len(units) != 1)}"
        ax.text(-1, level, f"{list(layers)[level - 1]}: {count}" if level else count, ha="right", va="center")
        for unit in units if level else ():
            for tap in _taps(windows[level - 1], unit):
                ends = [_middle(field, unit), _middle(fields[level - 1], tap)]
                ax.plot(ends, [level, level - 1], color="#999999", linewidth=0.9, zorder=0)
    ax.set(xlim=(-0.26 * fields[-1].size[1] - 1, fields[-1].size[1]), ylim=(-0.4, len(windows) + 0.4))
    ax.set_axis_off()
    ax.set_title(f"One unit of {list(layers)[-1]} sees {fields[-1].size[1]} pixels", loc="left")
    return ax


def _looks(names: Iterable[str]) -> dict[str, tuple[str, _Line]]:
    """A colour and a line for each layer, by its kind and its number: conv2 keeps its own, whatever stands below it."""
    kinds: dict[str, int] = {}
    found = {}
    for name in names:
        kind = name.rstrip("_0123456789")
        first = list(kinds).index(kind) if kind in kinds else len(kinds)
        found[name] = _LOOKS[(first + 2 * kinds.get(kind, 0)) % len(_LOOKS)]
        kinds[kind] = kinds.get(kind, 0) + 1
    return found


def _middle(field: ReceptiveField, unit: int) -> float:
    """The column in the middle of what a unit sees."""
    return field.centre[1] + unit * field.stride[1]


def _taps(layer: Layer, unit: int) -> list[int]:
    """The units of the layer below that a unit adds up, along the columns."""
    kernel, stride, dilation = (
        numbers[1] if isinstance(numbers, tuple) else numbers
        for numbers in (layer.kernel_size, layer.stride, layer.dilation)
    )
    return [unit * stride + dilation * tap for tap in range(kernel)]
