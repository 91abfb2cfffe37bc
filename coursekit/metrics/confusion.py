"""The confusion matrix: every pair of what is true and what was answered, counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.metrics.labels import Classes, as_indices


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike, classes: Classes = None) -> NDArray[np.int64]:
    """Count how often each class was answered for each class: a row a true class, a column an answer.

    Parameters
    ----------
    labels, predictions : array_like (n,)
        Whole numbers, booleans or names; at least one.
    classes : sequence of int or of str, optional
        All classes, in the order of rows and columns; by default those in labels or predictions, sorted. Names for
        labels that are whole numbers, like ``dataset.classes``, belong to the labels 0, 1, 2, ...

    Returns
    -------
    int64 array (classes, classes)
        Right answers stand on the diagonal; the row of a class without a label is all 0.

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, anything is no class, or a label or a prediction is none of
        the classes.

    Examples
    --------
    >>> confusion_matrix(["cat", "cat", "dog"], ["cat", "dog", "dog"])
    array([[1, 1],
           [0, 1]])
    """
    names, true, predicted = as_indices(labels, predictions, classes)
    pairs = np.bincount(true * len(names) + predicted, minlength=len(names) ** 2)
    return pairs.reshape(len(names), len(names)).astype(np.int64, copy=False)
