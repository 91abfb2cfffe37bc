"""Spectra: tables of them, cut and normalised.

A table of spectra is an array ``(n, points)``, one spectrum a row, over one axis of wavenumbers ``(points,)`` in 1/cm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats

# The amide I band of proteins, which all tissue has.
AMIDE_I = (1630.0, 1690.0)


@dataclass(frozen=True, eq=False, repr=False)
class RamanSpectra:
    """Spectra with their classes and the mice that they were taken from. The arrays are read-only.

    Attributes
    ----------
    spectra : float32 array (n, points)
        Intensities.
    wavenumbers : float64 array (points,)
        In 1/cm, rising.
    labels : int64 array (n,)
        For each spectrum the position of its class in `classes`.
    classes : tuple of str
        The names of the classes.
    mouse : str array (n,)
        The mouse of each spectrum. One mouse never stands in two splits.
    tissue : str array (n,)
        How the tissue was had, ``"preparation"`` or ``"biopsy"``.
    names : str array (n,)
        They are not unique.

    Examples
    --------
    >>> table = RamanSpectra(
    ...     np.ones((2, 3)), np.arange(3), np.array([0, 1]), ("Normal", "Hp"), np.array(["M1", "M2"]),
    ...     np.array(["biopsy", "biopsy"]), np.array(["M1_a", "M2_a"]),
    ... )
    >>> table
    RamanSpectra(2 spectra of 3 points, 2 mice, Normal 1, Hp 1)
    >>> table.take([1]).mouse.tolist()
    ['M2']
    """

    spectra: NDArray[np.float32]
    wavenumbers: NDArray[np.float64]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    mouse: NDArray[np.str_]
    tissue: NDArray[np.str_]
    names: NDArray[np.str_]

    def __post_init__(self) -> None:
        if self.spectra.shape != (len(self.labels), len(self.wavenumbers)):
            raise ValueError(
                f"spectra have shape {self.spectra.shape}, but there are {len(self.labels)} labels and "
                f"{len(self.wavenumbers)} wavenumbers: one spectrum a label and one point a wavenumber are needed."
            )
        for field in ("mouse", "tissue", "names"):
            if len(getattr(self, field)) != len(self.labels):
                raise ValueError(
                    f"{field} has {len(getattr(self, field))} entries, but there are {len(self.labels)} spectra: each "
                    "needs one."
                )
        arrays: dict[str, NDArray[np.generic]] = {
            "spectra": self.spectra.astype(np.float32),
            "wavenumbers": self.wavenumbers.astype(np.float64),
            "labels": self.labels.astype(np.int64),
            "mouse": self.mouse.view(),
            "tissue": self.tissue.view(),
            "names": self.names.view(),
        }
        for field, array in arrays.items():
            array.flags.writeable = False
            object.__setattr__(self, field, array)

    def __repr__(self) -> str:
        counts = np.bincount(self.labels, minlength=len(self.classes))
        classes = ", ".join(f"{name} {count:,}" for name, count in zip(self.classes, counts, strict=True))
        mice = len(np.unique(self.mouse))
        return f"RamanSpectra({len(self):,} spectra of {len(self.wavenumbers)} points, {mice} mice, {classes})"

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, positions: ArrayLike) -> RamanSpectra:
        """Return some of the spectra.

        Parameters
        ----------
        positions : int array (k,) or bool array (n,)
            Their positions, or a bool for each spectrum.

        Returns
        -------
        RamanSpectra
        """
        chosen = np.asarray(positions)
        return RamanSpectra(
            self.spectra[chosen],
            self.wavenumbers,
            self.labels[chosen],
            self.classes,
            self.mouse[chosen],
            self.tissue[chosen],
            self.names[chosen],
        )


def wavenumber_axis(first: float = 400, last: float = 1790, step: float = 2) -> NDArray[np.float64]:
    """Return an even axis of wavenumbers in 1/cm, both ends included.

    Parameters
    ----------
    first : float
        Where it begins, in 1/cm.
    last : float
        Where it ends, in 1/cm.
    step : float
        From point to point, in 1/cm; more than 0, and it divides the range.

    Returns
    -------
    float64 array (points,)
        In 1/cm, rising.

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
    low, high : float
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
    low, high : float
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
