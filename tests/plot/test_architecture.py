"""The drawing of a network: every layer is there with its shape and its parameters."""

import matplotlib.pyplot as plt
import pytest

from coursekit import networks, plot


@pytest.fixture(scope="module")
def keras():
    from coursekit.backend import import_keras

    return import_keras()


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_every_layer_stands_with_its_shape_and_parameters():
    ax = plot.architecture(networks.mnist_convnet())
    assert words(ax)[:8] == [
        *("Input", "28 × 28 × 1"),
        *("Conv2D", "26 × 26 × 32", "320\nparameters"),
        *("MaxPooling2D", "13 × 13 × 32"),
        "Conv2D",
    ]
    assert words(ax)[-3:] == ["Dense", "10", "650\nparameters"]
    assert "93,322" in ax.get_title(loc="left")


@pytest.mark.parametrize("build", [networks.mnist_convnet, networks.mnist_gap_convnet])
def test_no_words_overlap(build):
    ax = plot.architecture(build())
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]


def test_long_networks_take_several_rows_and_no_words_overlap(keras):
    ax = plot.architecture(keras.applications.VGG16(weights=None, include_top=False, input_shape=(224, 224, 3)))
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert len({text.get_position()[1] for text in ax.texts if text.get_text() == "Conv2D"}) == 2
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]


def test_it_draws_into_the_axes_it_is_given():
    _, ax = plt.subplots()
    assert plot.architecture(networks.dense_baseline(), ax) is ax
    assert len(plt.get_fignums()) == 1


def test_networks_on_numbers_are_drawn_too(keras):
    model = keras.Sequential([keras.Input((500,)), keras.layers.Dense(3)])
    assert words(plot.architecture(model)) == ["Input", "500", "Dense", "3", "1,503\nparameters"]


def test_what_cannot_be_drawn_is_explained(keras):
    layers = keras.layers
    with pytest.raises(ValueError, match=r"keras\.Input"):
        plot.architecture(keras.Sequential([layers.Dense(1)]))
    start = keras.Input((4,))
    with pytest.raises(ValueError, match=r"branches.*model\.summary"):
        plot.architecture(keras.Model(start, layers.Add()([start, layers.Dense(4)(start)])))
    with pytest.raises(ValueError, match="has 50 layers: more than 40"):
        plot.architecture(keras.Sequential([start, *(layers.Dense(4) for _ in range(50))]))
