"""LRP and deep Taylor: written out number by number, conservation, and where they must equal gradient x input."""

import warnings

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.methods.lrp import relevance_totals
from tests.explain.conftest import BUILDERS, RANDOM, SIZE, every_pair, head, images_for, keras, layers
from tests.quick import quick_only

RULES = ["epsilon", "gamma", "alpha_beta", "w_squared", "flat", "composite"]


def without_biases(model):
    for layer in model._flatten_layers(include_self=False):
        if getattr(layer, "bias", None) is not None:
            layer.bias.assign(np.zeros(layer.bias.shape))
    return model


def shared(shares, relevance):
    """Each output's relevance, in proportion to its column of shares."""
    totals = shares.sum(axis=0)
    return (shares / np.where(totals == 0, 1, totals)) @ np.where(totals == 0, 0, relevance)


def rule_by_hand(rule, a, weights, bias, relevance, low, high):
    """One dense layer, one image; rule (name, epsilon, gamma, alpha)."""
    name, epsilon, gamma, alpha = rule
    terms = a[:, None] * weights
    if name == "epsilon":
        z = terms.sum(axis=0) + bias
        return (terms / (z + epsilon * np.where(z < 0, -1, 1))) @ relevance
    if name == "gamma":
        own = np.where(terms.sum(axis=0) + bias < 0, -1, 1)
        favoured = terms + gamma * own * np.maximum(own * terms, 0)
        return (favoured / (favoured.sum(axis=0) + bias + gamma * own * np.maximum(own * bias, 0))) @ relevance
    if name == "alpha_beta":
        helping, hindering = shared(np.maximum(terms, 0), relevance), shared(np.minimum(terms, 0), relevance)
        return alpha * helping - (alpha - 1) * hindering
    if name == "z_box":
        return shared(terms - low * np.maximum(weights, 0) - high * np.minimum(weights, 0), relevance)
    return shared(weights**2 if name == "w_squared" else np.ones_like(weights), relevance)


@pytest.mark.parametrize("options", [{"rule": rule} for rule in RULES] + [{"rule": "epsilon", "epsilon": 0.5}])
def test_two_dense_layers_share_out_as_written_by_hand(options):
    model = keras.Sequential(
        [keras.Input((2, 3, 1)), layers.Flatten(), layers.Dense(5, activation="relu"), head(activation="softmax")]
    )
    first, bias, second, top_bias = model.get_weights()
    bias = RANDOM.normal(size=5).astype(np.float32)
    model.set_weights([first, bias, second, top_bias])
    images = RANDOM.uniform(-1, 2, size=(6, 2, 3, 1))
    found = explain.lrp(model, images, 1, **{"alpha": 1.7, "gamma": 0.4, "low": -1, "high": 2, **options})
    name, epsilon = options["rule"], options.get("epsilon", 1e-6)
    rules = [(name, epsilon, 0.4, 1.7)] * 2
    if name == "composite":
        rules = [("epsilon", 1e-6, 0, 0), ("z_box", 0, 0, 0)]
    for image, heatmap in zip(images.reshape(6, 6), found.reshape(6, 6), strict=True):
        hidden = np.maximum(image @ first + bias, 0)
        relevance = np.array([0, hidden @ second[:, 1] + top_bias[1], 0])
        middle = rule_by_hand(rules[0], hidden, second, top_bias, relevance, -1, 2)
        expected = rule_by_hand(rules[1], image, first, bias, middle, -1, 2)
        np.testing.assert_allclose(heatmap, expected, rtol=2e-3, atol=1e-4 * np.abs(expected).max())


def as_dense(layer, shape):
    """The matrix of a linear layer that takes arrays of a shape, by trying every input alone."""
    basis = np.eye(int(np.prod(shape)), dtype=np.float32).reshape(-1, *shape)
    nothing = np.array(layer(np.zeros((1, *shape), np.float32)))
    return (np.array(layer(basis)) - nothing).reshape(len(basis), -1), nothing.ravel()


CONVOLUTIONS = {
    "strides": lambda: layers.Conv2D(3, 3, padding="same", strides=2, bias_initializer="random_normal"),
    "dilation": lambda: layers.Conv2D(2, (2, 3), dilation_rate=2, bias_initializer="random_normal"),
    "groups": lambda: layers.Conv2D(4, 3, groups=2, bias_initializer="random_normal"),
    "depthwise": lambda: layers.DepthwiseConv2D(3, depth_multiplier=2, bias_initializer="random_normal"),
}


