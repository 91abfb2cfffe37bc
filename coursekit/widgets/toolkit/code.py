"""Python code that a person can copy into a cell."""

from __future__ import annotations

from coursekit.arrays import Floats


def array_code(values: Floats) -> str:
    """Return an array as the code that makes it, to the last digit.

    Examples
    --------
    >>> import numpy as np
    >>> print(array_code(np.array([[1.0, 0.25]])))
    np.array([
        [1, 0.25],
    ])
    """
    rows = [[int(value) if value == int(value) else value for value in row] for row in values.tolist()]
    return "np.array([\n" + "".join(f"    {row},\n" for row in rows) + "])"
