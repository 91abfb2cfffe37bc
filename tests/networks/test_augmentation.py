"""Augmentation: the right change, of the right size, another one for each image, and only while training."""

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.legacy.preprocessing.image import ImageDataGenerator

from coursekit.networks import IMAGE_DATA_GENERATOR, augmentation

EVERYTHING = {
    "rotation": 40,
    "shift": 0.2,
    "shear": 10,
    "zoom": 0.2,
    "flip": True,
    "brightness": 0.3,
    "contrast": 0.5,
    "channel_shift": 0.1,
    "hue": 0.1,
}


def noise(n=4, size=16):
    return np.random.default_rng(5).random((n, size, size, 3), np.float32)


def ramp(size=33, n=64):
    """Images whose value is the column: 0 at the left, 1 at the right."""
    return np.broadcast_to(np.linspace(0, 1, size, dtype=np.float32)[:, None], (n, size, size, 3))


def augmented(images, **settings):
    return np.asarray(augmentation(**settings, seed=3)(images, training=True))


@pytest.mark.parametrize("setting", EVERYTHING)
def test_each_change_differs_from_image_to_image_and_keeps_the_range(setting):
    images = np.repeat(noise(1), 6, axis=0)
    changed = augmented(images, **{setting: EVERYTHING[setting]})
    assert changed.shape == images.shape
    assert changed.min() >= 0
    assert changed.max() <= 1 + 1e-6
    # An image can be mirrored or not; two of six may happen to be shifted by the same whole pixels.
    different = {"flip": 2, "shift": 4}.get(setting, 6)
    assert len(np.unique(changed.mean(axis=-1).round(5).reshape(6, -1), axis=0)) >= different


@pytest.mark.parametrize("settings", [{}, EVERYTHING], ids=["nothing", "everything"])
def test_nothing_happens_outside_training(settings):
    layers, images = augmentation(**settings), noise()
    np.testing.assert_array_equal(layers(images, training=False), images)
    model = keras.Sequential([keras.Input((16, 16, 3)), layers])
    np.testing.assert_array_equal(model.predict(images, verbose=0), images)


def test_without_settings_training_changes_nothing_either():
    np.testing.assert_array_equal(augmented(noise()), noise())


def test_seeds():
    """Equal seeds give equal changes; two layers never share their random numbers."""
    np.testing.assert_array_equal(augmented(noise(), **EVERYTHING), augmented(noise(), **EVERYTHING))
    one, other = (augmentation(**EVERYTHING, seed=seed)(noise(), training=True) for seed in (1, 2))
    assert not np.allclose(one, other)
    assert len({layer.seed for layer in augmentation(**EVERYTHING, seed=1).layers}) == len(EVERYTHING)


def test_rotation_is_in_degrees():
    """On a ramp the gradient turns with the image."""
    inner = augmented(ramp(65), rotation=40)[:, 22:43, 22:43, 0]
    down, right = (np.diff(inner, axis=axis).mean(axis=(1, 2)) for axis in (1, 2))
    degrees = np.degrees(np.arctan2(down, right))
    assert 30 < np.abs(degrees).max() <= 40.5
    assert degrees.min() < 0 < degrees.max()


def test_shift_is_a_fraction_of_the_image():
    moved = augmented(ramp(), shift=0.25)[:, 16, 16, 0] - 0.5
    assert 0.2 < np.abs(moved).max() <= 0.26


def test_zoom_goes_both_ways():
    inner = augmented(ramp(), zoom=0.2)[:, 16, 12:21, 0]
    scale = np.diff(inner).mean(axis=1) * 32
    assert 0.79 <= scale.min() < 0.85
    assert 1.15 < scale.max() <= 1.21


def test_shear_is_in_degrees():
    """Vertical lines slant by as much; 0.2 degrees, as in many old settings, are nothing to be seen."""
    inner = augmented(ramp(65), shear=20)[:, 10:30, 32, 0] * 64
    degrees = np.degrees(np.arctan(np.diff(inner).mean(axis=1)))
    assert 15 < np.abs(degrees).max() <= 20.5
    assert degrees.min() < 0 < degrees.max()
    assert np.abs(augmented(ramp(), shear=0.2) - ramp()).max() < 0.01