@pytest.mark.parametrize(("rule", "layer"), every_pair(["epsilon", "alpha_beta", "composite"], CONVOLUTIONS, quick=2))
def test_convolution_shares_out_as_the_same_layer_written_as_a_matrix(layer, rule):
    convolution = CONVOLUTIONS[layer]()
    model = keras.Sequential(
        [keras.Input((6, 7, 2)), convolution, layers.ReLU(), layers.Flatten(), head(activation=None)]
    )
    matrix, bias = as_dense(convolution, (6, 7, 2))
    dense = keras.Sequential(
        [keras.Input((6, 7, 2)), layers.Flatten(), layers.Dense(len(bias), activation="relu"), head(activation=None)]
    )
    dense.set_weights([matrix, bias, *model.layers[-1].get_weights()])
    images = RANDOM.random((3, 6, 7, 2))
    expected = explain.lrp(dense, images, 2, rule=rule)
    np.testing.assert_allclose(
        explain.lrp(model, images, 2, rule=rule), expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max()
    )


@pytest.mark.parametrize(
    "name",
    quick_only(
        [name for name in BUILDERS if name not in ("nested", "half precision")],
        ["augmented", "nested twice", "one sigmoid"],
    ),
)
def test_rule_without_epsilon_is_gradient_x_input_on_networks_of_relus(zoo, name):
    """True with biases too, but not where a rescaling inside has an offset, nor in half
    precision, where z is computed anew and is not quite what the ReLU saw."""
    model, images = zoo[name], images_for(name)
    expected = explain.gradient_x_input(model, images, 1)
    found = explain.lrp(model, images, 1, rule="epsilon", epsilon=0)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("name", quick_only(list(BUILDERS), ["functional", "half precision"]))
def test_relevance_sums_to_the_score_where_there_are_no_biases(name):
    model, images = BUILDERS[name](), images_for(name)
    model(images, training=False)
    without_biases(model)
    scores = explain.scores(model, images)
    tolerance = 2e-2 if name == "half precision" else 1e-3
    rules = ["epsilon", "gamma"]
    rules += [] if name == "residual" else ["composite"]  # its last convolution has no ReLU: units below 0
    rules += ["w_squared", "flat"] if name in ("sequential", "functional", "spectra") else []  # no averages
    for rule in rules:
        heatmaps = explain.lrp(model, images, rule=rule)
        assert heatmaps.shape == images.shape[:-1]
        assert heatmaps.dtype == np.float32
        for heatmap, score in zip(heatmaps, scores, strict=True):
            assert heatmap.sum() == pytest.approx(score, abs=tolerance * float(np.abs(heatmap).sum())), rule


@pytest.mark.parametrize(
    "name",
    quick_only(
        ["sequential", "nested twice", "residual", "concatenation", "one sigmoid", "spectra"],
        ["residual", "spectra"],
    ),
)
def test_relevance_is_conserved_at_every_layer_where_there_are_no_biases(name):
    model, images = BUILDERS[name](), images_for(name)
    model(images, training=False)
    without_biases(model)
    totals = relevance_totals(model, images, rule="epsilon")
    scores = explain.scores(model, images)
    assert next(iter(totals)) == "the score"
    assert len(totals) > 3
    for layer, total in totals.items():
        np.testing.assert_allclose(total, scores, rtol=1e-3, err_msg=layer)


@pytest.mark.parametrize(
    ("method", "options"),
    [("lrp", {}), pytest.param("lrp", {"rule": "flat"}, marks=pytest.mark.slow), ("deep_taylor", {})],
)
def test_last_total_is_the_sum_of_the_heatmap(zoo, method, options):
    model, images = zoo["residual"], images_for("residual")
    *_, last = relevance_totals(model, images, 1, method=method, **options).values()
    heatmaps = getattr(explain, method)(model, images, 1, **options)
    np.testing.assert_allclose(last, heatmaps.sum(axis=(1, 2)), rtol=1e-3, atol=1e-6)


