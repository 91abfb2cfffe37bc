"""The Raman table: read whole or refused; the published task; and what a split by mouse is for."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from coursekit.data.errors import DamagedError
from coursekit.data.sets.raman_mice import CLASSES, COUNTS, FILES, published_task, read
from coursekit.spectra import RamanSpectra, wavenumber_axis

Rows = list[list[str]]


@pytest.fixture(scope="module")
def table_rows() -> Rows:
    """A table as the mirror's, of invented numbers: spectrum i has the intensity i + 1 everywhere."""
    header = ["Name", *(f"{wavenumber:g}" for wavenumber in wavenumber_axis()), "Annotation", "Tissue"]
    classes = [name for name, count in COUNTS.items() for _ in range(count)]
    return [header] + [
        [f"M{i % 50}_C_{i}", *[f"{i + 1}"] * 696, name, "biopsy" if i % 3 == 0 else "preparation"]
        for i, name in enumerate(classes)
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_rows(rows: Rows, name: str = "raman_mice.csv.gz", **style) -> Path:
        text = io.StringIO(newline="")
        csv.writer(text, **style).writerows(rows)
        content = text.getvalue().encode()
        (tmp_path / name).write_bytes(gzip.compress(content, 1) if name.endswith(".gz") else content)
        return tmp_path

    return write_rows


def test_everything_is_read(table_rows: Rows, write):
    table = read(write(table_rows))
    assert table.spectra.shape == (753, 696)
    assert table.spectra.dtype == np.float32
    np.testing.assert_array_equal(table.spectra[:, 5], np.arange(753) + 1)
    np.testing.assert_array_equal(table.wavenumbers, wavenumber_axis())
    assert np.bincount(table.labels).tolist() == list(COUNTS.values())
    assert (table.names[7], table.mouse[7], table.tissue[7]) == ("M7_C_7", "M7", "preparation")


def test_table_as_the_authors_write_it(table_rows: Rows, write):
    """R's write.csv puts every value in quotes and the number of the row before it."""
    rows = [["", *table_rows[0]]] + [[str(line), *row] for line, row in enumerate(table_rows[1:], start=1)]
    table = read(write(rows, "DATA_dp_wc_bc.csv", quoting=csv.QUOTE_ALL))
    np.testing.assert_array_equal(table.spectra[:, -1], np.arange(753) + 1)
    assert table.names[7] == "M7_C_7"


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_table_as_a_spreadsheet_saves_it(table_rows: Rows, tmp_path: Path, delimiter: str):
    text = "\n".join(delimiter.join(row) for row in table_rows)
    (tmp_path / "DATA_dp_wc_bc.csv").write_text(text, encoding="utf-8-sig")
    assert read(tmp_path).names[7] == "M7_C_7"


def replaced(rows: Rows, line: int, column: int, value: str) -> Rows:
    spoilt = [list(row) for row in rows]
    spoilt[line][column] = value
    return spoilt


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda rows: [], "the column '400' is missing"),
        (lambda rows: replaced(rows, 0, 697, "Class"), "the column 'Annotation' is missing"),
        (lambda rows: replaced(rows, 5, 3, "much"), "line 6"),
        (lambda rows: replaced(rows, 5, 3, "nan"), "line 6: a value is missing or not finite"),
        (lambda rows: replaced(rows, 5, 697, "Adenoma"), "line 6"),
        (lambda rows: [*rows[:5], rows[5][:-1], *rows[6:]], "line 6"),
        (lambda rows: rows[:-1], "62.* spectra a class, but .*63"),
    ],
)
def test_damaged_table_is_refused(table_rows: Rows, write, spoil, message: str):
    with pytest.raises(DamagedError, match=message):
        read(write(spoil(table_rows)))


def test_cut_file_is_refused(table_rows: Rows, write):
    path = write(table_rows) / "raman_mice.csv.gz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DamagedError, match="cannot be read"):
        read(path.parent)


def test_missing_table_is_named(tmp_path: Path):
    with pytest.raises(DamagedError, match=r"neither raman_mice\.csv\.gz nor DATA_dp_wc_bc\.csv"):
        read(tmp_path)


