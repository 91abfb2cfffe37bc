"""Calibration: scikit-learn's curve, an error worked by hand, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from coursekit import metrics

PROMISES = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=40).map(
    lambda pairs: (np.array([label for label, _ in pairs]), np.array([promise for _, promise in pairs]))
)


@given(PROMISES, st.integers(1, 20))
def test_reliability_is_the_calibration_curve_of_scikit_learn(pair, bins):
    found = metrics.reliability(*pair, bins=bins)
    assert found.samples.sum() == len(pair[0])
    kept, promised = calibration_curve(*pair, n_bins=bins, pos_label=1)
    np.testing.assert_allclose(found.kept[found.samples > 0], kept)
    np.testing.assert_allclose(found.promised[found.samples > 0], promised)


def test_calibration_error_by_hand():
    """Two answers with confidence 0.9, one right; two with 0.6, both right: (2 * 0.4 + 2 * 0.4) / 4."""
    probabilities = [[0.9, 0.1, 0], [0.9, 0.1, 0], [0.2, 0.6, 0.2], [0.2, 0.2, 0.6]]
    assert metrics.expected_calibration_error([0, 1, 1, 2], probabilities, bins=10) == pytest.approx(0.4)


def test_honest_probabilities_have_a_small_calibration_error_and_bold_ones_a_large():
    generator = np.random.default_rng(0)
    honest = generator.dirichlet(np.ones(4), 20_000)
    labels = (honest.cumsum(axis=1) < generator.random((20_000, 1))).sum(axis=1).clip(max=3)
    bold = honest**3 / (honest**3).sum(axis=1, keepdims=True)
    assert metrics.expected_calibration_error(labels, honest) < 0.02
    assert metrics.expected_calibration_error(labels, bold) > 0.15


def test_a_bin_holds_its_upper_edge():
    assert metrics.reliability([1, 1, 1, 1], [0.0, 0.5, 0.51, 1.0], bins=2).samples.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("labels", "probabilities", "message"),
    [
        ([0, 1], [0.2, 3.0], "between 0 and 1.*softmax or a sigmoid"),
        ([0, 1], [[0.2, 0.2], [0.5, 0.5]], "sum to 1"),
        ([0, 2], [0.2, 0.5], "from 0 to 1"),
        ([0, 3], [[0.2, 0.8], [0.5, 0.5]], "from 0 to 1"),
        ([0, 1], [[0.2], [0.5]], r"probabilities\[:, 0\]"),
        ([0, 1], [0.2, np.nan], "not finite"),
        ([0, 1], [0.2], "both must be given"),
        (["a", "b"], [0.2, 0.3], "whole numbers from 0 to 1"),
    ],
)
def test_what_is_no_probability_is_refused(labels, probabilities, message):
    with pytest.raises(ValueError, match=message):
        metrics.expected_calibration_error(labels, probabilities)


@pytest.mark.parametrize("bins", [0, 1.5, True])
def test_bins_must_be_counted(bins):
    with pytest.raises(ValueError, match=r"bins is .*whole number of 1 or more"):
        metrics.reliability([0, 1], [0.2, 0.5], bins=bins)
