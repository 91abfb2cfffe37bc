"""One image's journey: every layer has its row, with the numbers that the layer really makes."""

import numpy as np
import pytest

from coursekit import backend, networks, plot
from coursekit.pooling import max_pool2d

pytestmark = pytest.mark.slow
keras = backend.import_keras()


@pytest.fixture(scope="module")
def image():
    return np.random.default_rng(0).random((28, 28, 1), np.float32)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return networks.mnist_convnet()


def test_every_layer_but_flatten_has_a_row_and_the_last_one_holds_the_probabilities(model, image):
    figure = plot.journey(model, image)
    labels = [text.get_text() for ax in figure.axes for text in ax.texts if "×" in text.get_text()]
    layers = [label.split("\n")[0] for label in labels if not label.startswith("kernels")]
    assert layers == ["input", "Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Conv2D"]
    kernels = [label.split("\n")[1] for label in labels if label.startswith("kernels")]
    assert kernels == ["3 × 3", "3 × 3, one slice of 32", "3 × 3, one slice of 64"]
    heights = [bar.get_height() for bar in figure.axes[-1].patches]
    np.testing.assert_allclose(heights, np.asarray(model(image[None]))[0], rtol=1e-5)


def test_the_strongest_map_comes_first_below_its_own_kernel(model, image):
    figure = plot.journey(model, image, maps=3)
    drawn = [np.asarray(ax.images[0].get_array()) for ax in figure.axes if ax.images]
    maps = np.asarray(model.layers[0](image[None]))[0]
    best = int(maps.mean(axis=(0, 1)).argmax())
    np.testing.assert_allclose(drawn[0], image[..., 0])
    np.testing.assert_array_equal(drawn[1], model.layers[0].get_weights()[0][:, :, 0, best])
    np.testing.assert_allclose(drawn[4], maps[..., best], rtol=1e-5)


def test_pooling_goes_on_with_the_maps_that_stand_above_it(model, image):
    figure = plot.journey(model, image, maps=3)
    drawn = [np.asarray(ax.images[0].get_array()) for ax in figure.axes if ax.images]
    maps, pooled = drawn[4:7], drawn[7:10]
    for above, below in zip(maps, pooled, strict=True):
        np.testing.assert_allclose(below, max_pool2d(above, 2), rtol=1e-5)


def test_what_cannot_be_drawn_is_refused(model, image):
    with pytest.raises(ValueError, match="2 classes"):
        plot.journey(model, image, classes=["a", "b"])
    graph = keras.Model(model.inputs, model.outputs)
    with pytest.raises(ValueError, match=r"keras\.Sequential"):
        plot.journey(graph, image)
