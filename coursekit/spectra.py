"""Spectra: cut them, normalise them, and split them so that no animal stands on two sides.

A table of spectra is an array ``(n, points)``, one spectrum a row, over one axis of wavenumbers ``(points,)`` in 1/cm.

Folds for a cross-validation come from scikit-learn, where `GroupKFold` and `StratifiedGroupKFold` keep the spectra of
one animal together; `split_by_group` adds what it lacks, one stratified split into three parts.

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
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating]

# The amide I band of proteins, which all tissue has.
AMIDE_I = (1630.0, 1690.0)

_TRIES = 200


def wavenumber_axis(first: float = 400, last: float = 1790, step: float = 2) -> NDArray[np.float64]:
    """Return an even axis of wavenumbers in 1/cm, both ends included.

    Raises
    ------
    ValueError
        If `step` is not positive, or does not lead from `first` to `last`.

    Examples
    --------
    >>> wavenumber_axis().shape
    (696,)
    >>> wavenumber_axis(1000, 1006).tolist()
    [1000.0, 1002.0, 1004.0, 1006.0]
    """
    steps = (last - first) / step if step > 0 else -1.0
    if steps < 0 or abs(steps - round(steps)) > 1e-9:
        raise ValueError(
            f"steps of {step:g} do not lead from {first:g} to {last:g} 1/cm. Pass a step that divides the range."
        )
    return first + step * np.arange(round(steps) + 1, dtype=np.float64)


def crop(spectra: ArrayLike, wavenumbers: ArrayLike, low: float, high: float) -> tuple[Floats, NDArray[np.float64]]:
    """Keep the part of each spectrum from `low` to `high`, both included.

    Parameters
    ----------
    spectra : array (n, points)
    wavenumbers : array (points,)
        In 1/cm, rising.
    low, high
        In 1/cm. A limit may lie outside of the axis: then that side is kept whole.

    Returns
    -------
    spectra : array (n, points that are kept)
    wavenumbers : array (points that are kept,)

    Raises
    ------
    ValueError
        If no point lies between the limits, or the arrays do not belong together.

    Examples
    --------
    >>> kept, axis = crop(np.zeros((5, 696)), wavenumber_axis(), 600, 1800)
    >>> kept.shape, axis[0].item(), axis[-1].item()
    ((5, 596), 600.0, 1790.0)
    """
    values, axis = _table(spectra, wavenumbers)
    kept = (axis >= low) & (axis <= high)
    if not kept.any():
        raise ValueError(
            f"no point lies between {low:g} and {high:g} 1/cm: the axis goes from {axis[0]:g} to {axis[-1]:g} 1/cm. "
            "Pass limits that hold a part of it."
        )
    return values[:, kept], axis[kept]


def unit_length(spectra: ArrayLike) -> Floats:
    """Divide each spectrum by its Euclidean (L2) norm: what is left is its shape.

    Parameters
    ----------
    spectra : array (n, points)

    Returns
    -------
    array (n, points)
        Each row has the norm 1; a row of zeros stays one.

    Raises
    ------
    ValueError
        If the spectra are no table of finite numbers.

    Examples
    --------
    >>> unit_length([[3, 4], [0, 0]]).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    values = _spectra(spectra)
    return _divide(values, np.linalg.norm(values, axis=1, keepdims=True))


def standard_normal_variate(spectra: ArrayLike) -> Floats:
    """Shift and scale each spectrum by itself to mean 0 and standard deviation 1 (Barnes et al., 1989).

    It takes away a constant offset and a factor, which differ between two measurements of one tissue. The source is
    R. J. Barnes, M. S. Dhanoa, S. J. Lister, Applied Spectroscopy 43 (1989) 772-777.

    Parameters
    ----------
    spectra : array (n, points)

    Returns
    -------
    array (n, points)
        A constant spectrum becomes zeros.

    Raises
    ------
    ValueError
        If the spectra are no table of finite numbers.

    Examples
    --------
    >>> standard_normal_variate([[1, 3], [5, 5]]).tolist()
    [[-1.0, 1.0], [0.0, 0.0]]
    """
    values = _spectra(spectra)
    centred = values - values.mean(axis=1, keepdims=True)
    # Rounding leaves a constant spectrum a spread of about its size times the machine epsilon.
    smallest = np.abs(values).max(axis=1, keepdims=True) * np.finfo(values.dtype).eps * 8
    centred[np.abs(centred).max(axis=1) <= smallest[:, 0]] = 0
    return _divide(centred, centred.std(axis=1, keepdims=True))


