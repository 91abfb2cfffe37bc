"""The three networks in frequency, held against Keras."""

import itertools

import numpy as np
import pytest

from coursekit import fourier, networks
from coursekit.fourier.border import error_rings
from tests.fourier.conftest import fill, keras, layers, maps_model, noise, plain, relative


def pooled():
    return keras.Sequential(
        [
            keras.Input((20, 17, 3)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(12, 3, padding="same", activation="gelu"),
            layers.AveragePooling2D(2),
            layers.Conv2D(6, (1, 3), padding="same"),
            layers.Flatten(),
            layers.Dense(9, activation="relu"),
            layers.Dense(4, activation="softmax"),
        ]
    )


def normalised():
    images = keras.Input((18, 18, 1))
    maps = layers.Rescaling(2.0)(images)
    for filters in (8, 16):
        maps = layers.Conv2D(filters, 5, padding="same", use_bias=False)(maps)
        maps = layers.BatchNormalization()(maps)
        maps = layers.ReLU()(maps)
        maps = layers.MaxPooling2D(2)(maps)
    maps = layers.Dropout(0.5)(maps)
    numbers = layers.GlobalAveragePooling2D()(maps)
    return keras.Model(images, layers.Dense(1, activation="sigmoid")(numbers))


def nested():
    block = keras.Sequential([keras.Input((16, 16, 2)), layers.Conv2D(4, 3, name="inner"), layers.LeakyReLU()])
    tail = [layers.Conv2D(4, 3), layers.GlobalMaxPooling2D(), layers.Dense(3), layers.Softmax()]
    return keras.Sequential([keras.Input((16, 16, 2)), block, *tail])


@pytest.mark.parametrize("build", [pooled, normalised, nested, networks.mnist_convnet])
def test_the_first_network_is_keras_everywhere(build):
    model = fill(build())
    images = noise((5, *model.input_shape[1:]))
    net = fourier.FourierNet1(model)
    expected = model.predict(images, verbose=0)
    assert relative(net.predict(images, batch_size=2), expected) <= 1e-5
    assert net.logits(images).dtype == np.float32


def test_its_maps_and_logits_are_those_of_keras():
    model = fill(pooled())
    images = noise((3, 20, 17, 3))
    net = fourier.FourierNet1(model)
    assert relative(net.maps(images), maps_model(model).predict(images, verbose=0)) <= 1e-5
    model.layers[-1].activation = keras.activations.linear
    assert relative(net.logits(images), model(images)) <= 1e-5


@pytest.mark.parametrize(
    "options", [{}, {"bias": True}, {"padding": "valid"}, {"sizes": (2, 3, 4)}, {"sizes": (5, 1, 3)}]
)
def test_the_second_and_third_are_equal(options):
    model = plain(**options)
    images = noise((4, 16, 13, 1))
    second, third = fourier.FourierNet2(model), fourier.FourierNet3(model)
    for what in ("maps", "logits", "predict"):
        assert relative(getattr(third, what)(images), getattr(second, what)(images)) <= 1e-5


RINGS = list(itertools.product([3, 5, 7], [1, 2, 3, 4], [False, True]))
QUICK_RINGS = [(3, 1, False), (5, 2, True), (7, 3, False), (3, 4, True)]


@pytest.mark.parametrize(
    ("size", "layer_count", "bias"),
    [*QUICK_RINGS, *(pytest.param(*case, marks=pytest.mark.slow) for case in RINGS if case not in QUICK_RINGS)],
)
def test_the_border_error_is_exactly_so_many_rings_wide(layer_count, size, bias):
    model = plain((size,) * layer_count, (1, 4, 3, 4, 2)[: layer_count + 1], shape=(41, 43), bias=bias)
    images = noise((2, 41, 43, 1))
    net = fourier.FourierNet3(model)
    error = fourier.border_error(net.maps(images), maps_model(model).predict(images, verbose=0))
    rings = (layer_count - 1) * (size // 2)
    assert error_rings(net.block) == rings
    assert fourier.rings_above(error, 1e-5) == rings
    assert all(largest > 1e-4 for largest in fourier.ring_maxima(error)[:rings])
    assert error[rings : 41 - rings, rings : 43 - rings].max() <= 1e-5


@pytest.mark.parametrize(
    "options",
    [{"padding": "valid"}, {"padding": "valid", "bias": True}, {"padding": "valid", "sizes": (2, 5, 4)}],
)
def test_without_padding_they_equal_keras_everywhere(options):
    model = plain(**options)
    images = noise((2, 16, 13, 1))
    assert relative(fourier.FourierNet2(model).predict(images), model.predict(images, verbose=0)) <= 1e-5
    assert relative(fourier.FourierNet3(model).predict(images), model.predict(images, verbose=0)) <= 1e-5


def test_images_with_a_wide_black_border_are_equal_everywhere():
    """Nothing reaches the border, so nothing is cut off there."""
    model = plain(shape=(22, 22))
    images = np.pad(noise((2, 16, 16, 1)), ((0, 0), (3, 3), (3, 3), (0, 0)))
    assert relative(fourier.FourierNet3(model).maps(images), maps_model(model).predict(images, verbose=0)) <= 1e-5


def test_batch_normalisation_behind_a_convolution_is_folded_in():
    convolutions = [part for n in (4, 6) for part in (layers.Conv2D(n, 3), layers.BatchNormalization())]
    model = fill(keras.Sequential([keras.Input((14, 14, 2)), *convolutions, layers.Flatten(), layers.Dense(3)]))
    images = noise((3, 14, 14, 2))
    assert relative(fourier.FourierNet3(model).predict(images), model.predict(images, verbose=0)) <= 1e-5


def test_double_precision_agrees_to_twelve_digits():
    model = plain(padding="valid", dtype="float64")
    images = noise((2, 16, 13, 1), dtype=np.float64)
    for net in (fourier.FourierNet1, fourier.FourierNet2, fourier.FourierNet3):
        assert relative(net(model).logits(images), fourier.FourierNet1(model).logits(images)) < 1e-12
        assert relative(net(model).predict(images), model(images)) < 1e-12


def test_batches_do_not_matter():
    net = fourier.FourierNet2(plain())
    images = noise((5, 16, 13, 1))
    np.testing.assert_allclose(net.logits(images, batch_size=2), net.logits(images), rtol=1e-5, atol=1e-5)


def test_the_model_is_left_alone():
    model = plain()
    before = [weight.copy() for weight in model.get_weights()]
    net = fourier.FourierNet3(model)
    images = noise((1, 16, 13, 1))
    first = net.logits(images)
    for weight, kept in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, kept)
    model.set_weights([0 * weight for weight in before])
    np.testing.assert_array_equal(net.logits(images), first)


@pytest.mark.parametrize("net", [fourier.FourierNet1, fourier.FourierNet2])
def test_bad_images_are_named(net):
    with pytest.raises(ValueError, match=r"takes \(n, 16, 13, 1\)"):
        net(plain()).predict(np.zeros((2, 28, 28, 1)))
    with pytest.raises(ValueError, match="must have 4 axes"):
        net(plain()).predict(np.zeros((16, 13, 1)))
    with pytest.raises(ValueError, match="batch_size is 0"):
        net(plain()).predict(np.zeros((1, 16, 13, 1)), batch_size=0)


@pytest.mark.parametrize("net", [fourier.FourierNet1, fourier.FourierNet2])
def test_images_smaller_than_the_kernels_are_named(net):
    model = fill(keras.Sequential([keras.Input((None, None, 1)), layers.Conv2D(2, 5), layers.Conv2D(2, 5)]))
    assert relative(net(model).maps(noise((1, 9, 10, 1))), model.predict(noise((1, 9, 10, 1)), verbose=0)) < 1e-5
    with pytest.raises(ValueError, match=r"(smaller kernels or|pass) larger images"):
        net(model).maps(noise((1, 7, 9, 1)))
