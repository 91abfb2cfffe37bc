"""Evaluation: measures with known answers, and methods whose verdict is known."""

import functools

import numpy as np
import pytest
from scipy import ndimage

from coursekit import explain
from coursekit.explain import evaluate
from coursekit.explain.evaluate.scoreboard import POOLINGS
from tests.explain.conftest import BUILDERS, RANDOM, SIZE, convolutions, head, images_for, keras, layers
from tests.quick import quick_only

MASK = np.zeros((1, 4, 6), bool)
MASK[0, 1:3, 2:5] = True


def hot(row, column, value=1.0):
    heatmap = np.zeros((1, 4, 6))
    heatmap[0, row, column] = value
    return heatmap


@pytest.mark.parametrize(
    ("row", "column", "tolerance", "hit"), [(1, 2, 0, 1), (0, 2, 0, 0), (0, 2, 1, 1), (0, 1, 1, 0)]
)
def test_pointing_game_asks_for_the_hottest_pixel(row, column, tolerance, hit):
    assert evaluate.pointing_game(hot(row, column), MASK, tolerance) == hit


def test_flat_map_scores_what_chance_does():
    flat = np.ones((1, 4, 6))
    for measure in (evaluate.pointing_game, evaluate.relevance_mass_accuracy, evaluate.relevance_rank_accuracy):
        assert measure(flat, MASK) == 6 / 24


def test_mask_itself_is_the_best_heatmap():
    for measure in (
        evaluate.pointing_game,
        evaluate.relevance_mass_accuracy,
        evaluate.relevance_rank_accuracy,
    ):
        assert measure(MASK.astype(float), MASK) == 1


def test_only_positive_heat_counts_as_energy():
    assert evaluate.relevance_mass_accuracy(hot(1, 2, 3) + hot(0, 0, 1) + hot(1, 3, -50), MASK) == 0.75
    assert np.isnan(evaluate.relevance_mass_accuracy(-MASK.astype(float), MASK))


def test_rank_accuracy_shares_ties_fairly():
    """Two of the six hottest are sure, one on the object; four more are taken from 22 that are equal, 5 on it."""
    heatmap = hot(1, 2, 3.0) + hot(0, 0, 2.0)
    assert evaluate.relevance_rank_accuracy(heatmap, MASK) == pytest.approx((1 + 4 * 5 / 22) / 6)


@pytest.mark.parametrize(
    ("heatmaps", "masks", "message"),
    [
        (np.ones((1, 4, 5)), MASK, "both must be"),
        (np.full((1, 4, 6), np.nan), MASK, "not finite"),
        (np.ones((1, 4, 6)), 0 * MASK, "mask 0 is empty"),
    ],
)
def test_heatmaps_and_masks_that_do_not_fit(heatmaps, masks, message):
    with pytest.raises(ValueError, match=message):
        evaluate.relevance_mass_accuracy(heatmaps, masks)


