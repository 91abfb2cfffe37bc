"""Counts of a yes-or-no question: the course's two cases, and agreement with scikit-learn on any labels."""

import math

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from coursekit import metrics
from coursekit.metrics import Counts

YES_OR_NO = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=40)


def test_figures_of_the_first_case():
    case = Counts(true_positives=70, false_negatives=10, false_positives=50, true_negatives=50)
    assert case.total == 180
    assert round(case.accuracy, 3) == 0.667
    assert case.balanced_accuracy == 0.6875


def test_figures_of_the_rare_case():
    case = Counts(true_positives=1, false_negatives=9, false_positives=2, true_negatives=988)
    assert case.accuracy == 0.989
    assert round(case.balanced_accuracy, 3) == 0.549


def test_counts_without_any_sample_are_undefined_everywhere():
    assert all(math.isnan(value) for value in Counts(0, 0, 0, 0).metrics().values())


def test_f1_is_0_when_nothing_was_found_although_precision_is_undefined():
    missed = Counts(true_positives=0, false_negatives=3, false_positives=0, true_negatives=5)
    assert math.isnan(missed.precision)
    assert missed.f1 == 0


@pytest.mark.parametrize("count", [-1, 1.5, True, "3"])
def test_counts_must_be_whole(count):
    with pytest.raises(ValueError, match=r"false_positives is .*whole number"):
        Counts(1, 1, count, 1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
@given(YES_OR_NO)
def test_counts_and_their_metrics_are_those_of_scikit_learn(pairs):
    labels, predictions = np.array(pairs).T
    found = metrics.counts(labels, predictions)
    (tn, fp), (fn, tp) = sklearn.metrics.confusion_matrix(labels, predictions, labels=[0, 1])
    assert found == Counts(tp, fn, fp, tn)
    undefined = {"zero_division": np.nan}
    expected = {
        "prevalence": labels.mean(),
        "accuracy": sklearn.metrics.accuracy_score(labels, predictions),
        "balanced accuracy": sklearn.metrics.balanced_accuracy_score(labels, predictions),
        "sensitivity": sklearn.metrics.recall_score(labels, predictions, **undefined),
        "specificity": sklearn.metrics.recall_score(labels, predictions, pos_label=0, **undefined),
        "precision": sklearn.metrics.precision_score(labels, predictions, **undefined),
        "negative predictive value": sklearn.metrics.precision_score(labels, predictions, pos_label=0, **undefined),
        "f1": sklearn.metrics.f1_score(labels, predictions, **undefined),
    }
    assert found.metrics() == pytest.approx(expected, nan_ok=True)


def test_counts_take_one_class_against_all_others():
    found = metrics.counts(["cat", "dog", "fox", "cat"], ["cat", "fox", "dog", "fox"], positive="cat")
    assert found == Counts(true_positives=1, false_negatives=1, false_positives=0, true_negatives=2)


@pytest.mark.parametrize(("labels", "positive"), [(["cat", "dog"], 1), ([0, 1], "cat")])
def test_the_positive_class_must_be_of_the_labels_kind(labels, positive):
    with pytest.raises(ValueError, match="pass the label of the class"):
        metrics.counts(labels, labels, positive=positive)
