"""How good is a classifier? Counts, the metrics made of them, curves over thresholds, calibration and intervals.

Two rules hold everywhere. A metric that would divide 0 by 0 is *undefined* and returned as ``nan``, never as a
comforting 0 or 1: the precision of a class that was never predicted, the recall of a class that never occurs. And
averages over classes leave the undefined ones out, so `balanced_accuracy` is the mean over the classes that occur.

References
----------
T. Fawcett (2006), "An introduction to ROC analysis", Pattern Recognition Letters 27, 861-874.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sklearn.metrics
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Metric = Callable[[Array, Array], float]


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
        return float(_ratio(self.true_positives, self.true_positives + self.false_negatives))

    @property
    def recall(self) -> float:
        """Another name for `sensitivity`."""
        return self.sensitivity

    @property
    def specificity(self) -> float:
        """Share of the negatives that were left alone: true negative rate."""
        return float(_ratio(self.true_negatives, self.true_negatives + self.false_positives))

    @property
    def precision(self) -> float:
        """Share of the positive answers that are right: positive predictive value."""
        return float(_ratio(self.true_positives, self.true_positives + self.false_positives))

    @property
    def negative_predictive_value(self) -> float:
        """Share of the negative answers that are right."""
        return float(_ratio(self.true_negatives, self.true_negatives + self.false_negatives))

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and sensitivity; 0 if nothing was found, undefined if there was nothing at all."""
        found = 2 * self.true_positives
        return float(_ratio(found, found + self.false_positives + self.false_negatives))

    @property
    def accuracy(self) -> float:
        """Share of the answers that are right."""
        return float(_ratio(self.true_positives + self.true_negatives, self.total))

    @property
    def balanced_accuracy(self) -> float:
        """Mean of sensitivity and specificity; the one that is defined if one of the two classes never occurs."""
        return _mean_of_defined([self.sensitivity, self.specificity])

    @property
    def prevalence(self) -> float:
        """Share of the samples that are positive."""
        return float(_ratio(self.true_positives + self.false_negatives, self.total))

    def metrics(self) -> dict[str, float]:
        """Return all of them by name.

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


@dataclass(frozen=True)
class Scores:
    """Precision, recall and F1 (``nan`` where undefined) of one class or an average, and its number of samples."""

    name: str
    precision: float
    recall: float
    f1: float
    samples: int


@dataclass(frozen=True)
class Report:
    """A row of `Scores` for every class, their averages, and the two accuracies. ``print(report)`` shows a table."""

    rows: tuple[Scores, ...]
    macro: Scores
    weighted: Scores
    accuracy: float
    balanced_accuracy: float

    def __str__(self) -> str:
        rows = [*self.rows, self.macro, self.weighted]
        width = max(len("balanced accuracy"), *(len(row.name) for row in rows))
        lines = [f"{'':{width}}" + "".join(f"{head:>11}" for head in ("precision", "recall", "f1", "samples"))]
        for row in rows:
            scores = "".join(f"{_in_words(score):>11}" for score in (row.precision, row.recall, row.f1))
            lines.append(f"{row.name:{width}}{scores}{row.samples:>11}")
        lines.append(f"{'accuracy':{width}}{_in_words(self.accuracy):>11}")
        lines.append(f"{'balanced accuracy':{width}}{_in_words(self.balanced_accuracy):>11}")
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """The four counts at every threshold that changes them, strictest first; each field is an array (thresholds,).

    A sample is answered "positive" if its score is at least the threshold. The first threshold is infinite: nothing is
    positive. The last is the lowest score: everything is.
    """

    thresholds: Array
    true_positives: Array
    false_negatives: Array
    false_positives: Array
    true_negatives: Array

    @property
    def sensitivity(self) -> Array:
        """Share of the positives that are found, at every threshold."""
        return _ratio(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def specificity(self) -> Array:
        """Share of the negatives that are left alone, at every threshold."""
        return _ratio(self.true_negatives, self.true_negatives + self.false_positives)

    @property
    def precision(self) -> Array:
        """Share of the positive answers that are right, at every threshold; undefined at the first."""
        return _ratio(self.true_positives, self.true_positives + self.false_positives)

    @property
    def f1(self) -> Array:
        """Harmonic mean of precision and sensitivity, at every threshold."""
        found = 2 * self.true_positives
        return _ratio(found, found + self.false_positives + self.false_negatives)

    @property
    def balanced_accuracy(self) -> Array:
        """Mean of sensitivity and specificity, at every threshold; undefined if one class never occurs."""
        return (self.sensitivity + self.specificity) / 2

    def at(self, threshold: float) -> Counts:
        """Return the counts at any threshold.

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


