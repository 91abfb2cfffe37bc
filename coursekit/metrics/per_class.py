"""Accuracy, and the recall of every class."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.metrics.labels import Classes, as_indices, pair
from coursekit.metrics.undefined import mean_of_defined, ratio


def accuracy(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the share of the answers that are right.

    Parameters
    ----------
    labels, predictions : array_like (n,)
        What is true and what was answered: whole numbers, booleans or names; at least one.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, or anything is no class.

    Examples
    --------
    >>> accuracy([0, 1, 2, 2], [0, 1, 2, 0])
    0.75
    """
    true, predicted = pair(labels, predictions)
    return float(np.mean(true == predicted))


def recall_per_class(labels: ArrayLike, predictions: ArrayLike, classes: Classes = None) -> NDArray[np.float64]:
    """Return, for every class, the share of its samples that were recognised.

    Parameters
    ----------
    labels, predictions : array_like (n,)
        Whole numbers, booleans or names; at least one.
    classes : sequence of int or of str, optional
        All classes, in the order of the result; by default those in labels or predictions, sorted. Names for labels
        that are whole numbers, like ``dataset.classes``, belong to the labels 0, 1, 2, ...

    Returns
    -------
    float array (classes,)
        From 0 to 1; ``nan`` for a class without a label.

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, anything is no class, or a label or a prediction is none of
        the classes.

    Examples
    --------
    >>> recall_per_class([0, 0, 1, 1], [0, 1, 1, 1], classes=["cat", "dog", "fox"])
    array([0.5, 1. , nan])
    """
    names, true, predicted = as_indices(labels, predictions, classes)
    recognised = np.bincount(true[true == predicted], minlength=len(names))
    return ratio(recognised, np.bincount(true, minlength=len(names)))


def balanced_accuracy(labels: ArrayLike, predictions: ArrayLike, classes: Classes = None) -> float:
    """Return the mean of the per-class recalls: 1 is best, 0 worst, and guessing gives 1 / classes.

    A class without a label has no recall and is left out, as in scikit-learn's ``balanced_accuracy_score`` (which warns
    if such a class was predicted). So ``classes`` changes no number; it only finds labels that are none of them.

    Parameters
    ----------
    labels, predictions : array_like (n,)
        What is true and what was answered: whole numbers, booleans or names; at least one.
    classes : sequence of int or of str, optional
        All classes; by default those in labels or predictions, sorted. Names for labels that are whole numbers, like
        ``dataset.classes``, belong to the labels 0, 1, 2, ...

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, anything is no class, or a label or a prediction is none of
        the classes.

    References
    ----------
    K. H. Brodersen et al. (2010), "The balanced accuracy and its posterior distribution", ICPR.

    Examples
    --------
    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    return mean_of_defined(recall_per_class(labels, predictions, classes))
