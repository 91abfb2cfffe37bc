"""Metrics: the course's figures, agreement with scikit-learn on any labels, and what is said about bad input."""

import math
import time

import numpy as np
import pytest
import scipy.stats
import sklearn.metrics
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.calibration import calibration_curve

from coursekit import metrics
from coursekit.metrics import Counts


def labelled(highest=4, values=None):
    """Pairs of equally long arrays: labels with classes that may be absent, and predictions or scores (with ties)."""
    whole = st.integers(0, highest)
    kind, others = (np.int64, whole) if values is None else (np.float64, values)
    return st.integers(1, 40).flatmap(
        lambda n: st.tuples(arrays(np.int64, n, elements=whole), arrays(kind, n, elements=others))
    )


TIED_SCORES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])


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


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(labelled(highest=1))
def test_counts_and_their_metrics_are_those_of_scikit_learn(pair):
    labels, predictions = pair
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


@pytest.mark.filterwarnings("ignore::UserWarning")
@given(labelled())
def test_balanced_accuracy_is_that_of_scikit_learn(pair):
    expected = sklearn.metrics.balanced_accuracy_score(*pair)
    assert metrics.balanced_accuracy(*pair) == pytest.approx(expected)
    assert metrics.balanced_accuracy(*pair, classes=range(5)) == pytest.approx(expected)


@given(labelled())
def test_recalls_are_those_of_scikit_learn(pair):
    expected = sklearn.metrics.recall_score(*pair, labels=range(5), average=None, zero_division=np.nan)
    np.testing.assert_allclose(metrics.recall_per_class(*pair, classes=range(5)), expected)


def test_recalls_come_in_the_order_of_the_classes():
    labels, predictions = ["cat", "dog", "dog"], ["cat", "cat", "dog"]
    assert metrics.recall_per_class(labels, predictions, classes=["dog", "cat"]).tolist() == [0.5, 1]
    assert metrics.recall_per_class(labels, predictions).tolist() == [1, 0.5]


def test_names_of_numbered_classes_belong_to_0_1_2():
    assert metrics.recall_per_class([1, 1, 0], [1, 0, 0], classes=["zebra", "ant"]).tolist() == [1, 0.5]


@given(labelled())
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


@given(labelled(highest=2, values=TIED_SCORES), st.one_of(TIED_SCORES, st.floats(-1, 2)))
def test_threshold_curve_holds_the_counts_at_any_threshold(pair, threshold):
    labels, scores = pair
    expected = metrics.counts(labels == 1, scores >= threshold)
    assert metrics.threshold_curve(labels, scores).at(threshold) == expected


@given(labelled(highest=1, values=TIED_SCORES))
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


@given(labelled(highest=1, values=TIED_SCORES))
def test_roc_lies_on_the_threshold_curve(pair):
    assume(len(set(pair[0])) == 2)
    false_positive_rate, sensitivity, thresholds = metrics.roc(*pair)
    curve = metrics.threshold_curve(*pair)
    for fpr, tpr, threshold in zip(false_positive_rate, sensitivity, thresholds, strict=True):
        place = curve.thresholds.tolist().index(threshold)
        assert (fpr, tpr) == pytest.approx((1 - curve.specificity[place], curve.sensitivity[place]))


@given(labelled(highest=1, values=TIED_SCORES))
def test_area_under_roc_is_the_share_of_pairs_in_order(pair):
    labels, scores = pair
    difference = scores[labels == 1][:, None] - scores[labels == 0]
    pairs_in_order = ((difference > 0) + 0.5 * (difference == 0)).mean() if difference.size else np.nan
    assert metrics.area_under_roc(labels, scores) == pytest.approx(pairs_in_order, nan_ok=True)


@given(labelled(highest=1, values=TIED_SCORES))
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


@given(labelled(highest=1, values=st.floats(0, 1)), st.integers(1, 20))
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
    """Target 2 s; the bound is loose, for a busy machine."""
    start = time.perf_counter()
    metrics.bootstrap_interval(metric, *answers, repeats=1000)
    assert time.perf_counter() - start < 6


def test_bootstrap_takes_rows_of_probabilities():
    probabilities = np.full((20, 2), 0.5)
    found = metrics.bootstrap_interval(metrics.expected_calibration_error, [0] * 20, probabilities, repeats=20)
    assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)


def test_bootstrap_leaves_out_the_few_repeats_without_a_number():
    labels, scores = np.array([1] * 5 + [0] * 95), np.linspace(1, 0, 100)
    found = metrics.bootstrap_interval(metrics.area_under_roc, labels, scores)
    assert (found.low, found.high) == pytest.approx((1, 1))


def test_bootstrap_of_too_rare_a_class_is_refused():
    labels, scores = np.array([1] + [0] * 99), np.linspace(1, 0, 100)
    with pytest.raises(ValueError, match=r"undefined in \d+ of 1000 repeats.*too rare"):
        metrics.bootstrap_interval(metrics.area_under_roc, labels, scores)


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


@given(labelled())
def test_quadratic_kappa_compares_squared_misses_with_those_of_chance(pair):
    labels, predictions = pair
    by_chance = np.mean((labels[:, None] - predictions) ** 2)
    expected = 1 - np.mean((labels - predictions) ** 2) / by_chance if by_chance else np.nan
    assert metrics.quadratic_kappa(labels, predictions) == pytest.approx(expected, nan_ok=True)


def test_quadratic_kappa_needs_grades():
    with pytest.raises(ValueError, match="needs grades in order"):
        metrics.quadratic_kappa(["mild", "severe"], ["mild", "mild"])


OF_CLASSES = [
    metrics.counts,
    metrics.accuracy,
    metrics.recall_per_class,
    metrics.balanced_accuracy,
    metrics.report,
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


@pytest.mark.parametrize("call", [metrics.recall_per_class, metrics.balanced_accuracy, metrics.report])
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


@pytest.mark.parametrize(("labels", "positive"), [(["cat", "dog"], 1), ([0, 1], "cat")])
def test_the_positive_class_must_be_of_the_labels_kind(labels, positive):
    with pytest.raises(ValueError, match="pass the label of the class"):
        metrics.counts(labels, labels, positive=positive)
