"""Taylor relevance: closed forms, completeness, and the explainers that do the same for any network."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.methods.taylor import Relevance
from coursekit.fourier.derivatives import ScoreGradient
from coursekit.fourier.relevance import (
    blurred,
    nearest_of_another_class,
    root_for_any_map,
    sharpened,
    taylor_relevance,
)
from tests.fourier.conftest import fill, keras, layers, noise, plain

IMAGES = noise((5, 16, 13, 1))
ROOTS = blurred(IMAGES, 1.0)


@pytest.fixture(scope="module")
def model():
    return plain(padding="valid")


@pytest.fixture(scope="module")
def gradient(model):
    return ScoreGradient(model)


def linear(channels=2):
    ends = [layers.Flatten(), layers.Dense(3, activation="softmax")]
    return fill(keras.Sequential([keras.Input((9, 8, channels)), layers.Conv2D(3, 3), *ends]))


def test_a_linear_network_leaves_no_remainder_whatever_the_root():
    gradient, images = ScoreGradient(linear()), noise((4, 9, 8, 2))
    for root in (0.0, images[:1], sharpened(images, 2.0)):
        found = taylor_relevance(gradient, images, root, 1)
        np.testing.assert_allclose(found.maps, (gradient(images, 1) * (images - root)).sum(-1), atol=1e-5)
        np.testing.assert_allclose(found.remainder, 0, atol=1e-4)
        assert found.maps.shape == (4, 9, 8)


def test_each_slope_is_taken_where_it_says(gradient):
    way, classes = IMAGES - ROOTS, gradient.net.logits(IMAGES).argmax(axis=1)
    above, below = gradient(IMAGES, classes), gradient(ROOTS, classes)
    for slope, expected in (("image", above), ("root", below), ("mean", (above + below) / 2)):
        found = taylor_relevance(gradient, IMAGES, ROOTS, slope=slope)
        np.testing.assert_allclose(found.maps, (expected * way).sum(axis=-1), atol=1e-5)
        np.testing.assert_allclose(found.change, gradient.scores(IMAGES, classes) - gradient.scores(ROOTS, classes))


def test_the_path_leaves_next_to_nothing_over(gradient):
    far = 1 - IMAGES  # the score bends on the way
    missed = {s: taylor_relevance(gradient, IMAGES, far, slope=s, steps=200).missed_share for s in ("image", "path")}
    assert missed["path"] < 0.01 < missed["image"]


def test_the_path_is_integrated_gradients(gradient, model):
    theirs = explain.integrated_gradients(model, IMAGES, 2, baseline=ROOTS, steps=7)
    ours = taylor_relevance(gradient, IMAGES, ROOTS, 2, slope="path", steps=7)
    np.testing.assert_allclose(ours.maps, theirs, atol=1e-5 * np.abs(theirs).max())


@pytest.mark.parametrize("slope", ["root", "image", "mean"])
@pytest.mark.parametrize("root", ["blur", "sharpen"])
def test_it_is_the_taylor_decomposition_that_explains_any_network(gradient, model, root, slope):
    start = {"blur": blurred, "sharpen": sharpened}[root](IMAGES, 1.5)
    theirs = explain.taylor_relevance(model, IMAGES, 2, root=root, strength=1.5, slope=slope)
    ours = taylor_relevance(gradient, IMAGES, start, 2, slope=slope)
    np.testing.assert_allclose(ours.maps, theirs.maps, atol=1e-5 * np.abs(theirs.maps).max())
    np.testing.assert_allclose(ours.remainder, theirs.remainder, atol=1e-4)


def test_both_take_the_slope_at_the_root_unless_told_otherwise(gradient, model):
    theirs, ours = explain.taylor_relevance(model, IMAGES, 2, root=ROOTS), taylor_relevance(gradient, IMAGES, ROOTS, 2)
    np.testing.assert_allclose(ours.maps, theirs.maps, atol=1e-5 * np.abs(theirs.maps).max())
    np.testing.assert_array_equal(ours.maps, taylor_relevance(gradient, IMAGES, ROOTS, 2, slope="root").maps)


def test_with_black_as_root_it_is_gradient_times_input(gradient, model):
    theirs = explain.gradient_x_input(model, IMAGES, 0)
    ours = taylor_relevance(gradient, IMAGES, 0.0, 0, slope="image")
    np.testing.assert_allclose(ours.maps, theirs, atol=1e-5 * np.abs(theirs).max())


def test_the_missed_share_is_that_of_all_images_together():
    found = Relevance(np.full((2, 1, 1), 3.0), np.array([4.0, -1.0]), np.zeros(2), np.zeros((2, 1, 1, 1)))
    np.testing.assert_array_equal(found.remainder, [1, -4])
    assert found.missed_share == 1.0
    assert np.isnan(Relevance(np.zeros((1, 2, 2)), np.zeros(1), np.zeros(1), np.zeros((1, 2, 2, 1))).missed_share)


def test_blurring_and_sharpening_go_opposite_ways_and_keep_flat_images():
    np.testing.assert_allclose(blurred(IMAGES, 1.0) + sharpened(IMAGES, 1.0), 2 * IMAGES, atol=1e-6)
    flat = np.full((1, 7, 6, 2), 0.25, np.float32)
    np.testing.assert_allclose(blurred(flat, 3.0), flat, atol=1e-6)
    two = np.concatenate([IMAGES, 1 - IMAGES], axis=-1)
    np.testing.assert_array_equal(blurred(two, 2.0)[..., :1], blurred(IMAGES, 2.0))


def test_the_nearest_of_another_class_is_found_as_by_search():
    library, rng = noise((40, 16, 13, 1), seed=9), np.random.default_rng(2)
    theirs, own = rng.integers(0, 3, 40), rng.integers(0, 3, 5)
    found = nearest_of_another_class(IMAGES, own, library, theirs)
    for image, label, nearest in zip(IMAGES, own, found, strict=True):
        others = library[theirs != label]
        np.testing.assert_array_equal(nearest, min(others, key=lambda other: ((other - image) ** 2).sum()))


def test_any_map_comes_out_of_the_right_root(gradient):
    wished = np.zeros((16, 13))
    wished[2:5, 3:9] = 1
    root = root_for_any_map(gradient, IMAGES[:1], wished, target=1)
    found = taylor_relevance(gradient, IMAGES[:1], root, 1, slope="image")
    score = gradient.scores(IMAGES[:1], 1)[0]
    np.testing.assert_allclose(found.maps[0], score * wished / wished.sum(), atol=1e-4 * abs(score))


def test_what_cannot_be_shared_out_says_why(gradient):
    with pytest.raises(ValueError, match="'root', 'image', 'mean', 'path'"):
        taylor_relevance(gradient, IMAGES, ROOTS, slope="middle")
    with pytest.raises(ValueError, match="pass a number, one image, or one for each"):
        taylor_relevance(gradient, IMAGES, ROOTS[:2])
    with pytest.raises(ValueError, match="width of a blur"):
        blurred(IMAGES, 0)
    with pytest.raises(ValueError, match="none of another"):
        nearest_of_another_class(IMAGES, np.zeros(5), IMAGES, np.zeros(5))
    with pytest.raises(ValueError, match="do not fit together"):
        nearest_of_another_class(IMAGES, np.zeros(4), IMAGES, np.zeros(5))
    with pytest.raises(ValueError, match="sums to 0"):
        root_for_any_map(gradient, IMAGES[:1], np.zeros((16, 13)))


def test_a_map_that_asks_for_relevance_where_no_slope_is_is_refused():
    model = linear(channels=1)
    kernels, bias = model.layers[0].get_weights()
    model.layers[0].set_weights([0 * kernels, bias])
    with pytest.raises(ValueError, match="0 times anything is 0"):
        root_for_any_map(ScoreGradient(model), noise((1, 9, 8, 1)), np.ones((9, 8)))
