"""Convolution against independent oracles: SciPy for the plain case, TensorFlow for strides, padding and dilation."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import convolution, kernels
from coursekit.convolution import correlate2d

METHODS = ["loops", "im2col", "windows", "shifts", "fft"]
ODD = st.sampled_from([1, 3, 5])
SEED = st.integers(0, 2**32 - 1)


def random_plane(seed, height, width):
    return np.random.default_rng(seed).standard_normal((height, width))


@pytest.fixture(scope="module")
def tensorflow():
    import tensorflow

    return tensorflow


@pytest.mark.parametrize("method", METHODS)
@given(
    seed=SEED,
    height=st.integers(5, 20),
    width=st.integers(5, 20),
    kernel_height=st.integers(1, 5),
    kernel_width=st.integers(1, 5),
)
@settings(max_examples=30)
def test_every_method_equals_scipy(method, seed, height, width, kernel_height, kernel_width):
    image, kernel = random_plane(seed, height, width), random_plane(seed + 1, kernel_height, kernel_width)
    expected = scipy.signal.correlate2d(image, kernel, mode="valid")
    np.testing.assert_allclose(correlate2d(image, kernel, method=method), expected, atol=1e-10)


@pytest.mark.parametrize(("ours", "scipys"), [("constant", "fill"), ("symmetric", "symm"), ("wrap", "wrap")])
@given(seed=SEED, height=st.integers(5, 12), width=st.integers(5, 12), kernel_height=ODD, kernel_width=ODD)
@settings(max_examples=20)
def test_padding_modes_equal_scipy(ours, scipys, seed, height, width, kernel_height, kernel_width):
    image, kernel = random_plane(seed, height, width), random_plane(seed + 1, kernel_height, kernel_width)
    expected = scipy.signal.correlate2d(image, kernel, mode="same", boundary=scipys)
    np.testing.assert_allclose(correlate2d(image, kernel, padding="same", mode=ours), expected, atol=1e-10)


# TensorFlow has no kernel for stride and dilation above 1 together, so one of the two is 1.
STEPS = st.one_of(st.tuples(st.integers(1, 4), st.just(1)), st.tuples(st.just(1), st.integers(1, 3)))


@pytest.mark.parametrize("method", METHODS)
@given(
    seed=SEED,
    sizes=st.tuples(st.integers(13, 24), st.integers(13, 24)),
    kernel=st.tuples(ODD, ODD),
    steps=STEPS,
    padding=st.sampled_from(["valid", "same"]),
)
@settings(max_examples=30)
def test_strides_padding_and_dilation_equal_tensorflow(tensorflow, method, seed, sizes, kernel, steps, padding):
    stride, dilation = steps
    image, weights = random_plane(seed, *sizes), random_plane(seed + 1, *kernel)
    expected = tensorflow.nn.conv2d(
        image[None, :, :, None],
        weights[:, :, None, None],
        strides=stride,
        padding=padding.upper(),
        dilations=dilation,
    )[0, :, :, 0]
    ours = correlate2d(image, weights, stride, padding, dilation, method=method)
    np.testing.assert_allclose(ours, expected, atol=1e-10)
    assert ours.shape == tuple(
        convolution.output_size(size, n, stride, padding, dilation) for size, n in zip(sizes, kernel, strict=True)
    )


@given(
    seed=SEED,
    steps=STEPS,
    padding=st.sampled_from(["valid", "same"]),
    channels=st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
@settings(max_examples=30)
def test_layer_equals_tensorflow(tensorflow, seed, steps, padding, channels):
    stride, dilation = steps
    random = np.random.default_rng(seed)
    images = random.standard_normal((2, 12, 14, channels[0])).astype("float32")
    weights = random.standard_normal((3, 5, *channels)).astype("float32")
    bias = random.standard_normal(channels[1]).astype("float32")
    expected = tensorflow.nn.conv2d(images, weights, strides=stride, padding=padding.upper(), dilations=dilation) + bias
    ours = convolution.convolution_layer(images, weights, bias, stride, padding, dilation)
    np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-5)


@given(seed=SEED)
@settings(max_examples=20)
def test_convolve2d_equals_scipy(seed):
    image, kernel = random_plane(seed, 9, 7), random_plane(seed + 1, 3, 2)
    np.testing.assert_allclose(
        convolution.convolve2d(image, kernel), scipy.signal.convolve2d(image, kernel, mode="valid"), atol=1e-10
    )


def test_worked_example_of_the_lesson():
    image = np.zeros((6, 6))
    image[:3, :3] = [[3, 1, 1], [1, 0, 6], [2, 5, 7]]
    kernel = kernels.get("worked example")
    valid, padded = correlate2d(image, kernel), correlate2d(image, kernel, padding=1)
    assert (valid.shape, valid[0, 0]) == ((4, 4), -9)
    assert (padded.shape, padded[0, 0]) == ((6, 6), -1)


def test_uint8_images_do_not_overflow():
    image = np.full((4, 4), 200, np.uint8)
    assert correlate2d(image, np.ones((3, 3), np.uint8)).tolist() == [[1800, 1800], [1800, 1800]]


def test_float32_stays_float32():
    image = np.ones((20, 20), np.float32)
    assert {correlate2d(image, np.ones((3, 3)), method=method).dtype for method in METHODS} == {np.dtype("float32")}


def test_inputs_are_left_alone():
    image, kernel = random_plane(0, 6, 6), random_plane(1, 3, 3)
    before = image.copy(), kernel.copy()
    correlate2d(image, kernel, padding="same")
    assert np.array_equal(image, before[0])
    assert np.array_equal(kernel, before[1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"kernel": np.ones((9, 9))}, ["kernel has 9", "image has 6", 'padding="same"']),
        ({"kernel": np.ones((3, 3)), "dilation": 3}, ["spread over 7 pixels", "dilation"]),
        ({"kernel": np.ones((2, 2)), "padding": "same"}, ["2 pixels", "odd", "((top, bottom), (left, right))"]),
        ({"kernel": np.ones((3, 3)), "stride": 0}, ["stride is 0", "1 or more"]),
        ({"kernel": np.ones((3, 3)), "stride": 1.5}, ["stride is 1.5", "whole number"]),
        ({"kernel": np.ones((3, 3)), "dilation": 0}, ["dilation is 0"]),
        ({"kernel": np.ones((3, 3)), "padding": -1}, ["padding is -1", "0 or more"]),
        ({"kernel": np.ones((3, 3)), "padding": "full"}, ["'full'", '"valid"', '"same"']),
        ({"kernel": np.ones((3, 3)), "mode": "mirror"}, ["'mirror'", '"reflect"']),
        ({"kernel": np.ones((3, 3)), "method": "magic"}, ["'magic'", "fft"]),
        ({"kernel": np.ones(3)}, ["kernel has shape (3,)", "2 axes"]),
        ({"kernel": np.ones((0, 3))}, ["kernel is empty"]),
        ({"kernel": [["a", "b"]]}, ["kernel holds", "real numbers"]),
        ({"kernel": np.array([[1, np.nan], [np.inf, 1]])}, ["kernel holds 2 values", "not finite", "(0, 1)"]),
    ],
)
def test_bad_arguments_are_explained(arguments, words):
    with pytest.raises(ValueError) as error:
        correlate2d(np.ones((6, 6)), **arguments)
    assert all(word in str(error.value) for word in words), str(error.value)


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.ones((6, 6, 3)), ["(6, 6, 3)", "image[..., 0]"]),
        (np.full((6, 6), np.nan), ["image holds 36 values", "np.nan_to_num"]),
        (np.ones((6, 6), complex), ["complex", "real numbers"]),
    ],
)
def test_bad_images_are_explained(image, words):
    with pytest.raises(ValueError) as error:
        correlate2d(image, np.ones((3, 3)))
    assert all(word in str(error.value) for word in words), str(error.value)


def test_layer_explains_channels_and_bias():
    images, weights = np.ones((1, 6, 6, 3)), np.ones((3, 3, 1, 8))
    with pytest.raises(ValueError, match="3 channels but the kernels expect 1"):
        convolution.convolution_layer(images, weights)
    with pytest.raises(ValueError, match="there are 8 kernels"):
        convolution.convolution_layer(images[..., :1], weights, bias=np.zeros(3))
