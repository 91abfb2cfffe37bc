"""How much two heatmaps have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from coursekit.arrays import Floats


def rank_correlation(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return Spearman's rank correlation of the pixels of each pair of heatmaps.

    Parameters
    ----------
    first, second : array (n, height, width) or (n, length)

    Returns
    -------
    array (n,)
        From -1, the opposite order, to 1, the same; nan where a heatmap has one value everywhere.

    Examples
    --------
    >>> rank_correlation([[0.1, 0.2, 0.9], [1, 1, 1]], [[1, 2, 3], [1, 2, 3]])
    array([ 1., nan])
    """
    rows = (np.asarray(maps).reshape(len(np.asarray(maps)), -1) for maps in (first, second))
    pairs = zip(*rows, strict=True)
    return np.array([np.nan if np.ptp(a) * np.ptp(b) == 0 else stats.spearmanr(a, b).statistic for a, b in pairs])
