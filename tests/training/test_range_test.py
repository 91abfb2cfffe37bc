"""The learning-rate range test."""

import keras
import numpy as np
import pytest

from coursekit.training import learning_rate_range_test
from coursekit.training.callbacks.range_test import RangeTest


def quadratic_bowl(optimizer):
    """One weight, loss w² on inputs of 1: plain gradient descent diverges from a rate of 1 on."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(optimizer=optimizer, loss="mse")
    return model


ONES, ZEROS = np.ones((32, 1), np.float32), np.zeros(32, np.float32)


def test_it_stops_where_the_loss_explodes_and_suggests_a_rate_below():
    model = quadratic_bowl("sgd")
    result = learning_rate_range_test(model, ONES, ZEROS, 1e-4, 1e4, steps=200, smoothing=0)
    assert result.rates[-1] < 20
    assert 1e-3 < result.suggested < 1
    assert len(result.rates) == len(result.losses)
    assert (np.diff(result.rates) > 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_the_wobble_of_the_first_batches_does_not_decide(seed):
    """The loss falls from 2.4 to 1.4 around a rate of 0.01; before, batches differ by more from one to the next."""
    rates = np.geomspace(1e-5, 1, 101)
    wobble = np.random.default_rng(seed).normal(0, 0.05, 101) * (rates < 1e-3)
    losses = 1.4 + 1 / (1 + (rates / 0.01) ** 2) + wobble
    assert 3e-3 < RangeTest(rates, losses).suggested < 3e-2


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_very_short_test_suggests_one_of_its_rates(count):
    result = RangeTest(np.geomspace(1e-3, 1e-1, count), np.linspace(1, 0, count))
    assert result.suggested in result.rates


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_model_and_optimiser_are_left_as_they_were(optimizer):
    model = quadratic_bowl(optimizer)
    model.fit(ONES, ZEROS, verbose=0)
    before = [variable.numpy() for variable in (*model.variables, *model.optimizer.variables)]
    learning_rate_range_test(model, ONES, ZEROS, 1e-3, 10, steps=20)
    for variable, value in zip((*model.variables, *model.optimizer.variables), before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": ZEROS[:3]}, "32 images and 3 labels"),
        ({"lowest": 1.0, "highest": 0.1}, "must rise"),
        ({"lowest": 0.0}, "must rise"),
        ({"images": np.full_like(ONES, np.nan)}, "first batch"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        learning_rate_range_test(quadratic_bowl("sgd"), **({"images": ONES, "labels": ZEROS} | arguments))


def test_a_model_that_is_not_compiled_is_refused():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="not compiled"):
        learning_rate_range_test(model, ONES, ZEROS)
