"""Synthetic samples as data sets: split, kept in a file, drawn again where it is damaged."""

from __future__ import annotations

import importlib
import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from coursekit.data import load, sets
from coursekit.data.sets import synthetic_sample
from coursekit.data.sets.synthetic_sample import SyntheticSample

SAMPLES = {
    name: entry.make_sample for name, entry in sets.CATALOGUE.items() if isinstance(entry.make_sample, SyntheticSample)
}


def set_sample(monkeypatch, name: str, counts: MappingProxyType[str, int]) -> None:
    """Let a data set have a sample of few and small images."""
    entry, sample = sets.CATALOGUE[name], SyntheticSample(SAMPLES[name].module, 32, counts)
    monkeypatch.setitem(sets.CATALOGUE, name, replace(entry, make_sample=sample))


@pytest.fixture(autouse=True)
def sample_setting(monkeypatch) -> None:
    monkeypatch.setenv("COURSEKIT_DATA", "sample")


@pytest.fixture
def small(monkeypatch) -> None:
    """Few and small images of each kind."""
    counts = MappingProxyType({"train": 10, "validation": 5, "test": 5})
    for name in SAMPLES:
        set_sample(monkeypatch, name, counts)


@pytest.fixture
def file(small, home: Path) -> Path:
    load("cats_dogs")
    (kept,) = (home / "samples").iterdir()
    return kept


@pytest.mark.parametrize("name", SAMPLES)
def test_classes_are_those_of_the_real_data(name: str):
    module = importlib.import_module(f"coursekit.synthetic.{SAMPLES[name].module}")
    assert tuple(module.CLASSES) == sets.entry(name).classes


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_has_splits_and_masks(small, name: str, capsys):
    dataset = load(name)
    assert dataset.source == "sample"
    assert (len(dataset.train), len(dataset.validation), len(dataset.test)) == (10, 5, 5)
    assert dataset.train.images.shape == (10, 32, 32, 3)
    assert dataset.test.masks.shape == (5, 32, 32)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", SAMPLES)
def test_words_say_what_is_synthetic(name: str):
    sample, words = SAMPLES[name], sets.entry(name).sample
    assert f"{sum(sample.counts.values()):,} synthetic" in words
    for split, count in sample.counts.items():
        assert f"{count:,} to {'validate' if split == 'validation' else split}" in words


def test_no_image_is_in_two_splits(small):
    dataset = load("flowers")
    seen = [{image.tobytes() for image in split.images} for split in (dataset.train, dataset.test)]
    assert not seen[0] & seen[1]


def test_no_drawn_patient_is_in_two_splits(monkeypatch):
    counts = MappingProxyType({"train": 14, "validation": 4, "test": 4})
    assert all(count % 2 == 0 for count in SAMPLES["retina"].counts.values())
    set_sample(monkeypatch, "retina", counts)
    dataset = load("retina")
    patients = [set(split.groups.tolist()) for split in (dataset.train, dataset.validation, dataset.test)]
    assert sum(map(len, patients)) == len(set().union(*patients))


def test_spectra(small):
    dataset = load("raman_mice")
    assert dataset.source == "sample"
    assert dataset.classes == sets.RAMAN_MICE.classes
    assert len(np.unique(dataset.table.mouse)) > 10


def test_second_time_it_is_read(file: Path, monkeypatch):
    first = load("cats_dogs")
    monkeypatch.setattr("coursekit.synthetic.pets.draw", None)
    np.testing.assert_array_equal(load("cats_dogs").train.images, first.train.images)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content[:1000] + bytes(100) + content[1100:],
    ],
    ids=["empty", "cut", "other bytes"],
)
def test_damaged_file_is_drawn_again(file: Path, damage):
    first = load("cats_dogs")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    again = load("cats_dogs")
    np.testing.assert_array_equal(again.train.images, first.train.images)
    np.testing.assert_array_equal(again.test.masks, first.test.masks)
    assert file.stat().st_size == len(whole)


def test_outdated_file_gives_way(file: Path):
    outdated = file.rename(file.with_name("pets-20-0123456789abcdef.npz"))
    load("cats_dogs")
    assert file.exists()
    assert not outdated.exists()


@pytest.mark.parametrize("module", ["flowers", "flower_parts/petals", "drawing/canvas"])
def test_sample_of_an_older_version_of_the_code_is_drawn_again(small, home: Path, monkeypatch, tmp_path, module: str):
    changed = shutil.copytree(synthetic_sample._DRAWERS, tmp_path / "drawers")
    load("flowers")
    (older,) = (home / "samples").iterdir()
    with (changed / f"{module}.py").open("a", encoding="utf-8") as code:
        code.write("# Another version.\n")
    monkeypatch.setattr(synthetic_sample, "_DRAWERS", changed)
    load("flowers")
    (newer,) = (home / "samples").iterdir()
    assert newer != older


@pytest.mark.parametrize("name", SAMPLES)
def test_a_smoke_test_draws_fewer_and_keeps_both_files(name: str, home: Path, monkeypatch):
    counts = MappingProxyType({"train": 50, "validation": 24, "test": 3})
    set_sample(monkeypatch, name, counts)
    monkeypatch.setattr(synthetic_sample, "_LEAST", 4)
    whole = load(name)
    monkeypatch.setenv("COURSEKIT_PROFILE", "smoke")
    few = load(name)
    assert [len(split) for split in (whole.train, whole.validation, whole.test)] == [50, 24, 3]
    assert [len(split) for split in (few.train, few.validation, few.test)] == [4, 4, 3]
    np.testing.assert_array_equal(few.train.images, whole.train.images[:4])
    assert len(list((home / "samples").iterdir())) == 2


def test_where_nothing_can_be_written_it_is_drawn_all_the_same(small, home: Path):
    home.write_text("in the way")
    assert load("cats_dogs").source == "sample"
