"""Named kernels do what their names say."""

import numpy as np
import pytest

from coursekit import kernels
from coursekit.convolution import correlate2d

FLAT = np.full((9, 9), 0.5)
STEP_TO_THE_RIGHT = np.tile(np.arange(9) > 4, (9, 1)).astype(float)


@pytest.mark.parametrize("name", ["identity", "box blur", "gaussian blur", "sharpen", "emboss"])
def test_brightness_is_kept(name):
    np.testing.assert_allclose(correlate2d(FLAT, kernels.get(name)), 0.5)


@pytest.mark.parametrize("name", ["edges", "laplacian", "sobel vertical edges", "sobel horizontal edges"])
def test_edge_kernels_are_silent_on_flat_images(name):
    np.testing.assert_allclose(correlate2d(FLAT, kernels.get(name)), 0, atol=1e-12)


def test_sobel_kernels_tell_directions_apart():
    vertical, horizontal = (kernels.get(f"sobel {way} edges") for way in ("vertical", "horizontal"))
    assert correlate2d(STEP_TO_THE_RIGHT, vertical).max() == 4
    assert not correlate2d(STEP_TO_THE_RIGHT, horizontal).any()
    assert correlate2d(STEP_TO_THE_RIGHT.T, horizontal).max() == 4


def test_every_kernel_has_a_meaning():
    assert set(kernels.NAMED) == set(kernels.MEANINGS)


def test_named_kernels_cannot_be_changed_by_accident():
    kernels.get("sharpen")[0, 0] = 99
    assert kernels.get("sharpen")[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        kernels.NAMED["sharpen"][0, 0] = 99


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"no kernel 'sharp'.*sharpen"):
        kernels.get("sharp")


@pytest.mark.parametrize(("sigma", "size"), [(0, None), (-1, None), (1, 4), (1, 0)])
def test_gaussian_refuses(sigma, size):
    with pytest.raises(ValueError, match="must be"):
        kernels.gaussian(sigma, size)


def test_difference_of_gaussians_answers_to_a_spot_not_to_a_plane():
    kernel = kernels.difference_of_gaussians(1, 2)
    spot = np.zeros((25, 25))
    spot[12, 12] = 1
    assert correlate2d(spot, kernel).max() > 0.1
    np.testing.assert_allclose(correlate2d(np.full((25, 25), 0.3), kernel), 0, atol=1e-12)
    with pytest.raises(ValueError, match="narrow"):
        kernels.difference_of_gaussians(2, 1)
