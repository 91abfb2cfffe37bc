"""Plots that judge a classifier: its counts, its scores, its curves over thresholds, its calibration."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from coursekit import metrics
from coursekit.docstrings import entries_from
from coursekit.plot.confusion import NEGATIVE, POSITIVE

_STYLES = ["-", "--", "-.", ":"]
_GUESSING: dict[str, Any] = {"color": "#777777", "linewidth": 1.2, "linestyle": (0, (1, 2)), "label": "_guessing"}
_POINT: dict[str, Any] = {
    "marker": "o",
    "markersize": 11,
    "markerfacecolor": "#D55E00",
    "markeredgecolor": "black",
    "linestyle": "none",
}


@entries_from(metrics.threshold_curve)
def scores_by_class(
    labels: ArrayLike,
    scores: ArrayLike,
    threshold: float | None = None,
    positive: int | str = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often each score occurs: positives upwards, negatives downwards.

    A threshold cuts the figure into the four counts: right of it above are the true positives, below the false ones.

    Parameters
    ----------
    {labels}
    {scores}
    {positive}
    threshold : float, optional
        Where to draw the line between the answers.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        As `coursekit.metrics.threshold_curve`.

    Examples
    --------
    >>> ax = scores_by_class([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], threshold=0.5)
    >>> [text.get_text() for text in ax.texts]
    ['FN 1', 'TP 1', 'TN 2', 'FP 0']
    """
    curve = metrics.threshold_curve(labels, scores, positive)
    if ax is None:
        _, ax = plt.subplots()
    values = np.asarray(scores, np.float64)
    is_positive = np.asarray(labels) == positive
    low, high = score_limits(values)
    edges = np.linspace(low, high, 41)
    upwards, downwards = (np.histogram(values[chosen], edges)[0] for chosen in (is_positive, ~is_positive))
    middles, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    ax.bar(middles, upwards, width, color=POSITIVE)
    ax.bar(middles, -downwards, width, facecolor="white", edgecolor=NEGATIVE, hatch="////")
    ax.axhline(0, color="black", linewidth=1)
    tallest = 1.3 * max(upwards.max(), downwards.max())
    ax.set(xlim=(low, high), ylim=(-tallest, tallest), xlabel="score", ylabel="negative  ←  samples  →  positive")
    ax.yaxis.set_major_formatter(lambda count, _: f"{abs(count):g}")
    if threshold is None:
        return ax
    ax.axvline(threshold, color="black", linewidth=2)
    found = curve.at(threshold)
    for name, count, height in (
        ("FN", found.false_negatives, tallest),
        ("TP", found.true_positives, tallest),
        ("TN", found.true_negatives, -tallest),
        ("FP", found.false_positives, -tallest),
    ):
        left = name in ("FN", "TN")
        place = low + (0.02 if left else 0.98) * (high - low)
        side = "left" if left else "right"
        ax.text(place, 0.9 * height, f"{name} {count:,}", ha=side, va="center", fontweight="bold")
    return ax


