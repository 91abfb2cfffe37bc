"""Evaluation: measures with known answers, and methods whose verdict is known."""

import functools

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain import evaluate
from tests.explain.conftest import BUILDERS, RANDOM, SIZE, convolutions, head, images_for, keras, layers, quick_only

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
    assert evaluate.intersection_over_union(flat, MASK) == 6 / 24


def test_mask_itself_is_the_best_heatmap():
    for measure in (
        evaluate.pointing_game,
        evaluate.relevance_mass_accuracy,
        evaluate.relevance_rank_accuracy,
        evaluate.intersection_over_union,
    ):
        assert measure(MASK.astype(float), MASK) == 1


def test_only_positive_heat_counts_as_energy():
    assert evaluate.relevance_mass_accuracy(hot(1, 2, 3) + hot(0, 0, 1) + hot(1, 3, -50), MASK) == 0.75
    assert np.isnan(evaluate.relevance_mass_accuracy(-MASK.astype(float), MASK))


def test_overlap_counts_pixels_above_a_share_of_the_maximum():
    heatmap = hot(1, 2, 1.0) + hot(1, 3, 0.5) + hot(0, 0, 0.3) + hot(0, 1, 0.1)
    assert evaluate.intersection_over_union(heatmap, MASK, threshold=0.4) == 2 / 6
    assert evaluate.intersection_over_union(heatmap, MASK, threshold=0.2) == 2 / 7
    assert evaluate.intersection_over_union(-heatmap, MASK) == 0


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


@pytest.mark.parametrize("name", BUILDERS)
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


@pytest.mark.parametrize("mode", quick_only(["cascading", "independent"], ["cascading"]))
def test_random_weights_change_the_heatmap_from_the_last_layer_on(trained, mode):
    model, images = trained
    weights = model.get_weights()
    signed = functools.partial(explain.gradients, signed=True)
    similar = evaluate.model_randomisation(model, images, signed, mode=mode)
    assert list(similar) == [layer.name for layer in reversed(model.layers) if layer.weights]
    assert (np.abs(np.stack(list(similar.values()))) < 0.9).all()
    for weight, expected in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_drawing_of_the_image_passes_every_randomisation_unchanged(trained):
    model, images = trained
    edges = lambda model, images, target: np.abs(np.gradient(images[..., 0], axis=1))  # noqa: E731
    for similarity in evaluate.model_randomisation(model, images, edges).values():
        np.testing.assert_allclose(similarity, 1)


@pytest.mark.slow
def test_independent_randomisation_leaves_the_other_layers_trained(trained):
    model, images = trained
    seen = []

    def spy(model, images, target):
        seen.append(model.get_weights())
        return explain.gradients(model, images, target)

    evaluate.model_randomisation(model, images, spy, mode="independent")
    original, *changed = seen
    for number, weights in enumerate(reversed(changed)):
        same = [np.array_equal(a, b) for a, b in zip(weights, original, strict=True)]
        assert not same[2 * number]
        assert all(same[: 2 * number] + same[2 * number + 2 :])


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
    assert len(similar) >= 3
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
    rows = {row.method: row for row in evaluate.scoreboard(model, images, masks, methods, 1, points=5)}
    assert list(rows) == [*methods, "random", "centre blob"]
    best = rows["gradient times input"].means()
    assert best["pointing"] == best["ranking"] == 1
    assert best["deletion"] < min(rows[name].means()["deletion"] for name in ("random", "centre blob"))
    assert rows["integrated"].passes.backward == 10
    assert rows["occlusion"].passes.backward == 0
    assert rows["occlusion"].passes.forward == 1 + 2 * 3  # the whole image, the patches
    assert rows["random"].passes.forward == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda *args: evaluate.deletion(*args, points=1), "points is 1"),
        (lambda model, images, parts: evaluate.deletion(model, images, parts[:, :2]), "heatmaps have shape"),
        (lambda model, images, _: evaluate.model_randomisation(model, images, print, mode="all"), "mode is 'all'"),
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


@pytest.mark.parametrize("build", [adapted, masked])
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
