"""Sheets of maps and images."""

import numpy as np
import pytest

from coursekit import plot


def drawn(ax):
    return np.asarray(ax.images[0].get_array())


def test_each_map_has_colours_of_its_own():
    maps = np.zeros((3, 4, 4))
    maps[0, 0, 0], maps[1, 0, 0] = 1, 100
    image = drawn(plot.sheet(maps, columns=3))
    np.testing.assert_allclose(image[:, :4], image[:, 5:9])
    assert image[0, 0, 0] > image[0, 10, 0]  # a map of zeros stays dark


def test_maps_with_both_signs_are_white_at_zero():
    image = drawn(plot.sheet(np.array([[[-1.0, 0.0, 1.0]]]), columns=1))
    assert image[0, 0, 2] > image[0, 0, 0]
    np.testing.assert_allclose(image[0, 1], 0.97, atol=0.02)
    assert image[0, 2, 0] > image[0, 2, 2]


def test_images_stay_as_they_are_and_the_last_row_may_be_short():
    images = np.random.default_rng(0).random((3, 2, 2, 3))
    image = drawn(plot.sheet(images, columns=2))
    assert image.shape == (5, 5, 3)
    np.testing.assert_allclose(image[3:, :2], images[2])
    assert (image[3:, 3:] == 1).all()


@pytest.mark.parametrize("shape", [(4, 4), (2, 4, 4, 2), (0, 4, 4)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="tiles have shape"):
        plot.sheet(np.zeros(shape))
