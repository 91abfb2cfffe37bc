"""Intervals: the bootstrap against the binomial distribution, and Wilson's where the bootstrap fails."""

import math
import time

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from coursekit import metrics


@pytest.fixture(scope="module")
def answers():
    """10,000 labels of ten classes, and answers of which about 82 % are right."""
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 10, 10_000)
    return labels, np.where(generator.random(10_000) < 0.8, labels, generator.integers(0, 10, 10_000))


def test_bootstrap_of_the_accuracy_agrees_with_the_binomial_distribution(answers):
    found = metrics.bootstrap_interval(metrics.accuracy, *answers)
    share = np.mean(answers[0] == answers[1])
    expected = np.array(scipy.stats.binom.interval(0.95, 10_000, share)) / 10_000
    assert found.value == share
    np.testing.assert_allclose([found.low, found.high], expected, atol=0.001)


def test_bootstrap_is_repeatable_and_its_seed_matters(answers):
    first, again, other = (metrics.bootstrap_interval(metrics.accuracy, *answers, seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_bootstrap_of_a_higher_level_is_wider(answers):
    narrow, wide = (metrics.bootstrap_interval(metrics.accuracy, *answers, level=level) for level in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("metric", [metrics.accuracy, metrics.balanced_accuracy])
def test_bootstrap_of_a_large_test_set_takes_no_longer_than_a_breath(metric, answers):
    """Target 2 s of computing; the bound is loose, for a slow machine."""
    start = time.process_time()
    metrics.bootstrap_interval(metric, *answers, repeats=1000)
    assert time.process_time() - start < 6


def test_groups_that_are_all_right_or_all_wrong_count_once_each(answers):
    labels = answers[0][:2_000]
    patient = np.random.default_rng(3).permutation(np.repeat(np.arange(100), 20))
    predictions = np.where(patient < 80, labels, (labels + 1) % 10)
    found = metrics.bootstrap_interval(metrics.accuracy, labels, predictions, groups=patient)
    expected = np.array(scipy.stats.binom.interval(0.95, 100, 0.8)) / 100
    # 1,000 repeats, over ten seeds: ends at most 0.012 away.
    np.testing.assert_allclose([found.low, found.high], expected, atol=0.03)
    difference = metrics.difference_interval(metrics.accuracy, labels, predictions, labels, groups=patient)
    assert (difference.high - difference.low) == pytest.approx(expected[1] - expected[0], abs=0.04)


def test_samples_that_are_their_own_groups_are_drawn_one_by_one(answers):
    labels, predictions = (part[:300] for part in answers)
    alone = metrics.bootstrap_interval(metrics.accuracy, labels, predictions)
    assert metrics.bootstrap_interval(metrics.accuracy, labels, predictions, groups=np.arange(300)) == alone


def test_groups_of_another_length_are_refused(answers):
    with pytest.raises(ValueError, match="groups"):
        metrics.bootstrap_interval(metrics.accuracy, *answers, groups=[0, 1])


def test_the_difference_of_two_accuracies_has_the_interval_of_a_mean_of_differences(answers):
    labels, first = (part[:2_000] for part in answers)
    second = np.where(np.random.default_rng(2).random(2_000) < 0.1, (labels + 1) % 10, first)
    found = metrics.difference_interval(metrics.accuracy, labels, first, second)
    gained = (first == labels) * 1.0 - (second == labels)
    assert found.value == pytest.approx(gained.mean())
    # The normal approximation; 1,000 repeats estimate each end to about a twentieth of the width.
    half = 1.96 * gained.std() / math.sqrt(2_000)
    assert (found.value - found.low, found.high - found.value) == pytest.approx((half, half), rel=0.15)
    alone = metrics.bootstrap_interval(metrics.accuracy, labels, first)
    assert found.high - found.low < alone.high - alone.low


def test_a_classifier_is_no_better_than_itself(answers):
    labels, one = (part[:100] for part in answers)
    found = metrics.difference_interval(metrics.accuracy, labels, one, one)
    assert (found.low, found.value, found.high) == (0, 0, 0)


def test_predictions_for_other_samples_are_no_pair(answers):
    with pytest.raises(ValueError, match=r"first has shape \(3,\), second \(2,\)"):
        metrics.difference_interval(metrics.accuracy, [0, 1, 1], [0, 1, 1], [0, 1])


def test_bootstrap_takes_rows_of_probabilities():
    probabilities = np.full((20, 2), 0.5)
    found = metrics.bootstrap_interval(metrics.expected_calibration_error, [0] * 20, probabilities, repeats=20)
    assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)


def test_bootstrap_leaves_out_the_few_repeats_without_a_number():
    # 100 drawn from 100: none of the 4 in 1.7 % of the repeats.
    labels, scores = np.array([1] * 4 + [0] * 96), np.linspace(1, 0, 100)
    found = metrics.bootstrap_interval(metrics.area_under_roc, labels, scores, repeats=300)
    assert (found.low, found.high) == pytest.approx((1, 1))


def test_bootstrap_of_too_rare_a_class_is_refused():
    labels, scores = np.array([1] + [0] * 99), np.linspace(1, 0, 100)
    with pytest.raises(ValueError, match=r"undefined in \d+ of 100 repeats.*too rare"):
        metrics.bootstrap_interval(metrics.area_under_roc, labels, scores, repeats=100)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": 95}, "level is 95"),
        ({"repeats": 0}, "repeats is 0"),
        ({"metric": lambda labels, predictions: labels == predictions}, "must be one number"),
        ({"metric": lambda labels, predictions: math.nan}, "must be one number"),
        ({"predictions": [1]}, "both must be given"),
        ({"labels": [], "predictions": []}, "at least one sample"),
    ],
)
def test_bootstrap_refuses_what_it_cannot_use(options, message):
    with pytest.raises(ValueError, match=message):
        metrics.bootstrap_interval(
            **{"metric": metrics.accuracy, "labels": [0, 1], "predictions": [0, 1], "repeats": 5} | options
        )


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_wilson_interval_is_the_formula_of_its_paper(share_of):
    successes, total = share_of
    share, z = successes / total, scipy.stats.norm.ppf(0.975)
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    found = metrics.proportion_interval(successes, total)
    assert (found.value, found.low, found.high) == pytest.approx((share, centre - half, centre + half), abs=1e-9)


