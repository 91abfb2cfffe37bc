"""Which models can be read, which can be merged, and what is said of the others."""

import functools

import numpy as np
import pytest

from coursekit import fourier, networks
from coursekit.fourier.border import error_rings
from coursekit.fourier.plain_block import read
from tests.fourier.conftest import fill, keras, layers, noise, plain


def model_of(*middle, shape=(12, 12, 2), dtype="float32"):
    tail = [layers.Flatten(dtype=dtype), layers.Dense(3, dtype=dtype)]
    return keras.Sequential([keras.Input(shape), layers.Conv2D(4, 3, name="first", dtype=dtype), *middle, *tail])


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (lambda: layers.Conv2D(4, 3, strides=2, name="odd"), r"steps over pixels \(strides \(2, 2\)\)"),
        (lambda: layers.Conv2D(4, 3, dilation_rate=2, name="odd"), "gaps"),
        (lambda: layers.Conv2D(4, 3, groups=2, name="odd"), "groups 2"),
        (lambda: layers.SeparableConv2D(4, 3, name="odd"), "is a SeparableConv2D: only Conv2D"),
        (lambda: layers.DepthwiseConv2D(3, name="odd"), "is a DepthwiseConv2D: only Conv2D"),
        (lambda: layers.Conv2DTranspose(4, 3, name="odd"), "is a Conv2DTranspose: only Conv2D"),
        (lambda: layers.Conv2D(4, 3, dtype="float16", name="odd"), "computes in float16"),
        (lambda: layers.Conv2D(4, 3, dtype="mixed_bfloat16", name="odd"), "computes in bfloat16"),
    ],
)
def test_convolutions_that_no_network_takes(layer, reason):
    for net in (fourier.FourierNet1, fourier.FourierNet2, fourier.FourierNet3):
        with pytest.raises(ValueError, match=rf"layer 'odd'.*{reason}"):
            net(model_of(layer()))


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        (lambda: layers.ReLU(name="odd"), "relu is not linear"),
        (lambda: layers.Activation("tanh", name="odd"), "tanh is not linear"),
        (lambda: layers.Conv2D(4, 3, activation="relu", name="odd"), "relu is not linear"),
        (lambda: layers.LeakyReLU(name="odd"), "LeakyReLU is not linear"),
        (lambda: layers.MaxPooling2D(2, name="odd"), "MaxPooling2D .* one place in several"),
        (lambda: layers.AveragePooling2D(2, name="odd"), "AveragePooling2D .* one place in several"),
        (lambda: layers.ZeroPadding2D(2, name="odd"), "changes the size"),
        (lambda: layers.UpSampling2D(2, name="odd"), "changes the size"),
        (lambda: layers.LayerNormalization(name="odd"), "not linear"),
        (lambda: layers.Rescaling(2.0, name="odd"), "Scale the images before"),
    ],
)
def test_layers_that_only_the_first_network_takes(layer, reason):
    model = fill(model_of(layer()))
    images = noise((2, 12, 12, 2))
    np.testing.assert_allclose(fourier.FourierNet1(model).predict(images), model(images), rtol=1e-4, atol=1e-4)
    for net in (fourier.FourierNet2, fourier.FourierNet3):
        with pytest.raises(ValueError, match=rf"layer 'odd' cannot be merged.*{reason}.*FourierNet1 computes it"):
            net(model)


def test_layers_that_do_nothing_after_training_are_left_out():
    model = model_of(layers.Dropout(0.5), layers.GaussianNoise(1.0), layers.Activation("linear"), layers.Conv2D(2, 3))
    assert [layer.kernels.shape[3] for layer in fourier.plain_block(model).convolutions] == [4, 2]