@pytest.mark.parametrize(("flip", "axes"), [(True, {2}), ("vertical", {1}), ("horizontal_and_vertical", {1, 2})])
def test_flips(flip, axes):
    image = noise(1)
    changed = augmented(np.repeat(image, 32, axis=0), flip=flip)
    allowed = [image[0], *(np.flip(image, axis)[0] for axis in axes)]
    if len(axes) == 2:
        allowed.append(image[0, ::-1, ::-1])
    seen = {next(number for number, one in enumerate(allowed) if np.array_equal(one, each)) for each in changed}
    assert seen == set(range(len(allowed)))


@pytest.mark.parametrize("setting", ["brightness", "channel_shift"])
def test_brightness_adds_one_number_to_all_channels(setting):
    grey = np.full((64, 4, 4, 3), 0.5, np.float32)
    added = augmented(grey, **{setting: 0.3}) - 0.5
    assert 0.25 < np.abs(added).max() <= 0.3
    np.testing.assert_allclose(np.ptp(added, axis=(1, 2, 3)), 0, atol=1e-6)


def test_contrast_stretches_around_the_mean():
    images = 0.5 + 0.2 * (ramp() - 0.5)
    factors = np.ptp(augmented(images, contrast=0.5), axis=(1, 2, 3)) / 0.2
    assert 0.5 <= factors.min() < 0.6
    assert 1.4 < factors.max() <= 1.5 + 1e-3


def test_hue_turns_colours_and_leaves_grey():
    red = np.zeros((64, 2, 2, 3), np.float32)
    red[..., 0] = 1
    turned = augmented(red, hue=1 / 6)
    # A sixth of the circle from red lie yellow and magenta.
    assert turned[..., 0].min() > 0.99
    assert 0.8 < turned[..., 1:].max() <= 1
    grey = np.full((2, 4, 4, 3), 0.5, np.float32)
    np.testing.assert_allclose(augmented(grey, hue=0.5), grey, atol=1e-6)


def test_edges_are_filled_as_asked():
    ones = np.ones((32, 12, 12, 3), np.float32)
    assert augmented(ones, shift=0.5).min() > 0.999
    assert augmented(ones, shift=0.5, fill_mode="constant").min() == 0


def test_in_a_data_pipeline():
    layers = augmentation(rotation=40, shift=0.2, flip=True, seed=4)
    images = np.repeat(noise(1), 6, axis=0)
    batches = tf.data.Dataset.from_tensor_slices(images).batch(3).repeat(2)
    first, second, *_ = seen = list(batches.map(lambda batch: layers(batch, training=True)))
    assert len(seen) == 4
    assert not np.allclose(first, second)
    assert not np.allclose(first[0], first[1])


def test_as_first_layers_of_a_model_that_is_saved(tmp_path):
    model = keras.Sequential(
        [keras.Input((16, 16, 3)), augmentation(**EVERYTHING), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    model.fit(noise(), np.zeros(4), verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(noise(), verbose=0), model.predict(noise(), verbose=0))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"rotation": 200}, "rotation is 200: it is degrees, 0.*180"),
        ({"rotation": -10}, "rotation is -10"),
        ({"shift": 20}, "shift is 20: it is a fraction"),
        ({"zoom": 1.3}, "zoom is 1.3: it is a fraction"),
        ({"shear": 60}, "shear is 60: it is degrees"),
        ({"brightness": 30}, "brightness is 30"),
        ({"hue": float("nan")}, "hue is nan"),
        ({"flip": "left"}, "flip is 'left'.*horizontal"),
        ({"fill_mode": "zero"}, "fill_mode is 'zero'.*nearest"),
    ],
)
def test_settings_out_of_range(settings, said):
    with pytest.raises(ValueError, match=said):
        augmentation(**settings)


def test_the_table_names_every_argument_of_the_old_generator_and_layers_that_exist():
    arguments = set(inspect.signature(ImageDataGenerator).parameters)
    assert [row.argument for row in IMAGE_DATA_GENERATOR] == list(
        dict.fromkeys(row.argument for row in IMAGE_DATA_GENERATOR)
    )
    assert {row.argument for row in IMAGE_DATA_GENERATOR} == arguments
    named = {word.split("(")[0] for row in IMAGE_DATA_GENERATOR for word in row.today.split() if word[:6] == "Random"}
    assert {"RandomRotation", "RandomZoom", "RandomShear", "RandomFlip"} <= named
    assert all(hasattr(keras.layers, name) for name in named)