def test_totals_show_the_layer_that_absorbs_relevance():
    dense = layers.Dense(4, activation="relu", name="absorbing", kernel_initializer="ones", bias_initializer="ones")
    model = keras.Sequential(
        [keras.Input((3, 3, 1)), layers.Flatten(name="before"), dense, layers.Dense(2, use_bias=False, name="top")]
    )
    model.layers[-1].kernel.assign(np.ones((4, 2)))
    totals = relevance_totals(model, np.ones((1, 3, 3, 1)), 0, rule="epsilon", epsilon=0)
    # Each unit is 9 pixels and a bias of 1, which keeps a tenth of the relevance.
    expected = {"the score": 40, "top": 40, "absorbing": 36, "before": 36}
    assert {layer: float(total[0]) for layer, total in totals.items()} == pytest.approx(expected)


def test_totals_of_a_method_that_is_unknown(zoo):
    with pytest.raises(ValueError, match='"lrp" or "deep_taylor"'):
        relevance_totals(zoo["sequential"], images_for("sequential"), method="grad_cam")


@pytest.mark.parametrize(
    "name",
    quick_only(BUILDERS, ["never called", "separate activation", "concatenation", "subclassed"]),
)
def test_deep_taylor_is_never_negative_and_sums_to_the_positive_score(zoo, name):
    model, images = zoo[name], images_for(name)
    heatmaps = explain.deep_taylor(model, images)
    assert heatmaps.min() >= 0
    expected = np.maximum(explain.scores(model, images), 0)
    tolerance = 1e-2 if name == "half precision" else 1e-3
    np.testing.assert_allclose(heatmaps.reshape(3, -1).sum(axis=1), expected, rtol=tolerance)


@pytest.mark.parametrize("convolution", quick_only([layers.Conv2D, layers.SeparableConv2D], [layers.Conv2D]))
def test_batch_normalization_is_folded_into_the_convolution_before_it(convolution):
    image = keras.Input((SIZE, SIZE, 3))
    normalized = layers.BatchNormalization()
    first = convolution(4, 3, bias_initializer="random_normal")
    end = [layers.ReLU(), layers.Flatten(), head()]
    x = normalized(first(image))
    for layer in end:
        x = layer(x)
    model = keras.Model(image, x)
    gamma, beta, mean, variance = (RANDOM.uniform(0.5, 2, 4) for _ in range(4))
    normalized.set_weights([gamma, beta, mean, variance])
    scale = gamma / np.sqrt(variance + normalized.epsilon)
    alone = convolution(4, 3)
    y = alone(image)
    for layer in end:
        y = layer(y)
    folded = keras.Model(image, y)
    *kernels, bias = first.get_weights()
    alone.set_weights([*kernels[:-1], kernels[-1] * scale, scale * (bias - mean) + beta])
    images = images_for("sequential")
    for rule in ("epsilon", "composite"):
        expected = explain.lrp(folded, images, 1, rule=rule, epsilon=0.01)
        found = explain.lrp(model, images, 1, rule=rule, epsilon=0.01)
        np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


def test_folding_of_a_depthwise_convolution_with_several_filters_a_channel():
    depthwise, normalized = layers.DepthwiseConv2D(3, depth_multiplier=2), layers.BatchNormalization()
    model = keras.Sequential([keras.Input((6, 6, 3)), depthwise, normalized, layers.ReLU(), layers.Flatten(), head()])
    normalized.set_weights([RANDOM.uniform(0.5, 2, 6) for _ in range(4)])
    images = RANDOM.random((2, 6, 6, 3))
    expected = explain.gradient_x_input(model, images, 0)
    found = explain.lrp(model, images, 0, rule="epsilon", epsilon=0)
    np.testing.assert_allclose(found, expected, atol=1e-4 * np.abs(expected).max())


def test_pixels_range_goes_through_a_rescaling():
    """Pixels of 0 to 255 with a rescaling to 0 to 1 inside are explained as pixels of 0 to 1 without."""
    chain = [layers.Conv2D(4, 3, activation="relu"), layers.Flatten(), head()]
    plain = keras.Sequential([keras.Input((6, 6, 1)), *chain])
    scaled = keras.Sequential([keras.Input((6, 6, 1)), layers.Rescaling(1 / 255), *chain])
    images = RANDOM.random((2, 6, 6, 1))
    expected = explain.lrp(plain, images, 0)
    np.testing.assert_allclose(explain.lrp(scaled, 255 * images, 0, high=255), expected, rtol=1e-4, atol=1e-6)


