"""Which class is taken for which: the confusion matrix, and the four counts of two classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from coursekit import metrics
from coursekit.docstrings import entries_from
from coursekit.metrics import Counts

Normalise = Literal["true", "predicted"] | None

POSITIVE, NEGATIVE = "#0072B2", "#E69F00"
"""The colours of the two classes wherever a classifier is judged."""

_MOST_CLASSES = 20
_MOST_DOTS = 5_000
# Pairs of classes that are confused equally often, in a sentence.
_MOST_TIES = 3
# Up to here a cell has room for a count and a share; beyond, only for the one that is asked for.
_BOTH = 10


def confusion_matrix(
    labels: ArrayLike,
    predictions: ArrayLike,
    classes: Sequence[str],
    normalise: Normalise = None,
    ax: Axes | None = None,
) -> Axes:
    r"""Draw how often each class (rows) was taken for each (columns); the right answers are framed.

    A cell holds the count and, up to ten classes, its share of the row, or of the column where that is asked for. Where
    nothing was counted it stays empty, so that the mistakes are seen.

    Parameters
    ----------
    labels, predictions : array (n,)
        Whole numbers, or names of classes.
    classes : sequence of str
        2 to 20 names, such as ``dataset.classes``.
    normalise : {None, "true", "predicted"}
        What the colours show: None counts; ``"true"`` shares of the true class, so that the diagonal is the recall;
        ``"predicted"`` shares of the predicted class, so that the diagonal is the precision.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, a label or prediction is none of the classes, or there are
        too few or too many classes.

    Examples
    --------
    >>> ax = confusion_matrix([0, 0, 0, 1], [0, 0, 1, 1], ["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['2\n67 %', '1\n33 %', '', '1\n100 %']
    """
    counts = _counts(labels, predictions, classes)
    if normalise not in (None, "true", "predicted"):
        raise ValueError(f'normalise is {normalise!r}: choose None, "true" or "predicted".')
    number = len(counts)
    shares = _shares(counts, normalise)
    if ax is None:
        side = (0.68 if number <= _BOTH else 0.41) * number
        _, ax = plt.subplots(figsize=(max(4.2, side + 1.3), side + 1.5))
    sns.heatmap(
        counts if normalise is None else shares,
        annot=_texts(counts, shares, normalise),
        fmt="",
        cmap="Blues",
        vmin=0,
        vmax=None if normalise is None else 1,
        square=True,
        linewidths=1,
        linecolor="white",
        xticklabels=classes,
        yticklabels=classes,
        annot_kws={"fontsize": 9 if number <= _BOTH else 7.5},
        cbar=False,
        ax=ax,
    )
    for i in range(number):
        ax.add_patch(Rectangle((i + 0.03, i + 0.03), 0.94, 0.94, fill=False, edgecolor="black", linewidth=1.6))
    shared = "" if number > _BOTH and normalise is None else f"\n(%: share of the {normalise or 'true'} class)"
    ax.set(xlabel=f"predicted class{shared}", ylabel="true class")
    slanted = max(len(str(name)) for name in classes) > 5 or number > _BOTH
    ax.tick_params(left=False, bottom=False, labelsize=9.5)
    plt.setp(
        ax.get_xticklabels(), rotation=40 if slanted else 0, ha="right" if slanted else "center", rotation_mode="anchor"
    )
    plt.setp(ax.get_yticklabels(), rotation=0)
    right = int(np.trace(counts))
    ax.set_title(f"{right:,} of {counts.sum():,} right: {100 * right / counts.sum():.1f} %", loc="left")
    return ax


@entries_from(confusion_matrix)
def confusion_sentence(labels: ArrayLike, predictions: ArrayLike, classes: Sequence[str]) -> str:
    """Return what a confusion matrix shows, in words, for ``ck.plot.show(alt=...)``.

    Parameters
    ----------
    {labels}
    {predictions}
    {classes}

    Returns
    -------
    str
        One sentence or more, for those who cannot see the figure.

    Raises
    ------
    ValueError
        As `confusion_matrix`.

    Examples
    --------
    >>> print(confusion_sentence([0, 0, 0, 1], [0, 0, 1, 1], ["cat", "dog"]))
    Confusion matrix of 2 classes: 3 of 4 images are right. Most often cat is taken for dog: 1 of 3.
    """
    counts = _counts(labels, predictions, classes)
    sentence = f"Confusion matrix of {len(counts)} classes: {np.trace(counts):,} of {counts.sum():,} images are right. "
    mistakes = counts - np.diag(np.diag(counts))
    if not mistakes.any():
        return f"{sentence}No class is taken for another."
    pairs = np.argwhere(mistakes == mistakes.max())
    told = " and ".join(
        f"{classes[true]} is taken for {classes[predicted]}: {mistakes.max():,} of {counts[true].sum():,}"
        for true, predicted in pairs[:_MOST_TIES]
    )
    left = len(pairs) - _MOST_TIES
    more = "" if left <= 0 else f" (and {left} more {'pair' if left == 1 else 'pairs'} as often)"
    return f"{sentence}Most often {told}{more}."


def _counts(labels: ArrayLike, predictions: ArrayLike, classes: Sequence[str]) -> NDArray[np.int64]:
    """Return how often each class (rows) was taken for each (columns)."""
    if isinstance(classes, str) or not 2 <= len(classes) <= _MOST_CLASSES:
        raise ValueError(
            f"classes is {classes!r}: a confusion matrix can be read with 2 to {_MOST_CLASSES} names. For more, use "
            "ck.plot.report_table, or pass the images of the classes that you want to compare."
        )
    return metrics.confusion_matrix(labels, predictions, classes)


def _shares(counts: NDArray[np.int64], normalise: Normalise) -> NDArray[np.float64]:
    """Return the shares of the rows, or columns; nan where there is nothing to share."""
    whole = counts.sum(axis=0 if normalise == "predicted" else 1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(counts, whole, out=np.full(counts.shape, np.nan), where=whole > 0)
    return shares


def _texts(counts: NDArray[np.int64], shares: NDArray[np.float64], normalise: Normalise) -> NDArray[Any]:
    def text(count: int, share: float) -> str:
        if count == 0:
            return ""
        percent = f"{100 * share:.0f} %"
        if len(counts) <= _BOTH:
            return f"{count:,}\n{percent}"
        return f"{count:,}" if normalise is None else percent

    return np.array([[text(*cell) for cell in zip(*rows, strict=True)] for rows in zip(counts, shares, strict=True)])


def counts(counts: Counts, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw the four counts as a square cut into areas: the right answers are full, the wrong ones hatched.

    A column is as wide as its class is frequent; its full part is as high as the share of it that was recognised. So
    the full area is the accuracy, and the mean of the two full heights the balanced accuracy.

    Parameters
    ----------
    counts : Counts
        As `coursekit.metrics.counts` returns them.
    title : str
        Above the figure; none if empty.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is no sample at all.

    Examples
    --------
    >>> ax = counts(metrics.Counts(70, 10, 50, 50))
    >>> [text.get_text() for text in ax.texts]
    ['70 found', '10 missed', '50 left alone', '50 false alarms']
    """
    if counts.total == 0:
        raise ValueError("all four counts are 0: there is no sample to draw.")
    if ax is None:
        _, ax = plt.subplots(figsize=(4.6, 3.2))
    columns = [
        ("positive", POSITIVE, (counts.true_positives, "found"), (counts.false_negatives, "missed")),
        ("negative", NEGATIVE, (counts.true_negatives, "left alone"), (counts.false_positives, "false alarms")),
    ]
    left = 0.0
    for name, colour, (right, right_word), (wrong, wrong_word) in columns:
        share, recall = (right + wrong) / counts.total, right / max(1, right + wrong)
        ax.add_patch(Rectangle((left, 0), share, recall, facecolor=colour, edgecolor=colour))
        ax.add_patch(Rectangle((left, recall), share, 1 - recall, facecolor="white", edgecolor=colour, hatch="////"))
        # Beside the square, because a column may be as narrow as a hair. The two texts are always half a side apart.
        outside, side = (-0.04, "right") if name == "positive" else (1.04, "left")
        ax.text(outside, recall / 2, f"{right:,} {right_word}", ha=side, va="center")
        ax.text(outside, (1 + recall) / 2, f"{wrong:,} {wrong_word}", ha=side, va="center")
        left += share
    positives = counts.true_positives + counts.false_negatives
    ax.set_xticks(
        [positives / counts.total / 2, (1 + positives / counts.total) / 2],
        [f"{positives:,}\npositive", f"{counts.total - positives:,}\nnegative"],
    )
    ax.set_yticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    ax.set_title(title, loc="left")
    return ax


def dots(counts: Counts, title: str = "", columns: int = 50, ax: Axes | None = None) -> Axes:
    """Draw every sample as a mark of its own, so that a rare class can be seen: 1,000 people as 1,000 marks.

    Circles are positives and squares are negatives; the wrong answers are black, triangles and crosses.

    Parameters
    ----------
    counts : Counts
        At most 5,000 samples.
    title : str
        Above the figure; none if empty.
    columns : int
        Marks in a row.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is no sample, or more than can be told apart.

    References
    ----------
    G. Gigerenzer and others, "Helping doctors and patients make sense of health statistics", 2007: natural frequencies.

    Examples
    --------
    >>> ax = dots(metrics.Counts(9, 1, 89, 901))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['9 found', '1 missed', '89 false alarms', '901 left alone']
    """
    if not 0 < counts.total <= _MOST_DOTS:
        raise ValueError(f"there are {counts.total:,} samples: 1 to {_MOST_DOTS:,} can be drawn as marks of their own.")
    if ax is None:
        _, ax = plt.subplots(figsize=(7.6, 3.6), layout="constrained")
    groups: list[tuple[int, str, dict[str, Any]]] = [
        (counts.true_positives, "found", {"marker": "o", "color": POSITIVE}),
        (counts.false_negatives, "missed", {"marker": "^", "color": "black"}),
        (counts.false_positives, "false alarms", {"marker": "x", "color": "black", "linewidths": 1.2}),
        (counts.true_negatives, "left alone", {"marker": "s", "facecolors": "none", "edgecolors": NEGATIVE}),
    ]
    first = 0
    for count, words, look in groups:
        places = np.arange(first, first + count)
        ax.scatter(places % columns, -(places // columns), s=18, label=f"{count:,} {words}", **look)
        first += count
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), ncols=4, frameon=False, handletextpad=0.2)
    ax.set_axis_off()
    ax.set_aspect("equal")
    ax.set_title(title, loc="left")
    return ax
