"""The learning-rate explorer without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest

from coursekit.training import train_small_network
from coursekit.widgets import explore_learning_rate


@pytest.fixture(scope="module")
def shared():
    """Built once: each test sets the controls that it relies on."""
    return explore_learning_rate()


@pytest.fixture
def explorer(shared):
    shared.errors.clear()
    shared.reset()
    yield shared
    assert shared.errors == []


def at(explorer, power):
    explorer.rate.set_state({"value": power})
    return explorer.view.sentence


def test_it_shows_the_training_of_the_rate_that_the_slider_says(explorer):
    sentence = at(explorer, -0.5)
    assert "at learning rate 0.32" in sentence
    np.testing.assert_array_equal(explorer.training.losses, train_small_network(0.32).losses)


@pytest.mark.slow
def test_from_left_to_right_a_rate_is_too_small_right_and_far_too_large(explorer):
    words = [at(explorer, power).partition(": ")[2].partition(".")[0] for power in (-5, -0.25, 0.75)]
    assert words == ["too small", "about right", "far too large, for it ends no better than guessing"]


@pytest.mark.slow
def test_the_scale_of_the_inputs_moves_the_right_rate_of_sgd(explorer):
    at(explorer, -3)
    assert "too small" in explorer.status.text
    explorer.scale.set_state({"index": 1})
    assert "inputs from 0 to 255: too small" not in explorer.status.text


def test_the_curves_say_in_words_what_they_show(explorer):
    explorer.optimizer.set_state({"index": 1})
    assert explorer.view.sentence in explorer.curves.value
    assert explorer.view.sentence.startswith("Adam")
    assert "guessing: 2.30" in explorer.view.sentence


def test_its_numbers_can_be_downloaded(explorer):
    assert {name: len(values) for name, values in explorer.arrays().items()} == {"losses": 200, "accuracies": 11}
