"""Answers that choose some of many: positions, each once, and as many as were asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coursekit.check.attempt import WrongAnswerError
from coursekit.check.differences import numbers


def chosen_positions(answer: object, count: int, total: int) -> NDArray[np.intp]:
    """Return an answer as an array of positions, if it chooses as many as were asked for.

    Parameters
    ----------
    answer : object
        What a function of the learner returned.
    count : int
        How many it must choose.
    total : int
        Out of how many: positions go from 0 to ``total - 1``.

    Returns
    -------
    intp array (count,)

    Raises
    ------
    WrongAnswerError
        If it is anything else.

    Examples
    --------
    >>> chosen_positions([3, 0], count=2, total=4)
    array([3, 0])
    """
    given = numbers(answer)
    if given is None or given.shape != (count,) or given.dtype.kind not in "iu":
        raise WrongAnswerError(f"Return {count} positions, whole numbers from 0 to {total - 1}: a list, or an array.")
    if given.min() < 0 or given.max() >= total:
        outside = given[(given < 0) | (given >= total)][0]
        raise WrongAnswerError(f"There is no position {outside}. They go from 0 to {total - 1}.")
    values, times = np.unique(given, return_counts=True)
    if len(values) < count:
        raise WrongAnswerError(f"Position {values[times.argmax()]} comes {times.max()} times. Choose each only once.")
    return given.astype(np.intp)
