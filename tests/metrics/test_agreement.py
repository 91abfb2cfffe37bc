"""Quadratic kappa: the definition, on any grades."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from coursekit import metrics

GRADES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40).map(
    lambda pairs: np.array(pairs).T
)


@given(GRADES)
def test_quadratic_kappa_compares_squared_misses_with_those_of_chance(pair):
    labels, predictions = pair
    by_chance = np.mean((labels[:, None] - predictions) ** 2)
    expected = 1 - np.mean((labels - predictions) ** 2) / by_chance if by_chance else np.nan
    assert metrics.quadratic_kappa(labels, predictions) == pytest.approx(expected, nan_ok=True)


def test_quadratic_kappa_is_that_of_scikit_learn():
    labels, predictions = np.random.default_rng(0).integers(0, 5, (2, 200))
    expected = cohen_kappa_score(labels, predictions, labels=range(5), weights="quadratic")
    assert metrics.quadratic_kappa(labels, predictions) == pytest.approx(expected, abs=1e-12)


def test_quadratic_kappa_needs_grades():
    with pytest.raises(ValueError, match="needs grades in order"):
        metrics.quadratic_kappa(["mild", "severe"], ["mild", "mild"])
