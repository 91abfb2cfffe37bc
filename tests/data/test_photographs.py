"""The photographs that ship with scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data

from coursekit.data import PHOTOGRAPHS, load_picture


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_picture_is_there_and_scaled(name: str):
    picture = load_picture(name)
    assert picture.dtype == np.float32
    assert picture.ndim == 2 or picture.shape[2] == 3
    assert picture.min() >= 0
    assert 0.5 < picture.max() <= 1


def test_unscaled_picture_is_the_stored_one():
    np.testing.assert_array_equal(np.round(load_picture("cat") * 255), skimage.data.chelsea())


@pytest.mark.parametrize("name", PHOTOGRAPHS)
@pytest.mark.parametrize(("size", "shape"), [(37, (37, 37)), ((20, 50), (20, 50)), ((700, 30), (700, 30))])
def test_size_and_grey(name: str, size, shape):
    assert load_picture(name, size=size, grey=True).shape == shape


def test_grey_is_brightness_as_scikit_image_has_it():
    expected = skimage.color.rgb2gray(skimage.data.coffee())
    np.testing.assert_allclose(load_picture("coffee", grey=True), expected, atol=1e-6)


def test_square_is_cut_from_the_middle_and_not_stretched():
    whole = load_picture("cat")
    np.testing.assert_array_equal(load_picture("cat", size=300), whole[:, 75:375])


def test_small_pictures_are_averages_not_single_pixels():
    # Fine texture: picking single pixels would keep its contrast.
    assert load_picture("grass", size=16).std() < 0.5 * load_picture("grass").std()


def test_unknown_name_is_answered_with_the_names():
    with pytest.raises(ValueError, match=r"no picture 'elephant'.*cat, coffee, astronaut"):
        load_picture("elephant")


@pytest.mark.parametrize("size", [0, (10, 0), (-1, 5)])
def test_size_below_one_pixel_is_refused(size):
    with pytest.raises(ValueError, match="at least one pixel"):
        load_picture("cat", size=size)
