"""The four outcomes of a yes-or-no question, and the metrics made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coursekit.metrics.labels import is_positive, pair
from coursekit.metrics.undefined import mean_of_defined, ratio


@dataclass(frozen=True)
class Counts:
    """The four outcomes of a yes-or-no question, and the metrics made of them (``nan`` where undefined).

    Parameters
    ----------
    true_positives, false_negatives : int
        Positives that were found, and missed.
    false_positives, true_negatives : int
        Negatives that were taken for positives, and rightly left alone.

    Raises
    ------
    ValueError
        If a count is not a whole number of 0 or more.

    Examples
    --------
    Nearly every answer is right, and nearly every positive is missed:

    >>> rare = Counts(true_positives=1, false_negatives=9, false_positives=2, true_negatives=988)
    >>> round(rare.accuracy, 3), round(rare.sensitivity, 3), round(rare.balanced_accuracy, 3)
    (0.989, 0.1, 0.549)
    """

    true_positives: int
    false_negatives: int
    false_positives: int
    true_negatives: int

    def __post_init__(self) -> None:
        for name in ("true_positives", "false_negatives", "false_positives", "true_negatives"):
            count = getattr(self, name)
            if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 0:
                raise ValueError(f"{name} is {count!r}: it must be a whole number of 0 or more.")

    @property
    def total(self) -> int:
        """Samples in all."""
        return self.true_positives + self.false_negatives + self.false_positives + self.true_negatives

    @property
    def sensitivity(self) -> float:
        """Share of the positives that were found: recall, true positive rate."""
        return float(ratio(self.true_positives, self.true_positives + self.false_negatives))

    @property
    def recall(self) -> float:
        """Another name for `sensitivity`."""
        return self.sensitivity

    @property
    def specificity(self) -> float:
        """Share of the negatives that were left alone: true negative rate."""
        return float(ratio(self.true_negatives, self.true_negatives + self.false_positives))

    @property
    def precision(self) -> float:
        """Share of the positive answers that are right: positive predictive value."""
        return float(ratio(self.true_positives, self.true_positives + self.false_positives))

    @property
    def negative_predictive_value(self) -> float:
        """Share of the negative answers that are right."""
        return float(ratio(self.true_negatives, self.true_negatives + self.false_negatives))

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and sensitivity; 0 if nothing was found, undefined if there was nothing at all."""
        found = 2 * self.true_positives
        return float(ratio(found, found + self.false_positives + self.false_negatives))

    @property
    def accuracy(self) -> float:
        """Share of the answers that are right."""
        return float(ratio(self.true_positives + self.true_negatives, self.total))

    @property
    def balanced_accuracy(self) -> float:
        """Mean of sensitivity and specificity; the one that is defined if one of the two classes never occurs."""
        return mean_of_defined([self.sensitivity, self.specificity])

    @property
    def prevalence(self) -> float:
        """Share of the samples that are positive."""
        return float(ratio(self.true_positives + self.false_negatives, self.total))

    def metrics(self) -> dict[str, float]:
        """Return all of them by name.

        Returns
        -------
        dict of str to float
            Name of the metric to its value, 0 to 1 each; not a number where it is not defined.

        Examples
        --------
        >>> for name, value in Counts(70, 10, 50, 50).metrics().items():
        ...     print(f"{name:26} {value:.4f}")
        prevalence                 0.4444
        accuracy                   0.6667
        balanced accuracy          0.6875
        sensitivity                0.8750
        specificity                0.5000
        precision                  0.5833
        negative predictive value  0.8333
        f1                         0.7000
        """
        return {
            "prevalence": self.prevalence,
            "accuracy": self.accuracy,
            "balanced accuracy": self.balanced_accuracy,
            "sensitivity": self.sensitivity,
            "specificity": self.specificity,
            "precision": self.precision,
            "negative predictive value": self.negative_predictive_value,
            "f1": self.f1,
        }


def counts(labels: ArrayLike, predictions: ArrayLike, positive: int | str = 1) -> Counts:
    """Count the four outcomes of one class against all others.

    Parameters
    ----------
    labels, predictions : array_like (n,)
        What is true and what was answered: whole numbers, booleans or names; at least one.
    positive : int or str
        The class that is looked for.

    Returns
    -------
    Counts

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, or anything is no class.

    Examples
    --------
    >>> counts([1, 1, 1, 0, 0], [1, 1, 0, 1, 0])
    Counts(true_positives=2, false_negatives=1, false_positives=1, true_negatives=1)
    """
    true, predicted = pair(labels, predictions)
    is_true, is_predicted = is_positive(true, positive), is_positive(predicted, positive)
    found = int(np.count_nonzero(is_true & is_predicted))
    missed = int(np.count_nonzero(is_true)) - found
    false_alarms = int(np.count_nonzero(is_predicted)) - found
    return Counts(found, missed, false_alarms, len(true) - found - missed - false_alarms)