@dataclass(frozen=True)
class Interval:
    """A metric and the interval around it."""

    value: float
    low: float
    high: float
    level: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.level:.0%} interval {self.low:.3f} to {self.high:.3f})"


def counts(labels: ArrayLike, predictions: ArrayLike, positive: int | str = 1) -> Counts:
    """Count the four outcomes of one class against all others.

    Parameters
    ----------
    labels, predictions : array (n,)
        What is true and what was answered: whole numbers, booleans or names.
    positive : int or str
        The class that is looked for.

    Raises
    ------
    ValueError
        If there is nothing to count, the lengths differ, or anything is no class.

    Examples
    --------
    >>> counts([1, 1, 1, 0, 0], [1, 1, 0, 1, 0])
    Counts(true_positives=2, false_negatives=1, false_positives=1, true_negatives=1)
    """
    true, predicted = _pair(labels, predictions)
    is_true, is_predicted = _is_positive(true, positive), _is_positive(predicted, positive)
    found = int(np.count_nonzero(is_true & is_predicted))
    missed = int(np.count_nonzero(is_true)) - found
    false_alarms = int(np.count_nonzero(is_predicted)) - found
    return Counts(found, missed, false_alarms, len(true) - found - missed - false_alarms)


def accuracy(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the share of the answers that are right.

    Raises
    ------
    ValueError
        As `counts`.

    Examples
    --------
    >>> accuracy([0, 1, 2, 2], [0, 1, 2, 0])
    0.75
    """
    true, predicted = _pair(labels, predictions)
    return float(np.mean(true == predicted))


def recall_per_class(
    labels: ArrayLike, predictions: ArrayLike, classes: Sequence[int] | Sequence[str] | None = None
) -> NDArray[np.float64]:
    """Return, for every class, the share of its samples that were recognised.

    Parameters
    ----------
    labels, predictions : array (n,)
        Whole numbers, booleans or names.
    classes : sequence, optional
        All classes, in the order of the result; by default those in labels or predictions, sorted. Names for labels
        that are whole numbers, like ``dataset.classes``, belong to the labels 0, 1, 2, ...

    Returns
    -------
    array (classes,)
        ``nan`` for a class without a label.

    Raises
    ------
    ValueError
        As `counts`, or if a label or a prediction is none of the classes.

    Examples
    --------
    >>> recall_per_class([0, 0, 1, 1], [0, 1, 1, 1], classes=["cat", "dog", "fox"])
    array([0.5, 1. , nan])
    """
    names, true, predicted = _indices(labels, predictions, classes)
    recognised = np.bincount(true[true == predicted], minlength=len(names))
    return _ratio(recognised, np.bincount(true, minlength=len(names)))


def balanced_accuracy(
    labels: ArrayLike, predictions: ArrayLike, classes: Sequence[int] | Sequence[str] | None = None
) -> float:
    """Return the mean of the per-class recalls: 1 is best, 0 worst, and guessing gives 1 / classes.

    A class without a label has no recall and is left out, as in scikit-learn's ``balanced_accuracy_score`` (which warns
    if such a class was predicted). So ``classes`` changes no number; it only finds labels that are none of them.

    Parameters
    ----------
    labels, predictions, classes
        As in `recall_per_class`.

    Raises
    ------
    ValueError
        As `recall_per_class`.

    References
    ----------
    K. H. Brodersen et al. (2010), "The balanced accuracy and its posterior distribution", ICPR.

    Examples
    --------
    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    return _mean_of_defined(recall_per_class(labels, predictions, classes))


def report(labels: ArrayLike, predictions: ArrayLike, classes: Sequence[int] | Sequence[str] | None = None) -> Report:
    """Return precision, recall and F1 of every class, and their averages.

    ``macro`` counts every class once, ``weighted`` by its number of labels. Undefined scores are left out of both, as
    in scikit-learn with ``zero_division=nan``; so the macro average of the recalls is the balanced accuracy.

    Parameters
    ----------
    labels, predictions, classes
        As in `recall_per_class`.

    Raises
    ------
    ValueError
        As `recall_per_class`.

    Examples
    --------
    >>> print(report([0, 0, 0, 1, 1], [0, 0, 1, 1, 1], classes=["cat", "dog", "fox"]))
                       precision     recall         f1    samples
    cat                    1.000      0.667      0.800          3
    dog                    0.667      1.000      0.800          2
    fox                undefined  undefined  undefined          0
    macro average          0.833      0.833      0.800          5
    weighted average       0.867      0.800      0.800          5
    accuracy               0.800
    balanced accuracy      0.833
    """
    names, true, predicted = _indices(labels, predictions, classes)

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


