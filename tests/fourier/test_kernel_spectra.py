"""What a kernel answers to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit import fourier, kernels
from tests.fourier.conftest import noise


def layer_of(*planes):
    return np.stack(planes, axis=-1)[:, :, np.newaxis]


def test_named_kernels_answer_to_their_direction():
    share = fourier.vertical_share(layer_of(*map(kernels.get, ("sobel vertical edges", "sobel horizontal edges"))))
    np.testing.assert_allclose(share, [[0.2206, 0.7794]], atol=1e-3)
    np.testing.assert_allclose(fourier.vertical_share(layer_of(kernels.get("laplacian"))), 0.5)


def test_a_difference_between_neighbours_prefers_its_direction():
    across = fourier.vertical_share(layer_of(np.array([[1.0, -1.0]])))
    assert across < 0.4
    np.testing.assert_array_equal(fourier.vertical_share(np.zeros((3, 3, 1, 1))), 0.5)


@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 99))
def test_turning_the_kernel_swaps_the_directions(height, width, seed):
    k = noise((height, width, 1, 2), seed, np.float64) - 0.5
    np.testing.assert_allclose(fourier.vertical_share(k.swapaxes(0, 1)), 1 - fourier.vertical_share(k), atol=1e-9)


@given(st.integers(1, 7), st.integers(0, 99))
def test_the_middle_of_the_spectrum_is_the_sum(size, seed):
    k = noise((size, size, 2, 3), seed, np.float64) - 0.5
    np.testing.assert_allclose(fourier.magnitude(k, 16)[8, 8], np.abs(k.sum(axis=(0, 1))), atol=1e-12)


def test_a_wave_answers_to_its_own_frequency():
    wave = np.cos(2 * np.pi * np.arange(16) / 4)[np.newaxis].repeat(16, axis=0)
    spectrum = fourier.magnitude(layer_of(wave), 16)[:, :, 0, 0]
    assert {tuple(place) for place in np.argwhere(spectrum > 1)} == {(8, 4), (8, 12)}


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="Pass size=7 or more"):
        fourier.magnitude(np.ones((7, 7, 1, 1)), size=5)
