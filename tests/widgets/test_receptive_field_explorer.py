"""The receptive-field explorer without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest

from coursekit import networks
from coursekit.receptive_field import Layer, receptive_fields, region
from coursekit.widgets import explore_receptive_field
from coursekit.widgets.receptive_field.networks import COURSE_NETWORKS, formula, network_of_chain, network_of_model
from tests.widgets.sending import choose, upload


@pytest.fixture(scope="module")
def keras():
    from coursekit.backend import import_keras

    return import_keras()


@pytest.fixture
def explorer():
    explorer = explore_receptive_field()
    yield explorer
    assert explorer.errors == []


def test_it_opens_on_the_lessons_stack(explorer):
    assert explorer.field.size == (7, 7)
    assert "sees 7 × 7 pixels: rows 11 to 17, columns 11 to 17." in explorer.status.text
    assert explorer.image.shape == (28, 28)


def test_every_layer_of_the_course_networks_agrees_with_keras(keras):
    for name, model in (
        ("mnist_convnet", networks.mnist_convnet()),
        ("VGG16", keras.applications.VGG16(weights=None, include_top=False, input_shape=(224, 224, 3))),
    ):
        fields = list(receptive_fields(model).values())
        layers = COURSE_NETWORKS[name]().layers
        windows = [layer for layer in layers if layer.kind != "dense"]
        assert [layer.field for layer in windows] == fields[: len(windows)]
    digits = COURSE_NETWORKS["mnist_convnet"]().layers[-1]
    assert (digits.kind, digits.field.size, digits.field.reach) == ("dense", (26, 26), (26, 26))


@pytest.mark.parametrize("name", COURSE_NETWORKS)
def test_every_layer_of_every_network_can_be_chosen(explorer, name):
    choose(explorer.network, name)
    for index, label in enumerate(explorer.layer._options_labels):
        choose(explorer.layer, label)
        assert explorer.field == COURSE_NETWORKS[name]().layers[index].field
        assert f"▸ {label.partition(',')[0]}:" in explorer.layers.value


def test_a_moved_unit_shows_what_it_sees(explorer):
    explorer.map.set_state({"place": [0, 21]})
    assert explorer.seen == (slice(0, 7), slice(21, 28))
    assert "row 0, column 21 of conv3" in explorer.status.text
    assert explorer.input.place == [3, 24]


def test_pointing_at_the_image_moves_the_unit(explorer):
    explorer.input.set_state({"place": [3, 24]})
    assert explorer.map.place == [0, 21]
    explorer.input.set_state({"place": [0, 0]})
    assert (explorer.map.place, explorer.input.place) == ([0, 0], [0, 0])


def test_every_unit_keeps_its_place(explorer):
    choose(explorer.network, "mnist_convnet")
    choose(explorer.layer, "pool2, pooling")
    for unit in ([0, 0], [2, 3], [4, 4]):
        explorer.map.set_state({"place": unit})
        assert explorer.map.place == unit


def test_what_a_unit_sees_is_lit_and_the_rest_is_dim(explorer):
    image = np.linspace(0, 1, 28 * 28).reshape(28, 28)
    explorer = explore_receptive_field(image=image)
    explorer.map.set_state({"place": [4, 5]})
    factor = explorer.view.image.shape[0] // 28
    shown = explorer.view.image[factor // 2 :: factor, factor // 2 :: factor, 0]
    original = np.rint(255 * image)
    rows, columns = explorer.seen
    np.testing.assert_array_equal(shown[rows, columns], original[rows, columns])
    outside = np.ones((28, 28), bool)
    outside[rows, columns] = False
    assert np.ptp(shown[outside]) < 0.5 * np.ptp(original)


def test_changing_the_layer_keeps_the_place_that_is_looked_at(explorer):
    explorer.input.set_state({"place": [20, 7]})
    choose(explorer.layer, "conv1, convolution")
    assert explorer.map.place == [19, 6]
    assert explorer.input.place == [20, 7]


def test_a_unit_at_the_edge_says_that_it_sees_padding(explorer):
    choose(explorer.network, "VGG16")
    explorer.map.set_state({"place": [0, 0]})
    assert "Its window of 212 × 212 reaches beyond what there is." in explorer.status.text


def test_a_layer_that_sees_everything(explorer):
    choose(explorer.network, "mnist_convnet")
    choose(explorer.layer, "dense, dense")
    assert "rows 0 to 25, columns 0 to 25. Every unit of this layer sees the same." in explorer.status.text


def test_the_formula_of_every_layer():
    assert [formula(layer) for layer in COURSE_NETWORKS["mnist_convnet"]().layers] == [
        *("1 + 1·(3 − 1)·1 = 3", "3 + 1·(2 − 1)·1 = 4", "4 + 1·(3 − 1)·2 = 8", "8 + 1·(2 − 1)·2 = 10"),
        *("10 + 1·(3 − 1)·4 = 18", "18 + 1·(3 − 1)·4 = 26"),
    ]


def test_long_networks_list_the_layers_around_the_chosen_one(keras):
    model = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
    explorer = explore_receptive_field(model)
    assert explorer.layers.value.count("<tr") == 21
    explorer.layer.set_state({"index": 80})
    assert "▸" in explorer.layers.value
    assert explorer.errors == []


def test_any_keras_model_and_all_its_units(keras):
    layers = keras.layers
    pixels = keras.Input((33, 30, 1))
    stem = layers.Conv2D(2, (3, 5), strides=(2, 1), padding="same", activation="relu")(layers.ZeroPadding2D(2)(pixels))
    inner = keras.Sequential([keras.Input(stem.shape[1:]), layers.MaxPooling2D(2), layers.ReLU()], name="inner")
    outputs = layers.Dense(3)(layers.GlobalAveragePooling2D()(inner(layers.Add()([stem, layers.Conv2D(2, 1)(stem)]))))
    model = keras.Model(pixels, outputs, name="branched")
    explorer = explore_receptive_field(model)
    assert explorer.network.value == "branched (yours)"
    for index, (name, field) in enumerate(receptive_fields(model).items()):
        explorer.layer.set_state({"index": index})
        assert explorer.field == field
        for unit in ([0, 0], [field.units[0] - 1, field.units[1] - 1]):
            explorer.map.set_state({"place": unit})
            if explorer.seen is None:
                assert "is padding: it sees no pixel." in explorer.status.text
            else:
                assert explorer.seen == region(field, *unit, (33, 30)), name
    assert explorer.errors == []


def test_a_chain_of_layers_and_its_image(explorer):
    own = explore_receptive_field({"skip": Layer(4, stride=4), "conv": Layer(3)}, image_shape=(64, 48))
    assert (own.field.size, own.field.units) == ((12, 12), (14, 10))
    assert own.image.shape == (64, 48)


@pytest.mark.parametrize("name", COURSE_NETWORKS)
def test_the_code_gives_the_same_region(explorer, name):
    choose(explorer.network, name)
    names: dict[str, object] = {}
    exec(explorer.code.code, names)
    assert names["field"] == explorer.field
    assert (names["rows"], names["columns"]) == explorer.seen


def test_the_code_of_a_model_gives_the_same_region(keras):
    model = networks.mnist_convnet()
    explorer = explore_receptive_field(model)
    names = {"model": model}
    exec(explorer.code.code, names)
    assert (names["field"], names["rows"], names["columns"]) == (explorer.field, *explorer.seen)


def test_another_image_is_chosen_and_uploaded(explorer):
    choose(explorer.image_name, "coins")
    assert explorer.image.shape == (28, 28)
    upload(explorer.upload, "white.png", np.full((30, 60), 255, np.uint8))
    assert explorer.image_name.value == "white.png (yours, 1)"
    assert explorer.image.min() == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": "dog"}, "there is no image 'dog'"),
        ({"image": np.array([[np.inf]])}, "NaN"),
        ({"model": {"conv": Layer(30)}}, "kernel has 30 pixels"),
        ({"model": "VGG19"}, "pass a Sequential model"),
    ],
)
def test_bad_input_is_refused_when_the_explorer_is_made(arguments, words):
    with pytest.raises(ValueError, match=words):
        explore_receptive_field(**arguments)


def test_models_of_any_size_need_an_image_shape(keras):
    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(1, 3)], name="free")
    with pytest.raises(ValueError, match=r"image_shape=\(224, 224\)"):
        explore_receptive_field(model)
    assert explore_receptive_field(model, image_shape=(40, 30)).image.shape == (40, 30)
    assert network_of_model(model, (40, 30)).image_shape == (40, 30)


def test_names_of_a_chain_tell_what_it_is():
    kinds = [layer.kind for layer in network_of_chain("", {"pool": Layer(2, 2), "c": Layer(3)}, (28, 28)).layers]
    assert kinds == ["pooling", "convolution"]


def test_what_is_stored_is_the_same_on_every_run():
    first, second = (explore_receptive_field()._repr_mimebundle_()[0] for _ in range(2))
    assert (first["text/plain"], first["text/html"]) == (second["text/plain"], second["text/html"])