def test_normalisation_before_the_first_convolution_is_not_merged():
    model = keras.Sequential([keras.Input((9, 9, 1)), layers.BatchNormalization(), layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match="BatchNormalization stands before the first convolution"):
        fourier.FourierNet2(model)
    images = noise((1, 9, 9, 1))
    np.testing.assert_allclose(fourier.FourierNet1(fill(model)).predict(images), model(images), rtol=1e-4, atol=1e-5)


def divided(images):
    return layers.Conv2D(3, 3, activation="relu")(images / 255.0)


def standardised(images):
    return layers.Conv2D(3, 3)((images - np.float32(110.0)) * (1 / 60.0))


def function_after_nested(images):
    inner = keras.Sequential([keras.Input((9, 9, 1)), layers.Conv2D(3, 3, name="inside")])
    return keras.ops.relu(inner(images))


def nested_with_function(images):
    inside = keras.Input((9, 9, 1))
    return keras.Model(inside, layers.Conv2D(3, 3)(keras.ops.tanh(inside)))(images / 255.0)


def flipped_in_training(images):
    return layers.Conv2D(3, 3)(layers.RandomFlip()(layers.RandomRotation(0.5)(images)))


def activated_by_layer(images):
    leaky = layers.Conv2D(3, 3, activation=layers.LeakyReLU(0.3))(images)
    return layers.Conv2D(3, 3, activation=functools.partial(keras.activations.relu, negative_slope=0.2))(leaky)


@pytest.mark.parametrize(
    "build",
    [divided, standardised, function_after_nested, nested_with_function, flipped_in_training, activated_by_layer],
)
@pytest.mark.parametrize("end", ["layer", "function"])
def test_what_is_computed_between_the_layers_is_read_too(build, end):
    images = keras.Input((9, 9, 1))
    x = layers.Dense(3, activation="softmax" if end == "layer" else None)(layers.Flatten()(build(images)))
    model = fill(keras.Model(images, x if end == "layer" else keras.ops.softmax(x)))
    images = (255 if build in (divided, standardised, nested_with_function) else 1) * noise((2, 9, 9, 1))
    net, answer = fourier.FourierNet1(model), model(images, training=False)
    np.testing.assert_allclose(net.predict(images), answer, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(keras.ops.softmax(net.logits(images)), answer, rtol=1e-4, atol=1e-5)


def test_operations_between_layers_are_named_where_nothing_can_be_merged():
    images = keras.Input((9, 9, 1))
    with pytest.raises(ValueError, match=r"TrueDivide is no convolution\. Scale the images before"):
        fourier.FourierNet2(fill(keras.Model(images, layers.Flatten()(divided(images)))))


def added_to_itself():
    images = keras.Input((9, 9, 1))
    maps = layers.Conv2D(1, 3, name="joined")(images)
    return keras.Model(images, maps + maps)


def branched():
    images = keras.Input((9, 9, 1))
    maps = layers.Conv2D(1, 3, padding="same")(images)
    return keras.Model(images, layers.Add(name="joined")([maps, images]))


def skipping():
    images = keras.Input((9, 9, 1))
    maps = layers.Conv2D(1, 3, padding="same")(images)
    return keras.Model(
        images,
        layers.Concatenate(name="joined")([layers.Conv2D(1, 3, padding="same", name="joined by")(images), maps]),
    )


def shared():
    images = keras.Input((9, 9, 1))
    again = layers.Conv2D(1, 3, padding="same", name="joined")
    return keras.Model(images, again(again(images)))


@pytest.mark.parametrize("build", [branched, skipping, shared, added_to_itself])
def test_branches_are_named(build):
    with pytest.raises(ValueError, match="the layers must be one chain, each used once"):
        read(build())


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (networks.dense_baseline, "has no Conv2D before its maps"),
        (lambda: keras.Sequential([layers.Conv2D(2, 3)]), "has no layers yet"),
    ],
)
def test_models_without_convolutions_are_named(build, message):
    with pytest.raises(ValueError, match=message):
        read(build())


def test_the_tail_is_read_as_arrays():
    model = plain()
    block = fourier.plain_block(model)
    first, second = block.tail.dense_layers()
    assert (first.weights.shape, second.weights.shape) == ((16 * 13 * 5, 6), (6, 3))
    maps = noise((2, 16, 13, 5))
    by_hand = np.maximum(maps.reshape(2, -1) @ first.weights + first.bias, 0) @ second.weights + second.bias
    np.testing.assert_allclose(block.tail(maps), by_hand, rtol=1e-4, atol=1e-4)
    probabilities = np.exp(by_hand) / np.exp(by_hand).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(block.tail.probabilities(block.tail(maps)), probabilities, rtol=1e-3)


def test_a_tail_that_is_no_dense_stack_names_the_layer():
    model = keras.Sequential([keras.Input((9, 9, 1)), layers.Conv2D(2, 3), layers.GlobalAveragePooling2D(name="mean")])
    with pytest.raises(ValueError, match="layer 'mean' behind the convolutions is GlobalAveragePooling2D"):
        fourier.plain_block(model).tail.dense_layers()


def test_without_softmax_the_output_is_the_logits():
    model = fill(model_of())
    net, images = fourier.FourierNet1(model), noise((2, 12, 12, 2))
    np.testing.assert_array_equal(net.predict(images), net.logits(images))


def test_rings_need_square_odd_kernels():
    with pytest.raises(ValueError, match="kernels of 4x4"):
        error_rings(fourier.plain_block(plain(sizes=(3, 4, 3))))


@pytest.mark.parametrize(
    ("sizes", "padding", "bias", "rings"),
    [
        ((1, 3, 5), "same", False, 2),
        ((1, 3, 5), "same", True, 3),
        ((3, 3, 3), "valid", False, 0),
        ((7,), "same", True, 0),
    ],
)
def test_a_first_layer_that_reaches_nowhere_loses_nothing(sizes, padding, bias, rings):
    model = plain(sizes, shape=(21, 22), padding=padding, bias=bias)
    net, images = fourier.FourierNet2(model), noise((1, 21, 22, 1))
    last = keras.Model(model.inputs, [layer for layer in model.layers if len(layer.output.shape) == 4][-1].output)
    error = fourier.border_error(net.maps(images), last.predict(images, verbose=0))
    assert error_rings(net.block) == fourier.rings_above(error) == rings


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fourier.border_error(np.ones((1, 2, 2, 1)), np.ones((1, 2, 3, 1))), "must be of the same images"),
        (lambda: fourier.border_error(np.ones((1, 2, 2, 1)), np.zeros((1, 2, 2, 1))), "zero everywhere"),
    ],
)
def test_bad_maps_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