def threshold_curve(labels: ArrayLike, scores: ArrayLike, positive: int | str = 1) -> ThresholdCurve:
    """Count the four outcomes at every threshold that changes them.

    Parameters
    ----------
    labels : array (n,)
    scores : array (n,)
        Any numbers that are higher the more likely the positive class is: probabilities or logits.
    positive : int or str
        The class that is looked for; all others are negative.

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

    It is scikit-learn's ``roc_curve``, which leaves out the points on straight pieces. Parameters as in
    `threshold_curve`.

    Raises
    ------
    ValueError
        As `threshold_curve`, or if there is only one class.

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
    point without a threshold. Parameters as in `threshold_curve`.

    Raises
    ------
    ValueError
        As `threshold_curve`, or if there is no positive label.

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

    1 is best, 0.5 is guessing; ``nan`` if there is no such pair because only one class occurs. Parameters as in
    `threshold_curve`.

    Raises
    ------
    ValueError
        As `threshold_curve`.

    Examples
    --------
    >>> area_under_roc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    is_positive, values = _scored(labels, scores, positive)
    if is_positive.all() or not is_positive.any():
        return float("nan")
    return float(sklearn.metrics.roc_auc_score(is_positive, values))


def reliability(labels: ArrayLike, probabilities: ArrayLike, bins: int = 15) -> Reliability:
    """Compare promised probabilities with what came true, bin by bin.

    Parameters
    ----------
    labels : array (n,) of int
        0 or 1 for probabilities (n,), else 0 ... classes - 1.
    probabilities : array (n,) or (n, classes)
        ``(n,)`` are probabilities of class 1, compared with how often class 1 occurs. Of each row of ``(n, classes)``
        only the highest counts, the confidence, compared with how often that answer is right.
    bins : int
        Bins of equal width from 0 to 1.

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
    if isinstance(bins, bool) or not isinstance(bins, int | np.integer) or bins < 1:
        raise ValueError(f"bins is {bins!r}: it must be a whole number of 1 or more.")
    promised, came_true = _promises(labels, probabilities)
    edges = np.linspace(0, 1, bins + 1)
    position = np.searchsorted(edges[1:-1], promised)
    samples = np.bincount(position, minlength=bins)
    return Reliability(
        edges,
        samples,
        _ratio(np.bincount(position, weights=promised, minlength=bins), samples),
        _ratio(np.bincount(position, weights=came_true, minlength=bins), samples),
    )


def expected_calibration_error(labels: ArrayLike, probabilities: ArrayLike, bins: int = 15) -> float:
    """Return the mean distance between promised probabilities and what came true: 0 is best, 1 worst.

    Parameters and source as in `reliability`. The number depends on the bins: compare only with equal ones.

    Raises
    ------
    ValueError
        As `reliability`.

    Examples
    --------
    >>> round(expected_calibration_error([0, 1, 1, 1], [0.2, 0.4, 0.7, 0.9], bins=2), 3)
    0.2
    """
    return reliability(labels, probabilities, bins).expected_calibration_error


