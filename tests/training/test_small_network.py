"""The small network of the learning-rate explorer, held against Keras and against its own numbers."""

import keras
import numpy as np
import pytest

from coursekit.training import train_small_network
from coursekit.training.rates import small_network
from coursekit.training.rates.small_network import batch_order, first_weights, loss_and_gradients, small_digits


@pytest.mark.parametrize(("optimizer", "made"), [("sgd", keras.optimizers.SGD), ("adam", keras.optimizers.Adam)])
@pytest.mark.parametrize(("rate", "scale"), [(0.05, 1.0), (1e-5, 255.0)])
def test_each_step_has_the_loss_that_keras_computes(optimizer, made, rate, scale):
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10)])
    model.set_weights(first_weights())
    crossentropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=made(rate), loss=crossentropy, run_eagerly=True)
    images, labels = small_digits()
    ours = train_small_network(rate, optimizer, scale, epochs=1).losses[:6]
    theirs = []
    for batch in batch_order(epochs=1)[:6]:
        theirs.append(float(crossentropy(labels[batch], model(scale * images[batch]))))
        model.train_on_batch(scale * images[batch], labels[batch])
    # float32 on both sides, the sums in another order.
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)


def test_the_gradients_are_the_slopes_of_the_loss():
    generator = np.random.default_rng(0)
    weights = [one.astype(np.float64) for one in first_weights()]
    images, labels = generator.random((7, 64)), generator.integers(0, 10, 7)
    _, gradients = loss_and_gradients(weights, images, labels)
    for number, weight in enumerate(weights):
        direction = generator.normal(size=weight.shape)
        ends = []
        for sign in (1, -1):
            moved = [one + sign * 1e-6 * direction if at == number else one for at, one in enumerate(weights)]
            ends.append(loss_and_gradients(moved, images, labels)[0])
        assert (gradients[number] * direction).sum() == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-4)


def test_sgd_needs_far_smaller_rates_for_raw_inputs_and_adam_hardly_does():
    """What the lesson says of scale: the best rate of SGD falls by hundreds, that of Adam by less than ten."""
    rates, shift = 10.0 ** np.arange(-4, 0.6, 0.5), {}
    for optimizer in small_network.OPTIMIZERS:
        best = [
            rates[np.argmin([train_small_network(rate, optimizer, scale).last_loss for rate in rates])]
            for scale in (1.0, 255.0)
        ]
        shift[optimizer] = best[0] / best[1]
    # Over five seeds of weights and order: SGD 316 to 1,000, Adam 3 to 10.
    assert shift["sgd"] > 99
    assert shift["adam"] < 11


def test_a_training_that_overflows_ends_in_no_number_and_an_infinite_loss():
    training = train_small_network(1e30)
    assert np.isnan(training.losses[-1])
    assert np.isnan(training.accuracies[-1])
    assert training.last_loss == np.inf


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"rate": 0.0}, "above 0"),
        ({"rate": 0.1, "optimizer": "rmsprop"}, "Pass one of sgd, adam"),
        ({"rate": 0.1, "epochs": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_what_can(arguments, words):
    with pytest.raises(ValueError, match=words):
        train_small_network(**arguments)
