"""Shares of nothing: 0 of 0 is undefined, ``nan``, and averages leave it out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ratio(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """Divide, where 0 of 0 is nan.

    Parameters
    ----------
    part, whole : array_like
        Of shapes that broadcast.

    Returns
    -------
    float array

    Examples
    --------
    >>> ratio([3, 0], [4, 0])
    array([0.75,  nan])
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(np.true_divide(part, whole), np.float64)


def mean_of_defined(scores: ArrayLike) -> float:
    """Return the mean of those that are defined; nan if none is.

    Parameters
    ----------
    scores : array_like (n,)

    Returns
    -------
    float

    Examples
    --------
    >>> mean_of_defined([0.5, float("nan"), 1.0])
    0.75
    """
    values = np.asarray(scores)
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if defined.size else float("nan")


def in_words(score: float) -> str:
    """Write a score with three decimals, or the word "undefined".

    Parameters
    ----------
    score : float
        NaN where it is not defined.

    Returns
    -------
    str
    """
    return "undefined" if np.isnan(score) else f"{score:.3f}"
