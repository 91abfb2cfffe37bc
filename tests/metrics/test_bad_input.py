"""What no metric can judge is refused, with what to do instead."""

import numpy as np
import pytest

from coursekit import metrics

OF_CLASSES = [
    metrics.counts,
    metrics.accuracy,
    metrics.recall_per_class,
    metrics.balanced_accuracy,
    metrics.report,
    metrics.confusion_matrix,
    metrics.quadratic_kappa,
]
OF_SCORES = [metrics.threshold_curve, metrics.roc, metrics.precision_recall, metrics.area_under_roc]


@pytest.mark.parametrize("call", [*OF_CLASSES, *OF_SCORES])
@pytest.mark.parametrize(
    ("labels", "others", "message"),
    [
        ([], [], "empty"),
        ([0, 1], [1], r"shape \(2,\) and .* \(1,\)"),
        ([0, np.nan], [0, 1], "labels holds nan"),
        ([[0], [1]], [0, 1], r"labels has shape \(2, 1\).*ravel"),
        ([0, 1], [[0.2, 0.8], [0.9, 0.1]], r"shape \(2, 2\)"),
        ([0, 1], [0, np.nan], "nan|not finite"),
        ([0, None], [0, 1], "labels holds object values"),
    ],
)
def test_bad_input_is_refused(call, labels, others, message):
    with pytest.raises(ValueError, match=message):
        call(labels, others)


@pytest.mark.parametrize("call", OF_CLASSES)
def test_probabilities_for_classes_are_refused_with_a_cure(call):
    with pytest.raises(ValueError, match=r"predictions holds 0.2.*probabilities >= 0.5"):
        call([0, 1], [0.2, 1.0])


@pytest.mark.parametrize("call", OF_SCORES)
def test_scores_of_two_columns_are_refused_with_a_cure(call):
    with pytest.raises(ValueError, match=r"scores\[:, 1\]"):
        call([0, 1], [[0.2, 0.8], [0.9, 0.1]])


@pytest.mark.parametrize(
    "call", [metrics.recall_per_class, metrics.balanced_accuracy, metrics.confusion_matrix, metrics.report]
)
@pytest.mark.parametrize(
    ("labels", "predictions", "classes", "message"),
    [
        ([0, 3], [0, 1], [0, 1, 2], "labels hold 3, which is none of the 3 classes 0, 1, 2"),
        ([0, 1], [0, -1], ["cat", "dog"], "predictions hold -1, which is none of the 2 classes cat, dog"),
        (["cow"], ["cat"], ["cat", "dog"], "labels hold 'cow'"),
        (["cat"], ["cat"], [0, 1], "labels are names, like 'cat', but classes are numbers"),
        ([0, 1], [0, 1], ["cat", "cat"], "only once"),
        ([0, 1], [0, 1], 2, r"classes is 2: pass all classes in a list"),
        ([0, 1], [0, 1], [], r"classes is \[\]: pass all classes"),
        ([0, 1], ["cat", "dog"], None, "both must be names or both numbers"),
    ],
)
def test_labels_and_classes_must_belong_together(call, labels, predictions, classes, message):
    with pytest.raises(ValueError, match=message):
        call(labels, predictions, classes)