@entries_from(metrics.threshold_curve)
def roc_curve(
    labels: ArrayLike,
    scores: ArrayLike,
    label: str = "",
    threshold: float | None = None,
    positive: int | str = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the ROC curve: how many positives are found, against how many negatives raise a false alarm.

    Call it again with the same axes to compare classifiers. The dotted diagonal is guessing.

    Parameters
    ----------
    {labels}
    {scores}
    {positive}
    label : str
        The name of the classifier; the area under the curve is written behind it.
    threshold : float, optional
        Where to put a dot.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        As `coursekit.metrics.roc`.

    Examples
    --------
    >>> ax = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], label="net")
    >>> ax.get_legend().texts[0].get_text()
    'net: area 0.750'
    """
    false_positive_rate, sensitivity, _ = metrics.roc(labels, scores, positive)
    ax = _square(ax, "false positive rate: 1 − specificity", "sensitivity: recall")
    ax.plot([0, 1], [0, 1], **_GUESSING)
    area = metrics.area_under_roc(labels, scores, positive)
    _curve(ax, false_positive_rate, sensitivity, f"{label}: area {area:.3f}" if label else "")
    if threshold is not None:
        found = metrics.threshold_curve(labels, scores, positive).at(threshold)
        ax.plot([1 - found.specificity], [found.sensitivity], label="_point", **_POINT)
    return ax


@entries_from(roc_curve)
def precision_recall_curve(
    labels: ArrayLike,
    scores: ArrayLike,
    label: str = "",
    threshold: float | None = None,
    positive: int | str = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the precision-recall curve: how many alarms are true, against how many positives are found.

    Call it again with the same axes to compare classifiers. The dotted line is guessing: the share of positives.
    Where nothing is answered positive, precision is undefined and there is no dot.

    Parameters
    ----------
    {labels}
    {scores}
    {label}
    {threshold}
    {positive}
    {ax}

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        As `coursekit.metrics.precision_recall`.

    Examples
    --------
    >>> ax = precision_recall_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], threshold=0.3)
    >>> [line.get_label() for line in ax.lines]
    ['_guessing', '_curve', '_point']
    """
    precision, recall, _ = metrics.precision_recall(labels, scores, positive)
    ax = _square(ax, "recall: sensitivity", "precision")
    ax.axhline(np.mean(np.asarray(labels) == positive), **_GUESSING)
    _curve(ax, recall, precision, label, drawstyle="steps-post")
    if threshold is not None:
        found = metrics.threshold_curve(labels, scores, positive).at(threshold)
        ax.plot([found.recall], [found.precision], label="_point", **_POINT)
    return ax


@entries_from(metrics.reliability)
def reliability_diagram(
    labels: ArrayLike, probabilities: ArrayLike, bins: int = 10, label: str = "", ax: Axes | None = None
) -> Axes:
    """Draw what came true of what was promised, bin by bin; on the diagonal, a promise is kept.

    The larger a dot, the more samples it stands for. Below the diagonal the classifier is too sure of itself.

    Parameters
    ----------
    {labels}
    {probabilities}
    {bins}
    label : str
        The name of the classifier; the expected calibration error is written behind it.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        As `coursekit.metrics.reliability`.

    Examples
    --------
    >>> ax = reliability_diagram([0, 1, 1, 1], [0.2, 0.4, 0.7, 0.9], bins=2)
    >>> ax.get_legend().texts[0].get_text()
    'calibration error 0.200'
    """
    found = metrics.reliability(labels, probabilities, bins)
    ax = _square(ax, "promised probability", "came true")
    ax.plot([0, 1], [0, 1], **_GUESSING)
    error = f"calibration error {found.expected_calibration_error:.3f}"
    filled = found.samples > 0
    line = _curve(ax, found.promised[filled], found.kept[filled], f"{label}: {error}" if label else error)
    share = found.samples[filled] / found.samples.max()
    ax.scatter(
        found.promised[filled],
        found.kept[filled],
        s=20 + 160 * share,
        color=line.get_color(),
        edgecolors="black",
        linewidths=0.7,
        zorder=3,
        clip_on=False,
    )
    return ax


def score_limits(scores: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the axis for scores: 0 and 1 for probabilities, else the lowest and highest score.

    Parameters
    ----------
    scores : array (n,)
        Of a classifier.

    Returns
    -------
    (float, float)

    Examples
    --------
    >>> score_limits(np.array([0.2, 0.9])), score_limits(np.array([-3.0, 4.0]))
    ((0.0, 1.0), (-3.0, 4.0))
    """
    low, high = float(scores.min()), float(scores.max())
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _square(ax: Axes | None, across: str, up: str) -> Axes:
    if ax is None:
        _, ax = plt.subplots(figsize=(3.8, 3.8))
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", xlabel=across, ylabel=up)
    return ax


def _curve(ax: Axes, across: NDArray[np.float64], up: NDArray[np.float64], label: str, **look: Any) -> Line2D:
    """Draw one more curve, in a colour and a style that none before it has."""
    drawn = sum(line.get_label() not in ("_guessing", "_point") for line in ax.lines)
    (line,) = ax.plot(
        across, up, color=f"C{drawn % 7}", linestyle=_STYLES[drawn % len(_STYLES)], label=label or "_curve", **look
    )
    if label:
        # Below, where no curve can be, and because the search for the best place warns on a slow machine.
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15))
    return line
