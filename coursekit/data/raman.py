"""Raman spectra of mouse tissue: the reader of the table, and the classification task that its authors published.

The spectra are those of S. Guo, J. Popp, T. Bocklitz: Chemometric analysis in Raman spectroscopy from experimental
design to machine learning-based modeling, Nature Protocols 16 (2021) 5426-5459. The authors offer them as
``DATA_dp_wc_bc.csv`` (and the same as ``.RData``) at
https://github.com/Bocklitz-Lab/Example-Raman-spectral-analysis; a classroom mirror has ``raman_mice.csv.gz``. Both are
read here: the columns are found by their names, and those that are not needed are passed over.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.data.errors import DamagedError
from coursekit.spectra import crop, unit_length, wavenumber_axis

CLASSES = ("Normal", "Hp", "Adenom", "Karzinom")
# What the authors' German words mean.
CLASS_NAMES: Mapping[str, str] = MappingProxyType(
    {"Normal": "normal tissue", "Hp": "hyperplasia", "Adenom": "adenoma", "Karzinom": "carcinoma"}
)
COUNTS: Mapping[str, int] = MappingProxyType({"Normal": 397, "Hp": 97, "Adenom": 196, "Karzinom": 63})
FILES = ("raman_mice.csv.gz", "DATA_dp_wc_bc.csv")


@dataclass(frozen=True, eq=False, repr=False)
class RamanSpectra:
    """Spectra with their classes and the mice that they were taken from. The arrays are read-only.

    Attributes
    ----------
    spectra
        float32, shape ``(n, points)``: intensities.
    wavenumbers
        float64, shape ``(points,)``, in 1/cm, rising.
    labels
        int64, shape ``(n,)``: for each spectrum the position of its class in `classes`.
    classes
        The names of the classes.
    mouse
        str, shape ``(n,)``: the mouse of each spectrum. One mouse never stands in two splits.
    tissue
        str, shape ``(n,)``: how the tissue was had, ``"preparation"`` or ``"biopsy"``.
    names
        str, shape ``(n,)``. They are not unique.

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
        """Return some of the spectra: those at these positions, or where an array of bool is true."""
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


def mouse_of(name: str) -> str:
    """Return the mouse that a spectrum was taken from: what stands before the first ``_`` of its name.

    Examples
    --------
    >>> mouse_of("M10_C2_I_001")
    'M10'
    """
    return name.split("_", 1)[0]


def read(folder: Path) -> RamanSpectra:
    """Read the table: ``raman_mice.csv.gz`` of a mirror, or the authors' ``DATA_dp_wc_bc.csv``.

    Raises
    ------
    DamagedError
        If neither file is there, or if it is cut, lacks a column, or holds other spectra than the 753 of 696 points.
    """
    paths = [folder / name for name in FILES if (folder / name).exists()]
    if not paths:
        raise DamagedError(f"there is no Raman table: neither {FILES[0]} nor {FILES[1]}")
    path = paths[0]
    try:
        with _opened(path) as file:
            table = _table(path.name, csv.reader(file))
    except (OSError, EOFError, zlib.error, csv.Error, UnicodeDecodeError) as error:
        raise DamagedError(f"{path.name} cannot be read ({error})") from error
    counts = dict(zip(CLASSES, np.bincount(table.labels, minlength=len(CLASSES)).tolist(), strict=True))
    if counts != dict(COUNTS):
        raise DamagedError(f"{path.name} holds {counts} spectra a class, but {dict(COUNTS)} are needed")
    return table


def published_task(table: RamanSpectra) -> RamanSpectra:
    """Return the task of the paper: normal tissue against tumour (adenoma or carcinoma).

    As in the authors' ``Analysis_code.R``: hyperplasia and biopsies are left out, 600 to 1800 1/cm is kept, and each
    spectrum is divided by its Euclidean norm. Of the real table 440 spectra of 47 mice are left.

    Returns
    -------
    Spectra of the classes ``("Normal", "Tumour")``.

    Raises
    ------
    ValueError
        If the spectra have other classes than the four of the table.
    """
    if table.classes != CLASSES:
        raise ValueError(f"the classes are {table.classes}, but {CLASSES} are needed: pass the whole table.")
    kept = table.take((table.tissue == "preparation") & (table.labels != CLASSES.index("Hp")))
    spectra, wavenumbers = crop(kept.spectra, kept.wavenumbers, 600, 1800)
    return RamanSpectra(
        np.asarray(unit_length(spectra), dtype=np.float32),
        wavenumbers,
        np.asarray(kept.labels != CLASSES.index("Normal"), dtype=np.int64),
        ("Normal", "Tumour"),
        kept.mouse,
        kept.tissue,
        kept.names,
    )


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _table(file: str, rows: Iterator[list[str]]) -> RamanSpectra:
    header = next(rows, [])
    wavenumbers = wavenumber_axis()
    columns = {title: position for position, title in enumerate(header)}
    try:
        points = [columns[f"{wavenumber:g}"] for wavenumber in wavenumbers]
        name, annotation, tissue = (columns[title] for title in ("Name", "Annotation", "Tissue"))
    except KeyError as error:
        raise DamagedError(f"{file} holds no Raman table: the column {error} is missing") from error
    first, last = points[0], points[-1] + 1
    if points != list(range(first, last)):
        raise DamagedError(f"{file} holds no Raman table: the wavenumbers do not stand side by side")

    names, labels, tissues, spectra = [], [], [], []
    for line, row in enumerate(rows, start=2):
        try:
            spectra.append(np.array(row[first:last], dtype=np.float32))
            labels.append(CLASSES.index(row[annotation]))
            names.append(row[name])
            tissues.append(row[tissue])
        except (ValueError, IndexError) as error:
            raise DamagedError(f"{file} is damaged in line {line} ({error})") from error
        if len(row) != len(header) or not np.isfinite(spectra[-1]).all():
            raise DamagedError(f"{file} is damaged in line {line}: a value is missing or not finite")
    return RamanSpectra(
        np.array(spectra, dtype=np.float32).reshape(-1, len(wavenumbers)),
        wavenumbers,
        np.array(labels, dtype=np.int64),
        CLASSES,
        np.array([mouse_of(one) for one in names]),
        np.array(tissues),
        np.array(names),
    )
