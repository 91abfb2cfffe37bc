"""Where a number is cut into grades."""

import itertools

import numpy as np
import pytest

from coursekit import metrics


def kappa_at(cuts, scores, grades):
    return metrics.quadratic_kappa(grades, np.digitize(scores, cuts))


def noisy(count=60, classes=4, seed=0):
    generator = np.random.default_rng(seed)
    grades = generator.integers(0, classes, count)
    return 0.4 * grades + generator.normal(0, 0.3, count), grades


def test_no_pair_of_cuts_agrees_better_than_the_chosen_one():
    scores, grades = noisy(classes=3, count=40)
    chosen = kappa_at(metrics.grade_thresholds(scores, grades, 3), scores, grades)
    tried = itertools.combinations(np.sort(scores) + 1e-9, 2)
    # It climbs, one cut at a time: over ten seeds at most 0.004 below the best of all pairs.
    assert chosen >= max(kappa_at(pair, scores, grades) for pair in tried) - 0.02


def test_the_cuts_rise_and_beat_rounding_where_the_scores_are_shrunk():
    scores, grades = noisy()
    cuts = metrics.grade_thresholds(scores, grades, 4)
    assert (np.diff(cuts) >= 0).all()
    assert kappa_at(cuts, scores, grades) > kappa_at([0.5, 1.5, 2.5], scores, grades) + 0.1


def test_scores_on_another_scale_get_the_same_grades():
    scores, grades = noisy()
    first = np.digitize(scores, metrics.grade_thresholds(scores, grades, 4))
    larger = 8 * scores + 16
    np.testing.assert_array_equal(np.digitize(larger, metrics.grade_thresholds(larger, grades, 4)), first)


def test_grades_that_are_none_are_refused():
    with pytest.raises(ValueError, match="pass grades from 0"):
        metrics.grade_thresholds([0.1, 0.2], [0, 3], classes=3)