def bootstrap_interval(
    metric: Metric,
    labels: ArrayLike,
    predictions: ArrayLike,
    level: float = 0.95,
    repeats: int = 1000,
    seed: int = 0,
) -> Interval:
    """Return a metric and how far another test set of this size might move it.

    The samples are drawn again and again with replacement, as many as there are; the interval holds the middle
    ``level`` of the metrics found (percentile method). It knows nothing of how the network was trained or chosen.

    Parameters
    ----------
    metric : function (labels, predictions) -> float
        `accuracy`, `balanced_accuracy`, `area_under_roc`, `expected_calibration_error`, or your own.
    labels : array (n,)
    predictions : array (n, ...)
        Classes, scores or probabilities: what the metric takes.
    level : float
        Between 0 and 1.
    repeats : int
        How often to draw.
    seed : int

    Raises
    ------
    ValueError
        If there is nothing to draw from, the lengths differ, a number is out of range, the metric is undefined, or it
        is undefined in more than one of twenty repeats (fewer are left out).

    References
    ----------
    B. Efron and R. J. Tibshirani (1993), "An introduction to the bootstrap", chapter 13.

    Examples
    --------
    >>> labels = np.array([0, 1] * 50)
    >>> predictions = np.where(np.arange(100) < 80, labels, 1 - labels)
    >>> print(bootstrap_interval(accuracy, labels, predictions))
    0.800 (95% interval 0.720 to 0.880)
    """
    true, predicted = np.asarray(labels), np.asarray(predictions)
    _same_length(true, predicted, "predictions")
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}: it must lie between 0 and 1, for example 0.95.")
    if isinstance(repeats, bool) or not isinstance(repeats, int | np.integer) or repeats < 1:
        raise ValueError(f"repeats is {repeats!r}: it must be a whole number of 1 or more.")
    value = metric(true, predicted)
    if np.ndim(value) or np.isnan(value):
        raise ValueError(f"the metric of all {len(true)} samples is {value!r}: it must be one number.")
    generator = np.random.default_rng(seed)
    found = np.empty(repeats)
    for repeat in range(repeats):
        drawn = generator.integers(0, len(true), len(true))
        found[repeat] = metric(true[drawn], predicted[drawn])
    undefined = int(np.isnan(found).sum())
    if 20 * undefined > repeats:
        raise ValueError(
            f"the metric is undefined in {undefined} of {repeats} repeats: a class it needs is too rare among the "
            f"{len(true)} samples to say how much the metric may move. Add samples of that class."
        )
    low, high = np.nanquantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(value), float(low), float(high), float(level))


def quadratic_kappa(labels: ArrayLike, predictions: ArrayLike) -> float:
    """Return the agreement of two gradings, beyond chance; a miss by two grades counts four times a miss by one.

    1 is full agreement, 0 what chance would give, below 0 less; ``nan`` if there is only one grade in both. Unlike
    scikit-learn's default, a grade that never occurs still counts as a step between its neighbours.

    Parameters
    ----------
    labels, predictions : array (n,) of int
        Grades in order, for example 0 ... 4.

    Raises
    ------
    ValueError
        As `counts`, or if the grades are not whole numbers.

    References
    ----------
    J. Cohen (1968), "Weighted kappa", Psychological Bulletin 70, 213-220.

    Examples
    --------
    >>> round(quadratic_kappa([0, 1, 2, 3, 4], [0, 1, 2, 4, 4]), 3)
    0.957
    """
    true, predicted = _pair(labels, predictions)
    if true.dtype.kind == "U":
        raise ValueError("labels hold names: quadratic kappa needs grades in order, whole numbers such as 0 ... 4.")
    lowest, highest = min(true.min(), predicted.min()), max(true.max(), predicted.max())
    if lowest == highest:
        return float("nan")
    grades = np.arange(int(lowest), int(highest) + 1)
    return float(sklearn.metrics.cohen_kappa_score(true, predicted, labels=grades, weights="quadratic"))


