"""The duplicates that are known to be in the real data sets."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from coursekit.data import Dataset
from coursekit.data.dataset import Splits
from coursekit.data.image_folder import class_folders, split_folders
from coursekit.data.quality import quality

pytestmark = pytest.mark.real_data
FLOWERS = ("daisy", "dandelion", "roses", "sunflowers", "tulips")
SCENES = ("buildings", "forest", "glacier", "mountain", "sea", "street")
PETS = ("cats", "dogs")


def unpacked(mirror: str, name: str, folder: Path) -> Path:
    with zipfile.ZipFile(Path(mirror) / f"{name}.zip") as archive:
        archive.extractall(folder)
    return folder


def data_set(splits: Splits, classes: tuple[str, ...]) -> Dataset:
    return Dataset("a", "A", splits.train, splits.validation, splits.test, classes, "real", "mirror", "", "")


def pairs(found) -> set[frozenset[str]]:
    return {frozenset(f"{one.class_name}/{one.path.stem}" for one in (pair.first, pair.second)) for pair in found}


def test_flowers_hold_three_identical_pairs(real_mirror: str, tmp_path: Path):
    dataset = data_set(class_folders(unpacked(real_mirror, "flowers", tmp_path), FLOWERS), FLOWERS)
    start = time.monotonic()
    report = quality(dataset)
    assert time.monotonic() - start < 60
    assert pairs(report.identical) == {
        frozenset(("roses/15922772266_1167a06620", "tulips/15922772266_1167a06620")),
        frozenset(("sunflowers/14889392928_9742aed45b_m", "sunflowers/15066430311_fb57fa92b0_m")),
        frozenset(("sunflowers/15069459615_7e0fd61914_n", "sunflowers/15072973261_73e2912ef2_n")),
    }
    assert sum(sum(classes.values()) for classes in report.counts.values()) == 3_670
    assert report.broken == ()
    assert len(report.near_duplicates) < 40


def test_scenes_hold_near_duplicates_across_train_and_test(real_mirror: str, tmp_path: Path):
    folder = unpacked(real_mirror, "scenes", tmp_path)
    report = quality(data_set(split_folders(folder, SCENES, ("train", "test")), SCENES))
    known = {("22993", "8394"), ("21126", "2339"), ("20098", "3396")}
    leaks = pairs(pair for pair in report.near_duplicates if pair.across_splits)
    assert {frozenset(f"forest/{number}" for number in pair) for pair in known} <= leaks
    assert report.identical == ()
    assert len(report.near_duplicates) < 40


def test_cats_and_dogs_hold_one_near_duplicate_across_validation_and_test(real_mirror: str, tmp_path: Path):
    report = quality(data_set(split_folders(unpacked(real_mirror, "cats_dogs", tmp_path), PETS), PETS))
    leaks = pairs(pair for pair in report.near_duplicates if pair.across_splits)
    assert leaks == {frozenset(("cats/cat.4575", "cats/cat.4126"))}
    assert report.identical == ()
