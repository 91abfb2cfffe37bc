"""How far another test set of this size might move a metric."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import at_least_one
from coursekit.docstrings import entries_from
from coursekit.metrics.interval import Interval, checked_level
from coursekit.metrics.labels import Array, same_length

Metric = Callable[[Array, Array], float]


def bootstrap_interval(
    metric: Metric,
    labels: ArrayLike,
    predictions: ArrayLike,
    level: float = 0.95,
    repeats: int = 1000,
    seed: int = 0,
    groups: ArrayLike | None = None,
) -> Interval:
    """Return a metric and how far another test set of this size might move it.

    The samples are drawn again and again with replacement, as many as there are; the interval holds the middle
    ``level`` of the metrics found (percentile method). It knows nothing of how the network was trained or chosen.

    Parameters
    ----------
    metric : callable
        ``metric(labels, predictions)`` returns a number: `accuracy`, `balanced_accuracy`, `area_under_roc`,
        `expected_calibration_error`, or your own.
    labels : array_like (n,)
    predictions : array_like (n, ...)
        Classes, scores or probabilities: what the metric takes.
    level : float
        Share of the repeats that the interval holds, above 0 and below 1.
    repeats : int
        How often to draw, 1 or more.
    seed : int
    groups : array_like (n,), optional
        Whose sample each is: a mouse, a patient. Then groups are drawn, each with all its samples, because samples of
        one group are alike and ten of them say less than ten of ten groups.

    Returns
    -------
    Interval

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
    >>> from coursekit.metrics import accuracy
    >>> labels = np.array([0, 1] * 50)
    >>> predictions = np.where(np.arange(100) < 80, labels, 1 - labels)
    >>> print(bootstrap_interval(accuracy, labels, predictions))
    0.800 (95% interval 0.720 to 0.880)

    The same with ten samples of each of ten patients, all right or all wrong:

    >>> patients = np.repeat(np.arange(10), 10)
    >>> print(bootstrap_interval(accuracy, labels, predictions, groups=patients))
    0.800 (95% interval 0.500 to 1.000)
    """
    true, predicted = np.asarray(labels), np.asarray(predictions)
    same_length(true, predicted, "predictions")
    checked_level(level)
    at_least_one(repeats, "repeats")
    value = metric(true, predicted)
    if np.ndim(value) or np.isnan(value):
        raise ValueError(f"the metric of all {len(true)} samples is {value!r}: it must be one number.")
    members = _members(groups, true)
    generator = np.random.default_rng(seed)
    found = np.empty(repeats)
    for repeat in range(repeats):
        drawn = generator.integers(0, len(members), len(members))
        if groups is not None:
            drawn = np.concatenate([members[group] for group in drawn])
        found[repeat] = metric(true[drawn], predicted[drawn])
    undefined = int(np.isnan(found).sum())
    if 20 * undefined > repeats:
        raise ValueError(
            f"the metric is undefined in {undefined} of {repeats} repeats: a class it needs is too rare among the "
            f"{len(true)} samples to say how much the metric may move. Add samples of that class."
        )
    low, high = np.nanquantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(value), float(low), float(high), float(level))


@entries_from(bootstrap_interval)
def difference_interval(
    metric: Metric,
    labels: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    level: float = 0.95,
    repeats: int = 1000,
    seed: int = 0,
    groups: ArrayLike | None = None,
) -> Interval:
    """Return by how much the metric of one classifier exceeds another's on the same samples, with its interval.

    In each repeat both are judged on the same resampled images (a paired bootstrap): where both make the same mistakes,
    these cancel. An interval without zero says that the order would hardly change with other test samples; it knows
    nothing of how another training would end.

    Parameters
    ----------
    {metric}
    {labels}
    first, second : array_like (n, ...)
        What the two classifiers predict for the same samples, in the same order.
    {level}
    {repeats}
    {seed}
    {groups}

    Returns
    -------
    Interval
        Its value is the metric of `first` minus that of `second`.

    Raises
    ------
    ValueError
        If the shapes differ, and where `bootstrap_interval` raises it.

    References
    ----------
    B. Efron and R. J. Tibshirani (1993), "An introduction to the bootstrap", chapter 8.

    Examples
    --------
    >>> from coursekit.metrics import accuracy
    >>> labels = np.array([0, 1] * 50)
    >>> better = np.where(np.arange(100) < 90, labels, 1 - labels)
    >>> worse = np.where(np.arange(100) < 80, labels, 1 - labels)
    >>> print(difference_interval(accuracy, labels, better, worse))
    0.100 (95% interval 0.050 to 0.170)
    """
    one, other = np.asarray(first), np.asarray(second)
    if one.shape != other.shape:
        raise ValueError(
            f"first has shape {one.shape}, second {other.shape}: pass what both predict for the same samples."
        )
    pairs = np.stack([one, other], axis=1)

    def difference(true: Array, drawn: Array) -> float:
        return metric(true, drawn[:, 0]) - metric(true, drawn[:, 1])

    return bootstrap_interval(difference, labels, pairs, level, repeats, seed, groups)


def _members(groups: ArrayLike | None, samples: Array) -> Array | list[Array]:
    """Return the positions that belong together: those of each group, or each alone."""
    if groups is None:
        return samples
    same_length(samples, np.asarray(groups), "groups")
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    return np.split(np.argsort(group, kind="stable"), np.bincount(group).cumsum()[:-1])
