"""The mirror's MNIST is what its index says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest

from coursekit.data import load
from coursekit.data.sets import mnist

pytestmark = pytest.mark.real_data


@pytest.fixture
def listed(real_mirror: str, monkeypatch) -> dict:
    monkeypatch.setenv("COURSEKIT_MIRROR", real_mirror)
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    address = real_mirror if "://" in real_mirror else Path(real_mirror).resolve().as_uri()
    with urlopen(f"{address.rstrip('/')}/index.json") as file:
        index = json.load(file)
    return next(data_set for data_set in index["data_sets"] if data_set["name"] == "mnist")


def test_file_has_the_listed_hash(listed: dict, home: Path):
    load("mnist")
    content = (home / "data" / "mnist" / "mnist.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == listed["files"][0]["sha256"]


def test_shapes_and_counts_a_class_are_as_listed(listed: dict):
    dataset = load("mnist")
    assert dataset.source == "real"
    for split in (dataset.train, dataset.test):
        counts = listed["counts"][split.name]
        assert split.images.shape == (counts["total"], 28, 28, 1)
        assert np.bincount(split.labels).tolist() == [counts[label] for label in dataset.classes]


def test_sample_is_the_first_500_of_each_digit_of_the_training_set(listed: dict):
    real, sample = load("mnist"), mnist.sample()
    first = np.concatenate([np.flatnonzero(real.train.labels == label)[:500] for label in range(10)])
    expected = sorted(image.tobytes() for image in real.train.images[first])
    ours = np.concatenate([sample.train.images, sample.test.images])
    assert sorted(image.tobytes() for image in ours) == expected
