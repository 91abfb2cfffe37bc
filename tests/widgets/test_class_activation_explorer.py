"""The class activation explorer without a browser."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.widgets import explore_class_activation
from tests.widgets.seeing import CLASSES, IMAGES, keras, layers, network


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture
def explorer(model):
    explorer = explore_class_activation(model, IMAGES, classes=CLASSES)
    yield explorer
    assert explorer.errors == []


FUNCTIONS = {
    "Grad-CAM": explain.grad_cam,
    "HiResCAM": explain.hires_cam,
    "Grad-CAM++": explain.grad_cam_plus_plus,
    "LayerCAM": explain.layer_cam,
    "CAM": explain.cam,
}


@pytest.mark.filterwarnings("ignore:the heatmap is zero everywhere")
@pytest.mark.parametrize("method", FUNCTIONS)
@pytest.mark.parametrize("target", [1, *(pytest.param(other, marks=pytest.mark.slow) for other in (0, 2))])
def test_every_method_shows_what_its_function_returns(explorer, model, method, target):
    explorer.method.value = method
    explorer.target.value = target
    expected = FUNCTIONS[method](model, IMAGES[:1], target, relu=True, upsample=False)[0]
    np.testing.assert_allclose(explorer.heatmap, expected, atol=1e-6)
    where = "the averaged maps" if method == "CAM" else 'layer "last"'
    assert f'{method} of {where} for "{CLASSES[target]}"' in explorer.status.text


def test_an_early_layer_and_another_image(explorer, model):
    explorer.layer.value = "first"
    explorer.image_name.value = "image 2"
    assert explorer.heatmap.shape == (14, 18)
    np.testing.assert_allclose(
        explorer.heatmap, explain.grad_cam(model, IMAGES[2:], layer="first", upsample=False)[0], atol=1e-6
    )
    assert explorer.stage.places == [14, 18]


def test_the_place_that_is_pointed_at_is_read_out(explorer):
    explorer.stage.set_state({"place": [2, 3]})
    share = explorer.heatmap[2, 3] / explorer.heatmap.max()
    assert "At row 2, column 3 of the map it is" in explorer.status.text
    assert f"{100 * share:.0f} % of the largest" in explorer.status.text


def test_the_box_follows_the_threshold(explorer):
    wide = explorer.box
    explorer.share.set_state({"value": 90})
    narrow = explorer.box
    assert narrow[2] * narrow[3] < wide[2] * wide[3]
    assert "The box around 90 % and more is " in explorer.status.text


def test_predict_first_hides_the_heatmap_until_it_is_revealed(explorer):
    shown = explorer.stage.source
    explorer.predict.set_state({"value": True})
    assert explorer.box is None
    assert explorer.stage.source != shown
    assert "press Reveal" in explorer.status.text
    assert "hidden" in explorer.map.value
    explorer.stage.set_state({"place": [1, 1]})
    assert "press Reveal" in explorer.status.text
    explorer.reveal_button.click()
    assert "At row 1, column 1 of the map it is" in explorer.status.text
    explorer.target.value = 0
    assert "press Reveal" in explorer.status.text  # another question, another guess


def test_jet_is_there_to_show_the_harm(explorer):
    explorer.colours.value = "jet"
    assert "% of the steps up look darker" in explorer.note.value
    explorer.colours.value = "viridis"
    assert "every step up is a step to lighter" in explorer.note.value


def test_a_map_of_zeros_says_why(model):
    silent = network()
    weights = silent.get_weights()
    silent.set_weights([*weights[:-2], -np.abs(weights[-2]), weights[-1]])
    explorer = explore_class_activation(silent, IMAGES)
    explorer.method.value = "CAM"
    assert "zero everywhere" in explorer.status.text
    assert explorer.box is None


def test_the_code_does_what_is_shown(explorer, model):
    explorer.method.value = "LayerCAM"
    names = {"model": model, "images": IMAGES}
    exec(explorer.code.code, names)
    assert names["heatmap"].shape == (16, 20)
    assert names["box"] == pytest.approx(explorer.box, abs=1)
    np.testing.assert_allclose(names["heatmap"].max(), explorer.heatmap.max(), rtol=0.3)


def test_cam_is_only_offered_where_there_is_one(model):
    flat = keras.Sequential(
        [keras.Input((12, 12, 3)), layers.Conv2D(4, 3, activation="relu"), layers.Flatten(), layers.Dense(1, "sigmoid")]
    )
    explorer = explore_class_activation(flat, classes=["cat", "dog"])
    assert explorer.method.options == ("Grad-CAM", "HiResCAM", "Grad-CAM++", "LayerCAM")


def test_nothing_is_computed_twice(explorer, monkeypatch):
    calls = []
    monkeypatch.setattr(explain, "class_activations", lambda *_args, **_kwargs: calls.append(1))
    for method in ("Grad-CAM++", "CAM", "Grad-CAM"):
        explorer.method.value = method
    explorer.strength.set_state({"value": 0.8})
    explorer.stage.set_state({"place": [3, 3]})
    assert calls == []


def test_a_reader_without_a_kernel_sees_image_map_and_both(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.status.text
    assert metadata["image/png"]["width"] == 3 * 280 + 2 * 16


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda model: explore_class_activation(model, layer="nothing"), "layer 'nothing' has no feature maps"),
        (lambda model: explore_class_activation(model, classes=["a", "b"]), "2 names, but the model tells 3"),
        (lambda _model: explore_class_activation(network(head=False)), "returns"),
        (
            lambda _model: explore_class_activation(
                keras.Sequential([keras.Input((4, 4, 3)), layers.Flatten(), layers.Dense(2)])
            ),
            "has no convolution",
        ),
    ],
)
def test_bad_input_is_refused(model, ask, words):
    with pytest.raises(ValueError, match=words):
        ask(model)
