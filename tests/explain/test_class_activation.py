"""Class activation maps: finite differences, brute force, and agreement where the methods must agree."""

import warnings

import numpy as np
import pytest
import tensorflow as tf

from coursekit import explain
from tests.explain.conftest import (
    BUILDERS,
    CLASSES,
    RANDOM,
    SEED,
    SIZE,
    every_pair,
    head,
    images_for,
    keras,
    layers,
)
from tests.quick import quick_only

METHODS = [explain.grad_cam, explain.grad_cam_plus_plus, explain.layer_cam, explain.score_cam]
POOLED = ["never called", "nested", "nested twice", "residual", "separate activation", "one sigmoid", "subclassed"]


@pytest.fixture(scope="module")
def cut():
    """A network cut at its maps: the network, images, the maps (n, h, w, K) and dS/dA by TensorFlow's tape."""
    # The maps lie around 0, so that every sum of them has both signs: seen over twenty seeds.
    convolution = layers.Conv2D(6, 3, bias_initializer="random_normal")
    lower = keras.Sequential([keras.Input((9, 7, 2)), layers.Rescaling(2, offset=-1), convolution])
    upper = keras.Sequential(
        [keras.Input((7, 5, 6)), layers.Conv2D(4, 3, activation="tanh"), layers.Flatten(), head(activation=None)]
    )
    images = np.random.default_rng(SEED).random((3, 9, 7, 2), dtype=np.float32)
    maps = tf.convert_to_tensor(lower(images))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = upper(maps)[:, 2]
    return keras.Sequential([lower, upper]), images, maps.numpy(), tape.gradient(score, maps).numpy()


@pytest.mark.parametrize(("method", "name"), every_pair(METHODS, quick=5, start=7))
def test_every_method_explains_every_shape_and_a_batch_as_its_images_alone(zoo, method, name):
    model, images = zoo[name], images_for(name)
    together = method(model, images, relu=False, batch_size=2)
    assert together.shape == images.shape[:-1]
    assert together.dtype == np.float32
    assert together.reshape(3, -1).any(axis=1).all()
    alone = np.concatenate([method(model, image[np.newaxis], relu=False) for image in images])
    tolerance = 1e-2 if name == "half precision" else 2e-5
    np.testing.assert_allclose(together, alone, atol=tolerance * np.abs(alone).max())


@pytest.mark.parametrize("method", METHODS)
def test_only_what_speaks_for_the_class_is_kept(cut, method):
    model, images, _, _ = cut
    options = {"target": 2, "layer": 0, "upsample": False}
    everything = method(model, images, **options, relu=False)
    with warnings.catch_warnings(action="ignore"):
        kept = method(model, images, **options)
    np.testing.assert_array_equal(kept, np.maximum(everything, 0))
    assert everything.min() < 0 < everything.max()


def test_grad_cam_weights_maps_by_their_mean_gradient(cut):
    model, images, maps, slopes = cut
    expected = np.einsum("nijk,nk->nij", maps, slopes.mean(axis=(1, 2)))
    found = explain.grad_cam(model, images, 2, layer=0, relu=False, upsample=False)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_grad_cam_equals_finite_differences_in_float64():
    keras.config.set_dtype_policy("float64")
    try:
        lower = keras.Sequential([keras.Input((6, 6, 1), dtype="float64"), layers.Conv2D(2, 3)])
        upper = keras.Sequential(
            [keras.Input((4, 4, 2), dtype="float64"), layers.Conv2D(3, 2, activation="tanh"), layers.Flatten(), head()]
        )
        model = keras.Sequential([keras.Input((6, 6, 1), dtype="float64"), lower, upper])
    finally:
        keras.config.set_dtype_policy("float32")
    image, step = RANDOM.random((1, 6, 6, 1)), 1e-6
    maps = np.array(lower(image))
    moves = step * np.eye(maps.size).reshape(-1, 4, 4, 2)
    rise = explain.scores(upper, maps + moves, 0) - explain.scores(upper, maps - moves, 0)
    slopes = (rise / (2 * step)).reshape(4, 4, 2)
    expected = maps[0] @ slopes.mean(axis=(0, 1))
    found = explain.grad_cam(model, image, 0, layer=0, relu=False, upsample=False)
    np.testing.assert_allclose(found[0], expected, rtol=1e-6)


