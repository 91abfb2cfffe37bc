"""Image files as `tf.data.Dataset`: decoded, kept, augmented, and in an order of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.data import DataError, Split
from coursekit.data.images import decoded_cache, decoding


@pytest.fixture
def split(tmp_path: Path) -> Split:
    (tmp_path / "images").mkdir()
    paths = []
    for number in range(11):
        paths.append(tmp_path / "images" / f"{number}.png")
        Image.new("L", (5 + number, 6), 20 * number).save(paths[-1])
    return Split.from_files("train", paths, np.arange(11))


def collect(batches) -> tuple[np.ndarray, np.ndarray]:
    images, labels = zip(*batches.as_numpy_iterator(), strict=True)
    return np.concatenate(images), np.concatenate(labels)


@pytest.mark.parametrize("cache", [None, "memory", "disk"])
def test_batches_hold_what_arrays_hold(split: Split, cache):
    batches = split.batches(4, size=(8, 9), cache=cache, limit=10)
    assert batches.cardinality() == 3
    assert batches.element_spec[0].shape.as_list() == [None, 8, 9, 3]
    for _ in range(2):
        for ours, theirs in zip(collect(batches), split.arrays(limit=10, size=(8, 9)), strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("cache", [None, "memory", "disk"])
def test_shuffling_keeps_images_and_labels_together(split: Split, cache):
    images, labels = collect(split.batches(4, size=8, shuffle=True, cache=cache))
    np.testing.assert_array_equal(np.round(images[:, 0, 0, 0] * 255), 20 * labels)
    assert sorted(labels.tolist()) == list(range(11))


@pytest.mark.parametrize("cache", ["memory", "disk"])
def test_second_epoch_decodes_nothing(split: Split, cache, monkeypatch):
    batches = split.batches(4, size=8, cache=cache)
    collect(batches)
    monkeypatch.setattr(decoding, "decode_all", None)
    assert len(collect(batches)[0]) == 11


def test_cache_on_disk_outlives_the_batches_and_notices_changed_files(split: Split, home: Path, monkeypatch):
    collect(split.batches(4, size=8, cache="disk"))
    with monkeypatch.context() as patch:
        patch.setattr(decoding, "decode_all", None)
        collect(split.batches(4, size=8, cache="disk"))
    Image.new("L", (7, 6), 255).save(split.paths[0])
    assert collect(split.batches(4, size=8, cache="disk"))[0][0].min() == 1
    assert not list((home / "cache").glob(".unfinished-*"))


def test_damaged_cache_is_made_again(split: Split, home: Path):
    expected = collect(split.batches(4, size=8, cache="disk"))[0]
    (kept,) = (home / "cache").glob("images-*.npy")
    kept.write_bytes(kept.read_bytes()[:300])
    np.testing.assert_array_equal(collect(split.batches(4, size=8, cache="disk"))[0], expected)


def test_interrupted_cache_leaves_nothing_that_looks_whole(split: Split, home: Path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(decoding, "decode_all", interrupt)
        with pytest.raises(KeyboardInterrupt):
            split.batches(4, size=8, cache="disk")
    assert not list((home / "cache").glob("*.npy"))
    assert len(collect(split.batches(4, size=8, cache="disk"))[0]) == 11


def test_full_disk_is_said_before_the_work(split: Split, monkeypatch):
    monkeypatch.setattr(decoded_cache, "_SPARE_BYTES", 10**18)
    with pytest.raises(DataError, match=r'only .* MB are free.*cache="memory"'):
        split.batches(4, size=8, cache="disk")


def test_file_that_vanishes_after_the_split_was_made(split: Split):
    split.paths[3].unlink()
    with pytest.raises(Exception, match=r"3\.png cannot be decoded"):
        collect(split.batches(4, size=8))


def test_order_depends_on_no_other_seed(split: Split):
    import tensorflow as tf

    def order(seed: int) -> list[int]:
        tf.random.set_seed(seed)
        return collect(split.batches(4, size=8, shuffle=True, seed=5))[1].tolist()

    assert order(1) == order(2)


def test_order_is_the_same_anywhere(split: Split):
    """Written down once, so that no second process is needed to see it."""
    batches = split.batches(4, size=8, shuffle=True, seed=5)
    found = [int(label) for _ in range(2) for label in collect(batches)[1]]
    assert found == [10, 7, 1, 3, 2, 4, 6, 0, 9, 5, 8, 5, 8, 7, 2, 4, 6, 0, 10, 9, 3, 1]


@pytest.mark.slow
def test_order_is_the_same_in_another_process(split: Split):
    code = (
        "import numpy as np; from coursekit.data import Split\n"
        "split = Split.from_arrays('train', np.zeros((11, 2, 2, 3), np.uint8), np.arange(11))\n"
        "batches = split.batches(4, shuffle=True, seed=5)\n"
        "print([int(label) for _ in range(2) for _, labels in batches for label in labels])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    batches = split.batches(4, size=8, shuffle=True, seed=5)
    assert run.stdout.strip() == str([int(label) for _ in range(2) for label in collect(batches)[1]])


def test_augmentation_comes_after_the_cache(split: Split):
    batches = split.batches(4, size=8, cache="memory", augment=lambda images: 1 - images)
    for _ in range(2):
        np.testing.assert_allclose(collect(batches)[0], 1 - split.arrays(size=8)[0], atol=1e-6)


def test_keras_layer_augments(split: Split):
    import keras

    def epochs() -> np.ndarray:
        flip = keras.layers.RandomTranslation(0.5, 0.5, fill_mode="constant", seed=1)
        batches = split.batches(4, size=8, augment=flip)
        return np.stack([collect(batches)[0] for _ in range(2)])

    first = epochs()
    assert not np.array_equal(first[0], first[1])
    np.testing.assert_array_equal(epochs(), first)


@pytest.mark.parametrize(("option", "value"), [("seed", -1), ("cache", "ram")])
def test_wrong_options_are_refused(split: Split, option: str, value):
    with pytest.raises(ValueError, match=f"{option} is {value!r}"):
        split.batches(4, size=8, **{option: value})
