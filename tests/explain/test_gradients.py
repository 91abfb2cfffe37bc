"""Gradients: closed forms, the axioms, and finite differences."""

import functools

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.run import run
from coursekit.explain.methods.gradients import _gradient
from tests.explain.conftest import (
    BUILDERS,
    RANDOM,
    SEED,
    SIZE,
    every_pair,
    head,
    images_for,
    keras,
    layers,
    may_be_flat,
)
from tests.quick import quick_only

METHODS = [
    explain.gradients,
    explain.gradient_x_input,
    explain.smooth_grad,
    explain.integrated_gradients,
    explain.guided_backpropagation,
]


@pytest.fixture(scope="module")
def linear():
    """A linear classifier, its weights as images (class, height, width, channels) and images for it."""
    model = keras.Sequential([keras.Input((4, 5, 2)), layers.Flatten(), head()])
    weights = model.layers[-1].get_weights()[0].T.reshape(3, 4, 5, 2)
    return (
        model,
        weights,
        np.random.default_rng(SEED).random((6, 4, 5, 2), dtype=np.float32),
        np.array([0, 1, 2, 2, 1, 0]),
    )


def bias_free():
    kernel = {"activation": "relu", "use_bias": False}
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            layers.Conv2D(4, 3, **kernel),
            layers.MaxPooling2D(2),
            layers.Conv2D(5, 3, **kernel),
            layers.Flatten(),
            layers.Dense(3, use_bias=False),
        ]
    )


@pytest.mark.parametrize(("method", "name"), every_pair(METHODS, quick=6))
def test_every_method_explains_every_shape_and_a_batch_as_its_images_alone(zoo, method, name):
    model, images = zoo[name], images_for(name)
    together = method(model, images, batch_size=2)
    assert together.shape == images.shape[:-1]
    assert together.dtype == np.float32
    assert together.reshape(3, -1).any(axis=1).all()
    alone = np.concatenate([method(model, image[np.newaxis]) for image in images])
    tolerance = 5e-3 if name == "half precision" else 2e-5
    np.testing.assert_allclose(together, alone, atol=tolerance * np.abs(alone).max())


def test_linear_network_has_its_weights_as_gradients(linear):
    model, weights, images, target = linear
    own = weights[target]
    np.testing.assert_allclose(explain.gradients(model, images, target), np.abs(own).max(axis=-1), rtol=1e-6)
    np.testing.assert_allclose(explain.gradients(model, images, target, pooling="sum"), own.sum(axis=-1), atol=1e-6)
    smooth = explain.smooth_grad(model, images, target, samples=3, pooling="sum")
    np.testing.assert_allclose(smooth, own.sum(axis=-1), atol=1e-6)


def test_linear_network_is_explained_by_weight_times_what_differs_from_the_baseline(linear):
    model, weights, images, target = linear
    own = weights[target]
    np.testing.assert_allclose(explain.gradient_x_input(model, images, target), (images * own).sum(axis=-1), atol=1e-6)
    for baseline in (0.5, images[0] / 2, 1 - images):
        expected = ((images - baseline) * own).sum(axis=-1)
        found = explain.integrated_gradients(model, images, target, baseline=baseline, steps=3)
        np.testing.assert_allclose(found, expected, atol=1e-6)


