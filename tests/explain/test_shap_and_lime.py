"""SHAP and LIME: closed forms of linear networks, sampling and fitting written out, and the library's own answers."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.methods.lime import superpixels
from tests.explain.conftest import RANDOM, SIZE, every_pair, head, images_for, keras, layers, may_be_flat

LIME = {"segments": 9, "samples": 30}


@pytest.fixture(scope="module")
def linear():
    """A linear network, the weights of class 1, and images."""
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((6, 8, 2)), layers.Flatten(), head()])
    weights = model.layers[-1].get_weights()[0][:, 1].reshape(6, 8, 2)
    return model, weights, np.random.default_rng(1).random((3, 6, 8, 2), dtype=np.float32)


def corners():
    """Four segments of an image of 6 by 8."""
    rows, columns = np.indices((6, 8))
    return (rows >= 2) * 2 + (columns >= 5)


@pytest.mark.parametrize(
    ("method", "options", "name"), every_pair([(explain.shap, {"samples": 4}), (explain.lime, LIME)], quick=6, start=11)
)
def test_every_shape_and_a_batch_as_its_images_alone(zoo, method, options, name):
    model, images = zoo[name], images_for(name, n=2)
    together = method(model, images, **options)
    assert together.shape == images.shape[:-1]
    assert together.dtype == np.float32
    assert together.reshape(2, -1).any(axis=1).all()
    alone = np.concatenate([method(model, image[np.newaxis], **options) for image in images])
    tolerance = 2e-2 if name == "half precision" else 1e-4
    np.testing.assert_allclose(together, alone, atol=tolerance * np.abs(alone).max())


@may_be_flat
def test_shap_of_a_linear_network_is_weight_times_the_difference_from_the_background(linear):
    model, weights, images = linear
    for background in (0.2, images[0], images[:1]):
        nothing = np.broadcast_to(background, images.shape)[0]
        found = explain.shap(model, images, 1, background=background, samples=3)
        np.testing.assert_allclose(found, ((images - nothing) * weights).sum(axis=-1), atol=1e-6)


@pytest.mark.slow
def test_shap_approaches_integrated_gradients_over_the_background_and_adds_up(zoo):
    model, images = zoo["sequential"], images_for("sequential", n=1)
    background = RANDOM.random((4, SIZE, SIZE, 3))
    found = explain.shap(model, images, 1, background=background, samples=3000, batch_size=500)
    each = [explain.integrated_gradients(model, images, 1, baseline=start, steps=30) for start in background]
    expected = np.mean(each, axis=0)
    assert np.abs(found - expected).max() < 0.1 * np.abs(expected).max()
    change = explain.scores(model, images, 1) - explain.scores(model, background, 1).mean()
    np.testing.assert_allclose(found.sum(), change, atol=0.05 * np.abs(expected).sum())


@pytest.mark.filterwarnings("ignore:The structure of `inputs`")  # the library passes a list of one
def test_shap_is_what_the_library_says_of_a_network_that_returns_logits(zoo):
    import shap

    model, images = zoo["logits"], images_for("logits", n=1)
    background = RANDOM.random((5, SIZE, SIZE, 3), dtype=np.float32)
    theirs = shap.GradientExplainer(model, background).shap_values(images, nsamples=7, rseed=3)
    for target in range(3):
        ours = explain.shap(model, images, target, background=background, samples=7, seed=3)
        np.testing.assert_allclose(ours, theirs[..., target].sum(axis=-1), rtol=1e-4, atol=1e-6)


def test_shap_explains_the_logit_where_the_softmax_is_flat():
    model = keras.Sequential([keras.Input((2, 2, 1)), layers.Flatten(), layers.Dense(2, activation="softmax")])
    model.set_weights([np.full((4, 2), 50.0) * [1, -1], np.zeros(2)])
    np.testing.assert_allclose(explain.shap(model, np.ones((1, 2, 2, 1)), 0), np.full((1, 2, 2), 50.0), rtol=1e-5)


def test_random_numbers_of_the_user_go_on_as_if_shap_had_not_been_called(linear):
    model, _, images = linear
    np.random.seed(7)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(7)  # noqa: NPY002
    explain.shap(model, images, samples=2)
    assert np.random.random() == expected  # noqa: NPY002


def test_lime_of_a_linear_network_is_the_sum_over_the_segment(linear):
    model, weights, images = linear
    segments = np.broadcast_to(corners(), (3, 6, 8))
    for baseline in (0.4, None):
        found = explain.lime(model, images, 1, segments=segments, samples=50, ridge=0, baseline=baseline)
        for image, heatmap in zip(images, found, strict=True):
            for segment in range(4):
                inside = corners() == segment
                nothing = image[inside].mean(axis=0) if baseline is None else baseline
                expected = ((image[inside] - nothing) * weights[inside]).sum()
                np.testing.assert_allclose(heatmap[inside], expected, rtol=1e-3, atol=1e-4)


def test_lime_is_the_weighted_ridge_regression_of_its_samples(zoo):
    model, image = zoo["sequential"], images_for("sequential", n=1)
    segments = np.indices((SIZE, SIZE))[0] // 3
    options = {"samples": 40, "kernel_width": 0.4, "ridge": 0.3, "baseline": 0.1, "seed": 5}
    found = explain.lime(model, image, 2, segments=segments[np.newaxis], **options)[0]
    shown = np.random.default_rng(5).random((40, 4)) < 0.5
    shown[0] = True
    seen = np.where(shown[:, segments, None], image[0], 0.1)
    scores = explain.scores(model, seen, 2).astype(float)
    weights = np.exp(-((1 - np.sqrt(shown.mean(axis=1))) ** 2) / 0.4**2)
    centred = shown - weights @ shown / weights.sum()
    falls = scores - weights @ scores / weights.sum()
    normal = (centred * weights[:, None]).T @ centred + 0.3 * np.eye(4)
    expected = np.linalg.solve(normal, (centred * weights[:, None]).T @ falls)
    np.testing.assert_allclose(found, expected[segments], rtol=1e-3, atol=1e-5)


def test_superpixels_follow_the_edge_between_two_colours():
    images = np.zeros((1, 30, 40, 3), np.float32)
    images[:, :, 17:] = [1.0, 0.5, 0.0]
    (found,) = superpixels(images, 12)
    assert set(found[:, :17].ravel()).isdisjoint(found[:, 17:].ravel())
    assert 6 <= len(np.unique(found)) <= 16
    assert found.min() == 0


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        (explain.shap, {"samples": 0}, "samples is 0"),
        (explain.shap, {"background": np.ones((2, 5))}, r"baseline has shape \(2, 5\)"),
        (explain.shap, {"background": np.full((2, SIZE, SIZE, 3), np.nan)}, "not finite"),
        (explain.lime, {"samples": 1}, "2 samples or more"),
        (explain.lime, {"kernel_width": 0}, "a width above 0"),
        (explain.lime, {"ridge": -1}, "a ridge of 0 or more"),
        (explain.lime, {"segments": 0}, "segments is 0"),
        (explain.lime, {"segments": np.zeros((3, 4), int)}, r"shape \(3, 4\)"),
        (explain.lime, {"baseline": np.ones(4)}, r"baseline has shape \(4,\)"),
    ],
)
def test_options_that_make_no_sense(zoo, method, options, message):
    with pytest.raises(ValueError, match=message):
        method(zoo["sequential"], images_for("sequential"), **options)
