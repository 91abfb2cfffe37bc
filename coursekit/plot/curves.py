"""Learning curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator


def learning_curves(
    histories: Mapping[str, Mapping[str, Sequence[float]]], metric: str = "accuracy", ax: Axes | None = None
) -> Axes:
    """Draw how a metric went, epoch by epoch, for one run or several.

    Training is a line with dots, validation a dashed line with squares; the best validation epoch wears a star.

    Parameters
    ----------
    histories : mapping of str to mapping of str to sequence of float
        For each run its name and its history, as ``model.fit(...).history`` or ``Run.history`` give it.
    metric : str
        For example ``"accuracy"`` or ``"loss"``; ``val_<metric>`` is drawn beside it where it is recorded.
    ax : matplotlib axes, optional

    Raises
    ------
    ValueError
        If a run has no such metric; the message lists those it has.

    Examples
    --------
    >>> ax = learning_curves({"convnet": {"accuracy": [0.8, 0.9], "val_accuracy": [0.7, 0.8]}})
    >>> [line.get_label() for line in ax.lines][:2]
    ['convnet, training', 'convnet, validation']
    """
    if ax is None:
        _, ax = plt.subplots()
    for number, (name, history) in enumerate(histories.items()):
        if metric not in history:
            raise ValueError(f"run {name!r} has no metric {metric!r}. It has: {', '.join(history)}.")
        colour = f"C{number}"
        epochs = range(1, len(history[metric]) + 1)
        ax.plot(epochs, history[metric], "o-", color=colour, markersize=4, label=f"{name}, training")
        validation = history.get(f"val_{metric}")
        if validation is not None:
            ax.plot(epochs, validation, "s--", color=colour, markersize=4, label=f"{name}, validation")
            best = min(validation) if "loss" in metric else max(validation)
            ax.plot([list(validation).index(best) + 1], [best], "*", color=colour, markersize=15, label="_best")
    ax.set_xlabel("epoch")
    ax.set_ylabel(metric)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend()
    return ax
