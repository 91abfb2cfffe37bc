"""A network of two looks: the mean of both answers, the same for a picture and its mirror image."""

import keras
import numpy as np
import pytest

from coursekit import networks


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return networks.small_convnet(size=24)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.random.default_rng(1).random((5, 24, 24, 3), dtype=np.float32)


def test_the_answer_is_the_mean_of_both_looks(network, pictures):
    looks = [network.predict(each, verbose=0) for each in (pictures, np.flip(pictures, axis=2))]
    assert np.abs(looks[0] - looks[1]).max() > 1e-4  # else the mean would say nothing
    found = networks.flip_tta(network).predict(pictures, verbose=0)
    np.testing.assert_allclose(found, np.mean(looks, axis=0), atol=1e-6)


def test_left_and_right_make_no_difference_but_up_and_down_do(network, pictures):
    both = networks.flip_tta(network)
    answers = both.predict(pictures, verbose=0)
    np.testing.assert_allclose(both.predict(pictures[:, :, ::-1], verbose=0), answers, atol=1e-6)
    assert np.abs(both.predict(pictures[:, ::-1], verbose=0) - answers).max() > 1e-4


def test_it_shares_its_weights(pictures):
    network = networks.small_convnet(size=24)
    both = networks.flip_tta(network)
    assert both.count_params() == network.count_params()
    before = both.predict(pictures, verbose=0)
    network.layers[-1].bias.assign_add([1.0, 0.0])
    assert np.all(both.predict(pictures, verbose=0)[:, 0] > before[:, 0])


def test_what_is_no_picture_has_no_mirror_image():
    network = keras.Sequential([keras.Input((100, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match=r"input \(None, 100, 1\), but only a picture"):
        networks.flip_tta(network)


def test_the_mean_is_of_one_output():
    pictures = keras.Input((24, 24, 3))
    numbers = keras.layers.Flatten()(pictures)
    two = keras.Model(pictures, [keras.layers.Dense(2)(numbers), keras.layers.Dense(3)(numbers)])
    with pytest.raises(ValueError, match=r"has 2 outputs, but the mean is taken of one"):
        networks.flip_tta(two)