@pytest.fixture(scope="module")
def linear():
    """A linear network, six images, and what each pixel adds to class 1."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4, 5, 1)), layers.Flatten(), head(2)])
    images = np.random.default_rng(2).random((6, 4, 5, 1), dtype=np.float32)
    kernel = model.layers[-1].get_weights()[0]
    model.layers[-1].set_weights([np.stack([0 * kernel[:, 0], kernel[:, 1]], axis=1), np.zeros(2)])
    return model, images, images[..., 0] * kernel[:, 1].reshape(4, 5)


def test_no_order_deletes_or_inserts_faster_than_the_true_one(linear):
    model, images, parts = linear
    options = {"target": 1, "points": 21}
    best = evaluate.deletion(model, images, parts, **options).area
    worst = evaluate.deletion(model, images, -parts, **options).area
    inserted = evaluate.insertion(model, images, parts, **options).area
    for _ in range(5):
        heatmaps = RANDOM.random(parts.shape)
        other = evaluate.deletion(model, images, heatmaps, **options).area
        assert (best <= other + 1e-7).all()
        assert (other <= worst + 1e-7).all()
        assert (evaluate.insertion(model, images, heatmaps, **options).area <= inserted + 1e-7).all()


def test_curve_begins_and_ends_with_the_image_and_the_baseline(linear):
    model, images, parts = linear
    whole, nothing = (np.array(model(array))[:, 1] for array in (images, np.full_like(images, 0.3)))
    removed = evaluate.deletion(model, images, parts, 1, baseline=0.3, points=5)
    added = evaluate.insertion(model, images, parts, 1, baseline=0.3, points=5)
    np.testing.assert_allclose(removed.probability[:, [0, -1]], np.stack([whole, nothing], axis=1), rtol=1e-5)
    np.testing.assert_allclose(added.probability[:, [0, -1]], np.stack([nothing, whole], axis=1), rtol=1e-5)


def test_curve_changes_the_hottest_pixels_first(linear):
    model, images, parts = linear
    found = evaluate.deletion(model, images[:1], parts[:1], 1, points=11).probability[0]
    order = np.argsort(-parts[0].ravel())
    for i, expected in enumerate(found):
        image = images[0].copy().ravel()
        image[order[: 2 * i]] = 0
        assert float(model(image.reshape(1, 4, 5, 1))[0, 1]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", quick_only(BUILDERS, ["sequential", "one sigmoid", "spectra"]))
def test_curves_follow_the_probability_of_every_shape(zoo, name):
    model, images = zoo[name], images_for(name)
    output = np.array(model(images, training=False))
    curve = evaluate.deletion(model, images, images[..., 0], target=1, points=2)
    expected = output[:, 0] if name == "one sigmoid" else output[:, 1]
    if name == "logits":
        expected = np.exp(output[:, 1]) / np.exp(output).sum(axis=1)
    np.testing.assert_allclose(curve.probability[:, 0], expected, rtol=2e-3 if name == "half precision" else 1e-5)


def test_completeness_is_the_share_that_is_missing(linear):
    model, images, parts = linear
    np.testing.assert_allclose(evaluate.completeness(model, images, parts, 1), 0, atol=1e-5)
    np.testing.assert_allclose(evaluate.completeness(model, images, 1.1 * np.abs(parts), 1) > 0, True)
    halved = explain.integrated_gradients(model, images, 1, baseline=0.2) / 2
    expected = -0.5 * np.sign(halved.sum(axis=(1, 2)))
    np.testing.assert_allclose(evaluate.completeness(model, images, halved, 1, baseline=0.2), expected, atol=1e-4)


@pytest.fixture(scope="module")
def trained():
    """A network that has learnt which half of the image is brighter."""
    keras.utils.set_random_seed(4)
    random = np.random.default_rng(4)
    images = random.random((300, 10, 10, 1)).astype(np.float32)
    labels = random.integers(0, 2, 300)
    for image, label in zip(images, labels, strict=True):
        image[:, 5 * label : 5 * label + 5] += 0.5
    model = keras.Sequential(
        [
            keras.Input((10, 10, 1)),
            layers.Conv2D(6, 3, activation="relu"),
            layers.Conv2D(6, 3, activation="relu"),
            layers.Flatten(),
            head(2),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(images, labels, epochs=4, verbose=0)
    return model, images[:4]


@pytest.mark.parametrize("order", quick_only(["top_down", "bottom_up", "independent"], ["top_down"]))
def test_random_weights_change_the_heatmap(trained, order):
    model, images = trained
    weights = model.get_weights()
    signed = functools.partial(explain.gradients, pooling="sum")
    similar = evaluate.model_randomisation(model, images, signed, order=order, seeds=2)
    named = [layer.name for layer in model.layers if layer.weights]
    assert list(similar.layers) == (named if order == "bottom_up" else named[::-1])
    assert similar.signed.shape == similar.magnitude.shape == (3, 2, len(images))
    assert (np.abs(similar.signed) < 0.95).all()
    for weight, expected in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(weight, expected)


@pytest.mark.slow
def test_all_layers_random_is_the_same_network_from_either_end(trained):
    model, images = trained
    down, up = (
        evaluate.model_randomisation(model, images, explain.gradients, order=order)
        for order in ("top_down", "bottom_up")
    )
    np.testing.assert_allclose(down.signed[-1], up.signed[-1], atol=1e-6)


def test_a_method_that_turns_its_sign_is_seen_by_the_sizes(trained):
    model, images = trained
    calls = []

    def turning(model, images, target):
        calls.append(1)
        return images[..., 0] * (1 if len(calls) == 1 else -1)

    similar = evaluate.model_randomisation(model, images, turning)
    np.testing.assert_allclose(similar.signed, -1)
    np.testing.assert_allclose(similar.magnitude, 1)


def test_drawing_of_the_image_passes_every_randomisation_unchanged(trained):
    model, images = trained
    edges = lambda model, images, target: np.abs(np.gradient(images[..., 0], axis=1))  # noqa: E731
    np.testing.assert_allclose(evaluate.model_randomisation(model, images, edges).signed, 1)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["independent", "bottom_up"])
def test_other_orders_leave_the_other_layers_trained(trained, order):
    model, images = trained
    seen = []

    def spy(model, images, target):
        seen.append(model.get_weights())
        return explain.gradients(model, images, target)

    evaluate.model_randomisation(model, images, spy, order=order)
    original, *changed = seen
    for number, weights in enumerate(changed):
        same = [np.array_equal(a, b) for a, b in zip(weights, original, strict=True)][::2]
        if order == "bottom_up":
            assert same == [layer > number for layer in range(3)]
        else:
            assert same == [layer != 2 - number for layer in range(3)]


@pytest.mark.parametrize(
    "name",
    quick_only(
        ["never called", "nested twice", "residual", "subclassed", "half precision", "spectra"],
        ["nested twice", "subclassed"],
    ),
)
def test_models_of_other_shapes_are_copied_and_randomised(zoo, name):
    before = zoo[name].get_weights() if zoo[name].built else None
    similar = evaluate.model_randomisation(zoo[name], images_for(name), explain.gradients)
    assert len(similar.layers) >= 3
    if before is not None:
        assert all(np.array_equal(a, b) for a, b in zip(before, zoo[name].get_weights(), strict=True))


class NoCopy(keras.Model):
    def __init__(self, width):
        super().__init__()
        self.end = layers.Dense(width)

    def call(self, images):
        return self.end(keras.ops.mean(images, axis=(1, 2)))


def test_model_that_cannot_be_copied_says_so():
    with pytest.raises(ValueError, match="cannot be copied"):
        evaluate.model_randomisation(NoCopy(2), np.ones((1, 4, 4, 3)), explain.gradients)


def test_scoreboard_adds_what_looks_at_nothing_and_counts_passes(linear):
    model, images, parts = linear
    masks = parts > np.quantile(parts, 0.8, axis=(1, 2), keepdims=True)
    methods = {
        "gradient times input": explain.gradient_x_input,
        "integrated": functools.partial(explain.integrated_gradients, steps=10),
        "occlusion": functools.partial(explain.occlusion, patch=2),
    }
    board = evaluate.scoreboard(model, images, masks, methods, 1, road_images=1)
    rows = {row.method: row for row in board}
    assert list(rows) == [*methods, "random", "centre blob"]
    best = rows["gradient times input"].means()
    assert best["pointing_sum"] == best["rank_sum"] == 1
    assert {len(values) for name, values in rows["random"].scores.items() if name.startswith("road")} == {1}
    assert rows["integrated"].passes.backward == 10
    assert rows["occlusion"].passes.backward == 0
    assert rows["occlusion"].passes.forward == 1 + 2 * 3  # the whole image, the patches
    assert rows["random"].passes.forward == 0


def test_every_method_is_pooled_in_the_same_two_ways(linear):
    model, images, parts = linear
    masks = parts > np.quantile(parts, 0.8, axis=(1, 2), keepdims=True)
    method = explain.presets(8)["Gradient × input"]
    row = evaluate.scoreboard(model, images, masks, {"a": method}, 1)[0]
    for name, pooling in POOLINGS.items():
        heat = explain.gradient_x_input(model, images, 1, pooling=pooling)
        np.testing.assert_allclose(row.scores[f"rank_{name}"], evaluate.relevance_rank_accuracy(heat, masks))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda *args: evaluate.deletion(*args, points=1), "points is 1"),
        (lambda model, images, parts: evaluate.deletion(model, images, parts[:, :2]), "heatmaps have shape"),
        (lambda model, images, _: evaluate.model_randomisation(model, images, print, order="up"), "order is 'up'"),
    ],
)
def test_options_that_make_no_sense(linear, call, message):
    with pytest.raises(ValueError, match=message):
        call(*linear)


def adapted():
    norm = layers.Normalization()
    norm.adapt(np.random.default_rng(0).normal(120.0, 60.0, (20, SIZE, SIZE, 3)))
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), norm, *convolutions(), layers.Flatten(), head()])


class Masked(keras.layers.Layer):
    """Holds what is neither weight nor setting."""

    def __init__(self, **options):
        super().__init__(**options)
        self.mask = np.float32(1.0)

    def call(self, inputs):
        return inputs * self.mask


def masked():
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), Masked(), layers.Rescaling(1.0), layers.Flatten(), head()])
    model.layers[0].mask, model.layers[1].scale = np.linspace(0, 9, 3, dtype=np.float32), 5.0
    return model


def tuned():
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), *convolutions(1), layers.Flatten(), layers.Dense(3)])
    model.layers[-1].enable_lora(2)
    model.layers[-1].lora_kernel_b.assign(np.ones((2, 3)))
    return model


def with_a_trained_activation():
    activation = layers.PReLU()
    activation.build((None, SIZE - 2, SIZE - 2, 4))
    convolution = layers.Conv2D(4, 3, activation=activation)
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), convolution, layers.Flatten(), head()])
    activation.alpha.assign(activation.alpha + 3.0)
    return model


def normalised_by_a_spectrum():
    convolution = layers.SpectralNormalization(layers.Conv2D(4, 3))
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), convolution, layers.Flatten(), head()])
    model(images_for("sequential"), training=True)
    return model


def adapted_inside():
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), adapted()])


def shared():
    twice, image = layers.Conv2D(3, 3, padding="same"), keras.Input((SIZE, SIZE, 3))
    return keras.Model(image, head()(layers.Flatten()(twice(twice(image)))))


@pytest.mark.parametrize(
    "build", [adapted, masked, tuned, with_a_trained_activation, normalised_by_a_spectrum, adapted_inside, shared]
)
def test_copy_answers_as_the_model_before_anything_is_random(build):
    model, images = build(), 255 * images_for("sequential")
    copy = evaluate.randomised(model, images, layers=0)
    np.testing.assert_allclose(copy(images), model(images), atol=1e-6)


def test_statistics_of_the_data_are_no_weights_to_be_drawn():
    model, images = adapted(), 255 * images_for("sequential")
    copy = evaluate.randomised(model, images)
    for kept, own in zip(copy.layers[0].weights, model.layers[0].weights, strict=True):
        np.testing.assert_array_equal(kept, own)
    np.testing.assert_array_equal(copy.layers[0].mean, model.layers[0].mean)
    assert all("normalization" not in path for path in evaluate.layers_with_weights(model))


class Hidden(keras.layers.Layer):
    """Holds a number where no copy finds it."""

    def __init__(self, **options):
        super().__init__(**options)
        self.box = {"factor": 1.0}

    def call(self, inputs):
        return inputs * self.box["factor"]


def test_copy_that_answers_otherwise_is_refused():
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), Hidden(), layers.Flatten(), head()])
    model.layers[0].box = {"factor": 9.0}
    with pytest.raises(ValueError, match="the copy answers otherwise"):
        evaluate.randomised(model, images_for("sequential"))


def test_imputed_pixels_are_the_means_of_their_neighbours():
    random = np.random.default_rng(0)
    images, removed = random.random((2, 7, 6, 3)), random.random((2, 7, 6)) > 0.6
    filled = evaluate.noisy_linear_imputation(images, removed, noise=0)
    np.testing.assert_array_equal(filled[~removed], images[~removed])
    kernel = np.array([[1, 2, 1], [2, 0, 2], [1, 2, 1]]) / 12
    inside = np.ones(images.shape[1:3])
    for image, gone in zip(filled, removed, strict=True):
        for channel in range(3):
            sums = ndimage.convolve(image[..., channel], kernel, mode="constant")
            means = sums / ndimage.convolve(inside, kernel, mode="constant")
            np.testing.assert_allclose(image[gone, channel], means[gone], atol=1e-10)


def test_road_takes_the_hottest_first_or_last(linear):
    model, images, parts = linear
    first, last = (evaluate.road(model, images, parts, 1, order=order, noise=0) for order in ("morf", "lerf"))
    turned = evaluate.road(model, images, -parts, 1, order="lerf", noise=0)
    np.testing.assert_allclose(first.probability, turned.probability)
    assert (last.area > first.area).all()
    np.testing.assert_allclose(first.probability[:, 0], np.array(model(images))[:, 1], rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "message"), [({"order": "up"}, "order is 'up'"), ({"shares": [0.5, 1.0]}, "above 0 and below 1")]
)
def test_road_says_what_it_cannot_do(linear, options, message):
    with pytest.raises(ValueError, match=message):
        evaluate.road(*linear, **options)


def test_crossed_interval_knows_networks_and_images():
    random = np.random.default_rng(0)
    networks, images = random.normal(0, 0.1, (8, 1)), random.normal(0, 0.1, (1, 200))
    widths = [
        evaluate.crossed_interval(values + 0.5)
        for values in (networks + 0 * images, 0 * networks + images, networks + images)
    ]
    reach = [one.high - one.low for one in widths]
    assert reach[0] > 2 * reach[1]  # eight networks tell less than 200 images
    assert reach[2] == pytest.approx(np.hypot(reach[0], reach[1]), rel=0.15)
    assert np.isnan(evaluate.crossed_interval([[np.nan, np.nan]]).value)
    assert evaluate.crossed_interval([[np.nan, 1.0]]).value == 1
