"""Splits of image files, and what arrays and files have in common."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.data import Dataset, Split


def write(folder: Path, sizes: list[tuple[int, int]]) -> list[Path]:
    """One image of each (height, width): number i is grey 10 * i."""
    paths = []
    for number, (height, width) in enumerate(sizes):
        paths.append(folder / f"{number}.png")
        Image.new("L", (width, height), 10 * number).save(paths[-1])
    return paths


@pytest.fixture
def split(tmp_path: Path) -> Split:
    return Split.from_files("train", write(tmp_path, [(4, 6)] * 12), [0, 1, 2] * 4)


def test_files_of_one_size_need_no_size(split: Split):
    images, labels = split.arrays()
    assert (images.shape, images.dtype) == ((12, 4, 6, 3), np.float32)
    np.testing.assert_array_equal(np.round(images[:, 0, 0, 0] * 255), 10 * np.arange(12))
    assert labels.tolist() == [0, 1, 2] * 4
    assert repr(split) == "Split('train', 12 image files of 4x6)"


def test_files_and_arrays_give_the_same(split: Split):
    images = np.tile((10 * np.arange(12, dtype=np.uint8))[:, None, None, None], (1, 4, 6, 3))
    array_split = Split.from_arrays("train", images, [0, 1, 2] * 4)
    for options in ({}, {"limit": 5}, {"size": 7}, {"size": (8, 3), "fit": "pad", "limit": 4}):
        for ours, theirs in zip(split.arrays(**options), array_split.arrays(**options), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(split.sizes, array_split.sizes)


def test_images_of_many_sizes_need_a_size(tmp_path: Path):
    split = Split.from_files("test", write(tmp_path, [(4, 6), (10, 5)]), [0, 1])
    assert split.sizes.tolist() == [[4, 6], [10, 5]]
    assert split.arrays(size=8)[0].shape == (2, 8, 8, 3)
    for refused in (split.arrays, lambda: split.batches(2)):
        with pytest.raises(ValueError, match=r"test differ in size \(4x5 to 10x6 pixels\).*Pass size="):
            refused()


@pytest.mark.parametrize("size", [0, (0, 5), (5, -1)])
def test_size_below_one_is_refused(split: Split, size):
    with pytest.raises(ValueError, match="size is"):
        split.arrays(size=size)


def test_unknown_fit_is_refused(split: Split):
    with pytest.raises(ValueError, match="fit is 'squeeze'"):
        split.arrays(fit="squeeze")


def test_broken_files_are_left_out_and_told_once(tmp_path: Path, capsys):
    paths = write(tmp_path, [(4, 6)] * 4)
    paths[2].write_bytes(b"no image")
    made = [Split.from_files("train", paths, [5, 6, 7, 8], groups=["a", "b", "c", "d"]) for _ in range(2)]
    assert capsys.readouterr().out.count("1 file that cannot be decoded is left out") == 1
    for split in made:
        assert split.labels.tolist() == [5, 6, 8]
        assert split.groups.tolist() == ["a", "b", "d"]
        assert [path.name for path in split.paths] == ["0.png", "1.png", "3.png"]
        assert split.broken == (paths[2],)
        assert len(split.arrays()[0]) == len(split) == 3


def test_describe_names_the_sizes_and_the_broken_files(tmp_path: Path):
    paths = write(tmp_path, [(4, 6), (10, 5), (3, 3)])
    paths[2].write_bytes(b"")
    split = Split.from_files("train", paths, [0, 0, 0])
    dataset = Dataset("a", "A", split, None, split, ("only",), "real", "here", "CC0", "nobody")
    text = dataset.describe()
    assert "4x5 to 10x6 pixels, colour" in text
    assert "2.png" in text


def test_one_label_and_one_group_a_file(tmp_path: Path):
    paths = write(tmp_path, [(4, 6)] * 2)
    with pytest.raises(ValueError, match=r"labels have shape \(1,\), but there are 2 files"):
        Split.from_files("train", paths, [0])
    with pytest.raises(ValueError, match="groups have shape"):
        Split.from_files("train", paths, [0, 1], groups=["a"])


def test_missing_file_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="gone"):
        Split.from_files("train", [tmp_path / "gone.png"], [0])


def test_masks_and_groups_belong_to_the_images():
    images, masks = np.zeros((2, 4, 5, 3), np.uint8), np.zeros((2, 4, 5), bool)
    split = Split.from_arrays("train", images, [0, 1], masks, ["a", "b"])
    assert split.masks.shape == (2, 4, 5)
    assert split.groups.tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="read-only"):
        split.masks[0] = True
    with pytest.raises(ValueError, match="masks have shape"):
        Split.from_arrays("train", images, [0, 1], masks[:1])
    with pytest.raises(ValueError, match="groups have shape"):
        Split.from_arrays("train", images, [0, 1], groups=["a"])


def test_making_a_split_leaves_the_callers_arrays_writable():
    images, labels = np.zeros((2, 4, 5, 3), np.uint8), np.zeros(2, np.int64)
    Split.from_arrays("train", images, labels)
    images[0], labels[0] = 1, 1