def test_grad_cam_plus_plus_is_the_formula_of_the_paper(cut):
    model, images, maps, slopes = cut
    denominator = 2 * slopes**2 + maps.sum(axis=(1, 2), keepdims=True) * slopes**3
    alpha = np.where(denominator == 0, 0, slopes**2 / np.where(denominator == 0, 1, denominator))
    weights = (alpha * np.maximum(slopes, 0)).sum(axis=(1, 2))
    expected = np.einsum("nijk,nk->nij", maps, weights)
    found = explain.grad_cam_plus_plus(model, images, 2, layer=0, relu=False, upsample=False)
    # Where the two terms nearly cancel each other, what float32 rounds off (1e-7) grows by this factor.
    terms = 2 * slopes**2 + np.abs(maps.sum(axis=(1, 2), keepdims=True) * slopes**3)
    grown = np.max(terms / np.where(denominator == 0, np.inf, np.abs(denominator)))
    np.testing.assert_allclose(found, expected, rtol=max(1e-4, 1e-6 * grown), atol=1e-5)


def test_layer_cam_weights_every_pixel_by_its_own_positive_gradient(cut):
    model, images, maps, slopes = cut
    expected = (np.maximum(slopes, 0) * maps).sum(axis=-1)
    found = explain.layer_cam(model, images, 2, layer=0, relu=False, upsample=False)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("weights", ["softmax", "change"])
@pytest.mark.parametrize("baseline", [0.0, 0.4])
def test_score_cam_is_what_masking_one_map_at_a_time_gives(cut, weights, baseline):
    model, images, maps, _ = cut
    nothing = explain.scores(model, np.full_like(images[:1], baseline), 2)[0]
    for image, own in zip(images, maps, strict=True):
        masked = []
        for k in range(own.shape[-1]):
            mask = tf.image.resize(own[:, :, k : k + 1], (9, 7)).numpy()
            mask = (mask - mask.min()) / (mask.max() - mask.min())
            masked.append(mask * image + (1 - mask) * baseline)
        changes = explain.scores(model, masked, 2) - nothing
        used = np.exp(changes) / np.exp(changes).sum() if weights == "softmax" else changes
        options = {"layer": 0, "weights": weights, "baseline": baseline, "relu": False, "upsample": False}
        found = explain.score_cam(model, image[np.newaxis], 2, **options, batch_size=4)
        np.testing.assert_allclose(found[0], own @ used, rtol=1e-4, atol=1e-6)


def test_score_cam_survives_a_map_of_one_value():
    model = BUILDERS["sequential"]()
    kernel, bias = model.layers[2].get_weights()
    model.layers[2].set_weights([0 * kernel, np.abs(bias)])
    assert np.isfinite(explain.score_cam(model, images_for("sequential"))).all()


@pytest.mark.parametrize("name", quick_only(POOLED, ["nested", "residual", "separate activation", "one sigmoid"]))
def test_cam_is_grad_cam_times_the_pixels_where_the_network_ends_in_average_pooling(zoo, name):
    model, images = zoo[name], images_for(name)
    for target in range(2):
        maps = explain.cam(model, images, target, upsample=False)
        same = explain.grad_cam(model, images, target, relu=False, upsample=False)
        np.testing.assert_allclose(maps, same * maps[0].size, rtol=1e-4, atol=1e-5)


def test_mean_of_cam_is_the_score_without_the_bias(zoo):
    model, images = zoo["nested"], images_for("nested")
    biases = model.layers[-1].get_weights()[1]
    for target in range(CLASSES):
        mean = explain.cam(model, images, target, upsample=False).mean(axis=(1, 2))
        np.testing.assert_allclose(mean, explain.scores(model, images, target) - biases[target], atol=1e-6)


