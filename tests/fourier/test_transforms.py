"""The convolution theorem, with the conventions of Keras."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import convolution, fourier
from coursekit.fourier import transforms
from coursekit.fourier.transforms import kept
from tests.fourier.conftest import keras, noise, relative

sizes = st.integers(1, 12)


@settings(max_examples=60, deadline=None)
@given(sizes, sizes, st.integers(1, 7), st.integers(1, 7), st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_correlate_is_the_layer_for_any_sizes(height, width, kernel_height, kernel_width, channels, kernels, seed):
    x = noise((2, height, width, channels), seed, np.float64)
    k = noise((kernel_height, kernel_width, channels, kernels), seed + 1, np.float64) - 0.5
    rows, columns = ((n - 1) // 2 for n in (kernel_height, kernel_width))
    around = ((rows, kernel_height - 1 - rows), (columns, kernel_width - 1 - columns))
    np.testing.assert_allclose(fourier.correlate(x, k), convolution.convolution_layer(x, k, padding=around), atol=1e-12)
    if kernel_height <= height and kernel_width <= width:
        expected = convolution.convolution_layer(x, k, padding="valid")
        np.testing.assert_allclose(fourier.correlate(x, k, "valid"), expected, atol=1e-12)
    else:
        with pytest.raises(ValueError, match="a kernel must fit inside"):
            fourier.correlate(x, k, "valid")


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-14), ("float32", 1e-6)])
def test_correlate_equals_keras(padding, dtype, tolerance):
    x, k = noise((3, 17, 12, 4), dtype=dtype), noise((5, 4, 4, 6), 2, dtype) - 0.5
    expected = np.asarray(keras.ops.conv(x, k, padding=padding))
    ours = fourier.correlate(x, k, padding)
    assert ours.dtype == dtype
    assert relative(ours, expected) < tolerance


def test_a_kernel_larger_than_the_image_equals_keras():
    x, k = noise((1, 4, 5, 2)), noise((9, 11, 2, 3), 2) - 0.5
    assert relative(fourier.correlate(x, k), keras.ops.conv(x, k, padding="same")) < 1e-6


def test_many_kernels_are_computed_in_parts(monkeypatch):
    x, k = noise((2, 9, 8, 3)), noise((3, 3, 3, 7), 2)
    whole = fourier.correlate(x, k)
    monkeypatch.setattr("coursekit.fourier.transforms._AT_ONCE", 700)
    assert relative(fourier.correlate(x, k), whole) < 1e-6


@settings(max_examples=30, deadline=None)
@given(sizes, sizes, st.integers(0, 4), st.integers(0, 4), st.integers(0, 99))
def test_back_and_forth(height, width, more_rows, more_columns, seed):
    x = noise((2, height, width, 2), seed, np.float64)
    shape = (height + more_rows, width + more_columns)
    back = transforms.inverse(transforms.transform(x, shape), shape)
    np.testing.assert_allclose(back[:, :height, :width], x, atol=1e-14)
    np.testing.assert_allclose(back[:, height:], 0, atol=1e-14)


@settings(max_examples=30, deadline=None)
@given(sizes, sizes, st.integers(0, 99))
def test_energy_is_the_same_in_both_domains(height, width, seed):
    """Parseval; all frequencies count twice but those that are their own mirror image."""
    x = noise((1, height, width, 1), seed, np.float64)
    spectrum = np.abs(transforms.transform(x, (height, width))[0, :, :, 0]) ** 2
    twice = np.full(spectrum.shape[1], 2.0)
    twice[0] = 1
    if width % 2 == 0:
        twice[-1] = 1
    np.testing.assert_allclose((spectrum * twice).sum() / (height * width), (x**2).sum())


def test_without_padding_it_wraps_at_the_border_only():
    x, k = noise((1, 12, 12, 1), dtype=np.float64), noise((3, 3, 1, 1), 2, np.float64)
    product = transforms.multiply(transforms.transform(x, (12, 12)), transforms.transform_kernels(k, (12, 12)))
    wrapped = np.roll(transforms.inverse(product, (12, 12)), (-1, -1), axis=(1, 2))
    wrong = np.abs(wrapped - fourier.correlate(x, k))[0, :, :, 0] > 1e-12
    assert not wrong[1:-1, 1:-1].any()
    assert wrong.sum() == 44


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x, k: fourier.correlate(x, k, "full"), "padding is 'full'"),
        (lambda x, k: fourier.correlate(x[..., :1], k), "1 channels but the kernels expect 3"),
        (lambda x, k: fourier.correlate(x[0], k), "must have 4 axes"),
        (lambda x, k: fourier.correlate(x * np.nan, k), "not finite"),
        (lambda x, k: transforms.transform(x, (8, 9)), "would cut them off"),
        (lambda x, k: transforms.transform_kernels(k, (2, 9)), "would cut them off"),
        (lambda x, k: transforms.inverse(transforms.transform(x, (8, 8)), (8, 10)), "must have 8x6 frequencies"),
        (
            lambda x, k: transforms.multiply(transforms.transform(x, (8, 8)), transforms.transform_kernels(k, (9, 9))),
            "one shape",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    x, k = noise((1, 8, 8, 3)), noise((3, 3, 3, 2))
    if message.startswith("would cut"):
        x = noise((1, 9, 9, 3))
    with pytest.raises(ValueError, match=message):
        call(x, k)


def test_several_layers_keep_what_keras_keeps():
    assert kept((9, 8), [(3, 3), (5, 4)], ["same", "valid"]) == (slice(5, 10), slice(4, 9))
