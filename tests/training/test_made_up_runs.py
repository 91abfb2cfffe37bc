"""The made-up curves that lesson 05 asks about: each shows what its name in the exercise says."""

import numpy as np
import pytest

from coursekit.training import example_histories

CURVES = example_histories()


def ends(name):
    """Return training accuracy, validation accuracy, and what validation gained in the last ten epochs."""
    one = {key: np.array(values) for key, values in CURVES[name].items()}
    last, before = one["val_accuracy"][-5:].mean(), one["val_accuracy"][-15:-10].mean()
    return one["accuracy"][-5:].mean(), last, last - before


def test_they_are_as_the_history_of_fit():
    assert all(set(one) == {"accuracy", "val_accuracy"} for one in CURVES.values())
    assert {len(values) for one in CURVES.values() for values in one.values()} == {30}
    assert example_histories() == CURVES


@pytest.mark.parametrize(
    ("name", "gap", "still_rises"), [("A", 0.25, False), ("B", 0.0, True), ("C", 0.0, False), ("D", -0.04, False)]
)
def test_each_has_its_shape(name, gap, still_rises):
    training, validation, gained = ends(name)
    assert training - validation == pytest.approx(gap, abs=0.03)
    assert bool(gained > 0.03) is still_rises


def test_only_one_learns_nothing():
    assert [name for name in CURVES if ends(name)[1] < 0.55] == ["C"]