def unit_band(spectra: ArrayLike, wavenumbers: ArrayLike, low: float = AMIDE_I[0], high: float = AMIDE_I[1]) -> Floats:
    """Divide each spectrum by its integral over a band (trapezoidal rule), by default amide I, 1630 to 1690 1/cm.

    Parameters
    ----------
    spectra : array (n, points)
    wavenumbers : array (points,)
        In 1/cm, rising.
    low, high
        The band in 1/cm, both ends included.

    Returns
    -------
    array (n, points)
        Each row has the integral 1 over the band. A row whose integral is zero, within rounding, stays as it is.

    Raises
    ------
    ValueError
        If the band is not on the axis or holds fewer than two points, or the arrays do not belong together.

    Examples
    --------
    >>> unit_band([[1, 2, 2, 1], [1, 0, 0, 1]], [1600, 1640, 1680, 1720], 1640, 1680).round(4).tolist()
    [[0.0125, 0.025, 0.025, 0.0125], [1.0, 0.0, 0.0, 1.0]]
    """
    values, axis = _table(spectra, wavenumbers)
    _inside(axis, low, high)
    band = (axis >= low) & (axis <= high)
    if np.count_nonzero(band) < 2:
        raise ValueError(
            f"the band from {low:g} to {high:g} 1/cm holds {np.count_nonzero(band)} points of the axis: an integral "
            "needs two. Pass a wider band."
        )
    integral = np.asarray(np.trapezoid(values[:, band], axis[band], axis=1))
    size = np.trapezoid(np.abs(values[:, band]), axis[band], axis=1)
    integral[np.abs(integral) <= size * np.finfo(values.dtype).eps * 8] = 0
    return _divide(values, integral[:, np.newaxis])


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
    fractions
        The share of the items that each part should have; together 1.
    seed
        Another seed gives another split.

    Returns
    -------
    One array of positions for each fraction, rising; together all of 0 to n - 1.

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
    names, group = np.unique(members, return_inverse=True)
    if len(names) < len(shares):
        raise ValueError(f"there are {len(names)} groups for {len(shares)} parts: each part needs at least one group.")
    found, label = np.unique(classes, return_inverse=True)
    counts = np.zeros((len(names), len(found)))
    np.add.at(counts, (group, label), 1)

    wanted = shares[:, np.newaxis] * counts.sum(axis=0)
    limits = shares.cumsum()[:-1] * len(members)
    # Of k parts the i-th begins at group i or later, and k - i groups or more are left for it and those after it.
    earliest = np.arange(1, len(shares))
    latest = len(names) - earliest[::-1]
    generator = np.random.default_rng(seed)
    best, part = np.inf, np.zeros(len(names), dtype=np.intp)
    for _ in range(_TRIES):
        order = generator.permutation(len(names))
        sizes = counts[order].sum(axis=1).cumsum()
        # A group lies in the part that holds its middle.
        middles = sizes - counts[order].sum(axis=1) / 2
        cuts = np.clip(np.searchsorted(middles, limits), earliest, latest)
        cuts = np.maximum.accumulate(cuts - earliest) + earliest
        got = np.add.reduceat(counts[order], np.concatenate([[0], cuts]), axis=0)
        fault = float(((got - wanted) ** 2 / wanted).sum())
        if fault < best:
            best = fault
            part[order] = np.searchsorted(cuts, np.arange(len(names)), side="right")
    return tuple(np.flatnonzero(part[group] == number) for number in range(len(shares)))


def _divide(values: Floats, divisors: Floats) -> Floats:
    return cast(Floats, values / np.where(divisors == 0, 1, divisors).astype(values.dtype))


def _spectra(spectra: ArrayLike) -> Floats:
    values = np.asarray(spectra)
    if values.dtype.kind not in "buif":
        raise ValueError(f"spectra hold {values.dtype} values: they must hold real numbers.")
    if values.ndim != 2 or values.size == 0:
        raise ValueError(
            f"spectra have shape {values.shape}: a table (n, points) is needed, one spectrum a row. "
            "Pass spectrum[np.newaxis] for a single one."
        )
    values = values.astype(np.result_type(values.dtype, np.float32), copy=False)
    if not np.isfinite(values).all():
        row, point = np.argwhere(~np.isfinite(values))[0]
        raise ValueError(
            f"spectra hold {np.count_nonzero(~np.isfinite(values))} values that are not finite, the first in spectrum "
            f"{row} at point {point}: one NaN spoils its whole spectrum. Leave that one out, or fill the gap first."
        )
    return values


def _axis(wavenumbers: ArrayLike) -> NDArray[np.float64]:
    axis = np.asarray(wavenumbers, dtype=np.float64)
    if axis.ndim != 1 or axis.size == 0 or not np.isfinite(axis).all() or not (np.diff(axis) > 0).all():
        raise ValueError(
            f"wavenumbers have shape {axis.shape}, and must be one rising row of finite numbers in 1/cm, as "
            "wavenumber_axis() gives them. Turn a falling axis round: wavenumbers[::-1] and spectra[:, ::-1]."
        )
    return axis


def _table(spectra: ArrayLike, wavenumbers: ArrayLike) -> tuple[Floats, NDArray[np.float64]]:
    values, axis = _spectra(spectra), _axis(wavenumbers)
    if values.shape[1] != len(axis):
        raise ValueError(
            f"spectra have {values.shape[1]} points but there are {len(axis)} wavenumbers: each point needs one."
        )
    return values, axis


def _inside(axis: NDArray[np.float64], low: float, high: float) -> None:
    if not axis[0] <= low <= high <= axis[-1]:
        place = f"{low:g} 1/cm" if low == high else f"the band from {low:g} to {high:g} 1/cm"
        raise ValueError(
            f"{place} is not on the axis, which goes from {axis[0]:g} to {axis[-1]:g} 1/cm. Pass a place that is, the "
            "lower limit first."
        )