def test_gradient_equals_finite_differences_in_float64():
    keras.config.set_dtype_policy("float64")
    try:
        model = keras.Sequential(
            [
                keras.Input((5, 4, 2), dtype="float64"),
                layers.Conv2D(3, 3, activation="tanh"),
                layers.Flatten(),
                head(activation="softmax"),
            ]
        )
    finally:
        keras.config.set_dtype_policy("float32")
    image, step = RANDOM.random((1, 5, 4, 2)), 1e-6
    (slopes,) = run(Inputs.of(model, image), 1, _gradient)
    assert slopes.dtype == np.float64
    moves = step * np.eye(image.size).reshape(-1, 5, 4, 2)
    differences = (explain.scores(model, image + moves, 1) - explain.scores(model, image - moves, 1)) / (2 * step)
    np.testing.assert_allclose(slopes[0].ravel(), differences, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("name", quick_only(BUILDERS, ["concatenation", "one sigmoid", "half precision", "spectra"]))
def test_integrated_gradients_sum_to_the_change_of_the_score(zoo, name):
    model, images = zoo[name], images_for(name)
    classes = explain.explained_classes(model, images)
    change = explain.scores(model, images) - explain.scores(model, np.full_like(images, 0.2), classes)
    total = explain.integrated_gradients(model, images, baseline=0.2, steps=100).reshape(3, -1).sum(axis=1)
    np.testing.assert_allclose(total, change, atol=0.01 * np.abs(change).max())


@may_be_flat
@pytest.mark.parametrize("steps", [1, 2, 7])
def test_midpoints_are_exact_at_any_number_where_the_network_has_no_bias(steps):
    model, images = bias_free(), images_for("sequential")
    total = explain.integrated_gradients(model, images, target=1, steps=steps).reshape(3, -1).sum(axis=1)
    np.testing.assert_allclose(total, explain.scores(model, images, target=1), rtol=1e-5, atol=1e-6)


class Formula(keras.Model):
    """Logits (0, 5 x + y^2 + sin z) of an image of one row, x, y and z."""

    def call(self, images):
        x, y, z = (images[:, 0, i, 0] for i in range(3))
        value = 5 * x + y**2 + keras.ops.sin(z)
        return keras.ops.stack([0 * value, value], axis=1)


@pytest.mark.parametrize(("rule", "steps"), [("midpoint", 200), ("trapezoid", 200), ("gauss-legendre", 10)])
def test_integrated_gradients_of_a_formula_are_its_integrals(rule, steps):
    images = np.array([[1.0, 2.0, 0.5], [-1.0, 0.3, 2.0]])
    options = {"baseline": 0.0, "steps": steps, "rule": rule, "batch_size": 64}
    found = explain.integrated_gradients(Formula(), images[:, None, :, None], target=1, **options)
    expected = np.stack([5 * images[:, 0], images[:, 1] ** 2, np.sin(images[:, 2])], axis=1)
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-4)


def test_smooth_grad_without_noise_is_the_gradient(zoo):
    model, images = zoo["residual"], images_for("residual")
    smooth = explain.smooth_grad(model, images, noise=0, samples=2)
    np.testing.assert_allclose(smooth, explain.gradients(model, images), rtol=1e-5)


def test_smooth_grad_is_the_mean_of_signed_gradients_under_noise_of_a_share_of_the_range():
    """The gradient of y^2 is 2 y: under noise its mean is 2 (y + mean noise), which tells the noise itself."""
    images = np.array([0.0, 1.0, 4.0]).reshape(1, 1, 3, 1)
    found = explain.smooth_grad(Formula(), images, target=1, samples=3000, noise=0.25, pooling="sum", seed=4)
    assert found[0, 0, 0] == pytest.approx(5)
    assert found[0, 0, 1] == pytest.approx(2.0, abs=4 * 2 / np.sqrt(3000))
    # The mean of cos(z + noise) is cos(z) exp(-s^2 / 2), and s = 0.25 * 4.
    assert found[0, 0, 2] == pytest.approx(np.cos(4) * np.exp(-0.5), abs=4 / np.sqrt(3000))


def test_seed_repeats_the_noise_and_another_changes_it(zoo):
    model, images = zoo["sequential"], images_for("sequential")
    first, again, other = (explain.smooth_grad(model, images, samples=2, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def relu_network(relu):
    model = keras.Sequential(
        [keras.Input((1, 6, 1)), layers.Flatten(), layers.Dense(8), relu(), layers.Dense(7), relu(), head()]
    )
    weights = [layer.get_weights() for layer in model.layers if layer.get_weights()]
    return model, weights


@may_be_flat
@pytest.mark.parametrize(("relu", "top"), [(layers.ReLU, np.inf), (lambda: layers.ReLU(max_value=6), 6)])
def test_guided_backpropagation_passes_back_only_what_is_positive(relu, top):
    model, ((first, _), (second, _), (third, _)) = relu_network(relu)
    images = RANDOM.normal(size=(12, 1, 6, 1)).astype(np.float32) * 5
    below = images[:, 0, :, 0] @ first
    above = np.clip(below, 0, top) @ second

    def passed(slope, inside):
        return np.maximum(slope, 0) * (inside > 0) * (inside < top)

    expected = passed(passed(third[:, 1], above) @ second.T, below) @ first.T
    assert expected.any(axis=1).sum() >= 3
    found = explain.guided_backpropagation(model, images, target=1, pooling="sum")
    np.testing.assert_allclose(found[:, 0], expected, atol=1e-5)


def test_guided_backpropagation_without_a_relu_says_so():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3, activation="tanh"), layers.Flatten(), head()])
    with pytest.raises(ValueError, match=r"no ReLU.*Call gradients"):
        explain.guided_backpropagation(model, np.ones((1, 4, 4, 1)))


