"""Synthetic Raman spectra: the same bytes each time, bands where they belong, mice that a random split gives away."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from coursekit.data.sets.raman_mice import CLASSES, published_task
from coursekit.spectra import RamanSpectra, unit_length, wavenumber_axis
from coursekit.synthetic.spectra import BANDS, SHIFTS, draw


@pytest.fixture(scope="module")
def table() -> RamanSpectra:
    return draw(600)


def test_table_is_built_like_the_real_one(table: RamanSpectra):
    assert table.spectra.shape == (600, 696)
    np.testing.assert_array_equal(table.wavenumbers, wavenumber_axis())
    assert table.classes == CLASSES
    assert len(np.unique(table.mouse)) == 60
    assert all(name.startswith(f"{mouse}_") for name, mouse in zip(table.names, table.mouse, strict=True))


def test_classes_have_about_the_shares_of_the_real_table(table: RamanSpectra):
    np.testing.assert_allclose(np.bincount(table.labels) / 600, [0.53, 0.13, 0.26, 0.08], atol=0.09)


def test_longer_table_begins_with_the_shorter_one(table: RamanSpectra):
    np.testing.assert_array_equal(draw(15).spectra, table.spectra[:15])
    assert draw(15).mouse.tolist() == table.mouse[:15].tolist()


def test_other_process_draws_the_same_bytes():
    program = (
        "import hashlib; from coursekit.synthetic.spectra import draw; "
        "print(hashlib.sha256(draw(12, seed=3).spectra.tobytes()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip()
    assert other == hashlib.sha256(draw(12, seed=3).spectra.tobytes()).hexdigest()
    assert other != hashlib.sha256(draw(12, seed=4).spectra.tobytes()).hexdigest()


@pytest.mark.parametrize("wavenumber", [1002, 1448, 1658])
def test_bands_are_where_they_belong(table: RamanSpectra, wavenumber: int):
    mean = table.spectra.mean(axis=0)
    near = np.abs(table.wavenumbers - wavenumber) <= 20
    assert abs(table.wavenumbers[near][mean[near].argmax()] - wavenumber) <= 4


def test_tumours_differ_as_the_shifts_say(table: RamanSpectra):
    spectra = unit_length(table.spectra)
    difference = spectra[table.labels == 2].mean(axis=0) - spectra[table.labels == 0].mean(axis=0)
    assert SHIFTS["Adenom"]["nucleic acid"] > 0 > SHIFTS["Adenom"]["collagen"]
    assert difference[table.wavenumbers == 1094] > 0 > difference[table.wavenumbers == 936]


def test_every_band_is_on_the_axis():
    assert all(400 < band.wavenumber < 1790 for band in BANDS)


def test_baseline_is_honest_by_mouse_and_flattered_by_a_random_split(table: RamanSpectra):
    task = published_task(table)
    model = make_pipeline(PCA(20, random_state=0), LinearDiscriminantAnalysis())

    def balanced_accuracy(folds, groups=None) -> float:
        found = cross_val_predict(model, task.spectra, task.labels, groups=groups, cv=folds)
        return balanced_accuracy_score(task.labels, found)

    by_mouse = balanced_accuracy(StratifiedGroupKFold(5, shuffle=True, random_state=0), task.mouse)
    assert 0.72 < by_mouse < 0.9
    assert balanced_accuracy(StratifiedKFold(5, shuffle=True, random_state=0)) > by_mouse + 0.01


@pytest.mark.parametrize(("arguments", "message"), [({"count": 0}, "count is 0"), ({"seed": -1}, "seed is -1")])
def test_impossible_arguments_are_refused(arguments, message: str):
    with pytest.raises(ValueError, match=message):
        draw(**arguments)
