"""Diagrams that are drawn, not measured: levels of image understanding, Fourier networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Ellipse, FancyBboxPatch, Patch, Polygon, Rectangle
from numpy.typing import NDArray

_SPACE, _FREQUENCY = "#f4efe6", "#cfe0f3"
_TAG = {"facecolor": "white", "edgecolor": "black", "linewidth": 1.2, "pad": 2.5}
_BOX_HEIGHT, _BOX_GAP = 0.56, 0.34

DiagramStep = tuple[str, bool]
"""The words in a box, and whether it lies in frequency."""


def levels_of_understanding() -> NDArray[Any]:
    """Draw one scene five times: classified, localised, detected, segmented by class, segmented by instance.

    Returns
    -------
    array of five matplotlib axes

    Examples
    --------
    >>> [ax.get_title(loc="left") for ax in levels_of_understanding()][:2]
    ['classification', 'localisation']
    """
    _, axes = plt.subplots(1, 5, figsize=(10.4, 2.6), layout="constrained")
    cat_left, cat_right, dog = (1.6, 1.0, "cat"), (4.2, 1.3, "cat"), (7.6, 1.5, "dog")
    plain: list[dict[str, Any]] = [{"facecolor": "#b9a38a", "edgecolor": "#5b4a38"}] * 3
    cat, hound = {"facecolor": "C0", "hatch": "///"}, {"facecolor": "C1", "hatch": "..."}
    other_cat = {"facecolor": "C2", "hatch": "xxx"}
    levels: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("classification", "Which one class?\none label for the whole", plain),
        ("localisation", "Where is the main thing?\none label, one box", plain),
        ("detection", "What is where?\na label and a box for each", plain),
        ("semantic segmentation", "Which pixel is what?\ntwo cats, one pattern", [cat, cat, hound]),
        ("instance segmentation", "Which pixel is whose?\na pattern for each", [cat, other_cat, hound]),
    ]
    for ax, (title, question, styles) in zip(axes, levels, strict=True):
        ax.add_patch(Rectangle((0, 0), 10, 8, facecolor="#dcecf5", zorder=0))
        ax.add_patch(Rectangle((0, 0), 10, 2.2, facecolor="#d7e3c4", zorder=0))
        for (x, size, kind), style in zip((cat_left, cat_right, dog), styles, strict=True):
            for shape in _animal(x, 1.2, size, kind, {"edgecolor": "white", "linewidth": 0.8} | style):
                ax.add_patch(shape)
            if title == "classification" and kind == "dog":
                # The label of the whole image, so it stands in the corner and at no animal.
                ax.text(0.35, 7.6, kind, fontsize=9.5, fontweight="bold", va="top", bbox=_TAG)
            if title == "detection" or (title == "localisation" and kind == "dog"):
                ax.add_patch(Rectangle((x - 0.95 * size, 1.0), 1.9 * size, 3.4 * size, fill=False, linewidth=2))
                ax.text(x - 0.95 * size, 1.1 + 3.4 * size, kind, fontsize=9.5, fontweight="bold", va="bottom")
        ax.set(xlim=(0, 10), ylim=(0, 8), xticks=[], yticks=[], aspect="equal")
        ax.spines[:].set_visible(False)
        ax.set_title(title, loc="left", fontsize=10)
        ax.set_xlabel(question, fontsize=8.5)
    return np.asarray(axes)


def _animal(x: float, y: float, size: float, kind: str, style: dict[str, Any]) -> list[Patch]:
    head = (x, y + 2.2 * size)
    if kind == "cat":
        ears: list[Patch] = [
            Polygon(
                [
                    (x + side * 0.62 * size, head[1] + 0.2 * size),
                    (x + side * 0.52 * size, head[1] + 1.0 * size),
                    (x + side * 0.1 * size, head[1] + 0.55 * size),
                ],
                **style,
            )
            for side in (-1, 1)
        ]
    else:
        ears = [
            Ellipse((x + side * 0.68 * size, head[1] - 0.05 * size), 0.4 * size, 1.1 * size, angle=side * 12, **style)
            for side in (-1, 1)
        ]
    body: list[Patch] = [
        Ellipse((x, y + 0.9 * size), 1.5 * size, 1.9 * size, **style),
        *ears,
        Circle(head, 0.65 * size, **style),
    ]
    eyes = [Circle((x + side * 0.24 * size, head[1] + 0.1 * size), 0.08 * size, color="black") for side in (-1, 1)]
    nose = Polygon(
        [(x - 0.1 * size, head[1] - 0.15 * size), (x + 0.1 * size, head[1] - 0.15 * size), (x, head[1] - 0.28 * size)],
        color="black",
    )
    return [*body, *eyes, nose]


def fourier_nets(layers: int = 3) -> Axes:
    """Draw Fourier-Nets 1, 2 and 3 below each other: boxes from the image to the dense layers.

    What happens in frequency stands lower, in blue boxes with rounded corners.

    Parameters
    ----------
    layers : int
        Convolutions, 1 or more.

    Returns
    -------
    matplotlib axes

    Examples
    --------
    >>> len(fourier_nets(layers=2).texts) > 10
    True
    """
    numbers = [str(number) for number in range(1, layers + 1)]
    each: list[DiagramStep] = []
    for number in numbers:
        each += [("FFT", False), (f"× K{number}", True), ("inverse\nand crop", False)]
    combined = " ".join(f"K{number}" for number in numbers)
    nets: dict[str, list[DiagramStep]] = {
        "Net 1": each,
        "Net 2": [("FFT", False), *((f"× K{number}", True) for number in numbers), ("inverse\nand crop", False)],
        "Net 3": [("FFT", False), (f"× ({combined})", True), ("inverse\nand crop", False)],
    }
    _, ax = plt.subplots(figsize=(10.5, 1.35 * len(nets)), layout="constrained")
    right = 0.0
    for row, (name, steps) in enumerate(nets.items()):
        top = -1.35 * row
        ax.text(-0.25, top + _BOX_HEIGHT / 2, name, ha="right", va="center", fontweight="bold")
        right = max(right, _draw_steps(ax, top, [("image", False), *steps, ("dense\nlayers", False)]))
    ax.set(xlim=(-1.2, right), ylim=(-1.35 * len(nets) + 0.9, 0.75), title="Three ways through the same layers")
    ax.set_axis_off()
    return ax


def _draw_steps(ax: Axes, top: float, steps: Sequence[DiagramStep]) -> float:
    """Draw the boxes of one network in a row, and return where it ends."""
    left = 0.0
    before: tuple[float, float] | None = None
    for words, in_frequency in steps:
        width = 0.62 + 0.085 * max(len(line) for line in words.split("\n"))
        bottom = top - 0.3 * in_frequency
        style = "round,pad=0,rounding_size=0.22" if in_frequency else "square,pad=0"
        colour = _FREQUENCY if in_frequency else _SPACE
        ax.add_patch(
            FancyBboxPatch((left, bottom), width, _BOX_HEIGHT, boxstyle=style, facecolor=colour, edgecolor="#333333")
        )
        middle = bottom + _BOX_HEIGHT / 2
        ax.text(left + width / 2, middle, words, ha="center", va="center", fontsize=9, color="#111111")
        if before is not None:
            ax.annotate("", (left, middle), before, arrowprops={"arrowstyle": "->", "color": "#555555"})
        before = (left + width, middle)
        left += width + _BOX_GAP
    return left
