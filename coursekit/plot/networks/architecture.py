"""A network as a row of blocks: what goes from layer to layer, what each layer learns, and what leads around it."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Polygon

from coursekit.plot.networks.outline import DiagramBlock, Outline, Shortcut, outline

if TYPE_CHECKING:
    import keras

_COLUMNS = 9
_LETTERS = 16  # that fit into a column
_LINE = 0.155  # height of a line of text
# The kind stands above the block in words; the colour only repeats it. What is not listed is grey.
_COLOURS = {"Conv": "C0", "Pooling": "C1", "Dense": "C2", "Residual": "C4"}
_GREY = "#9a9a9a"
_ARROW = "#555555"


def architecture(model: keras.Model, ax: Axes | None = None) -> Axes:
    """Draw a network's layers as blocks, each with the shape that it hands on and the number of its parameters.

    A block of feature maps is as high and as deep as the maps and as thick as there are channels; numbers without a
    place in the image are a thin bar. Lengths grow with the logarithm. A model inside the model is one block.

    Branches are drawn as shortcuts above the row, with the names of the layers that they go through. In a network that
    is too long for that, normalisation, activation and dropout count to the layer before them, what lies between a fork
    and the place where its branches meet is one block with its layers listed below it, and equal blocks in a row are
    drawn once.

    Parameters
    ----------
    model : keras.Model
        Built, with one input and one output, of at most 40 blocks when put together.
    ax : matplotlib axes, optional
        Nine blocks stand in a row: leave about 10 by 2.2 inches for each row, and more for shortcuts.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If the model is not built, has several inputs or outputs, or is too long to be read.

    Examples
    --------
    >>> from coursekit import networks
    >>> architecture(networks.mnist_convnet()).get_title(loc="left")
    'mnist_convnet: 93,322 parameters'
    """
    plan = outline(model)
    rows = _rows(plan)
    columns = max(len(row) for row in rows)
    if plan.folded:
        columns = max(columns, 6)  # the sentence below needs the width
    tops = [_room_above(plan, row) for row in rows]
    bottoms = [_room_below(plan, row) for row in rows]
    if ax is None:
        height = 0.4 + 0.95 * (sum(tops) + sum(bottoms))
        _, ax = plt.subplots(figsize=(max(4.0, 1.15 * columns), height), layout="constrained")
    longest = max((_length(block.shape[0]) for block in plan.blocks if len(block.shape) > 1), default=1.0)
    y = 0.0
    for number, row in enumerate(rows):
        if number:
            y -= bottoms[number - 1] + tops[number]
        _draw_row(ax, y, plan, row, longest)
    ax.set(xlim=(-0.62, columns - 0.42), ylim=(y - bottoms[-1], tops[0]))
    ax.set_axis_off()
    title = f"{model.name}: {model.count_params():,} parameters"
    ax.set_title(title, loc="left")
    if plan.folded:
        ax.text(
            *(-0.6, y - bottoms[-1]),
            "Normalisation, activation and dropout count to the layer before them. ×: equal blocks in a row.",
            fontsize=8.5,
            style="italic",
            va="top",
        )
    return ax


def _rows(plan: Outline) -> list[range]:
    """Break the blocks into rows, never inside a shortcut."""
    count = len(plan.blocks)
    # Long networks fill their rows evenly.
    most = math.ceil(count / math.ceil(count / (_COLUMNS - 1))) if plan.folded else _COLUMNS
    rows, first = [], 0
    while first < count:
        end = min(first + most, count)
        breaks = [
            stop
            for stop in range(first + 1, count + 1)
            if stop == count or not any(short.start + 1 < stop <= short.end for short in plan.shortcuts)
        ]
        end = max((stop for stop in breaks if stop <= end), default=breaks[0])
        rows.append(range(first, end))
        first = end
    return rows


def _room_above(plan: Outline, row: range) -> float:
    arcs = [level for shortcut, level in _levels(plan.shortcuts) if shortcut.end in row]
    return 1.12 + (0.35 + 0.42 * max(arcs) if arcs else 0.0)


def _room_below(plan: Outline, row: range) -> float:
    return 0.85 + _LINE * max(len(_lines_below(plan.blocks[i])) for i in row)


def _levels(shortcuts: Sequence[Shortcut]) -> list[tuple[Shortcut, int]]:
    """Give each shortcut a height at which it crosses no other: the short ones below."""
    placed: list[tuple[Shortcut, int]] = []
    for shortcut in sorted(shortcuts, key=lambda short: short.end - short.start):
        taken = {level for other, level in placed if other.start < shortcut.end and shortcut.start < other.end}
        placed.append((shortcut, next(level for level in range(len(shortcuts)) if level not in taken)))
    return placed


def _draw_row(ax: Axes, y: float, plan: Outline, row: range, longest: float) -> None:
    right = -0.62
    for x, i in enumerate(row):
        block = plan.blocks[i]
        left, next_right = _draw(ax, x, y, block, longest)
        if i:
            ax.annotate("", (left - 0.02, y), (right + 0.02, y), arrowprops={"arrowstyle": "-|>", "color": _ARROW})
        right = next_right
        if block.around:
            _draw_way(ax, (x - 0.44, y), (x + 0.44, y), 0.6)
        kind = _in_two_lines(block.kind) + (f" × {block.times}" if block.times > 1 else "")
        ax.text(x, y + 0.68, kind, ha="center", fontsize=8.5, fontweight="bold", linespacing=1.0)
        ax.text(x, y - 0.72, " × ".join(str(n or "?") for n in block.shape), ha="center", fontsize=8.5)
        lines = _lines_below(block)
        if lines:
            ax.text(x, y - 0.8, "\n".join(lines), ha="center", va="top", fontsize=8.5, color="#444444", linespacing=1.1)
    for shortcut, level in _levels(plan.shortcuts):
        if shortcut.end in row:
            start, end = shortcut.start - row.start + 0.5 + 0.06 * level, shortcut.end - row.start - 0.5 - 0.06 * level
            top = 1.1 + 0.42 * level
            _draw_way(ax, (start, y), (end, y), top)
            ax.text((start + end) / 2, y + top + 0.05, shortcut.label, ha="center", va="bottom", fontsize=8.5)


def _draw_way(ax: Axes, start: tuple[float, float], end: tuple[float, float], height: float) -> None:
    """Draw a line up, across and down to an arrow."""
    top = start[1] + height
    ax.plot([start[0], start[0], end[0], end[0]], [start[1], top, top, end[1] + 0.1], color="C5", linewidth=1.4)
    ax.annotate(
        "", end, (end[0], end[1] + 0.2), arrowprops={"arrowstyle": "-|>", "color": "C5", "shrinkA": 0, "shrinkB": 0}
    )


def _lines_below(block: DiagramBlock) -> list[str]:
    each = " each" if block.times > 1 else ""
    lines = [f"{block.parameters:,}", f"parameters{each}"] if block.parameters else []
    for note in block.notes:
        lines += textwrap.wrap(note, _LETTERS, break_long_words=False)
    return lines


def _draw(ax: Axes, x: float, y: float, block: DiagramBlock, longest: float) -> tuple[float, float]:
    """Draw one block around (x, y); return where it begins and ends at the height of the arrows."""
    maps = len(block.shape) > 1
    if maps:
        height = 0.9 * _length(block.shape[0]) / longest
        # A signal has a length and channels, but no width.
        depth = 0.25 * 0.9 * _length(block.shape[1]) / longest if len(block.shape) > 2 else 0.0
        thickness = 0.035 * _length(block.shape[-1])
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
    if kind.endswith(" block"):
        return kind.replace(" ", "\n")
    words = re.sub(r"(?<=[a-z])(Pooling|Conv|Normalization|Dropout|Padding)", r"\n\1", kind) if len(kind) > 13 else kind
    return (
        words
        if "\n" in words or len(words) <= 16
        else "\n".join(textwrap.wrap(words.replace("_", "_ "), 16)).replace("_ ", "_")
    )
