"""What a classifier answered: labels and probabilities checked once, and the answers made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers of a classifier.

    Attributes
    ----------
    classes : tuple of str
    labels : int array (n,)
        The true classes.
    probabilities : float array (n, classes)
    answers : int array (n,)
        The most probable classes.
    confidence : float array (n,)
        Their probabilities.
    """

    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    answers: NDArray[np.int64]
    confidence: NDArray[np.float64]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which answers are right, (n,)."""
        return np.equal(self.answers, self.labels)


def answers_of(labels: ArrayLike, probabilities: ArrayLike, classes: Sequence[str]) -> Answers:
    """Check labels and probabilities, and find the answers.

    Parameters
    ----------
    labels : int array (n,) or (n, 1)
        0 ... classes - 1.
    probabilities : array (n, classes), or (n,) or (n, 1)
        A single column, such as that of a sigmoid, is the probability of the second of two classes.
    classes : sequence of str
        Their names, in the order of their numbers.

    Returns
    -------
    Answers

    Raises
    ------
    ValueError
        If shapes, labels, probabilities and classes do not belong together.

    Examples
    --------
    >>> answers = answers_of([0, 1, 1], [[0.1], [0.2], [0.7]], ["cat", "dog"])
    >>> answers.answers, answers.confidence
    (array([0, 0, 1]), array([0.9, 0.8, 0.7]))
    """
    names = tuple(str(name) for name in classes)
    if isinstance(classes, str) or len(names) < 2:
        raise ValueError(f"classes is {classes!r}: pass the names of all classes in a list, two or more.")
    table = _table(np.asarray(probabilities), names)
    truth = np.asarray(labels)
    if truth.ndim == 2 and truth.shape[1] == 1:
        truth = truth[:, 0]
    if truth.ndim != 1 or truth.dtype.kind not in "bui":
        raise ValueError(
            f"labels have shape {truth.shape} and type {truth.dtype}: they must be one whole number an image. "
            "Of one-hot rows take labels.argmax(axis=1)."
        )
    if len(truth) != len(table):
        raise ValueError(f"there are {len(truth)} labels and {len(table)} rows of probabilities: pass as many of both.")
    if truth.min() < 0 or truth.max() >= len(names):
        raise ValueError(
            f"labels run from {truth.min()} to {truth.max()}: with {len(names)} classes they must lie between 0 and "
            f"{len(names) - 1}."
        )
    best = table.argmax(axis=1)
    return Answers(names, truth.astype(np.int64), table, best.astype(np.int64), table[np.arange(len(table)), best])


def _table(values: NDArray[np.generic], names: tuple[str, ...]) -> NDArray[np.float64]:
    """Return probabilities (n, classes)."""
    if values.dtype.kind not in "buif" or values.ndim not in (1, 2) or values.size == 0:
        raise ValueError(
            f"probabilities have shape {values.shape} and type {values.dtype}: they must be numbers, a row an image "
            "and a column a class, as model.predict returns them, of one image at least."
        )
    table = values.astype(np.float64).reshape(len(values), -1)
    if not np.isfinite(table).all():
        rows = np.flatnonzero(~np.isfinite(table).all(axis=1))
        raise ValueError(
            f"probabilities of {len(rows)} images are not finite, the first of image {rows[0]}: the training has "
            "probably diverged. Look at its loss, and train again at a smaller learning rate."
        )
    if table.min() < 0 or table.max() > 1 + 1e-6:
        raise ValueError(
            f"probabilities lie between {table.min():.3g} and {table.max():.3g}: they must lie between 0 and 1. Turn "
            "logits into probabilities first, by keras.ops.softmax (one column: keras.ops.sigmoid)."
        )
    if table.shape[1] == 1:
        table = np.hstack([1 - table, table])
    if table.shape[1] != len(names):
        columns = 1 if values.ndim == 1 else values.shape[1]
        raise ValueError(
            f"probabilities have {columns} columns but there are {len(names)} classes: pass a column a class, or a "
            "single one for two classes."
        )
    off = np.abs(table.sum(axis=1) - 1)
    if off.max() > 1e-2:
        raise ValueError(
            f"the probabilities of image {off.argmax()} add up to {table[off.argmax()].sum():.3g}, not to 1: pass "
            "the output of a softmax."
        )
    return table
