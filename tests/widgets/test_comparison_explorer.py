"""The comparison explorer without a browser: ``set_state`` is what a browser sends."""

import keras
import numpy as np
import pytest

from coursekit import explain, networks
from coursekit.data import Split
from coursekit.explain import evaluate
from coursekit.widgets import compare_explanations
from coursekit.widgets.comparison.explorer import ComparisonExplorer
from coursekit.widgets.comparison.networks import compared, offered
from tests.widgets.sending import choose, upload

IMAGES = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3), dtype=np.uint8)
MASKS = np.zeros((3, 16, 16), bool)
MASKS[:2, 4:9, 3:12] = True
SPLIT = Split.from_arrays("test", IMAGES, [0, 1, 0], MASKS)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return networks.small_convnet(16, width=4)


@pytest.fixture
def explorer(model):
    explorer = compare_explanations(model, SPLIT, ["cats", "dogs"])
    yield explorer
    assert explorer.errors == []


def test_it_shows_what_the_methods_return(explorer, model):
    batch = IMAGES[:1].astype(np.float32) / 255
    choose(explorer.left, "Gradient × input")
    np.testing.assert_array_equal(explorer.heatmaps["Gradient × input"], explain.gradient_x_input(model, batch)[0])
    np.testing.assert_array_equal(
        explorer.heatmaps["Guided backpropagation"], explain.guided_backpropagation(model, batch)[0]
    )
    assert explorer.figures.value.count("<img") == 3
    assert 'alt="left: heatmap by Gradient × input, hottest at row' in explorer.figures.value


def test_a_known_mask_is_scored_and_an_unknown_one_is_not(explorer):
    heatmap = explorer.heatmaps["Guided backpropagation"]
    share = evaluate.relevance_rank_accuracy(heatmap[None], MASKS[:1])[0]
    assert f"{share:.3f}" in explorer.table.value
    assert "lie on the ground-truth mask" in explorer.status.text
    assert "ground-truth mask outlined" in explorer.figures.value
    choose(explorer.image_name, "2: cats")
    assert "ground-truth mask" not in explorer.table.value + explorer.status.text + explorer.figures.value
    assert "deletion area (less is better)" in explorer.table.value


def test_random_weights_change_a_map_that_explains_the_network_and_say_by_how_much(explorer, model):
    choose(explorer.left, "Gradient")
    before = explorer.heatmaps["Gradient"]
    choose(explorer.weights, "random: all layers")
    copy = evaluate.randomised(model, explorer.image[None])
    target = explain.explained_classes(model, explorer.image[None])
    np.testing.assert_allclose(
        explorer.heatmaps["Gradient"], explain.gradients(copy, explorer.image[None], target)[0], rtol=1e-5, atol=1e-7
    )
    assert np.abs(explorer.heatmaps["Gradient"] - before).max() > 0
    assert "All layers now have random weights: Gradient keeps" in explorer.status.text
    choose(explorer.weights, "trained")
    np.testing.assert_array_equal(explorer.heatmaps["Gradient"], before)


def test_the_model_itself_keeps_its_weights(explorer, model):
    before = [weight.copy() for weight in model.get_weights()]
    choose(explorer.weights, "random: the last 2 layers")
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_class_and_layer_are_asked_for_where_the_method_takes_them(explorer, model):
    batch = explorer.image[None]
    choose(explorer.target, "dogs")
    choose(explorer.layer, "conv2")
    assert explorer.status.text.startswith('Why dogs? Image "0: cats"')
    expected = explain.grad_cam(model, batch, 1, layer="conv2")[0]
    np.testing.assert_array_equal(explorer.heatmaps["Grad-CAM"], expected)


def test_guess_first_hides_the_maps_until_they_are_revealed(explorer):
    assert explorer.reveal_button.disabled
    explorer.guess.set_state({"value": True})
    assert "Say it, then press Reveal" in explorer.status.text
    assert "left: hidden" in explorer.figures.value
    assert explorer.table.value == ""
    explorer.reveal_button.click()
    assert "left: heatmap by Grad-CAM" in explorer.figures.value
    choose(explorer.right, "Gradient")
    assert "right: hidden" in explorer.figures.value


def test_swap_and_overlay(explorer):
    before = explorer.figures.value
    explorer.swap_button.click()
    assert list(explorer.heatmaps) == ["Guided backpropagation", "Grad-CAM"]
    explorer.swap_button.click()
    assert explorer.figures.value == before
    explorer.overlay.set_state({"value": True})
    assert explorer.figures.value != before


