"""The digit pad without a browser, with the network that ships and with others."""

import re

import keras
import numpy as np
import pytest
from keras import layers

from coursekit.training import trained
from coursekit.widgets import draw_digit
from coursekit.widgets.digit.classifier import DigitClassifier

ROUND = [[140 + 70 * np.sin(turn), 140 - 100 * np.cos(turn)] for turn in np.linspace(0, 6.3, 40)]
DRAWN = {
    0: [ROUND],
    1: [[[140, 40], [142, 240]]],
    4: [[[90, 60], [70, 150], [190, 150]], [[170, 50], [170, 240]]],
    7: [[[60, 60], [200, 60], [120, 230]]],
}


@pytest.fixture(scope="module")
def convnet():
    return trained("mnist_convnet")


@pytest.fixture(scope="module")
def pad_of_all(convnet):
    return draw_digit(convnet)


@pytest.fixture
def pad(pad_of_all):
    """Made once: each test finds it as it opens."""
    pad = pad_of_all
    pad._sample, pad.pad.strokes, pad.layer.index = pad._first, [], 0
    pad._cleared.clear()
    pad.request()
    yield pad
    assert pad.errors == []


def draw(pad, strokes):
    pad.pad.set_state({"strokes": strokes})


def test_it_opens_with_a_seven_of_the_test_set_which_reads_clearly(pad):
    assert re.match(r"Test image \d+, which is a 7", pad.status.text)
    assert pad.pad.background.startswith("data:image/png")
    assert pad.image.shape == (28, 28)


@pytest.mark.parametrize("digit", DRAWN)
def test_drawn_digits_are_recognised(pad, digit):
    draw(pad, DRAWN[digit])
    assert pad.status.text.startswith(f"What you drew looks like a {digit} to the network")
    assert pad.pad.background == ""


@pytest.mark.parametrize(("size", "corner"), [(0.3, 0), (0.3, 180), (1, 0)])
def test_neither_size_nor_place_matters(pad, size, corner):
    draw(pad, DRAWN[4])
    expected = pad.image
    draw(pad, [(np.array(stroke) * size + corner).tolist() for stroke in DRAWN[4]])
    np.testing.assert_allclose(pad.image, expected, atol=0.25)


def test_the_image_is_centred_as_mnist_is(pad):
    draw(pad, DRAWN[7])
    pixels = np.arange(28)
    for axis in (0, 1):
        assert pixels @ pad.image.sum(axis=axis) / pad.image.sum() == pytest.approx(14, abs=0.3)


def test_the_winner_is_named_in_words(pad):
    draw(pad, DRAWN[1])
    assert pad.bars.value.count("← most likely") == 1
    assert pad.answer.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_a_dot_is_a_small_dot(pad):
    draw(pad, [[[50, 50]]])
    assert 0 < pad.image.sum() < 15


def test_an_empty_pad_is_not_classified(pad):
    pad.clear_button.click()
    assert pad.status.text == "The pad is empty: draw a digit, or press Sample digit."
    assert pad.answer is None
    assert "most likely" not in pad.bars.value


def test_undo_takes_strokes_back_then_what_was_cleared(pad):
    draw(pad, DRAWN[4])
    pad.undo_button.click()
    assert pad.pad.strokes == DRAWN[4][:1]
    pad.clear_button.click()
    pad.undo_button.click()
    assert pad.pad.strokes == DRAWN[4][:1]


def test_sample_digits_follow_each_other(pad):
    (first,) = re.findall(r"Test image (\d+)", pad.status.text)
    pad.sample_button.click()
    assert pad.status.text.startswith(f"Test image {int(first) + 1}, ")


def test_after_clearing_the_sample_digits_begin_anew(pad):
    opened = pad.status.text
    pad.clear_button.click()
    pad.sample_button.click()
    assert pad.status.text == opened


def test_the_maps_of_the_chosen_layer_are_shown(pad):
    first = pad.maps.value
    pad.layer.set_state({"index": 1})
    assert pad.maps.value != first
    assert "64 maps" in pad.maps.value
    assert 'alt="feature maps of' in pad.maps.value


def test_feature_maps_are_those_of_the_layer(pad, convnet):
    inside = keras.Model(convnet.inputs[0], convnet.layers[0].output)
    expected = inside(pad.image.reshape(1, 28, 28, 1)).numpy()[0]
    np.testing.assert_allclose(pad.answer.maps[convnet.layers[0].name], expected, atol=1e-5)


def logits():
    return keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(10)])


def uncalled():
    return keras.Sequential([layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(3, activation="softmax")])


def nested():
    inputs = keras.Input((28, 28, 1))
    backbone = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()])
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(backbone(inputs)))


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.convolution, self.dense = layers.Conv2D(4, 3), layers.Dense(10)

    def call(self, images):
        return self.dense(layers.Flatten()(self.convolution(images)))


@pytest.mark.parametrize("make", [logits, uncalled, nested, Own])
def test_every_kind_of_classifier_works(make):
    model = make()
    pad = draw_digit(model)
    assert pad.answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert [maps.shape for maps in pad.answer.maps.values()] == [(26, 26, 4)]
    assert pad.errors == []


def test_layers_of_one_name_in_two_parts_are_told_apart():
    inputs = keras.Input((28, 28, 1))
    first = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(4, 3, name="conv")], name="first")
    second = keras.Sequential([keras.Input((26, 26, 4)), layers.SeparableConv2D(2, 3, name="conv")], name="second")
    maps = second(first(inputs))
    pad = draw_digit(keras.Model(inputs, layers.Dense(10)(layers.Flatten()(maps))))
    assert {name: maps.shape for name, maps in pad.answer.maps.items()} == {
        "first/conv": (26, 26, 4),
        "second/conv": (24, 24, 2),
    }


def test_a_network_without_convolution_shows_no_maps():
    pad = draw_digit(keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)]))
    assert "no convolutional layer" in pad.maps.value


def test_looking_inside_leaves_the_model_as_it_was(convnet):
    before = [layer.call for layer in convnet.layers]
    DigitClassifier(convnet)(np.zeros((28, 28)))
    assert [layer.call for layer in convnet.layers] == before


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(10)]), "does not take one image"),
        (keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(1)]), "two or more classes"),
        (keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(1, 3)]), "answers with shape"),
    ],
)
def test_other_networks_are_refused(model, words):
    with pytest.raises(ValueError, match=words):
        draw_digit(model)


def test_what_is_stored_is_the_same_on_every_run(convnet):
    first, second = (draw_digit(convnet)._repr_mimebundle_()[0] for _ in range(2))
    assert first["text/plain"] == second["text/plain"]
    assert first["text/html"] == second["text/html"]
