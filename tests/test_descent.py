"""Gradient descent on losses that can be drawn: gradients, steps, and what becomes of a learning rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.descent import LANDSCAPES, RATES, STARTS, descend, step

starts = st.floats(*STARTS)
rates = st.floats(0.001, 0.3)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_gradient_is_the_slope_of_the_loss(name):
    landscape, small = LANDSCAPES[name], 1e-6
    weights = np.random.default_rng(0).uniform(*STARTS, (20, landscape.count))
    for axis in range(landscape.count):
        moved = small * np.eye(landscape.count)[axis]
        slopes = (landscape.loss(weights + moved) - landscape.loss(weights - moved)) / (2 * small)
        np.testing.assert_allclose(landscape.gradient(weights)[:, axis], slopes, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_deepest_place_has_a_loss_of_zero(name):
    landscape = LANDSCAPES[name]
    line = np.linspace(*landscape.span, 401)
    losses = landscape.loss(np.stack(np.meshgrid(*[line] * landscape.count), axis=-1))
    assert -1e-9 < losses.min() < 1e-3


@given(starts, rates)
def test_one_weight_follows_the_formula_of_its_parabola(start, rate):
    """Each step multiplies the distance to the lowest place, 0.5, by 1 − 8 · rate."""
    path = descend("one weight", start, rate, steps=6)
    np.testing.assert_allclose(
        path.weights[:, 0] - 0.5, (start - 0.5) * (1 - 8 * rate) ** np.arange(7), rtol=1e-9, atol=1e-12
    )


@given(starts, starts, rates)
def test_two_weights_are_two_descents_side_by_side(first, second, rate):
    path = descend("two weights", (first, second), rate, steps=5).weights
    factors = 1 - rate * np.array([0.4, 8.0])
    np.testing.assert_allclose(path, np.array([first, second]) * factors ** np.arange(6)[:, None], atol=1e-12)


@pytest.mark.parametrize("name", LANDSCAPES)
def test_every_named_rate_is_what_it_is_called(name):
    verdicts = [descend(name, -1.5, rate, steps=10).verdict.partition(":")[0] for rate in RATES.values()]
    if name == "two valleys":  # there a step that is too large may fall into the other valley
        verdicts, wanted = verdicts[:2], list(RATES)[:2]
    else:
        wanted = list(RATES)
    assert verdicts == [word.lower() for word in wanted]


@pytest.mark.parametrize(
    ("start", "rate", "steps", "word"),
    [(0.5, 0.1, 5, "no slope"), (-1.5, 0.1, 0, "no step yet"), (2.0, 0.1, 1, "right")],
)
def test_what_a_short_descent_is_called(start, rate, steps, word):
    assert descend("one weight", start, rate, steps).verdict.startswith(word)


def test_a_descent_that_starts_on_the_wrong_side_is_stuck_in_the_shallow_valley():
    stuck, free = (descend("two valleys", start, 0.1, steps=30) for start in (1.5, -1.5))
    assert stuck.verdict.startswith("stuck")
    assert free.losses[-1] < 0.01 < stuck.losses[-1]


def test_a_descent_that_runs_away_ends():
    path = descend("two valleys", 1.8, 0.27, steps=40)
    assert len(path.losses) < 10
    assert np.isfinite(path.losses).all()


def test_step_takes_any_number_of_weights_and_refuses_shapes_that_differ():
    assert step(1.0, -4.0, 0.1) == pytest.approx(1.4)
    with pytest.raises(ValueError, match="one derivative per weight"):
        step([1.0, 2.0], [1.0], 0.1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("hill", 0, 0.1), "no landscape"), (("one weight", 0, 0), "above 0"), (("one weight", [1, 2], 0.1), "2 weights")],
)
def test_what_cannot_be_descended_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        descend(*arguments, steps=3)
