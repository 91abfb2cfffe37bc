"""Whether a probability of 0.8 comes true in 80 of 100 cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import at_least_one
from coursekit.metrics.labels import Array, as_classes, finite, same_length
from coursekit.metrics.undefined import ratio


@dataclass(frozen=True, eq=False)
class Reliability:
    """What a classifier promised and what it kept, in bins of equal width; each field but ``edges`` is (bins,).

    Parameters
    ----------
    edges : array (bins + 1,)
        A bin holds its upper edge; the first holds 0 too.
    samples : array (bins,) of int
    promised : array (bins,)
        Mean probability in the bin; ``nan`` in an empty one.
    kept : array (bins,)
        Share of the samples in the bin for which it came true; ``nan`` in an empty one.
    """

    edges: Array
    samples: Array
    promised: Array
    kept: Array

    @property
    def expected_calibration_error(self) -> float:
        """Mean distance of promised and kept, every bin counted by its samples: 0 is best."""
        gaps = np.nan_to_num(np.abs(self.promised - self.kept))
        return float(np.average(gaps, weights=self.samples))


def reliability(labels: ArrayLike, probabilities: ArrayLike, bins: int = 15) -> Reliability:
    """Compare promised probabilities with what came true, bin by bin.

    Parameters
    ----------
    labels : array_like (n,)
        0 or 1 for probabilities (n,), else 0 ... classes - 1.
    probabilities : array_like (n,) or (n, classes)
        ``(n,)`` are probabilities of class 1, compared with how often class 1 occurs. Of each row of ``(n, classes)``
        only the highest counts, the confidence, compared with how often that answer is right.
    bins : int
        Bins of equal width from 0 to 1; 1 or more.

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        If there is nothing to compare, the lengths differ, or anything is no probability or no class.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger (2017), "On calibration of modern neural networks",
    arXiv:1706.04599.

    Examples
    --------
    >>> diagram = reliability([0, 1, 1, 1], [0.2, 0.4, 0.7, 0.9], bins=2)
    >>> diagram.promised, diagram.kept
    (array([0.3, 0.8]), array([0.5, 1. ]))
    """
    at_least_one(bins, "bins")
    promised, came_true = _promises(labels, probabilities)
    edges = np.linspace(0, 1, bins + 1)
    position = np.searchsorted(edges[1:-1], promised)
    samples = np.bincount(position, minlength=bins)
    return Reliability(
        edges,
        samples,
        ratio(np.bincount(position, weights=promised, minlength=bins), samples),
        ratio(np.bincount(position, weights=came_true, minlength=bins), samples),
    )


def expected_calibration_error(labels: ArrayLike, probabilities: ArrayLike, bins: int = 15) -> float:
    """Return the mean distance between promised probabilities and what came true: 0 is best, 1 worst.

    The number depends on the bins: compare only with equal ones.

    Parameters
    ----------
    labels : array_like (n,)
        0 or 1 for probabilities (n,), else 0 ... classes - 1.
    probabilities : array_like (n,) or (n, classes)
        ``(n,)`` are probabilities of class 1; of each row of ``(n, classes)`` only the highest counts, the confidence.
    bins : int
        Bins of equal width from 0 to 1; 1 or more.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there is nothing to compare, the lengths differ, or anything is no probability or no class.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger (2017), "On calibration of modern neural networks",
    arXiv:1706.04599.

    Examples
    --------
    >>> round(expected_calibration_error([0, 1, 1, 1], [0.2, 0.4, 0.7, 0.9], bins=2), 3)
    0.2
    """
    return reliability(labels, probabilities, bins).expected_calibration_error


def _promises(labels: ArrayLike, probabilities: ArrayLike) -> tuple[Array, Array]:
    """Return the probability promised for each sample, and whether it came true."""
    true, values = as_classes(labels, "labels"), np.asarray(probabilities)
    if values.ndim not in (1, 2):
        raise ValueError(f"probabilities have shape {values.shape}: they must be (n,) or (n, classes).")
    same_length(true, values, "probabilities")
    values = finite(values, "probabilities").astype(np.float64)
    if values.ndim == 2 and values.shape[1] < 2:
        raise ValueError(
            f"probabilities have shape {values.shape}: they need a column a class. For one output that gives the "
            "probability of class 1, pass probabilities[:, 0]."
        )
    whole = values.sum(axis=1) if values.ndim == 2 else np.ones(len(values))
    if values.min() < 0 or values.max() > 1 + 1e-6 or np.abs(whole - 1).max() > 1e-2:
        raise ValueError(
            f"probabilities lie between {values.min():.3g} and {values.max():.3g}: they must lie between 0 and 1, and "
            "those of all classes sum to 1. Turn logits into probabilities first, by a softmax or a sigmoid."
        )
    classes = values.shape[1] if values.ndim == 2 else 2
    if true.dtype.kind == "U" or true.min() < 0 or true.max() >= classes:
        strange = true[0] if true.dtype.kind == "U" else true[(true < 0) | (true >= classes)][0]
        raise ValueError(f"labels hold {strange.item()!r}: they must be whole numbers from 0 to {classes - 1}.")
    if values.ndim == 1:
        return values, true
    return values.max(axis=1), values.argmax(axis=1) == true
