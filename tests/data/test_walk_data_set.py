"""The data set that CONTRIBUTING.md works out, taken from its text: its sample, and the real one of a mirror."""

from __future__ import annotations

import io
import sys
import types
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import coursekit as ck
from coursekit.data import mirror_writer, sets
from coursekit.data.errors import DataError
from tests.contributing import blocks

NAME = "school_pets"
(SOURCE,) = blocks("A new data set")


@pytest.fixture(autouse=True)
def entry(home: Path, monkeypatch: pytest.MonkeyPatch, set_homes):
    """The entry, in the catalogue; its public home, which is made up, is out of reach."""
    module = types.ModuleType(f"coursekit.data.sets.{NAME}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(SOURCE, module.__dict__)
    made = module.SCHOOL_PETS
    monkeypatch.setitem(sets.CATALOGUE, made.name, made)
    monkeypatch.setattr(sets, "NAMES", (*sets.NAMES, made.name))
    set_homes(made.name)
    return made


@pytest.fixture
def archive() -> bytes:
    """Ten cats and ten dogs as image files: an animal of grey g is all g."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for label, name in enumerate(("cat", "dog")):
            for number in range(10):
                image = io.BytesIO()
                Image.new("RGB", (8, 6), (100 * label + number,) * 3).save(image, "PNG")
                file.writestr(f"{name}/{number}.png", image.getvalue())
    return content.getvalue()


def test_offline_it_is_the_sample_with_masks(entry, capsys):
    data = ck.data.load(NAME)
    assert (data.source, data.classes) == ("sample", ("cat", "dog"))
    assert f"{NAME}: this is the sample ({entry.sample})" in capsys.readouterr().out
    assert [len(split.labels) for split in (data.train, data.validation, data.test)] == [24, 8, 8]
    assert data.train.masks.shape == data.train.images.shape[:3] == (24, 32, 32)
    assert all(set(split.labels.tolist()) == {0, 1} for split in (data.train, data.validation, data.test))


def test_the_sample_is_what_it_says(entry):
    sample = entry.make_sample()
    counts = [len(split.labels) for split in (sample.train, sample.validation, sample.test)]
    assert entry.sample.startswith(f"{sum(counts)} synthetic")
    assert "{} to train, {} to validate, {} to test".format(*counts) in entry.sample


def test_a_mirror_gives_the_real_one(archive, write_mirror, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(write_mirror({"school_pets.zip": archive})))
    data = ck.data.load(NAME)
    assert data.source == "real"
    splits = (data.train, data.validation, data.test)
    assert [len(split.labels) for split in splits] == [12, 4, 4]
    greys = []
    for split in splits:
        images, labels = split.arrays()
        values = np.rint(images[:, 0, 0, 0] * 255).astype(int)
        np.testing.assert_array_equal(values // 100, labels)
        greys += values.tolist()
    assert sorted(greys) == [*range(10), *range(100, 110)]


def test_without_an_index_the_hash_of_the_catalogue_counts(archive, tmp_path, monkeypatch):
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "school_pets.zip").write_bytes(archive)
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "stick"))
    with pytest.raises(DataError, match=r"school_pets\.zip"):
        ck.data.load(NAME)


def test_the_cache_writes_a_mirror_of_it(archive, write_mirror, home, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(write_mirror({"school_pets.zip": archive})))
    labels = ck.data.load(NAME).train.labels
    assert mirror_writer.write(tmp_path / "next", [NAME]).files[NAME][0] == "school_pets.zip"
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "next"))
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "other home"))
    data = ck.data.load(NAME)
    assert data.source == "real"
    np.testing.assert_array_equal(data.train.labels, labels)
