"""Learning-rate schedules."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.training import (
    LearningRate,
    constant,
    cosine,
    cycles,
    exponential,
    one_cycle,
    piecewise_constant,
    step_decay,
)

EPOCHS = 30
ALL = {
    "constant": constant(0.1),
    "exponential": exponential(0.1),
    "step_decay": step_decay(0.1),
    "piecewise_constant": piecewise_constant(0.1, {10: 0.1, 20: 0.01}),
    "cosine": cosine(0.1, EPOCHS),
    "cosine with warm-up": cosine(0.1, EPOCHS, warm_up=3),
    "one_cycle": one_cycle(0.1, EPOCHS),
    "cycles": cycles((0.1, 0.05), (20, 10)),
}


@pytest.mark.parametrize("schedule", ALL.values(), ids=ALL)
@given(epoch=st.floats(0, EPOCHS))
def test_rates_are_never_above_the_one_given_nor_negative(schedule, epoch):
    assert 0 <= schedule(epoch) <= 0.1 * (1 + 1e-12)


@pytest.mark.parametrize("name", ["constant", "exponential", "step_decay", "piecewise_constant", "cosine"])
def test_rates_without_warm_up_never_rise(name):
    rates = [ALL[name](epoch) for epoch in np.linspace(0, EPOCHS, 301)]
    assert (np.diff(rates) <= 1e-15).all()


def test_one_cycle_and_warm_up_reach_the_rate_where_they_should():
    assert ALL["one_cycle"](0.3 * EPOCHS) == pytest.approx(0.1)
    assert ALL["cosine with warm-up"](3) == pytest.approx(0.1)


@given(epoch=st.floats(0, 10))
def test_a_cycle_is_a_one_cycle_that_begins_where_the_one_before_ends(epoch):
    schedule = cycles((0.1, 0.2, 0.05), epochs=(10, 20, 10.5))
    assert schedule(min(epoch, 9.999)) == one_cycle(0.1, 10)(min(epoch, 9.999))
    assert schedule(10 + epoch) == pytest.approx(one_cycle(0.2, 20)(epoch))
    assert schedule(30 + epoch) == pytest.approx(one_cycle(0.05, 10.5)(epoch))


def test_exponential_is_the_formula():
    schedule = exponential(1e-3, decay=0.01, constant_epochs=10)
    assert [schedule(epoch) for epoch in (0, 10)] == [1e-3, 1e-3]
    assert schedule(15) / schedule(14) == pytest.approx(np.exp(-0.01))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: constant(0), "rate is 0"),
        (lambda: exponential(float("nan")), "rate is nan"),
        (lambda: step_decay(0.1, every=0), "at least 1 epoch"),
        (lambda: cosine(0.1, epochs=2, warm_up=2), "longer than its warm-up"),
        (lambda: one_cycle(0.1, epochs=0), "longer than its warm-up"),
        (lambda: one_cycle(0.1, epochs=2, rising=1), "rising is 1"),
        (lambda: cycles((0.1, 0.1), (5,)), "rates has 2 and epochs 1"),
        (lambda: cycles((), ()), "at least one"),
        (lambda: cycles((0.1, 0.0), (5, 5)), "rate is 0.0"),
    ],
)
def test_bad_schedules_say_what_is_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_optimiser_follows_within_an_epoch_and_the_history_holds_the_rate():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    seen = []
    spy = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: seen.append(float(model.optimizer.learning_rate.numpy()))
    )
    history = model.fit(
        np.zeros((8, 2)),
        np.zeros(8),
        batch_size=4,
        epochs=2,
        verbose=0,
        callbacks=[LearningRate(lambda epoch: 1 + epoch), spy],
    )
    assert seen == [1.0, 1.5, 2.0, 2.5]
    assert history.history["learning_rate"] == [1.0, 2.0]
