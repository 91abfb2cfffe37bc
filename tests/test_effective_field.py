"""The effective receptive field: zero beyond the theoretical one, the size of the weights inside."""

import numpy as np
import pytest

from coursekit import backend
from coursekit.receptive_field import effective_field, receptive_fields, region

keras = backend.import_keras()
layers = keras.layers


def stack(*more, shape=(9, 8, 1)):
    return keras.Sequential([keras.Input(shape), layers.Conv2D(2, 3, name="first"), *more])


def test_of_one_layer_it_is_the_mean_size_of_its_weights():
    model = stack()
    field = effective_field(model, "first", (2, 1), np.random.default_rng(0).random((3, 9, 8, 1)))
    weights = np.abs(model.get_layer("first").get_weights()[0][:, :, 0]).mean(axis=-1)
    np.testing.assert_allclose(field[2:5, 1:4], weights, rtol=1e-3)
    assert field.sum() == pytest.approx(field[2:5, 1:4].sum())


def test_a_colour_pixel_is_brightened_in_all_channels():
    model = stack(shape=(9, 8, 3))
    field = effective_field(model, "first", (0, 0), np.zeros((1, 9, 8, 3)))
    weights = np.abs(model.get_layer("first").get_weights()[0].sum(axis=2)).mean(axis=-1)
    np.testing.assert_allclose(field[:3, :3], weights, rtol=1e-3)


def test_beyond_the_theoretical_field_it_is_zero():
    model = stack(layers.MaxPooling2D(2), layers.Conv2D(3, 2, name="last"))
    rows, columns = region(receptive_fields(model)["last"], 1, 0, (9, 8))
    field = effective_field(model, "last", (1, 0), np.random.default_rng(0).random((2, 9, 8, 1)))
    inside = field[rows, columns].sum()
    assert inside > 0
    assert field.sum() == inside


@pytest.mark.parametrize(("layer", "unit"), [("flat", (0, 0)), ("first", (7, 0))])
def test_what_is_no_unit_of_a_map_is_refused(layer, unit):
    with pytest.raises(ValueError, match="it has no unit at"):
        effective_field(stack(layers.Flatten(name="flat")), layer, unit, np.zeros((1, 9, 8, 1)))
