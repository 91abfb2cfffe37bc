"""One kernel for several layers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import fourier
from coursekit.fourier.combined_kernels import combined_bias
from tests.fourier.conftest import noise, plain, relative


def layers_of(channels, sizes, seed):
    return [
        noise((size, other, channels[i], channels[i + 1]), seed + i, np.float64) - 0.5
        for i, (size, other) in enumerate(sizes)
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=5),
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=4, max_size=4),
    st.integers(0, 99),
)
def test_the_combined_kernels_do_what_the_layers_do(channels, sizes, seed):
    kernels = layers_of(channels, sizes[: len(channels) - 1], seed)
    x = expected = noise((1, 15, 14, channels[0]), seed, np.float64)
    for layer in kernels:
        expected = fourier.correlate(expected, layer, "valid")
    np.testing.assert_allclose(fourier.correlate(x, fourier.combine(kernels), "valid"), expected, atol=1e-11)


def test_order_of_combination_does_not_matter():
    one, two, three = layers_of([2, 3, 4, 2], [(3, 3)] * 3, 0)
    left = fourier.combine([fourier.combine([one, two]), three])
    right = fourier.combine([one, fourier.combine([two, three])])
    np.testing.assert_allclose(left, right, atol=1e-12)


def test_the_three_layers_of_the_lesson_are_one_of_7_by_7():
    kernels = [noise((3, 3, a, b)) for a, b in ((1, 32), (32, 64), (64, 128))]
    combined = fourier.combine(kernels)
    assert combined.shape == (7, 7, 1, 128)


def test_the_combined_bias_is_what_a_black_image_gives_inside():
    block = fourier.plain_block(plain(bias=True))
    maps = np.zeros((1, 15, 15, 1))
    for layer in block.convolutions:
        maps = fourier.correlate(maps, layer.kernels, "valid") + layer.bias
    np.testing.assert_allclose(maps[0, 4, 4], combined_bias(block.kernels, block.biases), rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda one, two: fourier.combine([]), "kernels is empty"),
        (lambda one, two: fourier.combine([two, one]), "expect 1 channels, but"),
        (lambda one, two: fourier.combine([one[0]]), "must have 4 axes"),
    ],
)
def test_bad_input_is_named(call, message):
    one, two = noise((3, 3, 1, 4)), noise((3, 3, 4, 2))
    with pytest.raises(ValueError, match=message):
        call(one, two)


def test_float32_stays_float32():
    combined = fourier.combine([noise((3, 3, 1, 4)), noise((3, 3, 4, 2))])
    assert combined.dtype == np.float32
    assert relative(combined, fourier.combine([noise((3, 3, 1, 4)).astype(float), noise((3, 3, 4, 2))])) < 1e-6
