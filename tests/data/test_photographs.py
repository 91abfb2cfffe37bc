"""The photographs that ship with scikit-image and scikit-learn."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import skimage.data
import sklearn.datasets

from coursekit.data import PHOTOGRAPHS, load_image


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_image_is_there_and_scaled(name: str):
    image = load_image(name)
    assert image.dtype == np.float32
    assert image.ndim == 2 or image.shape[2] == 3
    assert image.min() >= 0
    assert 0.5 < image.max() <= 1


@pytest.mark.parametrize(
    ("name", "stored"),
    [("cat", skimage.data.chelsea), ("flower", functools.partial(sklearn.datasets.load_sample_image, "flower.jpg"))],
)
def test_unscaled_image_is_the_stored_one(name: str, stored):
    np.testing.assert_array_equal(np.round(load_image(name) * 255), stored())


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_image_may_be_shown_and_says_by_whose_leave(name: str):
    photograph = PHOTOGRAPHS[name]
    assert photograph.licence in {"CC0", "CC BY 2.0", "public domain", "no known copyright restrictions"}
    assert str(photograph) == (
        f"{photograph.title}: {photograph.credit} ({photograph.licence}), from {photograph.package}"
    )
    assert all((photograph.title, photograph.credit))


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
