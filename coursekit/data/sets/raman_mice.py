"""Raman spectra of mouse tissue, and the classification task that their authors published.

The spectra are those of S. Guo, J. Popp, T. Bocklitz: Chemometric analysis in Raman spectroscopy from experimental
design to machine learning-based modeling, Nature Protocols 16 (2021) 5426-5459. The authors offer them as
``DATA_dp_wc_bc.csv`` (and the same as ``.RData``) at
https://github.com/Bocklitz-Lab/Example-Raman-spectral-analysis; a classroom mirror has ``raman_mice.csv.gz``. Both are
read here: the columns are found by their names, and those that are not needed are passed over.
"""

from __future__ import annotations

import gzip
import io
import shutil
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import IO

import numpy as np

from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, RemoteFile
from coursekit.data.errors import DamagedError
from coursekit.data.table import rows as table_rows
from coursekit.spectra import RamanSpectra, crop, unit_length, wavenumber_axis

CLASSES = ("Normal", "Hp", "Adenom", "Karzinom")
# What the authors' German words mean.
CLASS_NAMES: Mapping[str, str] = MappingProxyType(
    {"Normal": "normal tissue", "Hp": "hyperplasia", "Adenom": "adenoma", "Karzinom": "carcinoma"}
)
COUNTS: Mapping[str, int] = MappingProxyType({"Normal": 397, "Hp": 97, "Adenom": 196, "Karzinom": 63})
FILES = ("raman_mice.csv.gz", "DATA_dp_wc_bc.csv")


def _mouse_of(name: str) -> str:
    """Return the mouse that a spectrum was taken from: what stands before the first ``_`` of its name.

    Parameters
    ----------
    name : str
        Name of the spectrum.

    Returns
    -------
    str

    Examples
    --------
    >>> _mouse_of("M10_C2_I_001")
    'M10'
    """
    return name.split("_", 1)[0]


def read(folder: Path) -> RamanSpectra:
    """Read the table: ``raman_mice.csv.gz`` of a mirror, or the authors' ``DATA_dp_wc_bc.csv``.

    Parameters
    ----------
    folder : Path
        The folder of the cache.

    Returns
    -------
    RamanSpectra
        753 spectra of 696 points.

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
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedError(f"{path.name} cannot be read ({error})") from error
    table = _table(path.name, table_rows(content, path.name))
    counts = dict(zip(CLASSES, np.bincount(table.labels, minlength=len(CLASSES)).tolist(), strict=True))
    if counts != dict(COUNTS):
        raise DamagedError(f"{path.name} holds {counts} spectra a class, but {dict(COUNTS)} are needed")
    return table


def sample() -> RamanSpectra:
    """Return the synthetic spectra that stand in for the real ones.

    Returns
    -------
    RamanSpectra
        600 spectra of 60 mice, of the same axis and classes.
    """
    from coursekit.synthetic import spectra

    return spectra.draw()


def pack(folder: Path, target: IO[bytes]) -> None:
    """Write the file of a mirror from the authors' table.

    Parameters
    ----------
    folder : Path
        The folder of the cache, with one CSV file in it.
    target : binary file
        The open file, which gets that table gzipped.
    """
    (table,) = folder.glob("*.csv")
    shutil.copyfileobj(io.BytesIO(gzip.compress(table.read_bytes(), mtime=0)), target)


def published_task(table: RamanSpectra) -> RamanSpectra:
    """Return the task of the paper: normal tissue against tumour (adenoma or carcinoma).

    As in the authors' ``Analysis_code.R``: hyperplasia and biopsies are left out, 600 to 1800 1/cm is kept, and each
    spectrum is divided by its Euclidean norm. Of the real table 440 spectra of 47 mice are left.

    Parameters
    ----------
    table : RamanSpectra
        The whole table, real or synthetic.

    Returns
    -------
    RamanSpectra
        Spectra of the classes ``("Normal", "Tumour")``.

    Raises
    ------
    ValueError
        If the spectra have other classes than the four of the table.

    Examples
    --------
    >>> task = published_task(sample())
    >>> task.classes, task.spectra.shape[1], task.wavenumbers[[0, -1]].tolist()
    (('Normal', 'Tumour'), 596, [600.0, 1790.0])
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


def _table(file: str, rows: Iterator[tuple[int, list[str]]]) -> RamanSpectra:
    _, header = next(rows, (1, []))
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
    for line, row in rows:
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
        np.array([_mouse_of(one) for one in names]),
        np.array(tissues),
        np.array(names),
    )


RAMAN_MICE = CatalogueEntry(
    name="raman_mice",
    title="Raman spectra of mouse tissue",
    classes=CLASSES,
    counts=MappingProxyType({"all": 753}),
    licence="GNU General Public License 3 (the authors' repository)",
    citation=(
        "S. Guo, J. Popp, T. Bocklitz: Chemometric analysis in Raman spectroscopy from experimental design to machine "
        "learning-based modeling, Nature Protocols 16 (2021) 5426-5459"
    ),
    layout="gzipped CSV: Name, intensities with the wavenumber in 1/cm as column name, Annotation, Tissue",
    mirror=DataSource(
        (
            RemoteFile(
                name="raman_mice.csv.gz",
                address="raman_mice.csv.gz",
                checksum="0bb7b711923c5bfbca83941efde801c13137634127479867be247a8554ca9ada",
                size=1_861_617,
            ),
        )
    ),
    # The authors' README names this table beside their RData file, and this commit is the one that the mirror was made
    # from; that the table lies in the repository's root could not be confirmed. Neither repository nor paper gives a
    # hash. It lacks the column AnnotationDetail.
    homes=(
        DataSource(
            (
                RemoteFile(
                    name="DATA_dp_wc_bc.csv",
                    address=(
                        "https://raw.githubusercontent.com/Bocklitz-Lab/Example-Raman-spectral-analysis/"
                        "fbdadb1085c567a710132ad438e3c8e5fac6b5a6/DATA_dp_wc_bc.csv"
                    ),
                    checksum=None,
                    size=20_000_000,
                ),
            )
        ),
    ),
    read=read,
    sample="synthetic spectra of four classes from 60 mice, with peaks, baseline, noise and an effect of each mouse",
    make_sample=sample,
    pack=pack,
)
