"""Raman spectra of mouse tissue as `load` gives them, and their parts to train, to validate and to test on."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.data.dataset import balanced_order
from coursekit.data.splitting import split_by_group
from coursekit.spectra import RamanSpectra, standard_normal_variate, unit_band, unit_length

if TYPE_CHECKING:
    import tensorflow as tf

_FRACTIONS = (0.70, 0.15, 0.15)
NORMALISATIONS = ("raw", "unit_length", "standard_normal_variate", "unit_band")


@dataclass(frozen=True)
class RamanDataset:
    """Spectra, ready to be split by mouse.

    Attributes
    ----------
    name : str
        What `load` calls it.
    title : str
        What people call it.
    table : RamanSpectra
        All spectra, with their labels and mice. The lesson splits them by mouse.
    source : {"real", "sample"}
        ``"sample"`` for what stands in where the real data cannot be had.
    origin : str
        Where the data came from, in words.
    licence : str
        The terms of the real data.
    citation : str
        The publication to cite.
    """

    name: str
    title: str
    table: RamanSpectra
    source: Literal["real", "sample"]
    origin: str
    licence: str
    citation: str

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; a label is a position in this tuple."""
        return self.table.classes

    def describe(self) -> str:
        """Return a short text: what the data set holds, where it came from, its licence.

        Returns
        -------
        str
        """
        counts = np.bincount(self.table.labels, minlength=len(self.classes))
        axis, mice = self.table.wavenumbers, len(np.unique(self.table.mouse))
        return "\n".join(
            [
                f"{self.title}: {len(self.table):,} spectra of {mice} mice, {len(axis)} points from {axis[0]:g} to "
                f"{axis[-1]:g} 1/cm",
                *(f"  {name:<11}{count:>7,}" for name, count in zip(self.classes, counts, strict=True)),
                f"Data: {self.source} ({self.origin})",
                f"Licence: {self.licence}",
                f"Cite: {self.citation}",
            ]
        )


@dataclass(frozen=True, eq=False)
class SpectraSplit:
    """Spectra and labels that belong together, as `Split` is for images.

    Attributes
    ----------
    name : str
        ``"train"``, ``"validation"`` or ``"test"``.
    spectra : float32 array (n, points, 1)
        With the channel that a convolution needs.
    labels : int64 array (n,)
    mouse : str array (n,)
    """

    name: str
    spectra: NDArray[np.float32]
    labels: NDArray[np.int64]
    mouse: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def limited(self, limit: int | None) -> SpectraSplit:
        """Return a part of the spectra, of each class as many as there can be.

        Parameters
        ----------
        limit : int or None
            How many, at least 1. None: all of them.

        Returns
        -------
        SpectraSplit

        Raises
        ------
        ValueError
            If `limit` is less than one.

        Examples
        --------
        >>> from coursekit.synthetic import spectra
        >>> train, _, _ = splits_by_mouse(spectra.draw(100))
        >>> len(train.limited(8))
        8
        """
        if limit is None:
            return self
        if operator.index(limit) < 1:
            raise ValueError(f"limit is {limit}, but at least one spectrum is needed. Pass None for all of them.")
        chosen = balanced_order(self.labels)[:limit]
        return SpectraSplit(self.name, self.spectra[chosen], self.labels[chosen], self.mouse[chosen])

    def batches(self, batch_size: int, shuffle: bool = False, seed: int = 0) -> tf.data.Dataset:
        """Return a `tf.data.Dataset` of batches for `fit`, `evaluate` and `predict`.

        Parameters
        ----------
        batch_size : int
            Spectra in a batch, at least 1; the last batch may have fewer.
        shuffle : bool
            Whether each epoch has its own order.
        seed : int
            Seed of the shuffling.

        Returns
        -------
        tf.data.Dataset
            Of float32 tensors ``(batch, points, 1)`` and int64 tensors ``(batch,)``.

        Examples
        --------
        >>> from coursekit.synthetic import spectra
        >>> train, _, _ = splits_by_mouse(spectra.draw(100))
        >>> next(iter(train.batches(32)))[0].shape.as_list()
        [32, 696, 1]
        """
        import tensorflow as tf

        batches = tf.data.Dataset.from_tensor_slices((self.spectra, self.labels))
        if shuffle:
            batches = batches.shuffle(len(self), seed=seed)
        return batches.batch(batch_size)


def normalised(table: RamanSpectra, normalisation: str) -> NDArray[np.float32]:
    """Return the spectra of a table, normalised, with the channel that a convolution needs.

    Parameters
    ----------
    table : RamanSpectra
        Any spectra.
    normalisation : {"raw", "unit_length", "standard_normal_variate", "unit_band"}
        A function of `coursekit.spectra`; ``"raw"`` leaves the intensities as they were measured.

    Returns
    -------
    float32 array (n, points, 1)

    Raises
    ------
    ValueError
        If there is no such normalisation.

    Examples
    --------
    >>> from coursekit.synthetic import spectra
    >>> values = normalised(spectra.draw(3), "standard_normal_variate")
    >>> values.shape, values.std(axis=1).round(3).ravel().tolist()
    ((3, 696, 1), [1.0, 1.0, 1.0])
    """
    if normalisation not in NORMALISATIONS:
        raise ValueError(f"there is no normalisation {normalisation!r}. Pass one of {', '.join(NORMALISATIONS)}.")
    values = np.asarray(table.spectra)
    if normalisation == "unit_length":
        values = unit_length(values)
    elif normalisation == "standard_normal_variate":
        values = standard_normal_variate(values)
    elif normalisation == "unit_band":
        values = unit_band(values, table.wavenumbers)
    return values[..., np.newaxis].astype(np.float32)


def splits_by_mouse(
    table: RamanSpectra, normalisation: str = "unit_length", seed: int = 0
) -> tuple[SpectraSplit, SpectraSplit, SpectraSplit]:
    """Split a table 70 / 15 / 15 so that no mouse stands in two parts.

    Parameters
    ----------
    table : RamanSpectra
        All spectra.
    normalisation : {"raw", "unit_length", "standard_normal_variate", "unit_band"}
        A function of `coursekit.spectra`; ``"raw"`` leaves the intensities as they were measured.
    seed : int
        Another seed gives another split.

    Returns
    -------
    train, validation, test : SpectraSplit

    Examples
    --------
    >>> from coursekit.synthetic import spectra
    >>> train, validation, test = splits_by_mouse(spectra.draw(200))
    >>> len(train), len(validation), len(test), set(train.mouse) & set(test.mouse)
    (140, 30, 30, set())
    """
    spectra = normalised(table, normalisation)
    parts = split_by_group(table.mouse, table.labels, _FRACTIONS, seed)
    train, validation, test = (
        SpectraSplit(name, spectra[part], table.labels[part], table.mouse[part])
        for name, part in zip(("train", "validation", "test"), parts, strict=True)
    )
    return train, validation, test