def test_layer_without_a_rule_is_named():
    end = [layers.UnitNormalization(name="odd_one"), layers.Flatten(), head()]
    model = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(2, 3), *end])
    with pytest.raises(ValueError, match=r"'odd_one' is a UnitNormalization.*integrated_gradients"):
        explain.lrp(model, np.ones((1, 6, 6, 1)))


def squeezed_and_excited(image):
    """Maps, each let through by a number that is computed of all of them."""
    x = layers.Conv2D(4, 3, activation="relu", use_bias=False)(image)
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    return layers.Multiply()([x, layers.Conv2D(4, 1, activation="sigmoid")(gate)])


def weighed_place_by_place(image):
    x = layers.Conv2D(4, 3, activation="relu", use_bias=False)(image)
    return layers.Conv2D(4, 3, activation="sigmoid")(image) * x


@pytest.mark.parametrize("gated", [squeezed_and_excited, weighed_place_by_place])
@pytest.mark.parametrize("rule", ["epsilon", "composite"])
def test_relevance_that_passes_gates_sums_to_the_score(gated, rule):
    image = keras.Input((8, 8, 3))
    model = keras.Model(image, layers.Dense(2, use_bias=False)(layers.Flatten()(gated(image))))
    images = RANDOM.random((2, 8, 8, 3))
    heatmaps = explain.lrp(model, images, 1, rule=rule)
    np.testing.assert_allclose(heatmaps.sum(axis=(1, 2)), explain.scores(model, images, 1), rtol=1e-3)


def test_a_gate_earns_nothing_and_the_signal_all():
    image = keras.Input((2, 3, 1))
    signal = layers.Flatten()(image)
    gate = layers.Dense(6, activation="sigmoid")
    end = layers.Dense(2, use_bias=False)
    model = keras.Model(image, end(layers.Multiply()([gate(signal), signal])))
    images = RANDOM.random((4, 2, 3, 1)).astype(np.float32)
    flat = images.reshape(4, 6)
    expected = flat * gate(flat).numpy() * end.kernel.numpy()[:, 1]
    found = explain.lrp(model, images, 1, rule="epsilon", epsilon=0)
    np.testing.assert_allclose(found.reshape(4, 6), expected, rtol=1e-4, atol=1e-6)
    assert explain.fixations(model, images, 1).shape == (4, 2, 3)


def test_product_of_two_signals_is_refused():
    image = keras.Input((6, 6, 1))
    x, y = (layers.Conv2D(2, 3)(image) for _ in range(2))
    model = keras.Model(image, head()(layers.Flatten()(layers.Multiply(name="product")([x, y]))))
    for method in (explain.lrp, explain.deep_taylor, explain.fixations):
        with pytest.raises(ValueError, match=r"'product' multiplies tensors of one shape.*integrated_gradients"):
            method(model, np.ones((1, 6, 6, 1)))


@pytest.mark.parametrize("options", [{}, {"scale": False, "center": False}])
def test_layer_normalization_is_a_straight_line_with_its_deviation_held(options):
    norm = layers.LayerNormalization(**options)
    model = keras.Sequential([keras.Input((1, 1, 5)), norm, layers.Flatten(), layers.Dense(2, use_bias=False)])
    for weight in norm.weights:
        weight.assign(RANDOM.uniform(0.5, 1.5, 5))
    image = RANDOM.random(5).astype(np.float32)
    gamma, beta = (weight.numpy() for weight in (norm.gamma, norm.beta)) if not options else (np.ones(5), np.zeros(5))
    slopes = (np.eye(5) - 1 / 5) * gamma / np.sqrt(image.var() + norm.epsilon)
    normal = image @ slopes + beta
    relevance = normal * model.get_weights()[-1][:, 1]
    expected = (image[:, None] * slopes) @ (relevance / normal)
    # Channels of one pixel are summed: without a beta all of the score arrives.
    found = explain.lrp(model, image[None, None, None], 1, rule="epsilon", epsilon=0)
    assert found.item() == pytest.approx(expected.sum(), rel=1e-3, abs=1e-5)
    if options:
        assert found.item() == pytest.approx(explain.scores(model, image[None, None, None], 1)[0], rel=1e-3, abs=1e-5)


