"""The quality report finds what is planted, and little else."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from skimage import data as photographs

from coursekit.data import Dataset, Split
from coursekit.data.image_folder import split_folders
from coursekit.data.quality import QualityReport, quality

CLASSES = ("left", "right")


@functools.cache
def photograph(name: str) -> Image.Image:
    return Image.fromarray(getattr(photographs, name)())


@functools.cache
def photo(seed: int, side: int = 90) -> Image.Image:
    """A random part of a photograph, turned and mirrored at random: no two look alike."""
    rng = np.random.default_rng(seed)
    whole = photograph(("coffee", "astronaut", "chelsea")[seed % 3])
    top, left = rng.integers(0, [whole.height - 150, whole.width - 150])
    part = whole.crop((left, top, left + 150, top + 150)).rotate(float(rng.uniform(0, 360)))
    return part.crop((25, 25, 125, 125)).resize((side, side), Image.Resampling.BICUBIC)


def spot(ground: int, light: int) -> Image.Image:
    image = np.full((90, 90, 3), ground, np.uint8)
    image[40:50, 40:50] = light
    return Image.fromarray(image)


def data_set(train: Split, test: Split) -> Dataset:
    return Dataset("a", "A", train, None, test, CLASSES, "sample", "drawn", "CC0", "nobody")


def from_images(folder: Path, images: dict[str, Image.Image]) -> Dataset:
    """A data set of files; names look like ``train/left/name.png``."""
    for name, image in images.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        image.save(folder / name, compress_level=1)
    splits = []
    for split in ("train", "test"):
        paths = sorted((folder / split).rglob("*.*"))
        splits.append(Split.from_files(split, paths, [CLASSES.index(path.parent.name) for path in paths]))
    return data_set(*splits)


def strangers(count: int = 40) -> dict[str, Image.Image]:
    return {f"{'train' if i % 4 else 'test'}/{CLASSES[i // 2 % 2]}/{i}.png": photo(i) for i in range(count)}


def pairs(found) -> set[frozenset[str]]:
    return {frozenset((pair.first.path.stem, pair.second.path.stem)) for pair in found}


def test_different_images_are_no_duplicates(tmp_path: Path):
    report = quality(from_images(tmp_path, strangers()))
    assert (report.identical, report.near_duplicates) == ((), ())


def test_counts_sizes_and_balance(tmp_path: Path):
    report = quality(from_images(tmp_path, {**strangers(12), "train/left/wide.png": photo(99).resize((60, 40))}))
    assert {split: sum(classes.values()) for split, classes in report.counts.items()} == {"train": 10, "test": 3}
    assert report.counts["train"]["left"] + report.counts["test"]["left"] == 7
    assert report.imbalance == pytest.approx(7 / 6)
    assert report.sizes["train"].tolist() == [[40, 60], [90, 90], [90, 90]]


def test_the_same_file_across_splits_and_classes(tmp_path: Path):
    report = quality(
        from_images(tmp_path, {**strangers(), "train/left/copy.png": photo(2), "train/right/z.png": photo(0)})
    )
    assert pairs(report.identical) == {frozenset(("copy", "2")), frozenset(("z", "0"))}
    assert report.near_duplicates == ()
    (first, second) = report.identical
    assert first.across_splits
    assert first.across_classes
    assert not second.across_splits
    assert "(two splits, two classes)" in str(first)


def test_the_same_pixels_in_another_format_are_identical(tmp_path: Path):
    report = quality(from_images(tmp_path, {**strangers(), "train/left/again.bmp": photo(7)}))
    assert pairs(report.identical) == {frozenset(("again", "7"))}


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image.resize((140, 140), Image.Resampling.BICUBIC),
        lambda image: ImageEnhance.Brightness(image).enhance(0.7),
        lambda image: image.convert("L").convert("RGB"),
        lambda image: image.crop((1, 2, 89, 90)),
        lambda image: ImageEnhance.Contrast(image).enhance(1.3),
    ],
    ids=["larger", "darker", "grey", "cut", "contrast"],
)
def test_changed_copies_are_near_duplicates(tmp_path: Path, change):
    report = quality(from_images(tmp_path, {**strangers(), "test/left/copy.png": change(photo(5))}))
    assert pairs(report.near_duplicates) == {frozenset(("copy", "5"))}
    assert report.identical == ()


def test_what_all_images_share_is_no_duplicate():
    """Discs of one size on black, each with its own texture: as alike as eyes are."""
    rows, columns = np.mgrid[-1:1:60j, -1:1:60j]
    disc = (rows**2 + columns**2 < 0.8)[..., None]
    images = np.stack([np.asarray(photo(seed, 60)) // 4 + 100 for seed in range(60)]).astype(np.uint8) * disc
    report = quality(
        data_set(
            Split.from_arrays("train", images[:40], [0, 1] * 20),
            Split.from_arrays("test", images[40:], [0, 1] * 10),
        )
    )
    assert (report.identical, report.near_duplicates) == ((), ())


def test_images_in_memory_grey_too():
    noise = np.random.default_rng(0).integers(0, 256, (40, 28, 28, 1), dtype=np.uint8)
    noise[39] = noise[3]
    report = quality(
        data_set(Split.from_arrays("train", noise[:30], [0, 1] * 15), Split.from_arrays("test", noise[30:], [0, 1] * 5))
    )
    assert [str(pair) for pair in report.identical] == ["train/right/3 = test/right/9  (two splits)"]


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (Image.new("RGB", (90, 90), (120, 130, 110)), "blank"),
        (spot(0, 255), "dark"),
        (spot(255, 0), "bright"),
        (photo(1).resize((300, 90)), "long, 90x300 pixels"),
        (photo(1).resize((30, 30)), "small, 30x30 pixels"),
        (photo(1).convert("L").convert("RGB"), "grey in a class of coloured images"),
    ],
    ids=["blank", "dark", "bright", "long", "small", "grey"],
)
def test_odd_images_are_suspects(tmp_path: Path, image: Image.Image, reason: str):
    report = quality(from_images(tmp_path, {**strangers(60), "train/left/odd.png": image}))
    assert [suspect.reason for suspect in report.suspects if suspect.image.path.stem == "odd"] == [reason]
    assert len(report.suspects) <= 4


def test_odd_colours_are_judged_by_the_class(tmp_path: Path):
    """A blue image among brown ones; the same blue is nothing odd in a class of blue ones."""
    brown = [Image.fromarray(np.asarray(photo(3 * i)) // 2 + np.array([90, 45, 0], np.uint8)) for i in range(60)]
    blue = [Image.fromarray(np.asarray(image)[..., ::-1].copy()) for image in brown]
    images = {f"{'train' if i % 4 else 'test'}/left/{i}.png": brown[i] for i in range(30)}
    images |= {f"{'train' if i % 4 else 'test'}/right/{i}.png": blue[i] for i in range(30, 59)}
    report = quality(from_images(tmp_path, {**images, "train/left/odd.png": blue[59]}))
    assert [str(suspect) for suspect in report.suspects] == ["train/left/odd.png: odd colours for its class"]


def test_broken_files_are_named(tmp_path: Path):
    (tmp_path / "train" / "left").mkdir(parents=True)
    (tmp_path / "train" / "left" / "broken.jpg").write_bytes(b"no image")
    report = quality(from_images(tmp_path, strangers(8)))
    assert [path.name for path in report.broken] == ["broken.jpg"]
    assert "broken.jpg" in str(report)


def test_files_that_are_no_images_are_named_with_the_reason(tmp_path: Path):
    places = [f"{split}/{name}" for split in ("train", "test") for name in CLASSES]
    from_images(tmp_path, {f"{place}/{number}.png": photo(number) for number, place in enumerate(places)})
    (tmp_path / "train" / "left" / "scan.tif").write_bytes(b"?")
    splits = split_folders(tmp_path, CLASSES, ("train", "test"))
    report = quality(data_set(splits.train, splits.test))
    assert [path.name for path in report.left_out] == ["scan.tif"]
    assert "Left out: 1\n  left/scan.tif: .tif is none of" in str(report)


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> QualityReport:
    copies = {f"train/left/copy{number}.png": photo(number) for number in range(15)}
    return quality(from_images(tmp_path_factory.mktemp("report"), {**strangers(), **copies}))


def test_report_is_a_readable_text(report: QualityReport):
    lines = str(report).splitlines()
    assert lines[0] == "Quality of A"
    assert lines[2].split() == ["train", "test", "all"]
    assert lines[5].split() == ["all", "45", "10", "55"]
    assert repr(report) == str(report)
    assert max(map(len, lines)) <= 120


def test_long_lists_are_cut_with_a_count_and_leaks_come_first(report: QualityReport):
    assert len(report.identical) == 15
    assert "Identical images: 15" in str(report)
    assert "and 5 more" in str(report)
    leaks = [pair.across_splits for pair in report.identical]
    assert leaks == sorted(leaks, reverse=True)