def test_cam_of_a_network_whose_last_maps_are_the_classes_is_their_map():
    maps = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3, activation="relu"), layers.Conv2D(3, 1)])
    model = keras.Sequential([keras.Input((8, 8, 1)), maps, layers.GlobalAveragePooling2D(), layers.Softmax()])
    images = RANDOM.random((2, 8, 8, 1))
    expected = np.array(maps(images))
    for target in range(3):
        found = explain.cam(model, images, target, upsample=False)
        np.testing.assert_allclose(found, expected[..., target], atol=1e-6)


@pytest.mark.parametrize("name", ["sequential", "concatenation", "spectra"])
def test_cam_of_a_network_without_average_pooling_points_to_grad_cam(zoo, name):
    with pytest.raises(ValueError, match="Call grad_cam"):
        explain.cam(zoo[name], images_for(name))


def test_cam_of_a_network_with_a_hidden_layer_after_the_pooling_points_to_grad_cam():
    end = [layers.GlobalAveragePooling2D(), layers.Dense(4, activation="relu"), head()]
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3), *end])
    with pytest.raises(ValueError, match="Call grad_cam"):
        explain.cam(model, np.ones((1, 8, 8, 1)))


def test_map_is_brought_to_the_size_of_the_image_between_the_middles_of_pixels(zoo):
    """Interpolation from 6 to 12: a pixel a quarter of a step from its nearest map pixel takes 3/4 of it."""
    model, images = zoo["sequential"], images_for("sequential")
    small = explain.grad_cam(model, images, relu=False, upsample=False)
    large = explain.grad_cam(model, images, relu=False)
    np.testing.assert_allclose(large[:, 0, 0], small[:, 0, 0], rtol=1e-5)
    along = 0.75 * small[:, 2] + 0.25 * small[:, 3]
    np.testing.assert_allclose(large[:, 5, 1], 0.75 * along[:, 0] + 0.25 * along[:, 1], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("name", quick_only(["nested twice", "residual", "spectra"], ["spectra"]))
def test_every_layer_with_maps_can_be_asked(zoo, name):
    for layer in explain.spatial_layers(zoo[name], images_for(name)):
        heatmaps = explain.grad_cam(zoo[name], images_for(name), layer=layer, relu=False)
        assert heatmaps.any()


def test_class_that_everything_speaks_against_gets_a_flat_map_and_a_warning():
    model = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(2, 3, activation="relu", bias_initializer="ones")])
    for layer in (layers.GlobalAveragePooling2D(), layers.Dense(2)):
        model.add(layer)
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([-np.abs(kernel), bias])
    with pytest.warns(UserWarning, match="everything in them speaks against the class"):
        heatmaps = explain.grad_cam(model, RANDOM.random((1, 6, 6, 1)), target=0)
    assert not heatmaps.any()


def test_weights_that_score_cam_does_not_know(zoo):
    with pytest.raises(ValueError, match="weights is 'sum'"):
        explain.score_cam(zoo["sequential"], images_for("sequential"), weights="sum")


def test_score_cam_asks_those_maps_that_vary_most():
    model = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), layers.Conv2D(200, 3, name="many"), layers.GlobalAveragePooling2D(), head()]
    )
    images = images_for("sequential", n=1)
    with explain.counted_passes() as some:
        explain.score_cam(model, images, 0, relu=False)
    with explain.counted_passes() as every:
        exact = explain.score_cam(model, images, 0, maps=None, relu=False)
    assert (some.forward, every.forward) == (128 + 2, 200 + 2)
    np.testing.assert_array_equal(explain.score_cam(model, images, 0, maps=200, relu=False), exact)
    own = explain.feature_maps(model, images)[0]
    widest = np.ptp(own, axis=(0, 1)).argmax()
    one = explain.score_cam(model, images, 0, maps=1, relu=False, upsample=False)[0]
    np.testing.assert_allclose(one, own[..., widest], rtol=1e-5, atol=1e-7)
    with pytest.raises(ValueError, match="maps is 0"):
        explain.score_cam(model, images, maps=0)
