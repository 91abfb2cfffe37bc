"""The studies on digits: what is moved, what is compared, and that both networks get the same."""

import dataclasses

import numpy as np
import pytest
import scipy.ndimage

from coursekit import data, training
from coursekit.data import Split
from coursekit.training import mnist_studies


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (2, 0), (-1, 3), (0, -4), (-5, -5)])
def test_images_are_moved_as_scipy_moves_them(rows, columns):
    images = np.random.default_rng(0).random((3, 7, 9, 1), np.float32)
    expected = scipy.ndimage.shift(images, (0, rows, columns, 0), order=0)
    np.testing.assert_array_equal(training.shifted(images, rows, columns), expected)


@pytest.fixture
def two_digits(home_of_few):
    """A data set of which a network learns the first two classes at once: top half white, bottom half white."""
    images = np.zeros((80, 28, 28, 1), np.uint8)
    images[::2, :14], images[1::2, 14:] = 255, 255
    labels = np.arange(80) % 2
    digits = data.load("mnist")
    parts = {name: Split.from_arrays(name, images, labels) for name in ("train", "test")}
    return dataclasses.replace(digits, **parts, validation=None)


@pytest.mark.slow
def test_both_networks_learn_from_few_images_and_a_seed_gives_the_same_again(two_digits):
    first, again = (list(training.samples_study(two_digits, sizes=(20, 40), seeds=(3,), updates=25)) for _ in range(2))
    assert first == again
    assert [row["images"] for row in first] == [20, 40]
    assert all(row[name] == [1.0] for row in first for name in mnist_studies.NETWORKS)


@pytest.mark.slow
def test_what_is_done_to_the_training_images_is_done_to_the_test_images_too(two_digits):
    def upside_down(images):
        return images[:, ::-1]

    def emptied(images):
        return np.zeros_like(images)

    given = {"sizes": (40,), "seeds": (3,), "updates": 25}
    (turned,) = training.samples_study(two_digits, **given, change=upside_down)
    (empty,) = training.samples_study(two_digits, **given, change=emptied)
    assert all(turned[name] == [1.0] and empty[name] == [0.5] for name in mnist_studies.NETWORKS)


@pytest.mark.slow
def test_a_study_of_shifts_begins_with_none_and_ends_upside_down(two_digits, monkeypatch):
    models = {name: network() for name, network in mnist_studies.NETWORKS.items()}
    monkeypatch.setattr(mnist_studies, "trained", lambda name, profile: models[name] if profile == "full" else None)
    rows = list(mnist_studies.shifts_study(two_digits))
    assert [row["change"] for row in rows] == [*(f"moved by {shift}" for shift in range(7)), "upside down"]
    for row in rows:
        dense, convnet = (row[name] for name in mnist_studies.NETWORKS)
        assert row["difference"] == pytest.approx(convnet - dense, abs=1e-4)
        assert row["difference_low"] <= row["difference"] <= row["difference_high"]
