"""Splits as `tf.data.Dataset`."""

from __future__ import annotations

import numpy as np
import pytest

from coursekit.data import Split


@pytest.fixture(scope="module")
def split() -> Split:
    rng = np.random.default_rng(1)
    return Split("train", rng.integers(0, 256, (10, 4, 5, 3), dtype=np.uint8), np.arange(10) % 3)


def collect(batches) -> tuple[np.ndarray, np.ndarray]:
    images, labels = zip(*batches.as_numpy_iterator(), strict=True)
    return np.concatenate(images), np.concatenate(labels)


def test_batches_hold_what_arrays_hold(split: Split):
    batches = split.batches(4)
    assert [len(labels) for _, labels in batches.as_numpy_iterator()] == [4, 4, 2]
    for got, expected in zip(collect(batches), split.arrays(), strict=True):
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)


def test_limit_takes_the_same_images_as_arrays(split: Split):
    np.testing.assert_array_equal(collect(split.batches(4, limit=6))[0], split.arrays(limit=6)[0])


def test_shuffled_epochs_differ_and_follow_from_the_seed(split: Split):
    def two_epochs(seed: int) -> list[bytes]:
        batches = split.batches(4, shuffle=True, seed=seed)
        return [collect(batches)[0].tobytes() for _ in range(2)]

    first, second = two_epochs(seed=3)
    assert first != second
    assert two_epochs(seed=3) == [first, second]
    assert two_epochs(seed=4) != [first, second]


def test_shuffling_loses_nothing(split: Split):
    images, _ = collect(split.batches(4, shuffle=True))
    assert sorted(image.tobytes() for image in images) == sorted(p.tobytes() for p in split.arrays()[0])


def test_batch_size_below_one_is_refused(split: Split):
    with pytest.raises(ValueError, match="batch_size is 0"):
        split.batches(0)
