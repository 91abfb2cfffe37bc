"""Split data at random: each class in the same proportions, and no group (a patient, a mouse) into two parts.

Folds for a cross-validation come from scikit-learn, where `GroupKFold` and `StratifiedGroupKFold` keep the items of
one group together.

Examples
--------
>>> from sklearn.model_selection import StratifiedGroupKFold
>>> mice = np.repeat(["M1", "M2", "M3", "M4"], 3)
>>> labels = np.repeat([0, 0, 1, 1], 3)
>>> for train, test in StratifiedGroupKFold(2, shuffle=True, random_state=0).split(labels, labels, mice):
...     print(sorted(set(mice[train]) & set(mice[test])), np.bincount(labels[test]).tolist())
[] [3, 3]
[] [3, 3]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.data.dataset import Split

_TRIES = 200


def hold_out(split: Split, share: float = 0.1, seed: int = 3) -> tuple[Split, Split]:
    """Divide a split at random into one to train on and one to validate on.

    Each class gives the same share, and no group (a patient, a mouse) stands in both.

    Parameters
    ----------
    split : Split
        Usually ``dataset.train`` of a data set that has no validation part of its own.
    share : float
        How much is set aside, more than 0 and less than 1.
    seed : int
        Seed of the division, not negative.

    Returns
    -------
    train : Split
        Of the name ``"train"``.
    validation : Split
        Of the name ``"validation"``. Together the two are the whole.

    Raises
    ------
    ValueError
        If `share` leaves either part without an image of some class.

    Examples
    --------
    >>> import numpy as np
    >>> whole = Split.from_arrays("train", np.zeros((40, 8, 8, 1), np.uint8), np.repeat([0, 1], 20))
    >>> train, validation = hold_out(whole, share=0.15)
    >>> len(train), np.bincount(validation.labels).tolist()
    (34, [3, 3])
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}, but it must be more than 0 and less than 1, for example 0.1.")
    parts = stratified_parts(split.labels, (1 - share, share), seed, split.groups)
    train, validation = split.take(parts == 0, "train"), split.take(parts == 1, "validation")
    classes = set(split.labels.tolist())
    for part in (train, validation):
        missing = classes - set(part.labels.tolist())
        if missing:
            raise ValueError(
                f"share={share} of {len(split)} images leaves {part.name} with none of class "
                f"{', '.join(map(str, sorted(missing)))}. Pass another share, or more images of that class."
            )
    return train, validation


def stratified_parts(
    labels: NDArray[np.int64],
    fractions: Sequence[float],
    seed: int = 3,
    groups: NDArray[np.str_] | None = None,
) -> NDArray[np.intp]:
    """Deal items out to parts at random: each class in the same proportions, and no group into two parts.

    Parameters
    ----------
    labels : int64 array (n,)
        The class of each item.
    fractions : sequence of float
        The share of each part; their sum is 1.
    seed : int
        Seed of the shuffling, not negative.
    groups : str array (n,), optional
        The group of each item; by default each is a group of its own.

    Returns
    -------
    int array (n,)
        The part of each item: a position in `fractions`.

    Examples
    --------
    >>> parts = stratified_parts(np.repeat([0, 1], [100, 50]), (0.8, 0.1, 0.1))
    >>> np.bincount(parts).tolist(), np.bincount(parts[:100]).tolist()
    ([120, 15, 15], [80, 10, 10])
    """
    group, counts = _class_counts(np.arange(len(labels)) if groups is None else groups, labels)
    wanted = np.outer(fractions, counts.sum(axis=0)).astype(float)
    # Large groups first, while there is room in all parts; groups of one size in shuffled order, so that no part is
    # filled by one end of the list.
    order = np.random.default_rng(seed).permutation(len(counts))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    part_of_group = np.empty(len(counts), dtype=np.intp)
    for each in order:
        # Into the part that lacks most of what the group holds, as a share of what the part should have.
        lack = (wanted * counts[each]).sum(axis=1) / np.maximum(counts[each].sum() * np.array(fractions), 1e-12)
        part = int(np.argmax(np.where(np.array(fractions) > 0, lack, -np.inf)))
        part_of_group[each] = part
        wanted[part] -= counts[each]
    return part_of_group[group]


def split_by_group(
    groups: ArrayLike, labels: ArrayLike, fractions: Sequence[float] = (0.7, 0.15, 0.15), seed: int = 0
) -> tuple[NDArray[np.intp], ...]:
    """Split items into parts so that no group (a mouse, a patient) stands in two, with like shares of the classes.

    Groups are shuffled and dealt out 200 times; of these the split counts whose parts come nearest to their share of
    each class.

    Parameters
    ----------
    groups : array (n,)
        The group of each item.
    labels : array (n,)
        The class of each item. One group may have several.
    fractions : sequence of float
        The share of the items that each part should have; together 1.
    seed : int
        Another seed gives another split.

    Returns
    -------
    tuple of int arrays (k,)
        For each fraction the positions of its items, rising; together all of 0 to n - 1.

    Raises
    ------
    ValueError
        If groups and labels differ in length, the fractions do not make 1, or there are fewer groups than parts.

    Examples
    --------
    >>> mice = np.repeat(np.arange(20), 5)
    >>> train, validation, test = split_by_group(mice, mice % 2, seed=1)
    >>> len(train), len(validation), len(test), set(mice[train]) & set(mice[test])
    (70, 15, 15, set())
    """
    shares = np.asarray(fractions, dtype=np.float64)
    if shares.ndim != 1 or not (shares > 0).all() or abs(shares.sum() - 1) > 1e-6:
        raise ValueError(f"fractions are {fractions}: they must be positive and make 1 together, as (0.7, 0.15, 0.15).")
    members, classes = np.asarray(groups), np.asarray(labels)
    if members.ndim != 1 or members.shape != classes.shape:
        raise ValueError(
            f"groups have shape {members.shape} and labels {classes.shape}: one of each is needed for every item."
        )
    group, counts = _class_counts(members, classes)
    if len(counts) < len(shares):
        raise ValueError(f"there are {len(counts)} groups for {len(shares)} parts: each part needs at least one group.")
    wanted = shares[:, np.newaxis] * counts.sum(axis=0)
    limits = shares.cumsum()[:-1] * len(members)
    # Of k parts the i-th begins at group i or later, and k - i groups or more are left for it and those after it.
    earliest = np.arange(1, len(shares))
    latest = len(counts) - earliest[::-1]
    generator = np.random.default_rng(seed)
    best, part = np.inf, np.zeros(len(counts), dtype=np.intp)
    for _ in range(_TRIES):
        order = generator.permutation(len(counts))
        sizes = counts[order].sum(axis=1).cumsum()
        # A group lies in the part that holds its middle.
        middles = sizes - counts[order].sum(axis=1) / 2
        cuts = np.clip(np.searchsorted(middles, limits), earliest, latest)
        cuts = np.maximum.accumulate(cuts - earliest) + earliest
        got = np.add.reduceat(counts[order], np.concatenate([[0], cuts]), axis=0)
        fault = float(((got - wanted) ** 2 / wanted).sum())
        if fault < best:
            best = fault
            part[order] = np.searchsorted(cuts, np.arange(len(counts)), side="right")
    return tuple(np.flatnonzero(part[group] == number) for number in range(len(shares)))


def _class_counts(groups: NDArray[Any], labels: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return the number of each item's group, and how many items of each class each group holds."""
    names, group = np.unique(groups, return_inverse=True)
    classes, label = np.unique(labels, return_inverse=True)
    counts = np.zeros((len(names), len(classes)), dtype=np.int64)
    np.add.at(counts, (group, label), 1)
    return group, counts
