"""What every threshold on the scores would give: counts, ROC and precision-recall curve.

References
----------
T. Fawcett (2006), "An introduction to ROC analysis", Pattern Recognition Letters 27, 861-874.
H. B. Mann and D. R. Whitney (1947), "On a test of whether one of two random variables is stochastically larger than the
other", Annals of Mathematical Statistics 18, 50-60.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sklearn.metrics
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from coursekit.metrics.counts import Counts
from coursekit.metrics.labels import Array, as_classes, finite, is_positive, same_length
from coursekit.metrics.undefined import ratio


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """The four counts at every threshold that changes them, strictest first.

    A sample is answered "positive" if its score is at least the threshold. The first threshold is infinite: nothing is
    positive. The last is the lowest score: everything is.

    Attributes
    ----------
    thresholds : float array (thresholds,)
    true_positives, false_negatives, false_positives, true_negatives : int array (thresholds,)
    """

    thresholds: Array
    true_positives: Array
    false_negatives: Array
    false_positives: Array
    true_negatives: Array

    @property
    def sensitivity(self) -> Array:
        """Share of the positives that are found, at every threshold."""
        return ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def specificity(self) -> Array:
        """Share of the negatives that are left alone, at every threshold."""
        return ratio(self.true_negatives, self.true_negatives + self.false_positives)

    @property
    def precision(self) -> Array:
        """Share of the positive answers that are right, at every threshold; undefined at the first."""
        return ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def f1(self) -> Array:
        """Harmonic mean of precision and sensitivity, at every threshold."""
        found = 2 * self.true_positives
        return ratio(found, found + self.false_positives + self.false_negatives)

    @property
    def balanced_accuracy(self) -> Array:
        """Mean of sensitivity and specificity, at every threshold; undefined if one class never occurs."""
        return (self.sensitivity + self.specificity) / 2

    def at(self, threshold: float) -> Counts:
        """Return the counts at any threshold.

        Parameters
        ----------
        threshold : float
            A score: from this one on the answer is "positive".

        Returns
        -------
        Counts

        Raises
        ------
        ValueError
            If the threshold is not a number.

        Examples
        --------
        >>> threshold_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).at(0.5)
        Counts(true_positives=1, false_negatives=1, false_positives=0, true_negatives=2)
        """
        if np.isnan(threshold):
            raise ValueError("threshold is nan: it must be a number, like the scores.")
        index = np.count_nonzero(self.thresholds >= threshold) - 1
        columns = (self.true_positives, self.false_negatives, self.false_positives, self.true_negatives)
        return Counts(*(int(column[index]) for column in columns))


def threshold_curve(labels: ArrayLike, scores: ArrayLike, positive: int | str = 1) -> ThresholdCurve:
    """Count the four outcomes at every threshold that changes them.

    Parameters
    ----------
    labels : array_like (n,)
        Whole numbers, booleans or names.
    scores : array_like (n,)
        Any numbers that are higher the more likely the positive class is: probabilities or logits.
    positive : int or str
        The class that is looked for; all others are negative.

    Returns
    -------
    ThresholdCurve

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, or a score is not finite.

    Examples
    --------
    >>> curve = threshold_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> curve.thresholds
    array([ inf, 0.8 , 0.4 , 0.35, 0.1 ])
    >>> curve.sensitivity
    array([0. , 0.5, 0.5, 1. , 1. ])
    >>> curve.specificity
    array([1. , 1. , 0.5, 0.5, 0. ])
    """
    is_positive, values = _scored(labels, scores, positive)
    # Samples of equal score fall together, so a threshold stands only at the last of them.
    thresholds, position = np.unique(-values, return_inverse=True)
    found = np.bincount(position, weights=is_positive).cumsum().astype(np.int64)
    answered = np.bincount(position).cumsum()
    true_positives = np.concatenate([[0], found])
    false_positives = np.concatenate([[0], answered - found])
    return ThresholdCurve(
        np.concatenate([np.array([np.inf], values.dtype), -thresholds]),
        true_positives,
        true_positives[-1] - true_positives,
        false_positives,
        false_positives[-1] - false_positives,
    )


def roc(labels: ArrayLike, scores: ArrayLike, positive: int | str = 1) -> tuple[Array, Array, Array]:
    """Return the ROC curve: false positive rate (1 - specificity), true positive rate (sensitivity), thresholds.

    It is scikit-learn's ``roc_curve``, which leaves out the points on straight pieces.

    Parameters
    ----------
    labels : array_like (n,)
        Whole numbers, booleans or names.
    scores : array_like (n,)
        Any numbers that are higher the more likely the positive class is: probabilities or logits.
    positive : int or str
        The class that is looked for; all others are negative.

    Returns
    -------
    false_positive_rate, true_positive_rate : float array (points,)
        From 0 to 1.
    thresholds : float array (points,)
        Falling; the first is infinite.

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, a score is not finite, or there is only one class.

    Examples
    --------
    >>> roc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])[:2]
    (array([0. , 0. , 0.5, 0.5, 1. ]), array([0. , 0.5, 0.5, 1. , 1. ]))
    """
    is_positive, values = _scored(labels, scores, positive)
    if is_positive.all() or not is_positive.any():
        only = "positive" if is_positive.any() else "negative"
        raise ValueError(
            f"all {len(values)} labels are {only}: a ROC curve needs positives and negatives. Add samples."
        )
    rates: tuple[Array, Array, Array] = sklearn.metrics.roc_curve(is_positive, values)
    return rates


def precision_recall(labels: ArrayLike, scores: ArrayLike, positive: int | str = 1) -> tuple[Array, Array, Array]:
    """Return the precision-recall curve: precision, recall, thresholds.

    It is scikit-learn's ``precision_recall_curve``, lowest threshold first; it ends at precision 1 and recall 0, a
    point without a threshold.

    Parameters
    ----------
    labels : array_like (n,)
        Whole numbers, booleans or names.
    scores : array_like (n,)
        Any numbers that are higher the more likely the positive class is: probabilities or logits.
    positive : int or str
        The class that is looked for; all others are negative.

    Returns
    -------
    precision, recall : float array (thresholds + 1,)
        From 0 to 1.
    thresholds : float array (thresholds,)
        Rising.

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, a score is not finite, or there is no positive label.

    Examples
    --------
    >>> precision, recall, thresholds = precision_recall([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> precision.round(2), recall
    (array([0.5 , 0.67, 0.5 , 1.  , 1.  ]), array([1. , 1. , 0.5, 0.5, 0. ]))
    """
    is_positive, values = _scored(labels, scores, positive)
    if not is_positive.any():
        raise ValueError(f"none of the {len(values)} labels is {positive!r}: recall needs positives. Add samples.")
    curve: tuple[Array, Array, Array] = sklearn.metrics.precision_recall_curve(is_positive, values)
    return curve


def area_under_roc(labels: ArrayLike, scores: ArrayLike, positive: int | str = 1) -> float:
    """Return how often a positive has a higher score than a negative, of all such pairs; a tie counts half.

    1 is best, 0.5 is guessing; ``nan`` if there is no such pair because only one class occurs.

    Parameters
    ----------
    labels : array_like (n,)
        Whole numbers, booleans or names.
    scores : array_like (n,)
        Any numbers that are higher the more likely the positive class is: probabilities or logits.
    positive : int or str
        The class that is looked for; all others are negative.

    Returns
    -------
    float
        From 0 to 1, or ``nan``.

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, or a score is not finite.

    Examples
    --------
    >>> area_under_roc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    is_positive, values = _scored(labels, scores, positive)
    positives = int(is_positive.sum())
    pairs = positives * (len(values) - positives)
    if pairs == 0:
        return float("nan")
    # A rank counts who is not above, ties half. A bootstrap asks a thousand times: scikit-learn would take 30 times as
    # long, as it traces the whole curve.
    ranks = rankdata(values)[is_positive]
    return float((ranks.sum() - positives * (positives + 1) / 2) / pairs)


def _scored(labels: ArrayLike, scores: ArrayLike, positive: int | str) -> tuple[NDArray[np.bool_], Array]:
    true, values = as_classes(labels, "labels"), np.asarray(scores)
    if values.ndim != 1:
        raise ValueError(
            f"scores have shape {values.shape}: they must be (n,), one number a sample. "
            "Pass the column of the positive class, for example scores[:, 1]."
        )
    same_length(true, values, "scores")
    values = finite(values, "scores")
    return is_positive(true, positive), values
