"""A network as a row of blocks: what goes from layer to layer, and what each layer learns."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Polygon

from coursekit.receptive_field import layer_graph

_MOST_LAYERS = 40
_COLUMNS = 9
_ROW_HEIGHT = 2.2
# The kind stands above the block in words; the colour only repeats it. What is not listed is grey.
_COLOURS = {"Conv": "C0", "Pooling": "C1", "Dense": "C2"}
_GREY = "#9a9a9a"


@dataclass(frozen=True)
class _Block:
    kind: str
    shape: tuple[int | None, ...]
    parameters: int


def architecture(model: Any, ax: Axes | None = None) -> Axes:
    """Draw a network's layers as blocks, each with the shape that it hands on and the number of its parameters.

    A block of feature maps is as high and as deep as the maps and as thick as there are channels; numbers without a
    place in the picture are a thin bar. Lengths grow with the logarithm.

    Parameters
    ----------
    model : keras.Model
        Built, without branches, of at most 40 layers.
    ax : matplotlib axes, optional
        Nine blocks stand in a row: leave about 10 by 2.2 inches for each row.

    Raises
    ------
    ValueError
        If the model is not built, branches, or has too many layers to be read.

    Examples
    --------
    >>> from coursekit import networks
    >>> architecture(networks.mnist_convnet()).get_title(loc="left")
    'mnist_convnet: 93,322 parameters'
    """
    blocks = _blocks(model)
    rows, columns = math.ceil(len(blocks) / _COLUMNS), min(len(blocks), _COLUMNS)
    if ax is None:
        _, ax = plt.subplots(figsize=(max(4.0, 1.15 * columns), 0.3 + 2.1 * rows), layout="constrained")
    longest = max(_length(block.shape[0]) for block in blocks if len(block.shape) == 3 or len(blocks[0].shape) == 1)
    right = 0.0
    for i, block in enumerate(blocks):
        x, y = i % _COLUMNS, -_ROW_HEIGHT * (i // _COLUMNS)
        left, next_right = _draw(ax, x, y, block, longest)
        if x:
            ax.annotate("", (left - 0.02, y), (right + 0.02, y), arrowprops={"arrowstyle": "-|>", "color": "#555555"})
        right = next_right
        ax.text(x, y + 0.68, _in_two_lines(block.kind), ha="center", fontsize=8.5, fontweight="bold", linespacing=1.0)
        ax.text(x, y - 0.72, " × ".join(str(n or "?") for n in block.shape), ha="center", fontsize=8.5)
        if block.parameters:
            learned = f"{block.parameters:,}\nparameters"
            ax.text(x, y - 0.8, learned, ha="center", va="top", fontsize=8.5, color="#444444", linespacing=1.1)
    ax.set(xlim=(-0.55, columns - 0.45), ylim=(-_ROW_HEIGHT * (rows - 1) - 1.2, 1.0))
    ax.set_axis_off()
    ax.set_title(f"{model.name}: {model.count_params():,} parameters", loc="left")
    return ax


def _blocks(model: Any) -> list[_Block]:
    """Return the input and every layer, in the order of the computation."""
    graph = layer_graph(model)
    steps = [graph._nodes_by_depth[depth] for depth in sorted(graph._nodes_by_depth, reverse=True)]
    if any(len(nodes) > 1 or len(nodes[0].input_tensors) > 1 for nodes in steps):
        raise ValueError(
            f"model {model.name!r} branches: one row of blocks cannot show which layer feeds which. Draw a part "
            "without branches, or use model.summary()."
        )
    if len(steps) - 1 > _MOST_LAYERS:
        raise ValueError(
            f"model {model.name!r} has {len(steps) - 1} layers: more than {_MOST_LAYERS} cannot be read in one "
            "picture. Draw a part, for example keras.Model(model.inputs, model.layers[20].output)."
        )
    blocks = []
    for (node,) in steps:
        layer = node.operation
        kind = "Input" if node.is_input else type(layer).__name__
        parameters = layer.count_params() if hasattr(layer, "count_params") else 0
        blocks.append(_Block(kind, tuple(node.output_tensors[0].shape[1:]), parameters))
    return blocks


def _draw(ax: Axes, x: float, y: float, block: _Block, longest: float) -> tuple[float, float]:
    """Draw one block around (x, y); return where it begins and ends at the height of the arrows."""
    maps = len(block.shape) == 3
    if maps:
        height, width = (0.9 * _length(n) / longest for n in block.shape[:2])
        thickness, depth = 0.035 * _length(block.shape[2]), 0.25 * width
    else:
        height, thickness, depth = min(1.0, 0.1 * _length(block.shape[-1])), 0.1, 0.0
    left, bottom = x - (thickness + depth) / 2, y - (height + depth) / 2
    right, top = left + thickness, bottom + height
    faces = [
        ([(left, bottom), (right, bottom), (right, top), (left, top)], 0.0),
        ([(left, top), (right, top), (right + depth, top + depth), (left + depth, top + depth)], 0.5),
        ([(right, bottom), (right + depth, bottom + depth), (right + depth, top + depth), (right, top)], 0.25),
    ]
    colour = to_rgb(next((colour for kind, colour in _COLOURS.items() if kind in block.kind), _GREY))
    for corners, lighter in faces if maps else faces[:1]:
        shade = tuple(1 - (1 - channel) * (1 - lighter) for channel in colour)
        ax.add_patch(Polygon(corners, facecolor=shade, edgecolor="white", linewidth=0.8))
    return left, right + depth


def _length(number: int | None) -> float:
    return math.log2(1 + (number or 1))


def _in_two_lines(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(Pooling|Conv|Normalization|Dropout|Padding)", r"\n\1", kind) if len(kind) > 13 else kind
