"""Gradient descent: the steps on the loss, and the loss step by step."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from coursekit.descent import Descent, Weights

_CURVE, _PATH, _START = "0.45", "#D55E00", "#0072B2"
_NUMBERED = 4


def gradient_descent(descent: Descent, axes: Sequence[Axes] | None = None) -> Sequence[Axes]:
    """Draw the steps of a descent on its loss, and beside it how the loss changed.

    Parameters
    ----------
    descent : Descent
        From `coursekit.descent.descend`. Steps that leave the range of the drawing are not seen on the left.
    axes : two matplotlib axes, optional
        By default those of a new figure.

    Returns
    -------
    two matplotlib axes

    Examples
    --------
    >>> from coursekit.descent import descend
    >>> left, right = gradient_descent(descend("one weight", start=-1.5, rate=0.1, steps=5))
    >>> left.get_title(loc="left"), right.get_xlabel()
    ('Verdict on rate 0.1: right', 'step')
    """
    if axes is None:
        _, axes = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=[3, 2], layout="constrained")
    left, right = axes
    (_draw_curve if descent.landscape.count == 1 else _draw_map)(descent, left)
    left.set_title(f"Verdict on rate {descent.rate:g}: {descent.verdict.partition(':')[0]}", loc="left")
    right.plot(descent.losses, "o-", color=_PATH, markersize=4)
    right.set(xlabel="step", ylabel="loss")
    right.set_title("Loss after each step", loc="left")
    right.set_ylim(0, 1.1 * min(descent.losses.max(), 2 * descent.losses[0]) or 1)
    right.set_xlim(-0.3, max(len(descent.losses) - 1, 4) + 0.3)
    right.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
    return axes


def _draw_curve(descent: Descent, ax: Axes) -> None:
    across = np.linspace(*descent.landscape.span, 201)[:, np.newaxis]
    height = descent.landscape.loss(across)
    ax.plot(across, height, color=_CURVE, linewidth=1.5)
    # The formula stands at the axis, where no path can run through it.
    ax.set(xlim=descent.landscape.span, xlabel="weight w", ylabel=descent.landscape.title)
    weights = descent.weights[:, 0]
    _draw_path(weights, descent.losses, ax)
    # The slope at the start: a piece of the tangent.
    slope, reach = descent.gradients[0, 0], 0.3
    ax.plot(
        weights[0] + np.array([-reach, reach]),
        descent.losses[0] + slope * np.array([-reach, reach]),
        color=_START,
        linestyle="--",
        linewidth=1.5,
    )
    ax.set_ylim(-0.05 * height.max(), 1.05 * height.max())


def _draw_map(descent: Descent, ax: Axes) -> None:
    span = descent.landscape.span
    line = np.linspace(*span, 81)
    grid = np.stack(np.meshgrid(line, line), axis=-1)
    lines = ax.contour(
        line, line, descent.landscape.loss(grid), levels=[0.05, 0.2, 0.5, 1, 2, 4, 8], colors=_CURVE, linewidths=1
    )
    ax.clabel(lines, fontsize=8)
    ax.set(xlim=span, ylim=span, xlabel="weight a", ylabel="weight b")
    _draw_path(descent.weights[:, 0], descent.weights[:, 1], ax)
    ax.plot(0, 0, "*", color="black", markersize=11)


def _draw_path(across: Weights, up: Weights, ax: Axes) -> None:
    ax.plot(across, up, "o-", color=_PATH, markersize=4, linewidth=1.2)
    ax.plot(across[:1], up[:1], "s", color=_START, markersize=9)
    apart, last = np.ptp(ax.get_xlim()) / 20, None
    for number, place in enumerate(zip(across[: _NUMBERED + 1], up, strict=False)):
        # Numbers on top of each other cannot be read.
        if last is None or abs(place[0] - last) > apart:
            ax.annotate(str(number), place, (6, 6), textcoords="offset points", annotation_clip=True, fontsize=9)
            last = place[0]
