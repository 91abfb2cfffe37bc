"""The numbers that lesson 02 tells, by formula and by Keras."""

import numpy as np
import pytest

from coursekit import networks
from coursekit.convolution import output_size
from coursekit.receptive_field import Layer, of_chain, receptive_fields


@pytest.fixture(scope="module")
def keras():
    from coursekit.backend import import_keras

    return import_keras()


@pytest.fixture(scope="module")
def stack(keras):
    """Three convolutions without pooling."""
    convolutions = [keras.layers.Conv2D(filters, 3) for filters in (32, 64, 64)]
    return keras.Sequential([keras.Input((28, 28, 1)), *convolutions])


def test_the_stack_without_pooling_has_55744_parameters(stack):
    counts = [layer.count_params() for layer in stack.layers]
    assert counts == [(9 * channels + 1) * filters for channels, filters in ((1, 32), (32, 64), (64, 64))]
    assert counts == [320, 18_496, 36_928]
    assert stack.count_params() == sum(counts) == 55_744


def test_its_last_unit_sees_seven_by_seven(stack):
    last = list(receptive_fields(stack).values())[-1]
    assert last.size == of_chain([Layer(3)] * 3)[-1].size == (7, 7)


def test_it_makes_30976_values_of_an_image(stack):
    assert np.prod(stack.output_shape[1:]) == 22 * 22 * 64 == 30_976


@pytest.mark.parametrize(("units", "parameters"), [(64, 1_982_528), (512, 15_860_224)])
def test_a_dense_layer_on_top_has_two_million_parameters_not_fifteen(keras, units, parameters):
    dense = keras.layers.Dense(units)
    dense.build((None, 22 * 22 * 64))
    assert dense.count_params() == (22 * 22 * 64 + 1) * units == parameters


def test_with_pooling_the_shapes_and_the_dense_layer_shrink(keras):
    layers = networks.mnist_convnet().layers
    assert [layer.output.shape[1:] for layer in layers[:6]] == [
        *((26, 26, 32), (13, 13, 32), (11, 11, 64), (5, 5, 64), (3, 3, 64)),
        (576,),
    ]
    assert layers[6].count_params() == (576 + 1) * 64 == 36_928


def test_two_by_two_pooling_halves():
    assert output_size(26, kernel_size=2, stride=2) == 13