def test_layer_normalization_over_places_conserves():
    norm = layers.LayerNormalization(axis=(1, 2, 3), center=False)
    model = keras.Sequential(
        [keras.Input((6, 6, 1)), layers.Conv2D(3, 3, use_bias=False), norm, layers.Flatten(), layers.Dense(2)]
    )
    images = RANDOM.random((2, 6, 6, 1))
    found = explain.lrp(model, images, 0, rule="epsilon", epsilon=0).sum(axis=(1, 2))
    np.testing.assert_allclose(found, explain.scores(model, images, 0), rtol=1e-3, atol=1e-5)


def test_deep_taylor_says_why_it_refuses_layer_normalization():
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(2, 3),
            layers.LayerNormalization(name="mean_off"),
            layers.Flatten(),
            head(),
        ]
    )
    with pytest.raises(ValueError, match=r"'mean_off' is a LayerNormalization: it takes a mean away.*lrp"):
        explain.deep_taylor(model, np.ones((1, 6, 6, 1)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["MobileNetV3Small", "EfficientNetV2B0", "ConvNeXtTiny"])
def test_networks_with_gates_or_layer_normalization_conserve(name):
    """Random weights without biases: what arrives at the pixels is the score, but for what epsilon absorbs."""
    model = getattr(keras.applications, name)(weights=None, input_shape=(64, 64, 3), classes=10)
    for layer in model._flatten_layers(include_self=False):
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.0
    images = RANDOM.uniform(0, 255, (2, 64, 64, 3)).astype(np.float32)
    model(images, training=True)  # else the signal fades to 1e-11 on its way
    for layer in model._flatten_layers(include_self=False):
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_mean.assign(np.zeros(layer.moving_mean.shape))
    score = explain.scores(model, images[:1], 3)
    found = explain.lrp(model, images[:1], 3, rule="epsilon", epsilon=1e-9)
    assert abs(found.sum() - score[0]) < 1e-3 * np.abs(found).sum()
    assert found.sum() == pytest.approx(score[0], rel=0.02)


class Outside(keras.Model):
    def __init__(self):
        super().__init__()
        self.features = layers.Conv2D(2, 3)
        self.answer = head()

    def call(self, images):
        return self.answer(keras.ops.mean(self.features(images), axis=(1, 2)))


def test_computation_outside_the_layers_is_refused():
    with pytest.raises(ValueError, match="outside its layers"):
        explain.lrp(Outside(), np.ones((1, 6, 6, 1)))


@pytest.mark.parametrize("options", [{"epsilon": -1}, {"alpha": 0.5}, {"gamma": -1}, {"rule": "beta"}, {"low": 1.0}])
def test_options_that_make_no_sense(zoo, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        explain.lrp(zoo["sequential"], images_for("sequential"), **options)


@pytest.mark.parametrize("method", quick_only([explain.lrp, explain.deep_taylor], [explain.lrp]))
def test_range_of_pixels_is_found(method):
    plain = BUILDERS["sequential"]()
    scaled = keras.Sequential([keras.Input((SIZE, SIZE, 3)), layers.Rescaling(1 / 255), *plain.layers])
    images = images_for("sequential")
    with warnings.catch_warnings(action="ignore"):
        expected = method(plain, images, 0)
        np.testing.assert_allclose(method(scaled, 255 * images, 0), expected, rtol=1e-3, atol=1e-6)
        np.testing.assert_array_equal(method(plain, images, 0, low=0, high=1), expected)


def test_deep_taylor_has_no_negatives_on_eight_bits():
    model, images = BUILDERS["sequential"](), (255 * images_for("sequential")).astype(np.uint8)
    with warnings.catch_warnings(action="ignore"):
        assert explain.deep_taylor(model, images).min() >= 0


def test_range_that_is_not_known_is_asked_for_and_a_wrong_one_refused():
    model, images = BUILDERS["sequential"](), 300 * images_for("sequential") - 120
    for method in (explain.lrp, explain.deep_taylor, relevance_totals):
        with pytest.raises(ValueError, match=r"not known: pass low and high, for example low=-120, high=1"):
            method(model, images)
        with pytest.raises(ValueError, match="that hold all of them"):
            method(model, images, low=0, high=255)
    assert np.isfinite(explain.lrp(model, images, low=-120, high=180)).all()
    assert np.isfinite(explain.lrp(model, images, rule="epsilon")).all()
