"""The photographs that ship with scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data

from coursekit.data import PHOTOGRAPHS, load_image


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_image_is_there_and_scaled(name: str):
    image = load_image(name)
    assert image.dtype == np.float32
    assert image.ndim == 2 or image.shape[2] == 3
    assert image.min() >= 0
    assert 0.5 < image.max() <= 1


def test_unscaled_image_is_the_stored_one():
    np.testing.assert_array_equal(np.round(load_image("cat") * 255), skimage.data.chelsea())


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize(("size", "shape"), [(37, (37, 37)), ((20, 50), (20, 50)), ((700, 30), (700, 30))])
def test_size_and_grey(name: str, size, shape):
    assert load_image(name, size=size, grey=True).shape == shape


def test_grey_is_brightness_as_scikit_image_has_it():
    expected = skimage.color.rgb2gray(skimage.data.coffee())
    np.testing.assert_allclose(load_image("coffee", grey=True), expected, atol=1e-6)


def test_square_is_cut_from_the_middle_and_not_stretched():
    whole = load_image("cat")
    np.testing.assert_array_equal(load_image("cat", size=300), whole[:, 75:375])


def test_small_images_are_averages_not_single_pixels():
    # Fine texture: picking single pixels would keep its contrast.
    assert load_image("grass", size=16).std() < 0.5 * load_image("grass").std()


def test_unknown_name_is_answered_with_the_names():
    with pytest.raises(ValueError, match=r"no image 'elephant'.*cat, coffee, astronaut"):
        load_image("elephant")


@pytest.mark.parametrize("size", [0, (10, 0), (-1, 5)])
def test_size_below_one_pixel_is_refused(size):
    with pytest.raises(ValueError, match="at least one pixel"):
        load_image("cat", size=size)
