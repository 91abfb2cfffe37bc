"""The descent explorer: its controls, its presets, and what it says."""

import numpy as np
import pytest

from coursekit.widgets import explore_descent


@pytest.fixture
def explorer():
    return explore_descent()


def test_it_shows_the_descent_of_its_controls(explorer):
    explorer.steps.value = 2
    explorer.rate.value = 0.125
    np.testing.assert_allclose(explorer.descent.weights[:, 0], [-1.5, 0.5, 0.5])
    assert "the loss goes from 16 to 0. Right" in explorer.status.text


@pytest.mark.parametrize(
    ("button", "word"),
    [("too_small", "Too small"), ("right", "Right"), ("too_large", "Too large"), ("diverges", "Diverges")],
)
def test_a_preset_sets_the_rate_that_it_names(explorer, button, word):
    explorer.steps.value = 10
    getattr(explorer, f"{button}_button").click()
    assert f". {word}: " in explorer.status.text


def test_one_step_more_and_from_the_last_one_back_to_none(explorer):
    before = explorer.descent.weights
    explorer.step_button.click()
    np.testing.assert_array_equal(explorer.descent.weights[:-1], before)
    explorer.steps.value = explorer.steps.max
    explorer.step_button.click()
    assert len(explorer.descent.losses) == 1


@pytest.mark.slow
def test_two_weights_and_a_descent_that_is_too_far_away(explorer):
    explorer.landscape.value = "two weights"
    assert explorer.descent.weights.shape == (6, 2)
    explorer.landscape.value, explorer.start.value, explorer.rate.value = "two valleys", 2.0, 0.3
    explorer.steps.value = 20
    assert "too far away to go on" in explorer.status.text


def test_the_figure_carries_the_sentence_and_every_number_can_be_had(explorer):
    assert explorer.view.sentence in explorer.chart.value
    assert set(explorer.arrays()) == {"weights", "gradients", "losses"}
    assert explorer.still(explorer.view).shape[2] == 4


@pytest.mark.parametrize(
    "arguments", [{"landscape": "hill"}, {"start": 3}, {"rate": 0}, {"rate": 0.5}, {"steps": -1}, {"steps": 41}]
)
def test_what_no_control_can_say_is_refused(arguments):
    with pytest.raises(ValueError, match=str(next(iter(arguments)))):
        explore_descent(**arguments)