@pytest.mark.parametrize("random", ["trained", "random: the last layer"])
def test_the_code_gives_the_same_maps(explorer, random):
    choose(explorer.left, "LayerCAM")
    choose(explorer.layer, "conv3")
    choose(explorer.right, "RISE")
    choose(explorer.weights, random)
    code = explorer.code.code.replace("explorer.images[0]", "explorer.image")
    names = {"explorer": explorer}
    exec(code, names)
    np.testing.assert_allclose(names["left"], explorer.heatmaps["LayerCAM"], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(names["right"], explorer.heatmaps["RISE"], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("channels", "photograph"), [(1, "cat"), (3, "coins")])
def test_the_code_gives_a_photograph_the_channels_of_the_model(channels, photograph):
    inside = [
        keras.layers.Conv2D(2, 3, activation="relu"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(2),
    ]
    explorer = compare_explanations(keras.Sequential([keras.Input((16, 16, channels)), *inside]))
    choose(explorer.image_name, photograph)
    names = {"explorer": explorer}
    exec(explorer.code.code, names)
    np.testing.assert_array_equal(names["image"], explorer.image)


def test_an_upload_is_brought_to_the_size_of_the_model(explorer):
    upload(explorer.upload, "own.png", np.full((40, 60, 3), (255, 0, 0), np.uint8))
    assert explorer.image.shape == (16, 16, 3)
    np.testing.assert_array_equal(explorer.image[0, 0], [1, 0, 0])
    assert '"own.png (yours, 1)"' in explorer.status.text


def test_what_cannot_be_done_is_said_in_place(model, monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    flat = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")])
    explorer = compare_explanations(flat, np.random.default_rng(1).random((2, 8, 8, 1)))
    assert explorer.status.state == "error"
    assert "has no convolution" in explorer.status.text
    choose(explorer.left, "Gradient")
    assert "has no ReLU" in explorer.status.text
    choose(explorer.right, "Occlusion")
    assert explorer.status.state == "ready"
    upload(explorer.upload, "own.png", b"nothing")
    assert "is not an image" in explorer.status.text


def test_without_images_the_photographs_of_the_course_are_offered(model):
    explorer = compare_explanations(model)
    assert explorer.image_name.value == "cat"
    assert explorer.image.shape == (16, 16, 3)
    names = {}
    choose(explorer.right, "Gradient")
    exec(explorer.code.code, names | {"explorer": explorer})


def test_a_reader_without_a_kernel_sees_image_and_maps(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.status.text
    assert metadata["image/png"]["width"] > 3 * 200


def test_bad_input_is_refused_when_the_explorer_is_made(model):
    with pytest.raises(ValueError, match="3 names for the 2 classes"):
        compare_explanations(model, classes=["a", "b", "c"])
    with pytest.raises(ValueError, match="there is no image"):
        compare_explanations(model, [])
    with pytest.raises(ValueError, match=r"image 0 has shape \(5,\)"):
        compare_explanations(model, [np.zeros(5)])


@pytest.fixture
def two(model):
    """The explorer with two networks to choose from, of other sizes and classes."""
    keras.utils.set_random_seed(2)
    larger = networks.small_convnet(24, width=4)
    makers = {
        "larger": lambda: compared(larger, "model = larger", None, ["rock", "paper"], first="rocket"),
        "smaller": lambda: compared(model, "model = smaller", SPLIT, ["cats", "dogs"]),
    }
    explorer = ComparisonExplorer(makers, 16, "smaller")
    yield explorer, larger
    assert explorer.errors == []


def test_another_network_brings_its_images_classes_and_layers(two, model):
    explorer, larger = two
    before = explorer.heatmaps
    choose(explorer.layer, "conv2")
    choose(explorer.weights, "random: the last layer")
    choose(explorer.network, "larger")
    assert explorer.model is larger
    assert explorer.image.shape == (24, 24, 3)
    assert explorer.status.text.startswith(("Why rock?", "Why paper?"))
    assert 'Image "rocket"' in explorer.status.text
    assert (explorer.layer.label, explorer.weights.label) == ("the last one", "trained")
    target = explain.explained_classes(larger, explorer.image[None])
    expected = explain.grad_cam(larger, explorer.image[None], target)[0]
    np.testing.assert_array_equal(explorer.heatmaps["Grad-CAM"], expected)
    assert "model = larger" in explorer.code.code
    choose(explorer.network, "smaller")
    assert explorer.model is model
    for title, heatmap in before.items():
        np.testing.assert_array_equal(explorer.heatmaps[title], heatmap)


@pytest.mark.slow
def test_reset_goes_back_to_the_network_that_it_opened_with(two, model):
    explorer, _ = two
    choose(explorer.network, "larger")
    explorer.reset_button.click()
    assert explorer.network.value == "smaller"
    assert explorer.image.shape == (16, 16, 3)


def test_an_upload_stays_for_another_network(two):
    explorer, _ = two
    upload(explorer.upload, "own.png", np.full((40, 60, 3), (255, 0, 0), np.uint8))
    choose(explorer.network, "larger")
    choose(explorer.image_name, "own.png (yours, 1)")
    assert explorer.image.shape == (24, 24, 3)


def test_one_network_of_ones_own_needs_no_list(explorer, two):
    assert explorer.network.options == (f"{explorer.model.name} (yours)",)
    assert "network" not in [element for row in explorer._rows for element in row]
    assert "network" in two[0]._rows[0]


def test_the_network_for_photographs_is_offered_first():
    assert offered() == ["efficientnet_lite0", "small_pets"]


@pytest.mark.slow
def test_the_network_in_the_box_explains_a_photograph():
    explorer = compare_explanations(budget=16)
    assert explorer.network.options == ("efficientnet_lite0", "small_pets")
    assert "lie on the ground-truth mask" in explorer.status.text
    choose(explorer.network, "efficientnet_lite0")
    assert explorer.image_name.value == "coffee"
    assert explorer.status.text.startswith("Why espresso?")
    assert explorer.errors == []
