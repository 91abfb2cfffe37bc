"""Curves over thresholds: what they hold at every one, with ties, and what is said of one class only."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from coursekit import metrics

TIED_SCORES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])


def scored(highest=1):
    """Labels, and scores with ties; some classes may be absent."""
    return st.lists(st.tuples(st.integers(0, highest), TIED_SCORES), min_size=1, max_size=40).map(
        lambda pairs: (np.array([label for label, _ in pairs]), np.array([score for _, score in pairs]))
    )


@given(scored(highest=2), st.one_of(TIED_SCORES, st.floats(-1, 2)))
def test_threshold_curve_holds_the_counts_at_any_threshold(pair, threshold):
    labels, scores = pair
    expected = metrics.counts(labels == 1, scores >= threshold)
    assert metrics.threshold_curve(labels, scores).at(threshold) == expected


@given(scored())
def test_threshold_curve_gives_the_metrics_of_its_counts(pair):
    curve = metrics.threshold_curve(*pair)
    for index, threshold in enumerate(curve.thresholds):
        found = curve.at(threshold)
        assert curve.sensitivity[index] == pytest.approx(found.sensitivity, nan_ok=True)
        assert curve.specificity[index] == pytest.approx(found.specificity, nan_ok=True)
        assert curve.precision[index] == pytest.approx(found.precision, nan_ok=True)
        assert curve.f1[index] == pytest.approx(found.f1, nan_ok=True)
        if len(set(pair[0])) == 2:
            assert curve.balanced_accuracy[index] == pytest.approx(found.balanced_accuracy)


def test_thresholds_of_single_precision_scores_are_met_by_the_same_decimals():
    curve = metrics.threshold_curve([1, 0], np.array([0.7, 0.1], np.float32))
    assert curve.at(0.7).true_positives == 1


def test_a_threshold_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="threshold is nan"):
        metrics.threshold_curve([1, 0], [0.7, 0.1]).at(float("nan"))


@given(scored())
def test_roc_lies_on_the_threshold_curve(pair):
    assume(len(set(pair[0])) == 2)
    false_positive_rate, sensitivity, thresholds = metrics.roc(*pair)
    curve = metrics.threshold_curve(*pair)
    for fpr, tpr, threshold in zip(false_positive_rate, sensitivity, thresholds, strict=True):
        place = curve.thresholds.tolist().index(threshold)
        assert (fpr, tpr) == pytest.approx((1 - curve.specificity[place], curve.sensitivity[place]))


@given(scored())
def test_area_under_roc_is_the_share_of_pairs_in_order(pair):
    labels, scores = pair
    difference = scores[labels == 1][:, None] - scores[labels == 0]
    pairs_in_order = ((difference > 0) + 0.5 * (difference == 0)).mean() if difference.size else np.nan
    assert metrics.area_under_roc(labels, scores) == pytest.approx(pairs_in_order, nan_ok=True)


def test_area_under_roc_is_that_of_scikit_learn():
    generator = np.random.default_rng(0)
    labels, scores = generator.integers(0, 2, 200), generator.integers(0, 30, 200) / 30
    assert metrics.area_under_roc(labels, scores) == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)


@given(scored())
def test_precision_recall_lies_on_the_threshold_curve(pair):
    assume(pair[0].any())
    precision, recall, thresholds = metrics.precision_recall(*pair)
    curve = metrics.threshold_curve(*pair)
    for index, threshold in enumerate(thresholds):
        place = curve.thresholds.tolist().index(threshold)
        assert (precision[index], recall[index]) == pytest.approx((curve.precision[place], curve.sensitivity[place]))


def test_curves_of_one_class_are_refused():
    with pytest.raises(ValueError, match="all 2 labels are negative: a ROC curve needs"):
        metrics.roc([0, 0], [0.1, 0.2])
    with pytest.raises(ValueError, match="all 2 labels are positive: a ROC curve needs"):
        metrics.roc([1, 1], [0.1, 0.2])
    with pytest.raises(ValueError, match="none of the 2 labels is 1: recall needs positives"):
        metrics.precision_recall([0, 0], [0.1, 0.2])


def test_area_under_roc_of_one_class_is_undefined():
    assert np.isnan(metrics.area_under_roc([1, 1], [0.1, 0.2]))
    assert np.isnan(metrics.area_under_roc([0, 0], [0.1, 0.2]))


def test_a_curve_of_one_class_still_counts():
    curve = metrics.threshold_curve([1, 1], [0.2, 0.7])
    assert curve.sensitivity.tolist() == [0, 0.5, 1]
    assert np.isnan(curve.specificity).all()


def test_scores_that_are_all_equal_give_one_threshold():
    curve = metrics.threshold_curve([0, 1, 1], [0.4, 0.4, 0.4])
    assert curve.thresholds.tolist() == [np.inf, 0.4]
    assert metrics.area_under_roc([0, 1, 1], [0.4, 0.4, 0.4]) == 0.5