def test_where_all_are_right_only_wilson_leaves_room_for_doubt():
    ones = np.ones(50, int)
    drawn = metrics.bootstrap_interval(metrics.accuracy, ones, ones, repeats=50)
    assert (drawn.low, drawn.high) == (1, 1)
    assert 0.9 < metrics.proportion_interval(50, 50).low < 0.95


def test_wilson_and_bootstrap_agree_far_from_the_ends(answers):
    right = int(np.count_nonzero(answers[0] == answers[1]))
    drawn, counted = metrics.bootstrap_interval(metrics.accuracy, *answers), metrics.proportion_interval(right, 10_000)
    assert (drawn.low, drawn.high) == pytest.approx((counted.low, counted.high), abs=0.002)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 0), "total is 0"),
        ((3, 2), "successes is 3: it must be a whole number from 0 to total, 2"),
        ((-1, 2), "successes is -1"),
        ((0.5, 2), "successes is 0.5"),
        ((1, 2, 95), "level is 95: it must lie between 0 and 1"),
    ],
)
def test_shares_of_nothing_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        metrics.proportion_interval(*arguments)


@pytest.mark.parametrize(
    ("counts", "ends"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.6791, 1)),
        ((10, 10, 0, 10), (0.6075, 1)),
    ],
)
def test_the_difference_of_independent_shares_has_the_interval_of_newcombes_table(counts, ends):
    found = metrics.independent_difference(*counts)
    assert (found.low, found.high) == pytest.approx(ends, abs=5e-5)
    swapped = metrics.independent_difference(*counts[2:], *counts[:2])
    assert (-swapped.high, -swapped.value, -swapped.low) == pytest.approx((found.low, found.value, found.high))


def test_the_difference_of_shares_of_nothing_is_refused():
    with pytest.raises(ValueError, match="total is 0"):
        metrics.independent_difference(1, 2, 0, 0)
