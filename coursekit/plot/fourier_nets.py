"""The three Fourier networks as diagrams: where an image is in space, and where in frequency."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

_SPACE, _FREQUENCY = "#f4efe6", "#cfe0f3"
_HEIGHT, _GAP = 0.56, 0.34

Step = tuple[str, bool]
"""The words in a box, and whether it lies in frequency."""


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
    each: list[Step] = []
    for number in numbers:
        each += [("FFT", False), (f"× K{number}", True), ("inverse\nand crop", False)]
    combined = " ".join(f"K{number}" for number in numbers)
    nets: dict[str, list[Step]] = {
        "Net 1": each,
        "Net 2": [("FFT", False), *((f"× K{number}", True) for number in numbers), ("inverse\nand crop", False)],
        "Net 3": [("FFT", False), (f"× ({combined})", True), ("inverse\nand crop", False)],
    }
    _, ax = plt.subplots(figsize=(10.5, 1.35 * len(nets)), layout="constrained")
    right = 0.0
    for row, (name, steps) in enumerate(nets.items()):
        top = -1.35 * row
        ax.text(-0.25, top + _HEIGHT / 2, name, ha="right", va="center", fontweight="bold")
        right = max(right, _draw(ax, top, [("image", False), *steps, ("dense\nlayers", False)]))
    ax.set(xlim=(-1.2, right), ylim=(-1.35 * len(nets) + 0.9, 0.75), title="Three ways through the same layers")
    ax.set_axis_off()
    return ax


def _draw(ax: Axes, top: float, steps: Sequence[Step]) -> float:
    """Draw the boxes of one network in a row, and return where it ends."""
    left = 0.0
    before: tuple[float, float] | None = None
    for words, in_frequency in steps:
        width = 0.62 + 0.085 * max(len(line) for line in words.split("\n"))
        bottom = top - 0.3 * in_frequency
        style = "round,pad=0,rounding_size=0.22" if in_frequency else "square,pad=0"
        colour = _FREQUENCY if in_frequency else _SPACE
        ax.add_patch(
            FancyBboxPatch((left, bottom), width, _HEIGHT, boxstyle=style, facecolor=colour, edgecolor="#333333")
        )
        middle = bottom + _HEIGHT / 2
        ax.text(left + width / 2, middle, words, ha="center", va="center", fontsize=9, color="#111111")
        if before is not None:
            ax.annotate("", (left, middle), before, arrowprops={"arrowstyle": "->", "color": "#555555"})
        before = (left + width, middle)
        left += width + _GAP
    return left
