"""How far a share, such as an accuracy, or the difference of two might be from its true value."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import binomtest

from coursekit.arrays import at_least_one
from coursekit.docstrings import entries_from
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


@entries_from(proportion_interval)
def independent_difference(
    first_successes: int, first_total: int, second_successes: int, second_total: int, level: float = 0.95
) -> Interval:
    """Return by how much one share exceeds another that was counted independently, with Newcombe's interval.

    It is made of the Wilson intervals of both shares (Newcombe's method 10), so it holds good near 0 and 1 too. Where
    both classifiers answered the same samples and each answer is known, `difference_interval` is narrower.

    Parameters
    ----------
    first_successes : int
        0 to ``first_total``.
    first_total : int
        1 or more.
    second_successes : int
        0 to ``second_total``.
    second_total : int
        1 or more.
    {level}

    Returns
    -------
    Interval
        Its value is the first share minus the second.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions: comparison of eleven
    methods", Statistics in Medicine 17, 873-890.

    Examples
    --------
    The paper's first example:

    >>> print(independent_difference(56, 70, 48, 80))
    0.200 (95% interval 0.052 to 0.334)
    """
    first = proportion_interval(first_successes, first_total, level)
    second = proportion_interval(second_successes, second_total, level)
    difference = first.value - second.value
    low = difference - math.hypot(first.value - first.low, second.high - second.value)
    high = difference + math.hypot(first.high - first.value, second.value - second.low)
    return Interval(difference, low, high, first.level)
