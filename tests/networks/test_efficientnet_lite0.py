"""EfficientNet-Lite0: the published network, number by number, and what it says of photographs."""

import time

import h5py
import keras
import numpy as np
import pytest

from coursekit import data, networks

# Logarithms of the probabilities of every 50th class for `noise()`, as computed by PyTorch 2.15 with the package
# efficientnet-lite-pytorch 0.1.0 by the authors of the weights.
EXPECTED = [
    *(-11.07626, -6.86922, -7.25084, -9.19582, -8.01040, -9.36254, -8.41265, -7.15352, -9.73615, -11.70260),
    *(-9.18988, -10.42924, -5.82350, -6.54391, -6.62382, -8.55724, -9.89151, -9.25141, -7.34551, -7.22998),
]


def noise():
    return np.random.default_rng(19).random((2, 224, 224, 3)).astype(np.float32)[:1]


@pytest.fixture(scope="session")
def lite0():
    """With its head, at 224 pixels. Nobody changes it."""
    return networks.efficientnet_lite0()


@pytest.fixture(scope="session")
def answers(lite0):
    """Return what it says of each photograph: the five most probable names, with their probabilities."""
    names = ("coffee", "cat", "rocket")
    images = np.stack([data.load_image(name, size=224) for name in names])
    return {name: dict(five) for name, five in zip(names, networks.decode(lite0(images)), strict=True)}


def test_it_computes_what_pytorch_computes(lite0):
    logarithms = np.log(np.asarray(lite0(noise()))[0, ::50])
    np.testing.assert_allclose(logarithms, EXPECTED, atol=1e-4)


def test_the_weights_lie_where_keras_itself_would_write_them(lite0, tmp_path):
    def names(path):
        found = []
        with h5py.File(path) as file:
            file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
        return found

    lite0.save_weights(tmp_path / "own.weights.h5")
    assert names(data.weights("efficientnet_lite0")) == names(tmp_path / "own.weights.h5")


def test_coffee_is_espresso(answers):
    assert answers["coffee"]["espresso"] == pytest.approx(0.93, abs=0.01)


def test_a_cat_is_a_cat(answers):
    together = sum(answers["cat"].get(name, 0) for name in ("Egyptian cat", "tiger cat", "tabby"))
    assert together == pytest.approx(0.87, abs=0.01)


def test_a_rocket_flies(answers):
    assert next(iter(answers["rocket"])) == "missile"
    assert {"missile", "projectile", "space shuttle"} <= set(answers["rocket"])


def test_the_head_counts_and_ends_in_probabilities(lite0):
    assert lite0.count_params() == 4_694_024
    assert isinstance(lite0.layers[-1], keras.layers.Dense)
    assert lite0.layers[-1].activation is keras.activations.softmax


def test_values_from_0_to_1_are_prepared_inside(lite0):
    prepared = lite0.get_layer("preparation")(np.array([0, 0.5, 1], np.float32))
    np.testing.assert_allclose(prepared, [-127 / 128, 0.5 / 128, 1], atol=1e-6)


def test_without_its_head_it_has_the_same_weights(lite0):
    bare = networks.backbone("efficientnet_lite0", 32)
    for ours, theirs in zip(bare.get_weights(), lite0.get_weights()[:-2], strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
def test_images_of_any_size_are_taken(lite0):
    small = networks.full_network("efficientnet_lite0", 150)
    assert small.input_shape == (None, 150, 150, 3)
    for ours, theirs in zip(small.get_weights(), lite0.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.slow
def test_fine_tuning_begins_at_a_block():
    model = networks.classifier("efficientnet_lite0", classes=2, size=64, hidden=0, weights=None)
    assert networks.parameter_counts(model).trainable == 1281
    networks.unfreeze(model, from_block="block_15")
    inverted = 192 * 1152 + 9 * 1152 + 1152 * 320
    assert networks.parameter_counts(model).trainable == inverted + 320 * 1280 + 1281


@pytest.mark.slow
def test_eyes_can_be_graded_on_it():
    model = networks.retina_classifier("efficientnet_lite0", size=64, weights=None)
    counts = networks.parameter_counts(model)
    assert (counts.trainable, counts.fixed) == (3_149_317, 3_413_024)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"image_size": 31}, "at least 32"), ({"weights": "mine.h5"}, "weights is 'mine.h5'")],
)
def test_bad_input(options, said):
    with pytest.raises(ValueError, match=said):
        networks.efficientnet_lite0(**options)


@pytest.mark.slow
def test_it_survives_saving(lite0, tmp_path):
    lite0.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(noise()), lite0(noise()), atol=1e-6)


@pytest.mark.slow
def test_it_is_there_in_seconds():
    """Seconds of the processor: 1.2 seen for the first use, 0.9 later. The limit allows for a slow machine."""
    start = time.process_time()
    networks.efficientnet_lite0()
    assert time.process_time() - start < 6
