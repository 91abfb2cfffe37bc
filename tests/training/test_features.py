"""Features of a frozen backbone, and heads trained on them."""

import keras
import numpy as np
import pytest

from coursekit import networks, training
from coursekit.data import Split


@pytest.fixture(autouse=True)
def own_home(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))


@pytest.fixture
def split():
    rng = np.random.default_rng(0)
    return Split.from_arrays("train", rng.integers(0, 256, (12, 16, 16, 3), np.uint8), np.arange(12) % 3)


@pytest.fixture(scope="module")
def whole():
    """Made once: to trace what it says takes longer than all the rest."""
    return networks.classifier("course", classes=3, size=16, hidden=0)


def test_features_are_what_the_network_says(split, whole):
    backbone, _ = networks.split_head(whole)
    found, labels = training.features(backbone, split, limit=7)
    images, expected = split.arrays(limit=7)
    np.testing.assert_array_equal(labels, expected)
    np.testing.assert_allclose(found, backbone.predict(images, verbose=0), rtol=1e-4, atol=1e-5)


def test_features_are_computed_once(split, whole, monkeypatch):
    backbone, _ = networks.split_head(whole)
    first, _ = training.features(backbone, split)
    monkeypatch.setattr(backbone, "predict", None)
    second, _ = training.features(backbone, split)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("change", ["weight", "image", "size"])
def test_features_of_something_else_are_computed_anew(split, whole, change, tmp_path):
    backbone, _ = networks.split_head(whole)
    training.features(backbone, split)
    size, weights = None, backbone.get_weights()
    if change == "weight":
        backbone.set_weights([weights[0] + 1, *weights[1:]])
    elif change == "image":
        split = Split.from_arrays("train", 255 - split.images, split.labels)
    else:
        size = 16
    training.features(backbone, split, size=size)
    backbone.set_weights(weights)
    assert len(list((tmp_path / "features").glob("*.npy"))) == 2


def test_what_the_head_learns_the_whole_network_knows(split, whole):
    backbone, head = networks.split_head(whole)
    found, labels = training.features(backbone, split)
    head.compile(optimizer=keras.optimizers.Adam(0.1), loss="sparse_categorical_crossentropy")
    head.fit(found, labels, epochs=20, verbose=0)
    images, _ = split.arrays()
    np.testing.assert_allclose(whole(images), head(found), rtol=1e-3, atol=1e-5)


def test_a_network_without_a_head_of_ours_is_refused():
    with pytest.raises(ValueError, match=r"mnist_convnet has no layer head_average"):
        networks.split_head(networks.mnist_convnet())
