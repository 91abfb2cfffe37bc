"""Taylor decomposition: closed forms, what is left over, and root points."""

import numpy as np
import pytest
from scipy import ndimage

from coursekit import explain
from coursekit.explain import evaluate
from tests.explain.conftest import BUILDERS, RANDOM, head, images_for, keras, layers, may_be_flat
from tests.explain.test_gradients import Formula
from tests.quick import quick_only

PIXELS = np.array([[1.0, 2.0, 0.5], [-1.0, 0.3, 2.0]])[:, None, :, None]
ROOT = np.array([0.5, 1.0, 0.1])[None, :, None]


@pytest.mark.parametrize("name", quick_only(BUILDERS, ["residual", "spectra"]))
def test_every_shape_and_a_batch_as_its_images_alone(zoo, name):
    model, images = zoo[name], images_for(name)
    together = explain.taylor_decomposition(model, images, batch_size=2)
    left = explain.taylor_relevance(model, images, batch_size=2).remainder
    assert together.shape == images.shape[:-1]
    assert together.dtype == np.float32
    alone = np.concatenate([explain.taylor_decomposition(model, image[np.newaxis]) for image in images])
    tolerance = 5e-3 if name == "half precision" else 2e-5
    np.testing.assert_allclose(together, alone, atol=tolerance * np.abs(alone).max())
    # What is left over is what a check of completeness finds missing.
    root = explain.root_points(images, "blur")
    found = evaluate.completeness(model, images, together, baseline=root)
    classes = explain.explained_classes(model, images)
    owed = explain.scores(model, images, classes) - explain.scores(model, root, classes)
    np.testing.assert_allclose(-left / np.abs(owed), found, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("slope", "square", "sine"),
    [
        ("root", 2 * 1.0, np.cos([0.1, 0.1])),
        ("image", 2 * PIXELS[:, 0, 1, 0], np.cos(PIXELS[:, 0, 2, 0])),
        ("mean", PIXELS[:, 0, 1, 0] + 1.0, (np.cos(0.1) + np.cos(PIXELS[:, 0, 2, 0])) / 2),
    ],
)
def test_formula_is_shared_out_by_its_slopes(slope, square, sine):
    """S = 5 x + y^2 + sin z: the slope times the difference, and the rest is left over."""
    found = explain.taylor_decomposition(Formula(), PIXELS, 1, root=ROOT, slope=slope)
    whole = explain.taylor_relevance(Formula(), PIXELS, 1, root=ROOT, slope=slope)
    x, y, z = (PIXELS - ROOT)[:, 0, :, 0].T
    expected = np.stack([5 * x, square * y, sine * z], axis=1)
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-5)
    np.testing.assert_allclose(whole.maps, found, rtol=1e-6)
    change = 5 * x + PIXELS[:, 0, 1, 0] ** 2 - 1 + np.sin(PIXELS[:, 0, 2, 0]) - np.sin(0.1)
    np.testing.assert_allclose(whole.remainder, change - expected.sum(axis=1), atol=1e-5)


@may_be_flat
def test_linear_network_leaves_nothing_over():
    model = keras.Sequential([keras.Input((5, 6, 2)), layers.Flatten(), head()])
    weights = model.layers[-1].get_weights()[0][:, 1].reshape(5, 6, 2)
    images = RANDOM.random((3, 5, 6, 2))
    for root in ("blur", "sharpen", images[::-1], 0.5):
        found = explain.taylor_relevance(model, images, 1, root=root)
        difference = images - explain.root_points(images, root)
        np.testing.assert_allclose(found.maps, (difference * weights).sum(axis=-1), atol=1e-6)
        np.testing.assert_allclose(found.remainder, 0, atol=1e-5)


def test_root_points_lose_or_double_the_details():
    images = RANDOM.random((2, 7, 8, 3))
    blurred = np.stack(
        [[ndimage.gaussian_filter(p[..., c], 1.5, mode="nearest") for c in range(3)] for p in images]
    ).transpose(0, 2, 3, 1)
    np.testing.assert_allclose(explain.root_points(images, "blur", 1.5), blurred, rtol=1e-6)
    np.testing.assert_allclose(explain.root_points(images, "sharpen", 1.5), 2 * images - blurred, rtol=1e-6)


def test_image_that_is_its_own_root_point_gets_a_flat_map_and_a_warning(zoo):
    images = np.full((1, 12, 12, 3), 0.5)
    with pytest.warns(UserWarning, match="its own root point"):
        assert not explain.taylor_decomposition(zoo["sequential"], images).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"root": "dark"}, "root is 'dark'"),
        ({"root": np.ones(5)}, r"baseline has shape \(5,\)"),
        ({"strength": 0}, "strength is 0"),
        ({"slope": "both"}, "slope is 'both'"),
    ],
)
def test_options_that_make_no_sense(zoo, options, message):
    with pytest.raises(ValueError, match=message):
        explain.taylor_decomposition(zoo["sequential"], images_for("sequential"), **options)


def test_a_pixelated_root_holds_one_pixel_of_each_square():
    images = np.arange(2 * 6 * 5, dtype=float).reshape(2, 6, 5, 1)
    found = explain.root_points(images, "pixelate", strength=1.4)
    # Squares of round(2 * 1.4) = 3 pixels: rows 1 and 4 are their middles; of a square that is cut off, the last pixel.
    for row, column in np.ndindex(6, 5):
        middle = images[:, (1, 4)[row // 3], (1, 4)[column // 3]]
        np.testing.assert_array_equal(found[:, row, column], middle)
