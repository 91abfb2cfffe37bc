"""What stands in functions, in activations that are layers, and in layers of one's own: looked into, or refused."""

import functools
import warnings

import numpy as np
import pytest
import tensorflow as tf

from coursekit import explain
from tests.explain.conftest import SIZE, head, images_for, keras, layers

SHAPE = (SIZE, SIZE, 3)


def around(*middle):
    return keras.Sequential([keras.Input(SHAPE), *middle, layers.GlobalAveragePooling2D(), head()])


def twin(model, build):
    """The same network, built otherwise, with the same weights."""
    other = build()
    other.set_weights(model.get_weights())
    return other


def test_grouped_convolution_makes_maps():
    """Keras runs it in a function that is compiled."""
    model = around(layers.Conv2D(6, 3, groups=3, activation="relu"))
    assert explain.last_spatial_layer(model, images_for("sequential")) == model.layers[0].name
    assert explain.grad_cam(model, images_for("sequential"), relu=False).shape == (3, SIZE, SIZE)


class Block(keras.layers.Layer):
    """A convolution with its ReLU; ``call`` or a helper may be a function of TensorFlow."""

    def __init__(self, **options):
        super().__init__(**options)
        self.inner = layers.Conv2D(5, 3, bias_initializer="random_normal")

    def call(self, inputs):
        return tf.nn.relu(self.inner(inputs))


class BlockInFunction(Block):
    """The same as a function."""

    @tf.function
    def call(self, inputs):
        return tf.nn.relu(self.inner(inputs))


class BlockWithHelper(Block):
    """The ReLU in a function that the call calls."""

    @tf.function
    def answer(self, inputs):
        return tf.nn.relu(self.inner(inputs))

    def call(self, inputs):
        return self.answer(inputs)


def test_guided_backpropagation_reaches_the_relu_of_a_layer_whose_call_is_a_function():
    model, images = around(BlockInFunction(), layers.Conv2D(4, 3)), images_for("sequential")
    same = twin(model, lambda: around(Block(), layers.Conv2D(4, 3)))
    found = explain.guided_backpropagation(model, images, 0, signed=True)
    np.testing.assert_allclose(found, explain.guided_backpropagation(same, images, 0, signed=True), atol=1e-6)
    assert not np.allclose(found, explain.gradients(model, images, 0, signed=True))
    np.testing.assert_allclose(model.layers[0](images), same.layers[0](images), atol=1e-6)  # left as it was
    assert hasattr(model.layers[0].call, "python_function")


def test_guided_backpropagation_says_where_it_cannot_reach_a_relu():
    model = around(BlockWithHelper(), layers.ReLU())
    with pytest.raises(ValueError, match=r"has ReLUs inside .*, a function"):
        explain.guided_backpropagation(model, images_for("sequential"))
    assert explain.gradients(model, images_for("sequential")).any()


class Branching(keras.layers.Layer):
    """Needs TensorFlow's reading of Python's branches, which only its function has."""

    @tf.function
    def call(self, inputs):
        if tf.reduce_sum(inputs) > 0:
            return tf.nn.relu(inputs)
        return inputs * 2.0


def test_function_with_branches_stays_a_function():
    model, images = around(layers.Conv2D(4, 3), Branching()), images_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)
    with pytest.raises(ValueError, match="has ReLUs inside"):
        explain.guided_backpropagation(model, images)


def as_layers(one, other):
    return around(layers.Conv2D(4, 3, activation=one), layers.Conv2D(5, 3, activation=other), layers.ReLU())


def beside(one, other):
    return around(layers.Conv2D(4, 3), one, layers.Conv2D(5, 3), other, layers.ReLU())


WALKING = {
    "lrp": explain.lrp,
    "lrp alpha beta": functools.partial(explain.lrp, rule="alpha_beta"),
    "deep_taylor": explain.deep_taylor,
    "fixations": explain.fixations,
    "grad_cam": functools.partial(explain.grad_cam, relu=False),
    "guided": explain.guided_backpropagation,
}


@pytest.mark.parametrize("name", WALKING)
def test_activation_that_is_a_layer_is_explained_like_the_layer_behind(name):
    images = images_for("sequential")
    model = as_layers(layers.LeakyReLU(0.2), layers.ELU())
    same = twin(model, lambda: beside(layers.LeakyReLU(0.2), layers.ELU()))
    with warnings.catch_warnings(action="ignore"):
        found, expected = (WALKING[name](one, images, 1) for one in (model, same))
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("end", [layers.Softmax, lambda: functools.partial(keras.activations.softmax, axis=-1)])
def test_activation_of_the_last_layer_may_be_a_layer_or_a_partial(end):
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), head(activation=end())])
    images = images_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)
    summed = explain.lrp(model, images, rule="epsilon", epsilon=0).sum(axis=(1, 2))
    assert np.isfinite(summed).all()


def test_layer_with_such_an_activation_has_its_maps_in_the_probe():
    model, images = as_layers(layers.LeakyReLU(), layers.LeakyReLU()), images_for("sequential")
    first, second = (layer.name for layer in model.layers[:2])
    probe = explain.Probe(model, SHAPE)
    assert probe.layers[:2] == probe.kernels == (first, second)
    np.testing.assert_allclose(probe(images).maps(first), model.layers[0](images), atol=1e-6)
    assert explain.spatial_layers(model, images)[:2] == [first, second]


def test_partial_as_activation_before_batch_normalization():
    leaky = functools.partial(keras.activations.relu, negative_slope=0.1)
    model = around(layers.Conv2D(4, 3, activation=leaky), layers.BatchNormalization())
    assert np.isfinite(explain.lrp(model, images_for("sequential"), 0)).all()


class Standardised(layers.Conv2D):
    """A convolution that standardises its kernel first."""

    def call(self, inputs):
        kernel = self.kernel - keras.ops.mean(self.kernel, axis=(0, 1, 2))
        return keras.ops.conv(inputs, kernel, padding="valid")


class Renamed(layers.Conv2D):
    """A convolution like any other."""


def test_derived_layer_is_known_only_if_it_computes_the_same():
    images = images_for("sequential")
    for method in (explain.lrp, explain.deep_taylor, explain.fixations):
        with pytest.raises(ValueError, match=r"is a Standardised: .* has no rule for it"):
            method(around(Standardised(4, 3)), images)
    model = around(Renamed(4, 3))
    np.testing.assert_allclose(
        explain.lrp(model, images, 0), explain.lrp(twin(model, lambda: around(layers.Conv2D(4, 3))), images, 0)
    )
