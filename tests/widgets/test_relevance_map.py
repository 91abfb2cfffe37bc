"""The relevance-map explorer without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest

from coursekit import explain, settings
from coursekit.backend import import_keras
from coursekit.widgets import explore_relevance
from coursekit.widgets.relevance.map import in_blocks, nearest_other, relevance_of, with_gamma
from coursekit.widgets.sources.models import at_hand

keras = import_keras()
layers = keras.layers


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((10, 8, 3)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ],
        name="small",
    )


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).random((30, 10, 8, 3)).astype("f")


@pytest.fixture
def explorer(model, images):
    explorer = explore_relevance(model, images)
    yield explorer
    assert explorer.errors == []


def test_it_is_the_taylor_decomposition_of_the_library(explorer, model):
    for root, name in ((0, "blur"), (1, "sharpen"), (2, "pixelate")):
        explorer.root_name.set_state({"index": root})
        for slope in range(3):
            explorer.slope.set_state({"index": slope})
            options = {"root": name, "strength": 2, "slope": explorer.slope.value}
            expected = explain.taylor_decomposition(model, explorer.image[None], **options)
            np.testing.assert_allclose(explorer.heatmap, expected[0], atol=1e-5)
            remainder = explain.taylor_relevance(model, explorer.image[None], **options).remainder
            assert explorer.view.relevance.remainder == pytest.approx(float(remainder[0]), abs=1e-4)


def test_the_code_gives_the_same_map(explorer, model, images):
    for root in range(4):
        explorer.root_name.set_state({"index": root})
        names = {"model": model, "images": images, "explorer": explorer}
        exec(explorer.code.code, names)
        np.testing.assert_allclose(names["heatmap"], explorer.heatmap, atol=1e-5)


def test_the_nearest_image_of_another_class(explorer, model, images):
    explorer.root_name.set_state({"index": 3})
    assert explorer.sigma.layout.visibility == "hidden"
    classes = np.argmax(model(images), axis=1)
    others = images[classes != classes[0]]
    nearest = others[np.argmin(((others - images[0]) ** 2).sum(axis=(1, 2, 3)))]
    np.testing.assert_array_equal(explorer.root, nearest)
    assert "the nearest image of another class, class" in explorer.status.text


def test_after_softmax_the_probability_is_explained(explorer, model):
    explorer.softmax.set_state({"value": True})
    found = explorer.view.relevance
    probabilities = model(np.stack([explorer.image, explorer.root]))[:, found.target]
    np.testing.assert_allclose(found.answers, probabilities, atol=1e-5)
    # By hand: the derivative of p by the logits is p (e - p).
    p = np.asarray(model(explorer.root[None]))[0]
    logits = [explain.gradients(model, explorer.root[None], target=index, pooling="sum")[0] for index in range(3)]
    expected = p[found.target] * (logits[found.target] - np.tensordot(p, logits, axes=1))
    np.testing.assert_allclose(found.gradient.sum(axis=-1), expected, atol=1e-6)
    assert "the probability of class" in explorer.status.text


def test_another_class_is_explained(explorer):
    before = explorer.heatmap
    other = (explorer.view.relevance.target + 1) % 3
    explorer.target.set_state({"index": other + 1})
    assert explorer.view.relevance.target == other
    assert (explorer.heatmap != before).any()


def test_gamma_changes_the_drawing_and_not_the_map(explorer):
    before, shown = explorer.heatmap, explorer.large.value
    explorer.gamma.set_state({"value": 1.5})
    assert explorer.heatmap is before or (explorer.heatmap == before).all()
    assert explorer.large.value != shown
    assert "gamma 1.5" in explorer.large.value


def test_numbers_are_shown_on_request(explorer):
    assert explorer.table.value == ""
    explorer.numbers.set_state({"value": True})
    assert explorer.table.value.count("<td") == 80
    assert "Relevance of each pixel" in explorer.table.value


def test_numbers_of_large_maps_are_summed_in_blocks():
    heatmap = np.random.default_rng(0).normal(size=(150, 100))
    sums = in_blocks(heatmap, 14)
    assert max(sums.shape) <= 14
    assert sums.sum() == pytest.approx(heatmap.sum())


def test_one_unit_with_a_sigmoid_and_a_spectrum():
    line = keras.Sequential([keras.Input((20, 1)), layers.Conv1D(2, 3), layers.Flatten(), layers.Dense(1, "sigmoid")])
    spectra = np.random.default_rng(0).random((5, 20, 1))
    explorer = explore_relevance(line, spectra)
    explorer.softmax.set_state({"value": True})
    explorer.numbers.set_state({"value": True})
    answer = float(line(spectra[:1])[0, 0])
    assert explorer.view.relevance.answers[0] == pytest.approx(max(answer, 1 - answer), abs=1e-5)
    assert explorer.heatmap.shape == (20,)
    assert explorer.errors == []


@pytest.mark.slow
def test_shares_add_up_for_a_straight_line():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dense(2)])
    image, root = np.random.default_rng(0).random((2, 4, 4, 1))
    found = relevance_of(model, image, root, None, "root", softmax=False)
    assert found.remainder == pytest.approx(0, abs=1e-5)


def test_without_another_class_it_says_what_to_do():
    with pytest.raises(ValueError, match="class 2 in all 3 images"):
        nearest_other(np.zeros((2, 2, 1)), 2, np.zeros((3, 2, 2, 1)), np.array([2, 2, 2]))


def test_gamma_keeps_signs_and_a_flat_map_stays_flat():
    np.testing.assert_allclose(with_gamma(np.array([-1.0, 0.25, 0.0]), 0.5), [-1, 0.5, 0])
    assert with_gamma(np.zeros((2, 2)), 0.5).tolist() == [[0, 0], [0, 0]]


def test_networks_of_the_course_and_their_images(explorer):
    explorer.network.value = "mnist_convnet"
    assert explorer.image.shape == (28, 28, 1)
    assert explorer.image_name.value.startswith("test ")
    for root in range(4):
        explorer.root_name.set_state({"index": root})
    explorer.image_name.value = "cat"
    assert explorer.view.state.image == "cat"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [(("VGG16",), TypeError), ((keras.Sequential([keras.Input((5,)), layers.Dense(2)]),), ValueError)],
)
def test_bad_input_is_refused_when_the_explorer_is_made(arguments, error):
    with pytest.raises(error, match=r"[Pp]ass"):
        explore_relevance(*arguments)


def test_what_is_stored_is_the_same_on_every_run(model, images):
    first, second = (explore_relevance(model, images)._repr_mimebundle_()[0] for _ in range(2))
    assert (first["text/plain"], first["text/html"]) == (second["text/plain"], second["text/html"])


@pytest.mark.slow
def test_drawn_eyes_and_their_network_are_offered():
    explorer = explore_relevance()
    explorer.network.set_state({"index": explorer.network.options.index("small_eyes")})
    assert explorer.image_name.label.startswith("test 0: lesions")
    names = {"explorer": explorer}
    exec(explorer.code.code, names)
    np.testing.assert_allclose(names["heatmap"], explorer.heatmap, atol=1e-5)
    assert explorer.errors == []


@pytest.mark.slow
def test_the_network_in_the_box_is_offered_with_the_names_of_its_classes():
    explorer = explore_relevance()
    explorer.network.set_state({"index": explorer.network.options.index("efficientnet_lite0")})
    explorer.image_name.value = "coffee"
    assert ("espresso", 967) in explorer.target.options
    assert "espresso" in explorer.status.text
    assert explorer.errors == []


def test_a_head_is_offered_only_where_its_backbone_is_at_hand(monkeypatch):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    assert at_hand("small_eyes", "retina_averaged", "retina_head_2_rotated") == ["small_eyes"]


@pytest.mark.slow
def test_eyes_of_five_grades_are_always_there(monkeypatch):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    explorer = explore_relevance()
    explorer.network.set_state({"index": explorer.network.options.index("small_graded_eyes")})
    assert explorer.target.options[1:] == tuple((str(grade), grade) for grade in range(5))
    assert explorer.heatmap.shape == (96, 96)
    assert explorer.errors == []


def test_a_network_that_was_trained_here_is_at_hand(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))
    assert at_hand("dense_baseline") == []
    kept = tmp_path / "trained" / settings.profile() / "models" / "dense_baseline.keras"
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert at_hand("dense_baseline") == ["dense_baseline"]


@pytest.mark.real_data
def test_real_eyes_and_their_network_are_offered(monkeypatch):
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    explorer = explore_relevance()
    explorer.network.set_state({"index": explorer.network.options.index("retina_averaged")})
    assert explorer.heatmap.shape == (224, 224)
    assert explorer.target.options[1:] == tuple((str(grade), grade) for grade in range(5))
    names = {"explorer": explorer}
    exec(explorer.code.code, names)
    np.testing.assert_allclose(names["heatmap"], explorer.heatmap, atol=1e-4)
    assert explorer.errors == []
