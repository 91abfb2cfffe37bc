"""Learning curves, and the curve of a learning-rate range test."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation
from numpy.typing import ArrayLike, NDArray

from coursekit.docstrings import entries_from

History = Mapping[str, Sequence[float]]

# Up to here every epoch has its mark; longer runs have some twenty marks a line, which still tell the lines apart.
_ALL_MARKED = 30
_MARKS = 20


def learning_curves(
    histories: Mapping[str, History],
    metric: str = "accuracy",
    ax: Axes | None = None,
    *,
    learning_rates: Mapping[str, Sequence[float]] | None = None,
    smoothing: float = 0.0,
    log: bool = False,
) -> Axes:
    """Draw how a metric went, epoch by epoch, for one run or several.

    Training is a line with dots, validation a dashed line with squares. A star marks the best validation epoch, and the
    legend says which it was; where several are equally good it is the first.

    Parameters
    ----------
    histories : mapping of str to mapping of str to sequence of float
        For each run its name and its history, as ``model.fit(...).history`` or ``Run.history`` give it.
    metric : str
        For example ``"accuracy"`` or ``"loss"``; ``val_<metric>`` is drawn beside it where it is recorded. A loss and
        an error are best where they are lowest, every other metric where it is highest.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.
    learning_rates : mapping of str to sequence of float, optional
        For some of the runs the learning rate of every epoch: a dotted line, on a logarithmic axis at the right.
    smoothing : float
        Share of the running mean that each epoch keeps, from 0 (draw what was measured) to below 1. The measured values
        stay as a faint line, and the best epoch is that of the measured values.
    log : bool
        Whether the axis of the metric is logarithmic.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is no run, a run has no such metric (the message lists those it has), lengths do not fit each other, or
        the smoothing is out of range.

    Examples
    --------
    >>> ax = learning_curves({"convnet": {"accuracy": [0.8, 0.9], "val_accuracy": [0.7, 0.8]}})
    >>> [line.get_label() for line in ax.lines][:2]
    ['convnet, training', 'convnet, validation (★ 0.800, epoch 2)']
    """
    _check(histories, [metric], smoothing)
    rates = learning_rates or {}
    for name, steps in rates.items():
        if name not in histories or len(steps) != len(histories[name][metric]):
            raise ValueError(
                f"learning_rates hold {len(steps)} numbers for {name!r}, but the runs are "
                f"{', '.join(f'{run!r} of {len(history[metric])} epochs' for run, history in histories.items())}: pass "
                "one learning rate an epoch, under the name of its run."
            )
    lines = len(rates) + sum(1 + (f"val_{metric}" in history) for history in histories.values())
    if ax is None:
        _, ax = plt.subplots(figsize=(7.2, 3.6 + 0.1 * lines))
    for number, (name, history) in enumerate(histories.items()):
        _draw_run(ax, name, history, metric, f"C{number}", smoothing)
    ax.set_xlabel("epoch")
    ax.set_ylabel(metric.replace("_", " "))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if log:
        ax.set_yscale("log")
    handles = ax.get_legend_handles_labels()[0]
    if rates:
        beside = ax.twinx()
        beside.set(ylabel="learning rate", yscale="log")
        beside.spines["right"].set_visible(True)
        for number, name in enumerate(histories):
            if name in rates:
                label = f"{name}, learning rate"
                epochs = range(1, len(rates[name]) + 1)
                handles += beside.plot(epochs, rates[name], ":", color=f"C{number}", linewidth=1.5, label=label)
        ax.set_zorder(beside.get_zorder() + 1)
        ax.patch.set_visible(False)
    _legend_below(ax, handles)
    return ax


@entries_from(learning_curves)
def learning_panels(
    histories: Mapping[str, History],
    metrics: Sequence[str] = ("loss", "accuracy"),
    *,
    log: Sequence[str] = (),
    learning_rates: Mapping[str, Sequence[float]] | None = None,
    smoothing: float = 0.0,
) -> NDArray[Any]:
    """Draw several metrics of the same runs side by side, two in a row, each as `learning_curves` does.

    Parameters
    ----------
    {histories}
    {learning_rates}
    {smoothing}
    metrics : sequence of str
        One panel each.
    log : sequence of str
        The metrics whose axis is logarithmic.

    Returns
    -------
    array (metrics,) of matplotlib axes

    Raises
    ------
    ValueError
        As `learning_curves`, or if there is no metric.

    Examples
    --------
    >>> [ax.get_ylabel() for ax in learning_panels({"net": {"loss": [2, 1], "accuracy": [0.5, 0.6]}})]
    ['loss', 'accuracy']
    """
    if isinstance(metrics, str) or not metrics:
        raise ValueError(f'metrics is {metrics!r}: pass at least one metric in a list, for example ["loss"].')
    _check(histories, metrics, smoothing)
    rows, columns = math.ceil(len(metrics) / 2), min(2, len(metrics))
    lines = max(2, 2 * len(histories))
    figure, axes = plt.subplots(
        rows, columns, figsize=(4.8 * columns, rows * (3.0 + 0.19 * lines)), squeeze=False, layout="constrained"
    )
    for ax, metric in zip(axes.flat, metrics, strict=False):
        learning_curves(
            histories,
            metric,
            ax,
            learning_rates=learning_rates if metric == metrics[0] else None,
            smoothing=smoothing,
            log=metric in log,
        )
    for ax in axes.flat[len(metrics) :]:
        figure.delaxes(ax)
    return axes.flatten()[: len(metrics)]


@entries_from(learning_curves)
def learning_sentence(histories: Mapping[str, History], metric: str = "accuracy") -> str:
    """Return what learning curves show, in words, for ``ck.plot.show(alt=...)``.

    Parameters
    ----------
    {histories}
    {metric}

    Returns
    -------
    str
        One sentence or more, for those who cannot see the figure.

    Raises
    ------
    ValueError
        As `learning_curves`.

    Examples
    --------
    >>> print(learning_sentence({"convnet": {"accuracy": [0.8, 0.9], "val_accuracy": [0.7, 0.8]}}))
    accuracy over the epochs. convnet, 2 epochs: training from 0.800 to 0.900, validation best in epoch 2 with 0.800.
    """
    _check(histories, [metric], 0.0)
    parts = [f"{metric.replace('_', ' ')} over the epochs."]
    for name, history in histories.items():
        values = history[metric]
        part = f"{name}, {len(values)} epochs: training from {values[0]:.3f} to {values[-1]:.3f}"
        best = best_epoch(history.get(f"val_{metric}", ()), metric)
        if best is not None:
            part += f", validation best in epoch {best} with {history[f'val_{metric}'][best - 1]:.3f}"
        parts.append(f"{part}.")
    return " ".join(parts)


def range_test(rates: ArrayLike, losses: ArrayLike, chosen: float | None = None, ax: Axes | None = None) -> Axes:
    r"""Draw the curve of a learning-rate range test: the loss over the rates tried, from tiny to huge.

    Parameters
    ----------
    rates, losses : array (steps,)
        As `coursekit.training.callbacks.range_test.RangeTest` has them: rates above 0, rising.
    chosen : float, optional
        A learning rate to mark, for example ``RangeTest.suggested``.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

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


