"""Which class is taken for which: the confusion matrix."""

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

Normalise = Literal["true", "predicted"] | None

_MOST_CLASSES = 20
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

    A cell holds the count and, up to ten classes, its share of the row, or of the column where that is asked for.

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
    ['2\n67 %', '1\n33 %', '0\n0 %', '1\n100 %']
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
    true, predicted = divmod(int(mistakes.argmax()), len(counts))
    return (
        f"{sentence}Most often {classes[true]} is taken for {classes[predicted]}: {mistakes.max():,} of "
        f"{counts[true].sum():,}."
    )


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
        percent = "–" if np.isnan(share) else f"{100 * share:.0f} %"
        if len(counts) <= _BOTH:
            return f"{count:,}\n{percent}"
        return f"{count:,}" if normalise is None else percent

    return np.array([[text(*cell) for cell in zip(*rows, strict=True)] for rows in zip(counts, shares, strict=True)])
