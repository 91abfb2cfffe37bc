"""How far two gradings agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from coursekit.metrics.labels import pair


def quadratic_kappa(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the agreement of two gradings, beyond chance; a miss by two grades counts four times a miss by one.

    1 is full agreement, 0 what chance would give, below 0 less; ``nan`` if there is only one grade in both. Unlike
    scikit-learn's default, a grade that never occurs still counts as a step between its neighbours.

    Parameters
    ----------
    labels, predictions : array_like (n,)
        Grades in order, whole numbers, for example 0 ... 4; at least one.

    Returns
    -------
    float
        At most 1.

    Raises
    ------
    ValueError
        If there is nothing to compare, the lengths differ, or the grades are not whole numbers.

    References
    ----------
    J. Cohen (1968), "Weighted kappa", Psychological Bulletin 70, 213-220.

    Examples
    --------
    >>> round(quadratic_kappa([0, 1, 2, 3, 4], [0, 1, 2, 4, 4]), 3)
    0.957
    """
    true, predicted = pair(labels, predictions)
    if true.dtype.kind == "U":
        raise ValueError("labels hold names: quadratic kappa needs grades in order, whole numbers such as 0 ... 4.")
    # The squared difference of two gradings, and what it would be if every grade of one met every grade of the other:
    # E(a - b)² = var a + var b + (mean a - mean b)². A bootstrap asks a thousand times; no table is needed.
    first, second = true.astype(np.float64), predicted.astype(np.float64)
    by_chance = first.var() + second.var() + (first.mean() - second.mean()) ** 2
    if by_chance == 0:
        return float("nan")
    return float(1 - np.mean((first - second) ** 2) / by_chance)
