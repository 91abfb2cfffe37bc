"""Pooling against TensorFlow, for every shape, stride and padding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import pooling

SHAPES = st.tuples(st.integers(1, 3), st.integers(5, 16), st.integers(5, 16), st.integers(1, 3))
SIZE, STRIDE, PADDING = st.integers(1, 5), st.integers(1, 6), st.sampled_from(["valid", "same"])
SEED = st.integers(0, 2**32 - 1)


def random_images(seed, shape):
    """Numbers of both signs, so that a padding with zeros would be noticed in maxima too."""
    return np.random.default_rng(seed).standard_normal(shape).astype("float32") - 1


@pytest.fixture(scope="module")
def tensorflow():
    import tensorflow

    return tensorflow


@pytest.mark.parametrize("kind", ["max", "average"])
@given(seed=SEED, shape=SHAPES, size=SIZE, stride=STRIDE, padding=PADDING)
@settings(max_examples=100)
def test_layer_equals_tensorflow(tensorflow, kind, seed, shape, size, stride, padding):
    images = random_images(seed, shape)
    theirs = {"max": tensorflow.nn.max_pool2d, "average": tensorflow.nn.avg_pool2d}[kind]
    expected = theirs(images, size, stride, padding.upper()).numpy()
    ours = pooling.pooling_layer(images, size, stride, padding, kind)
    assert (ours.shape, ours.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("kind", "pool"), [("max", pooling.max_pool2d), ("average", pooling.average_pool2d)])
@given(seed=SEED, shape=SHAPES, size=SIZE, padding=PADDING)
@settings(max_examples=30)
def test_one_image_is_one_channel_of_the_layer(kind, pool, seed, shape, size, padding):
    images = random_images(seed, shape)
    layer = pooling.pooling_layer(images, size, padding=padding, kind=kind)
    assert np.array_equal(pool(images[-1, :, :, -1], size, padding=padding), layer[-1, :, :, -1])


@given(seed=SEED, shape=SHAPES, size=SIZE, stride=STRIDE, padding=PADDING)
@settings(max_examples=60)
def test_winners_are_where_tensorflow_finds_them(tensorflow, seed, shape, size, stride, padding):
    image = random_images(seed, shape)[0, :, :, 0]
    flat = tensorflow.nn.max_pool_with_argmax(image[None, :, :, None], size, stride, padding.upper()).argmax
    rows, columns = np.divmod(flat.numpy()[0, :, :, 0], image.shape[1])
    ours = pooling.winners(image, size, stride, padding)
    assert np.array_equal(ours, np.stack([rows, columns], axis=-1))
    assert np.array_equal(image[tuple(np.moveaxis(ours, -1, 0))], pooling.max_pool2d(image, size, stride, padding))


def test_first_of_equal_pixels_wins():
    assert pooling.winners(np.zeros((4, 4)), 2).tolist() == [[[0, 0], [0, 2]], [[2, 0], [2, 2]]]


@given(seed=SEED, shape=SHAPES)
@settings(max_examples=20)
def test_global_pooling_equals_keras(tensorflow, seed, shape):
    images = random_images(seed, shape)
    layers = tensorflow.keras.layers
    np.testing.assert_allclose(
        pooling.global_average_pool(images), layers.GlobalAveragePooling2D()(images), rtol=1e-5, atol=1e-6
    )


def test_two_by_two_halves_and_leaves_out_an_odd_last_row():
    assert [pooling.max_pool2d(np.ones((n, n)), 2).shape for n in (26, 11)] == [(13, 13), (5, 5)]


def test_uint8_images_do_not_overflow():
    assert pooling.average_pool2d(np.full((2, 2), 255, np.uint8), 2).tolist() == [[255]]


def test_input_is_left_alone():
    image = np.arange(16.0).reshape(4, 4)
    before = image.copy()
    pooled = pooling.max_pool2d(image, 1)
    pooled += 1
    assert np.array_equal(image, before)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"size": 7}, ["window is 7x7", "image is 6x5", 'padding="same"']),
        ({"size": 0}, ["size is 0", "1 or more"]),
        ({"size": (2, 2)}, ["size is (2, 2)", "whole number"]),
        ({"size": 2, "stride": 0}, ["stride is 0"]),
        ({"size": 2, "padding": 1}, ["padding is 1", '"valid" and "same"']),
        ({"size": 2, "kind": "min"}, ["'min'", '"max" or "average"']),
        ({"size": 2, "images": np.ones((6, 5))}, ["(6, 5)", "4 axes"]),
        ({"size": 2, "images": np.full((1, 6, 5, 1), np.nan)}, ["30 values", "np.nan_to_num"]),
    ],
)
def test_bad_arguments_are_explained(arguments, words):
    with pytest.raises(ValueError) as error:
        pooling.pooling_layer(**({"images": np.ones((1, 6, 5, 1))} | arguments))
    assert all(word in str(error.value) for word in words), str(error.value)