@functools.cache
def same_function_twice():
    kernel = {"padding": "same", "activation": "relu"}
    chain = [layers.Conv2D(4, 3, **kernel), layers.Conv2D(5, 3, **kernel), layers.Flatten(), head()]
    sequential = keras.Sequential([keras.Input((SIZE, SIZE, 3)), *chain])
    x = image = keras.Input((SIZE, SIZE, 3))
    for layer in chain[:-1]:
        x = layer(x)
    last = head(activation=None)
    functional = keras.Model(image, layers.Softmax()(last(x)))
    last.set_weights(chain[-1].get_weights())
    return sequential, functional


@functools.cache
def blind_in_the_first_row():
    seeing = [layers.Cropping2D(((1, 0), (0, 0))), layers.Conv2D(3, 3, activation="relu")]
    return keras.Sequential([keras.Input((6, 6, 1)), *seeing, layers.Flatten(), head()])


@functools.cache
def left_right_symmetric():
    kernel = {"padding": "same", "activation": "relu", "bias_initializer": "ones"}
    model = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(3, 3, **kernel), layers.GlobalAveragePooling2D(), head()]
    )
    kernel, bias = model.layers[0].get_weights()
    model.layers[0].set_weights([kernel + kernel[:, ::-1], bias])
    return model


@pytest.mark.parametrize(
    "method",
    quick_only(
        [*METHODS, explain.grad_cam, explain.layer_cam],
        [explain.gradients, explain.guided_backpropagation, explain.grad_cam],
    ),
)
def test_same_function_built_in_another_way_has_the_same_heatmap(method):
    images = images_for("sequential")
    first, second = (method(model, images) for model in same_function_twice())
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_pixel_that_the_network_cannot_see_gets_nothing(method):
    heatmap = method(blind_in_the_first_row(), RANDOM.random((2, 6, 6, 1)))
    assert not heatmap[:, 0].any()
    assert heatmap[:, 1:].any()


@pytest.mark.parametrize("method", [*METHODS, explain.grad_cam, explain.grad_cam_plus_plus, explain.layer_cam])
def test_mirrored_image_has_the_mirrored_heatmap_where_the_network_is_symmetric(method):
    model, images = left_right_symmetric(), RANDOM.random((2, 8, 8, 1))
    options = {"noise": 0} if method is explain.smooth_grad else {}
    mirrored = method(model, images[:, :, ::-1], **options)[:, :, ::-1]
    np.testing.assert_allclose(method(model, images, **options), mirrored, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        (explain.smooth_grad, {"samples": 0}, "samples is 0"),
        (explain.smooth_grad, {"noise": -1}, "noise is -1"),
        (explain.integrated_gradients, {"steps": 0}, "steps is 0"),
        (explain.integrated_gradients, {"steps": 1, "rule": "trapezoid"}, "2 steps or more"),
        (explain.integrated_gradients, {"rule": "simpson"}, "rule is 'simpson'"),
        (explain.integrated_gradients, {"baseline": np.ones(5)}, r"baseline has shape \(5,\)"),
        (explain.integrated_gradients, {"baseline": np.nan}, "not finite"),
        (explain.gradients, {"batch_size": 0}, "batch_size is 0"),
    ],
)
def test_options_that_make_no_sense(zoo, method, options, message):
    with pytest.raises(ValueError, match=message):
        method(zoo["sequential"], images_for("sequential"), **options)
