"""Folders of image files become splits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.data.errors import DamagedError
from coursekit.data.image_folder import class_folders, split_folders
from coursekit.data.images.listing import list_folder
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


def test_hidden_files_are_passed_over_and_other_files_are_named(tmp_path: Path, capsys):
    for split in ("train", "test"):
        write(tmp_path / split / "ant" / "1.PNG")
        write(tmp_path / split / "ant" / ".ipynb_checkpoints" / "1-checkpoint.png")
        write(tmp_path / split / ".ipynb_checkpoints" / "1-checkpoint.png")
        for name in ("._1.png", ".DS_Store", "Thumbs.db"):
            (tmp_path / split / "ant" / name).write_bytes(b"?")
        (tmp_path / split / "ant" / "folder.png").mkdir()
    (tmp_path / "train" / "ant" / "2.tif").write_bytes(b"?")
    write(tmp_path / "train" / "ant" / "inside" / "3.png")
    write(tmp_path / "train" / "bee" / "4.png")
    splits = split_folders(tmp_path, ("ant",), ("train", "test"))
    assert names(splits.train) == ["1.PNG"]
    assert splits.train.broken == ()
    why = {path.name: reason for path, reason in splits.train.left_out.items()}
    assert set(why) == {"2.tif", "3.png", "4.png"}
    assert why["2.tif"].startswith(".tif is none of .bmp")
    assert why["3.png"] == "it stands deeper than in the class folder ant"
    assert why["4.png"] == "bee is none of the classes ant"
    said = capsys.readouterr().out
    assert said.startswith(
        "train: 3 files are no images of a class and are left out: ant/2.tif, inside/3.png, bee/4.png"
    )
    assert splits.test.left_out == {}


@pytest.mark.parametrize("typed", ["caf\u00e9", "cafe\u0301"])
def test_a_class_is_found_however_its_accents_are_written(tmp_path: Path, typed: str):
    for number in range(3):
        write(tmp_path / "caf\u00e9" / f"{number}.png")
        write(tmp_path / "cafe\u0301" / f"{number + 3}.png")
    splits = class_folders(tmp_path, (typed,))
    assert len(splits.train) + len(splits.validation) + len(splits.test) == 6


@pytest.mark.parametrize("ants", [1, 2])
def test_too_few_images_for_a_split_are_refused(classes: Path, ants: int):
    for path in sorted((classes / "ant").iterdir())[ants:]:
        path.unlink()
    with pytest.raises(ValueError, match=rf"would be without any image of ant: the folder ant holds {ants} files.*ten"):
        class_folders(classes, ("zebra", "ant"))


def test_images_that_cannot_be_decoded_do_not_count_for_a_split(classes: Path):
    for path in sorted((classes / "ant").iterdir())[3:]:
        path.write_bytes(b"no image")
    with pytest.raises(ValueError, match="without any image of ant"):
        class_folders(classes, ("zebra", "ant"))


def test_a_split_folder_without_a_sound_image_is_refused(tmp_path: Path):
    for split in ("train", "test"):
        write(tmp_path / split / "ant" / "1.png")
    (tmp_path / "test" / "ant" / "1.png").write_bytes(b"no image")
    with pytest.raises(DamagedError, match="test holds no image of ant"):
        split_folders(tmp_path, ("ant",), ("train", "test"))


def test_images_stand_in_one_order_on_every_system(classes: Path):
    """On Windows, paths are compared without regard to case; macOS takes accents apart."""
    for name in ("B.png", "a.png", "e\u0301.png", "f.png"):
        write(classes / "lion" / name)
    in_folder = [path.name for path in list_folder(classes / "lion").images]
    assert in_folder == ["B.png", "a.png", "f.png", "e\u0301.png"]  # \u00e9 comes behind all plain letters


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
