"""Which of a classifier's answers pass a filter. No widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.plot.answers import Answers

Correctness = Literal["all", "right", "wrong"]
Order = Literal["as given", "most confident first", "least confident first"]


@dataclass(frozen=True)
class ImageFilter:
    """Which images are shown, and in which order.

    Attributes
    ----------
    true, answer : int or None
        True class and predicted class; None for any.
    outcome : {"all", "right", "wrong"}
    lowest, highest : float
        Bounds of the confidence, both included.
    order : {"as given", "most confident first", "least confident first"}
    """

    true: int | None = None
    answer: int | None = None
    outcome: Correctness = "all"
    lowest: float = 0.0
    highest: float = 1.0
    order: Order = "as given"


def chosen(given: Answers, wanted: ImageFilter) -> NDArray[np.intp]:
    """Return the numbers of the images that pass a filter, (found,), in its order.

    Raises
    ------
    ValueError
        If the lower bound of the confidence is above the upper one.

    Examples
    --------
    >>> from coursekit.plot.answers import answers_of
    >>> given = answers_of([0, 1, 1], [[0.1], [0.2], [0.4]], ["cat", "dog"])
    >>> chosen(given, ImageFilter(outcome="wrong", order="least confident first"))
    array([2, 1])
    """
    if wanted.lowest > wanted.highest:
        raise ValueError(
            f"the confidence is to run from {wanted.lowest:.2f} to {wanted.highest:.2f}: "
            "move the lower bound below the upper one."
        )
    # Ends that round to the bounds belong to them: a confidence shown as 1.00 passes "to 1.00".
    passing = (given.confidence >= wanted.lowest - 1e-9) & (given.confidence <= wanted.highest + 1e-6)
    if wanted.true is not None:
        passing &= given.labels == wanted.true
    if wanted.answer is not None:
        passing &= given.answers == wanted.answer
    if wanted.outcome != "all":
        passing &= given.right == (wanted.outcome == "right")
    numbers = np.flatnonzero(passing)
    if wanted.order == "as given":
        return numbers
    sign = -1 if wanted.order == "most confident first" else 1
    return numbers[np.argsort(sign * given.confidence[numbers], kind="stable")]
