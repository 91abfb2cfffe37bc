"""The curve of a learning-rate range test."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike


def range_test(rates: ArrayLike, losses: ArrayLike, chosen: float | None = None, ax: Axes | None = None) -> Axes:
    r"""Draw the curve of a learning-rate range test: the loss over the rates tried, from tiny to huge.

    Parameters
    ----------
    rates, losses : array (steps,)
        As `coursekit.training.RangeTest` has them: rates above 0, rising.
    chosen : float, optional
        A learning rate to mark, for example ``RangeTest.suggested``.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there are fewer than two rates, the lengths differ, or the rates do not rise from above 0.

    References
    ----------
    L. N. Smith (2017), "Cyclical learning rates for training neural networks", WACV.

    Examples
    --------
    >>> ax = range_test([1e-4, 1e-3, 1e-2, 1e-1], [0.7, 0.6, 0.2, 3.0], chosen=1e-3)
    >>> ax.get_xscale(), [text.get_text() for text in ax.texts]
    ('log', ['lowest loss\nat 0.01', 'chosen: 0.001'])
    """
    x, y = np.asarray(rates, float), np.asarray(losses, float)
    if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
        raise ValueError(
            f"rates have shape {x.shape} and losses {y.shape}: pass one loss for each rate, (steps,), two or more."
        )
    if not (x[0] > 0 and (np.diff(x) > 0).all()):
        raise ValueError("the rates must rise, from above 0: their axis is logarithmic. Sort both arrays by the rates.")
    if not np.isfinite(y).any():
        raise ValueError("no loss is a finite number: begin the range test at a smaller learning rate.")
    if chosen is not None and not x[0] <= chosen <= x[-1]:
        raise ValueError(f"chosen is {chosen:g}: it must lie between the rates tried, {x[0]:g} and {x[-1]:g}.")
    if ax is None:
        _, ax = plt.subplots()
    ax.plot(x, y, color="C0")
    ax.set(xscale="log", xlabel="learning rate", ylabel="loss")
    lowest = int(np.nanargmin(np.where(np.isfinite(y), y, np.nan)))
    ax.plot(x[lowest], y[lowest], "v", color="C5", markersize=9)
    ax.annotate(
        f"lowest loss\nat {x[lowest]:.2g}",
        (x[lowest], y[lowest]),
        (0, -10),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=9,
    )
    ax.margins(y=0.3)
    if chosen is not None:
        ax.axvline(chosen, color="black", linestyle="--", linewidth=1.5)
        ax.annotate(
            f"chosen: {chosen:.2g}",
            (chosen, 1),
            (-5, -2),
            xycoords=ax.get_xaxis_transform(),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=9,
        )
    return ax
