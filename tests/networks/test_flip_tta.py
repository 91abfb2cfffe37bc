"""A network of two looks: the mean of both answers, the same for an image and its mirror image."""

import keras
import numpy as np
import pytest

from coursekit import networks


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return networks.small_convnet(size=24)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return np.random.default_rng(1).random((5, 24, 24, 3), dtype=np.float32)


def test_the_answer_is_the_mean_of_both_looks(network, images):
    looks = [network.predict(each, verbose=0) for each in (images, np.flip(images, axis=2))]
    assert np.abs(looks[0] - looks[1]).max() > 1e-4  # else the mean would say nothing
    found = networks.flip_tta(network).predict(images, verbose=0)
    np.testing.assert_allclose(found, np.mean(looks, axis=0), atol=1e-6)


def test_left_and_right_make_no_difference_but_up_and_down_do(network, images):
    both = networks.flip_tta(network)
    answers = both.predict(images, verbose=0)
    np.testing.assert_allclose(both.predict(images[:, :, ::-1], verbose=0), answers, atol=1e-6)
    assert np.abs(both.predict(images[:, ::-1], verbose=0) - answers).max() > 1e-4


def test_it_shares_its_weights(images):
    network = networks.small_convnet(size=24)
    both = networks.flip_tta(network)
    assert both.count_params() == network.count_params()
    before = both.predict(images, verbose=0)
    network.layers[-1].bias.assign_add([1.0, 0.0])
    assert np.all(both.predict(images, verbose=0)[:, 0] > before[:, 0])


def test_what_is_no_image_has_no_mirror_image():
    network = keras.Sequential([keras.Input((100, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match=r"input \(None, 100, 1\), but only an image"):
        networks.flip_tta(network)


def test_the_mean_is_of_one_output():
    images = keras.Input((24, 24, 3))
    numbers = keras.layers.Flatten()(images)
    two = keras.Model(images, [keras.layers.Dense(2)(numbers), keras.layers.Dense(3)(numbers)])
    with pytest.raises(ValueError, match=r"has 2 outputs, but the mean is taken of one"):
        networks.flip_tta(two)
