"""The drawing of a network: every layer is there with its shape and its parameters."""

import matplotlib.pyplot as plt
import pytest

from coursekit import networks, plot
from coursekit.plot.networks.outline import Shortcut, outline
from tests.quick import quick_only


@pytest.fixture(scope="module")
def keras():
    from coursekit.backend import import_keras

    return import_keras()


@pytest.fixture(scope="module")
def scene_resnet():
    return networks.scene_resnet()


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
    start, other = keras.Input((4,)), keras.Input((4,))
    with pytest.raises(ValueError, match=r"2 inputs and 1 outputs.*model\.summary"):
        plot.architecture(keras.Model([start, other], layers.Add()([start, other])))
    with pytest.raises(ValueError, match=r"has 50 layers, 51 blocks .* more than 40"):
        plot.architecture(keras.Sequential([start, *(layers.Dense(4 + i % 2) for i in range(50))]))


def residual(keras, blocks=1, channels=8):
    layers = keras.layers
    start = maps = keras.Input((8, 8, 3))
    for _ in range(blocks):
        inner = layers.Conv2D(channels, 3, padding="same")(maps)
        inner = layers.BatchNormalization()(layers.Conv2D(channels, 3, padding="same")(layers.ReLU()(inner)))
        if maps.shape[-1] != channels:
            maps = layers.Conv2D(channels, 1)(maps)
        maps = layers.ReLU()(layers.Add()([inner, maps]))
    return keras.Model(start, layers.Dense(2)(layers.GlobalAveragePooling2D()(maps)), name="residual")


def test_a_short_network_shows_its_shortcut_with_the_projection_named(keras):
    found = outline(residual(keras))
    assert [block.kind for block in found.blocks][1:6] == ["Conv2D", "ReLU", "Conv2D", "BatchNormalization", "Add"]
    assert found.shortcuts == (Shortcut(start=0, end=5, label="Conv 1×1, 8"),)
    assert "Conv 1×1, 8" in words(plot.architecture(residual(keras)))


def test_branches_of_a_concatenation_are_all_there(keras):
    layers = keras.layers
    start = keras.Input((8, 8, 3))
    narrow, pooled = layers.Conv2D(4, 1)(start), layers.MaxPooling2D(3, 1, padding="same")(start)
    wide = layers.Conv2D(4, 3, padding="same")(layers.Conv2D(2, 1)(start))
    found = outline(keras.Model(start, layers.Concatenate()([narrow, wide, pooled])))
    assert {short.label for short in found.shortcuts} == {"Conv 1×1, 4", "MaxPool 3×3"}


@pytest.mark.slow
def test_long_networks_are_folded_and_lose_no_parameter(scene_resnet):
    for model in (networks.residual_cifar(16), scene_resnet, networks.cifar_stack(32, residual=True)):
        found = outline(model)
        assert found.folded
        assert len(found.blocks) <= 16
        assert sum(block.parameters * block.times for block in found.blocks) == model.count_params()


def test_a_folded_block_lists_its_layers_and_its_shortcut(scene_resnet):
    (plain,) = (block for block in outline(networks.residual_cifar()).blocks if block.times == 2)
    assert plain.notes == ("Conv 3×3, 64", "Conv 3×3, 64", "+ its input")
    notes = [block.notes for block in outline(scene_resnet).blocks if block.around]
    assert notes[0][-2:] == ("+ Conv 1×1, 256", "then MaxPool 2×2")
    assert len(notes) == 8


@pytest.mark.parametrize("build", quick_only([networks.residual_cifar, networks.resnet18, None], [None]))
def test_folded_networks_fit_a_notebook_and_no_words_overlap(build, scene_resnet):
    ax = plot.architecture(build() if build else scene_resnet)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert ax.figure.get_figwidth() <= 9.3
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]


def test_a_network_inside_is_one_block_with_its_counts(keras):
    inside = networks.course_backbone()
    inside.trainable = False
    model = keras.Sequential([keras.Input((16, 16, 3)), inside, keras.layers.Flatten()])
    block = outline(model).blocks[1]
    assert (block.kind, block.parameters, block.notes) == ("course_backbone", 53_160, ("12 layers", "frozen"))


def test_a_network_inside_says_how_much_of_it_is_trained(keras):
    inside = networks.course_backbone()
    for layer in inside.layers[:-4]:
        layer.trainable = False
    model = keras.Sequential([keras.Input((16, 16, 3)), inside])
    trained = sum(weight.numpy().size for weight in inside.trainable_weights)
    assert 0 < trained < 53_160
    assert outline(model).blocks[1].notes == ("12 layers", f"{trained:,} trained")


def test_no_row_breaks_a_shortcut(keras):
    ax = plot.architecture(residual(keras, blocks=2))
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts if text.get_text() == "unchanged"}
    assert len(heights) == 1
    ways = [line for line in ax.lines if len(line.get_xdata()) == 4]
    assert all(line.get_xdata()[0] < line.get_xdata()[-1] for line in ways)
    assert len(ways) == 2


def test_signals_are_drawn_too(keras):
    layers = keras.layers
    model = keras.Sequential([keras.Input((100, 1)), layers.Conv1D(4, 5), layers.Flatten(), layers.Dense(2)])
    assert words(plot.architecture(model))[1:4] == ["100 × 1", "Conv1D", "96 × 4"]