def best_epoch(values: Sequence[float], metric: str) -> int | None:
    """Return the first epoch, counted from 1, with the best value; None if there is no finite value.

    Parameters
    ----------
    values : sequence of float
        One an epoch.
    metric : str
        Whether small values are good goes by its name: those of a loss are.

    Returns
    -------
    int or None

    Examples
    --------
    >>> best_epoch([0.9, 0.7, 0.7], "val_loss"), best_epoch([0.9, 0.7, 0.7], "val_accuracy")
    (2, 1)
    """
    numbers = np.asarray(values, float)
    lower_is_better = "loss" in metric or "error" in metric
    merit = np.where(np.isfinite(numbers), -numbers if lower_is_better else numbers, -np.inf)
    return int(merit.argmax()) + 1 if np.isfinite(numbers).any() else None


def _check(histories: Mapping[str, History], metrics: Sequence[str], smoothing: float) -> None:
    if not histories:
        raise ValueError('there is no run to draw: pass {"name": model.fit(...).history}.')
    if not 0 <= smoothing < 1:
        raise ValueError(f"smoothing is {smoothing!r}: it must lie between 0 (off) and 1 (not included).")
    for name, history in histories.items():
        for metric in metrics:
            if metric not in history:
                raise ValueError(f"run {name!r} has no metric {metric!r}. It has: {', '.join(history)}.")
            validation = history.get(f"val_{metric}", history[metric])
            if not len(history[metric]) or len(validation) != len(history[metric]):
                raise ValueError(
                    f"run {name!r} has {len(history[metric])} epochs of {metric} and {len(validation)} of "
                    f"val_{metric}: there must be at least one, and equally many."
                )


