"""Grades from one number: where to cut a score, so that the grades agree best with those of a doctor."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.metrics.labels import same_length

_CANDIDATES = 60
_ROUNDS = 10


def grade_thresholds(scores: ArrayLike, grades: ArrayLike, classes: int) -> NDArray[np.float64]:
    """Return the cuts of a score that give the highest quadratic kappa; ``np.digitize(scores, cuts)`` makes grades.

    Each cut in turn is moved to where kappa is highest while the others stay, until none moves. Choose them on
    validation data: on the data that the score was fitted to they would be too sure of themselves.

    Parameters
    ----------
    scores : array_like of float (n,)
        The higher, the higher the grade: what a regression says.
    grades : array_like of int (n,)
        The true grades, 0 to classes - 1.
    classes : int
        How many grades there are, 2 or more.

    Returns
    -------
    float array (classes - 1,)
        Rising.

    Raises
    ------
    ValueError
        If the lengths differ, there are fewer than two classes, or a grade is out of range.

    References
    ----------
    J. Cohen (1968), "Weighted kappa", Psychological Bulletin 70: the agreement that is made highest.

    Examples
    --------
    >>> scores = [0.1, 0.2, 0.9, 1.0, 1.1, 1.2]
    >>> cuts = grade_thresholds(scores, [0, 0, 1, 1, 2, 2], classes=3)
    >>> np.digitize(scores, cuts).tolist()
    [0, 0, 1, 1, 2, 2]
    """
    numbers, true = np.asarray(scores, np.float64), np.asarray(grades, np.int64)
    same_length(true, numbers, "scores")
    if classes < 2 or true.min() < 0 or true.max() >= classes:
        raise ValueError(
            f"grades go from {true.min()} to {true.max()} of {classes} classes: pass grades from 0 to classes - 1."
        )
    shares = np.cumsum(np.bincount(true, minlength=classes))[:-1] / len(true)
    # Between neighbours, so that no sample lies on a cut.
    ordered = np.unique(numbers)
    middles = (ordered[:-1] + ordered[1:]) / 2 if len(ordered) > 1 else ordered
    candidates = np.unique(np.quantile(middles, np.linspace(0, 1, _CANDIDATES), method="nearest"))
    cuts = np.quantile(numbers, shares)
    for _ in range(_ROUNDS):
        before = cuts.copy()
        for place in range(classes - 1):
            tried = [np.sort(np.append(np.delete(cuts, place), one)) for one in (cuts[place], *candidates)]
            cuts = tried[int(np.argmax([_agreement(np.digitize(numbers, one), true) for one in tried]))]
        if np.array_equal(cuts, before):
            break
    return cuts


def _agreement(predicted: NDArray[np.int64], true: NDArray[np.int64]) -> float:
    """Quadratic kappa of two gradings, in moments: quick, for it is asked for thousands of times."""
    x, y = predicted.astype(np.float64), true.astype(np.float64)
    by_chance = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    return 1 - float(((x - y) ** 2).mean() / by_chance) if by_chance else 0.0