@pytest.fixture
def table() -> RamanSpectra:
    return RamanSpectra(
        np.random.default_rng(0).random((8, 696), dtype=np.float32) + 1,
        wavenumber_axis(),
        np.arange(8) % 4,
        CLASSES,
        np.array(list("AABBCCDD")),
        np.array(["preparation"] * 4 + ["biopsy"] * 4),
        np.array([f"{mouse}_1" for mouse in "AABBCCDD"]),
    )


def test_published_task_leaves_out_biopsies_and_hyperplasia(table: RamanSpectra):
    task = published_task(table)
    assert task.classes == ("Normal", "Tumour")
    assert task.labels.tolist() == [0, 1, 1]
    assert task.mouse.tolist() == ["A", "B", "B"]
    assert task.wavenumbers[[0, -1]].tolist() == [600, 1790]
    np.testing.assert_allclose(np.linalg.norm(task.spectra, axis=1), 1, rtol=1e-5)


def test_published_task_is_of_the_whole_table(table: RamanSpectra):
    with pytest.raises(ValueError, match="pass the whole table"):
        published_task(published_task(table))


def test_spectra_cannot_be_changed_by_mistake(table: RamanSpectra):
    with pytest.raises(ValueError, match="read-only"):
        table.spectra[0] = 0


@pytest.mark.parametrize("field", ["spectra", "wavenumbers", "mouse", "tissue", "names"])
def test_arrays_that_do_not_belong_together_are_refused(table: RamanSpectra, field: str):
    arrays = {name: getattr(table, name) for name in RamanSpectra.__dataclass_fields__}
    with pytest.raises(ValueError, match=r"are needed|needs one"):
        RamanSpectra(**{**arrays, field: arrays[field][:-1]})


@pytest.fixture(scope="module")
def real_table() -> RamanSpectra:
    folder = Path(os.environ.get("COURSEKIT_MIRROR", "").removeprefix("file://") or "none")
    if not (folder / FILES[0]).exists():
        pytest.skip("COURSEKIT_MIRROR is not set to a folder")
    return read(folder)


@pytest.mark.real_data
def test_real_counts(real_table: RamanSpectra):
    preparation = real_table.take(real_table.tissue == "preparation")
    assert np.bincount(preparation.labels).tolist() == [226, 76, 153, 61]
    assert set(real_table.tissue) == {"preparation", "biopsy"}
    assert len(np.unique(real_table.mouse)) == 144
    task = published_task(real_table)
    assert (len(task), len(np.unique(task.mouse))) == (440, 47)
    assert np.bincount(task.labels).tolist() == [226, 214]


@pytest.mark.real_data
@pytest.mark.parametrize("wavenumber", [1002, 1448, 1658])
def test_real_bands_are_where_they_belong(real_table: RamanSpectra, wavenumber: int):
    mean, axis = real_table.spectra.mean(axis=0), real_table.wavenumbers
    near = np.abs(axis - wavenumber) <= 20
    assert abs(axis[near][mean[near].argmax()] - wavenumber) <= 4


@pytest.mark.real_data
def test_published_baseline_and_how_much_a_random_split_flatters(real_table: RamanSpectra):
    task = published_task(real_table)
    model = make_pipeline(PCA(20, random_state=0), LinearDiscriminantAnalysis())

    def balanced_accuracy(folds, groups: np.ndarray | None = task.mouse) -> float:
        found = cross_val_predict(model, task.spectra, task.labels, groups=groups, cv=folds)
        return balanced_accuracy_score(task.labels, found)

    assert balanced_accuracy(GroupKFold(5)) == pytest.approx(0.82, abs=0.02)
    by_mouse = [balanced_accuracy(StratifiedGroupKFold(5, shuffle=True, random_state=seed)) for seed in range(5)]
    random = [balanced_accuracy(StratifiedKFold(5, shuffle=True, random_state=seed), None) for seed in range(5)]
    assert 0.02 < np.mean(random) - np.mean(by_mouse) < 0.05