def _draw_run(ax: Axes, name: str, history: History, metric: str, colour: str, smoothing: float) -> None:
    lines = [(history[metric], "training", "o-")]
    validation = history.get(f"val_{metric}")
    best = None if validation is None else best_epoch(validation, metric)
    if validation is not None:
        label = "validation"
        if best is not None:
            label += f" (★ {validation[best - 1]:.3f}, epoch {best})"
        lines.append((validation, label, "s--"))
    count = len(history[metric])
    epochs = range(1, count + 1)
    every = 1 if count <= _ALL_MARKED else max(1, count // _MARKS)
    width = 2.0 if count <= _ALL_MARKED else 1.2
    for values, label, style in lines:
        if smoothing:
            ax.plot(epochs, values, color=colour, linewidth=0.8, alpha=0.3, label="_measured")
        ax.plot(
            epochs,
            smoothed(values, smoothing),
            style,
            color=colour,
            markersize=4 if every == 1 else 6,
            markeredgecolor=colour if every == 1 else "white",
            markevery=every,
            linewidth=width,
            label=f"{name}, {label}",
        )
    if validation is not None and best is not None:
        at = ([best], [validation[best - 1]])
        ax.plot(*at, "*", color=colour, markersize=15, markeredgecolor="black", zorder=5, label="_best")


def _legend_below(ax: Axes, handles: list[Any]) -> None:
    """Write the legend below the axes; where it is wide enough, training at the left and validation at the right."""
    pairs = [[line for line in handles if f", {kind}" in line.get_label()] for kind in ("training", "validation")]
    room = ax.get_window_extent().width / ax.figure.dpi
    widest = [max((len(str(line.get_label())) for line in kind), default=0) for kind in pairs]
    paired = len(pairs[0]) == len(pairs[1]) == len(handles) / 2
    columns = 2 if paired and room > 0.06 * sum(widest) + 1.1 else 1  # inches: a letter, and twice a line and its gaps
    below = ScaledTranslation(0, -0.5, ax.figure.dpi_scale_trans)  # below the numbers and the word "epoch"
    ax.legend(
        handles=[*pairs[0], *pairs[1]] if columns == 2 else handles,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=ax.transAxes + below,
        borderaxespad=0,
        ncols=columns,
        columnspacing=1,
        handlelength=3.2,  # long enough for dashes to be told from a line
        fontsize=8.5,
    )


def smoothed(values: Sequence[float], smoothing: float) -> NDArray[np.float64]:
    """Return the running mean, corrected for its start; where nothing finite was measured there is a gap.

    Parameters
    ----------
    values : sequence of float
        One an epoch.
    smoothing : float
        Share of the mean so far that is kept at each epoch, 0 (none) to below 1.

    Returns
    -------
    array (epochs,)

    Examples
    --------
    >>> smoothed([0.0, 1.0, 1.0], smoothing=0.5).round(2)
    array([0.  , 0.67, 0.86])
    """
    numbers = np.asarray(values, float)
    if not smoothing:
        return numbers
    means = np.full(len(numbers), np.nan)
    mean = weight = 0.0
    for epoch, number in enumerate(numbers):
        if np.isfinite(number):
            mean = smoothing * mean + (1 - smoothing) * number
            weight = smoothing * weight + 1 - smoothing
            means[epoch] = mean / weight
    return means
