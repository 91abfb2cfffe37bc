"""Numbers as they are written on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike


def number(value: float, decimals: int = 2) -> str:
    """Write a number shortly: whole numbers as they are, others with so many decimals, with a true minus sign.

    Examples
    --------
    >>> number(-9.0), number(0.126), number(-0.001), number(0.126, decimals=1)
    ('−9', '0.13', '0', '0.1')
    """
    rounded = round(float(value), decimals)
    text = f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.{decimals}f}"
    return {"-0": "0"}.get(text, text).replace("-", "−")


def decimals_for(values: ArrayLike) -> int:
    """Return how many decimals tell numbers of any shape apart: two, or more where all are small.

    Examples
    --------
    >>> decimals_for([0.5, -9.0]), decimals_for([0.04, 0.01]), decimals_for([0.0])
    (2, 3, 2)
    """
    largest = float(np.abs(values).max())
    return 2 if largest == 0 else int(np.clip(1 - np.floor(np.log10(largest)), 2, 4))


def by(shape: Sequence[float]) -> str:
    """Write a shape as people do.

    Examples
    --------
    >>> by((28, 28, 1)), by((1.5, 2.0))
    ('28 × 28 × 1', '1.5 × 2')
    """
    return " × ".join(f"{side:g}" if isinstance(side, float) else str(side) for side in shape)


def padding_in_words(paddings: Iterable[tuple[int, int]]) -> str:
    """Return how a formula names the padding of all sides: "2·padding" where before and after there is as much.

    Examples
    --------
    >>> padding_in_words([(1, 1), (2, 2)]), padding_in_words([(0, 1)])
    ('2·padding', 'padding before and after')
    """
    return "2·padding" if all(before == after for before, after in paddings) else "padding before and after"
