"""Folders of image files become splits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.data.errors import DamagedError
from coursekit.data.images.image_folder import class_folders, split_folders
from coursekit.data.splitting import stratified_parts


def write(path: Path, grey: int = 100, size: tuple[int, int] = (6, 4)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, grey).save(path)


@pytest.fixture
def classes(tmp_path: Path) -> Path:
    """Forty zebras and twenty ants; zebra number i belongs to animal i // 4."""
    for number in range(40):
        write(tmp_path / "zebra" / f"{number // 4}_{number}.png", number)
    for number in range(20):
        write(tmp_path / "ant" / f"{100 + number // 2}_{number}.png", 100 + number)
    return tmp_path


def names(split) -> list[str]:
    return [path.name for path in split.paths]


def test_split_folders_keep_the_order_of_the_classes(tmp_path: Path):
    for split, count in (("train", 3), ("validation", 2), ("test", 1)):
        for name in ("zebra", "ant"):
            for number in range(count):
                write(tmp_path / split / name / f"{number}.png")
    splits = split_folders(tmp_path, ("zebra", "ant"))
    assert splits.train.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert splits.train.paths[0].parent.name == "zebra"
    assert [len(split) for split in (splits.validation, splits.test)] == [4, 2]
    assert split_folders(tmp_path, ("zebra", "ant"), ("train", "test")).validation is None


def test_hidden_files_and_other_files_are_passed_over(tmp_path: Path):
    for split in ("train", "test"):
        write(tmp_path / split / "ant" / "1.PNG")
        for name in ("._1.png", ".DS_Store", "Thumbs.db", "notes.txt"):
            (tmp_path / split / "ant" / name).write_bytes(b"?")
        (tmp_path / split / "ant" / "folder.png").mkdir()
    splits = split_folders(tmp_path, ("ant",), ("train", "test"))
    assert names(splits.train) == ["1.PNG"]
    assert splits.train.broken == ()


def test_missing_and_empty_class_folders_are_refused(classes: Path):
    with pytest.raises(DamagedError, match="lion is missing"):
        class_folders(classes, ("zebra", "lion"))
    (classes / "lion").mkdir()
    with pytest.raises(DamagedError, match="lion holds no images"):
        class_folders(classes, ("zebra", "lion"))


def test_class_folders_are_split_in_the_same_proportions(classes: Path):
    splits = class_folders(classes, ("zebra", "ant"))
    assert [np.bincount(split.labels).tolist() for split in (splits.train, splits.validation, splits.test)] == [
        [32, 16],
        [4, 2],
        [4, 2],
    ]
    together = sorted(names(splits.train) + names(splits.validation) + names(splits.test))
    assert together == sorted(path.name for path in classes.rglob("*.png"))


def test_the_split_follows_from_the_seed_and_the_names(classes: Path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for path in sorted(classes.rglob("*.png"), reverse=True):
        write(elsewhere / path.relative_to(classes))
    first = names(class_folders(classes, ("zebra", "ant")).test)
    assert names(class_folders(elsewhere, ("zebra", "ant")).test) == first
    assert names(class_folders(classes, ("zebra", "ant"), seed=4).test) != first


def test_groups_never_straddle_splits(classes: Path):
    splits = class_folders(classes, ("zebra", "ant"), (0.6, 0.2, 0.2), group_of=lambda path: path.name.split("_")[0])
    groups = [set(split.groups) for split in (splits.train, splits.validation, splits.test)]
    assert sum(map(len, groups)) == len(set.union(*groups)) == 20
    assert [np.bincount(split.labels).tolist() for split in (splits.train, splits.validation, splits.test)] == [
        [24, 12],
        [8, 4],
        [8, 4],
    ]


def test_a_share_of_zero_means_no_validation(classes: Path):
    splits = class_folders(classes, ("zebra", "ant"), (0.5, 0.0, 0.5))
    assert splits.validation is None
    assert len(splits.train) == len(splits.test) == 30


@pytest.mark.parametrize("fractions", [(0.8, 0.1, 0.2), (1.1, -0.2, 0.1), (0.9, 0.1, 0.0)])
def test_impossible_shares_are_refused(classes: Path, fractions):
    with pytest.raises(ValueError, match="add up to 1"):
        class_folders(classes, ("zebra", "ant"), fractions)


def test_groups_of_uneven_size_and_mixed_classes():
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 150, 700).astype(str)
    labels = rng.choice(5, 700, p=[0.5, 0.2, 0.15, 0.1, 0.05])
    parts = stratified_parts(labels, (0.7, 0.15, 0.15), groups=groups)
    assert all(len(set(parts[groups == group])) == 1 for group in set(groups))
    for label in range(5):
        shares = np.bincount(parts[labels == label], minlength=3) / np.count_nonzero(labels == label)
        np.testing.assert_allclose(shares, (0.7, 0.15, 0.15), atol=0.06)