def _ratio(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """Divide; 0 of 0 is nan."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.true_divide(part, whole), np.float64)


def _mean_of_defined(scores: ArrayLike) -> float:
    values = np.asarray(scores)
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if defined.size else float("nan")


def _in_words(score: float) -> str:
    return "undefined" if np.isnan(score) else f"{score:.3f}"


def _classes(values: ArrayLike, name: str) -> Array:
    """Whole numbers or names, one a sample."""
    array = np.asarray(values)
    if array.ndim != 1:
        cures = {1: f" Flatten it with {name}.ravel()."}
        cure = (
            cures.get(array.shape[1], f" Take the best column with {name}.argmax(axis=1).") if array.ndim == 2 else ""
        )
        raise ValueError(f"{name} has shape {array.shape}: it must be (n,), one class a sample.{cure}")
    if array.size == 0:
        raise ValueError(f"{name} is empty: there must be at least one sample.")
    if array.dtype.kind == "O" and all(isinstance(value, str) for value in array):
        return array.astype(np.str_)
    if array.dtype.kind == "U":
        return array
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name} holds {array.dtype} values: classes are whole numbers, booleans or names.")
    if array.dtype.kind == "f":
        broken = array[~np.isfinite(array) | (array % 1 != 0)]
        if broken.size:
            raise ValueError(
                f"{name} holds {broken[0].item()!r}: classes are whole numbers or names. Turn probabilities into "
                "classes first, by a threshold (probabilities >= 0.5) or argmax(axis=1)."
            )
    return array.astype(np.int64, copy=False)


def _same_length(labels: Array, others: Array, name: str) -> None:
    if not labels.ndim or not others.ndim or len(labels) != len(others) or len(labels) == 0:
        raise ValueError(
            f"labels have shape {labels.shape} and {name} {others.shape}: "
            "there must be at least one sample, and both must be given for each."
        )


def _pair(labels: ArrayLike, predictions: ArrayLike) -> tuple[Array, Array]:
    true, predicted = _classes(labels, "labels"), _classes(predictions, "predictions")
    _same_length(true, predicted, "predictions")
    if (true.dtype.kind == "U") != (predicted.dtype.kind == "U"):
        raise ValueError(
            f"labels are like {true[0].item()!r} and predictions like {predicted[0].item()!r}: "
            "both must be names or both numbers."
        )
    return true, predicted


def _is_positive(classes: Array, positive: int | str) -> NDArray[np.bool_]:
    if (classes.dtype.kind == "U") != isinstance(positive, str):
        raise ValueError(
            f"positive is {positive!r} but the labels are like {classes[0].item()!r}: pass the label of the class that "
            "is looked for."
        )
    return np.asarray(classes == positive)


def _indices(
    labels: ArrayLike, predictions: ArrayLike, classes: Sequence[int] | Sequence[str] | None
) -> tuple[list[str], Array, Array]:
    """Return the classes' names, and labels and predictions as places in that list."""
    true, predicted = _pair(labels, predictions)
    if classes is not None and (np.ndim(classes) != 1 or not np.size(classes)):
        raise ValueError(
            f"classes is {classes!r}: pass all classes in a list, for example range(3) or dataset.classes."
        )
    known = np.union1d(true, predicted) if classes is None else _classes(np.array(classes), "classes")
    names = [str(name) for name in known]
    if known.dtype.kind == "U" and true.dtype.kind != "U":
        known = np.arange(len(known))
    if (known.dtype.kind == "U") != (true.dtype.kind == "U"):
        raise ValueError(f"labels are names, like {true[0].item()!r}, but classes are numbers: pass the names.")
    order = np.argsort(known)
    if len(set(names)) < len(names):
        raise ValueError(f"classes are {', '.join(names)}: each may be named only once.")
    places = []
    for values, name in ((true, "labels"), (predicted, "predictions")):
        place = np.searchsorted(known, values, sorter=order).clip(max=len(known) - 1)
        strangers = known[order[place]] != values
        if strangers.any():
            raise ValueError(
                f"{name} hold {values[strangers][0].item()!r}, which is none of the {len(names)} classes "
                f"{', '.join(names[:10])}{' ...' * (len(names) > 10)}. Pass all classes, or leave classes out."
            )
        places.append(order[place])
    return names, places[0], places[1]


def _scored(labels: ArrayLike, scores: ArrayLike, positive: int | str) -> tuple[NDArray[np.bool_], Array]:
    true, values = _classes(labels, "labels"), np.asarray(scores)
    if values.ndim != 1:
        raise ValueError(
            f"scores have shape {values.shape}: they must be (n,), one number a sample. "
            "Pass the column of the positive class, for example scores[:, 1]."
        )
    _same_length(true, values, "scores")
    values = _finite(values, "scores")
    return _is_positive(true, positive), values


def _finite(values: Array, name: str) -> Array:
    if values.dtype.kind not in "buif":
        raise ValueError(f"{name} hold {values.dtype} values: they must be real numbers.")
    strange = np.count_nonzero(~np.isfinite(values))
    if strange:
        raise ValueError(
            f"{name} hold {strange} values that are not finite: no threshold can judge them. "
            "Find out where they come from, for example a training that diverged."
        )
    return values if values.dtype.kind == "f" else values.astype(np.float64)


def _promises(labels: ArrayLike, probabilities: ArrayLike) -> tuple[Array, Array]:
    """Return the probability promised for each sample, and whether it came true."""
    true, values = _classes(labels, "labels"), np.asarray(probabilities)
    if values.ndim not in (1, 2):
        raise ValueError(f"probabilities have shape {values.shape}: they must be (n,) or (n, classes).")
    _same_length(true, values, "probabilities")
    values = _finite(values, "probabilities").astype(np.float64)
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
