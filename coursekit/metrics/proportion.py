"""How far a share, such as an accuracy, might be from its true value."""

from __future__ import annotations

import numpy as np
from scipy.stats import binomtest

from coursekit.arrays import at_least_one
from coursekit.metrics.interval import Interval, checked_level


def proportion_interval(successes: int, total: int, level: float = 0.95) -> Interval:
    """Return a share and its Wilson interval, which holds good near 0 and 1 too.

    Where all of 50 answers are right, every bootstrap draw is all right as well, and its interval is 1 to 1. This one
    says 0.929 to 1.

    Parameters
    ----------
    successes : int
        Right answers, for example: 0 to ``total``.
    total : int
        Answers in all, 1 or more.
    level : float
        Above 0 and below 1.

    Returns
    -------
    Interval

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22, 209-212.

    Examples
    --------
    >>> print(proportion_interval(50, 50))
    1.000 (95% interval 0.929 to 1.000)
    """
    at_least_one(total, "total")
    if isinstance(successes, bool) or not isinstance(successes, int | np.integer) or not 0 <= successes <= total:
        raise ValueError(f"successes is {successes!r}: it must be a whole number from 0 to total, {total}.")
    checked_level(level)
    found = binomtest(int(successes), int(total)).proportion_ci(level, method="wilson")
    return Interval(float(successes / total), float(found.low), float(found.high), float(level))
