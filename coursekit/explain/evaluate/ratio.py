"""A ratio that is undefined where it would divide by 0."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats


def ratio(part: NDArray[Any], whole: NDArray[Any]) -> Floats:
    """Return ``part / whole`` of two arrays (n,), nan where the whole is 0.

    Examples
    --------
    >>> ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    found: Floats = np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)
    return found
