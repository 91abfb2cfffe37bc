"""Recalls, their averages and the confusion matrix are scikit-learn's, with absent classes too."""

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from coursekit import metrics

SAMPLES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40).map(
    lambda pairs: np.array(pairs).T
)
"""Labels and predictions of up to five classes, some of them absent."""


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(SAMPLES)
def test_balanced_accuracy_is_that_of_scikit_learn(pair):
    expected = sklearn.metrics.balanced_accuracy_score(*pair)
    assert metrics.balanced_accuracy(*pair) == pytest.approx(expected)
    assert metrics.balanced_accuracy(*pair, classes=range(5)) == pytest.approx(expected)


@given(SAMPLES)
def test_recalls_are_those_of_scikit_learn(pair):
    expected = sklearn.metrics.recall_score(*pair, labels=range(5), average=None, zero_division=np.nan)
    np.testing.assert_allclose(metrics.recall_per_class(*pair, classes=range(5)), expected)


def test_recalls_come_in_the_order_of_the_classes():
    labels, predictions = ["cat", "dog", "dog"], ["cat", "cat", "dog"]
    assert metrics.recall_per_class(labels, predictions, classes=["dog", "cat"]).tolist() == [0.5, 1]
    assert metrics.recall_per_class(labels, predictions).tolist() == [1, 0.5]


def test_names_of_numbered_classes_belong_to_0_1_2():
    assert metrics.recall_per_class([1, 1, 0], [1, 0, 0], classes=["zebra", "ant"]).tolist() == [1, 0.5]


@pytest.mark.slow
@given(SAMPLES)
def test_report_is_that_of_scikit_learn(pair):
    names = ["a", "b", "c", "d", "e"]
    expected = sklearn.metrics.classification_report(
        *pair, labels=range(5), target_names=names, output_dict=True, zero_division=np.nan
    )
    found = metrics.report(*pair, classes=names)
    for row in (*found.rows, found.macro, found.weighted):
        theirs = expected[row.name.replace("average", "avg")]
        ours = {"precision": row.precision, "recall": row.recall, "f1-score": row.f1, "support": row.samples}
        assert ours == pytest.approx(theirs, nan_ok=True)
    assert found.balanced_accuracy == pytest.approx(metrics.balanced_accuracy(*pair))
    assert found.accuracy == pytest.approx(metrics.accuracy(*pair))


def test_no_accuracy_stands_in_a_column_of_the_printed_report():
    head, *lines = str(metrics.report([0, 0, 0, 1, 1], [0, 0, 1, 1, 1], classes=["cat", "dog"])).splitlines()
    assert head.split() == ["precision", "recall", "f1", "samples"]
    assert lines[-1] == "accuracy 0.800, balanced accuracy 0.833"
    table = [line for line in lines[:-1] if line]
    assert [line.rsplit(maxsplit=4)[0] for line in table] == ["cat", "dog", "macro average", "weighted average"]
    assert {len(line) for line in table} == {len(head)}


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(SAMPLES)
def test_confusion_matrix_is_that_of_scikit_learn(pair):
    expected = sklearn.metrics.confusion_matrix(*pair, labels=range(5))
    np.testing.assert_array_equal(metrics.confusion_matrix(*pair, classes=range(5)), expected)
    np.testing.assert_array_equal(metrics.confusion_matrix(*pair), sklearn.metrics.confusion_matrix(*pair))


def test_confusion_matrix_has_a_row_a_true_class_in_the_order_given():
    labels, predictions = ["cat", "cat", "dog"], ["cat", "dog", "dog"]
    assert metrics.confusion_matrix(labels, predictions, ["dog", "cat", "fox"]).tolist() == [
        [1, 0, 0],
        [1, 1, 0],
        [0, 0, 0],
    ]


@given(SAMPLES)
def test_the_micro_average_is_the_accuracy(pair):
    """Where each sample has one label, every false positive of one class is a false negative of another."""
    *scores, _ = sklearn.metrics.precision_recall_fscore_support(*pair, average="micro")
    assert scores == pytest.approx([metrics.accuracy(*pair)] * 3)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_one_answer_for_everything_has_the_balanced_accuracy_of_chance(classes):
    labels = np.repeat(np.arange(classes), np.arange(1, classes + 1))
    assert metrics.balanced_accuracy(labels, np.zeros_like(labels)) == pytest.approx(1 / classes)
