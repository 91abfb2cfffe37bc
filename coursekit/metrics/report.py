"""Precision, recall and F1 of every class, and their averages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn.metrics
from numpy.typing import ArrayLike

from coursekit.metrics.labels import Classes, as_indices
from coursekit.metrics.undefined import in_words


@dataclass(frozen=True)
class Scores:
    """Precision, recall and F1 of one class, or an average over classes.

    Attributes
    ----------
    name : str
        Of the class or the average.
    precision, recall, f1 : float
        From 0 to 1; ``nan`` where undefined.
    samples : int
        How many labels it has.
    """

    name: str
    precision: float
    recall: float
    f1: float
    samples: int


@dataclass(frozen=True)
class Report:
    """A row of `Scores` for every class, their averages, and the two accuracies.

    ``print(report)`` shows a table, with the accuracies below it.

    Attributes
    ----------
    rows : tuple of Scores
        One a class.
    macro, weighted : Scores
        Averages in which every class counts once, or by its number of labels.
    accuracy, balanced_accuracy : float
        From 0 to 1: the share of right answers, and the mean recall of the classes that occur.
    """

    rows: tuple[Scores, ...]
    macro: Scores
    weighted: Scores
    accuracy: float
    balanced_accuracy: float

    def __str__(self) -> str:
        averages = (self.macro, self.weighted)
        width = max(len(row.name) for row in (*self.rows, *averages))

        def line(row: Scores) -> str:
            scores = "".join(f"{in_words(score):>11}" for score in (row.precision, row.recall, row.f1))
            return f"{row.name:{width}}{scores}{row.samples:>11}"

        head = f"{'':{width}}" + "".join(f"{name:>11}" for name in ("precision", "recall", "f1", "samples"))
        # The accuracies are of all answers together, so they stand below the table and not in a column.
        accuracies = f"accuracy {in_words(self.accuracy)}, balanced accuracy {in_words(self.balanced_accuracy)}"
        return "\n".join([head, *map(line, self.rows), "", *map(line, averages), "", accuracies])


def report(labels: ArrayLike, predictions: ArrayLike, classes: Classes = None) -> Report:
    """Return precision, recall and F1 of every class, and their averages.

    ``macro`` counts every class once, ``weighted`` by its number of labels. Undefined scores are left out of both, as
    in scikit-learn with ``zero_division=nan``; so the macro average of the recalls is the balanced accuracy.

    Parameters
    ----------
    labels, predictions : array_like (n,)
        What is true and what was answered: whole numbers, booleans or names; at least one.
    classes : sequence of int or of str, optional
        All classes; by default those in labels or predictions, sorted. Names for labels that are whole numbers, like
        ``dataset.classes``, belong to the labels 0, 1, 2, ...

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, anything is no class, or a label or a prediction is none of
        the classes.

    Examples
    --------
    >>> print(report([0, 0, 0, 1, 1], [0, 0, 1, 1, 1], classes=["cat", "dog", "fox"]))
                      precision     recall         f1    samples
    cat                   1.000      0.667      0.800          3
    dog                   0.667      1.000      0.800          2
    fox               undefined  undefined  undefined          0
    <BLANKLINE>
    macro average         0.833      0.833      0.800          5
    weighted average      0.867      0.800      0.800          5
    <BLANKLINE>
    accuracy 0.800, balanced accuracy 0.833
    """
    names, true, predicted = as_indices(labels, predictions, classes)

    def scores(average: str | None) -> tuple[Any, ...]:
        found: tuple[Any, ...] = sklearn.metrics.precision_recall_fscore_support(
            true, predicted, labels=range(len(names)), average=average, zero_division=np.nan
        )
        return found

    rows = tuple(Scores(*row) for row in zip(names, *(column.tolist() for column in scores(None)), strict=True))
    averages = []
    for average in ("macro", "weighted"):
        precision, recall, f1, _ = scores(average)
        averages.append(Scores(f"{average} average", float(precision), float(recall), float(f1), len(true)))
    macro, weighted = averages
    return Report(rows, macro, weighted, float(np.mean(true == predicted)), macro.recall)
