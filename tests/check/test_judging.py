"""Lesson 04: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest
import sklearn.metrics

from coursekit import metrics
from coursekit.check import judging


def from_counts(tp, fn, fp, tn):
    accuracy = (tp + tn) / (tp + fn + fp + tn)
    return [accuracy, tp / (tp + fn), tn / (tn + fp), tp / (tp + fp), 2 * tp / (2 * tp + fn + fp)]


def with_number(place, change):
    """The five right numbers, but one of them."""

    def answer(tp, fn, fp, tn):
        five = from_counts(tp, fn, fp, tn)
        five[place] = change(tp, fn, fp, tn)
        return five

    return answer


def recall(labels, predictions):
    return np.array([np.mean(predictions[labels == one] == one) for one in np.unique(labels)])


def mean_of_precisions(labels, predictions):
    return np.mean([np.mean(labels[predictions == one] == one) for one in np.unique(predictions)])


def over_all_classes(labels, predictions):
    classes = np.union1d(labels, predictions)
    return np.mean([np.mean(predictions[labels == one] == one) if one in labels else 0 for one in classes])


def found_and_alarms(sensitivity, specificity, prevalence):
    return prevalence * sensitivity, (1 - prevalence) * (1 - specificity)


def ppv(*three):
    found, alarms = found_and_alarms(*three)
    return found / (found + alarms)


def best_by(cost):
    def answer(labels, scores, cost_of_miss):
        curve = metrics.threshold_curve(labels, scores)
        return curve.thresholds[cost(curve.false_negatives, curve.false_positives, cost_of_miss).argmin()]

    return answer


def by_search(labels, scores, cost_of_miss):
    def cost(threshold):
        answers = scores >= threshold
        return cost_of_miss * np.sum((labels == 1) & ~answers) + np.sum((labels == 0) & answers)

    return min([*scores, 2.0], key=cost)


def bootstrap(ends=(0.025, 0.975), replace=True, size=None):
    def answer(right, repeats):
        generator = np.random.default_rng()
        means = [generator.choice(right, size or len(right), replace=replace).mean() for _ in range(repeats)]
        return np.quantile(means, ends)

    return answer


def mean_and_deviation(right, repeats):
    means = [np.random.default_rng(draw).choice(right, len(right)).mean() for draw in range(repeats)]
    return np.mean(means) - np.std(means), np.mean(means) + np.std(means)


RIGHT = [
    ("metrics_from_counts", from_counts),
    ("metrics_from_counts", lambda *four: tuple(np.float32(from_counts(*four)))),
    ("balanced_accuracy", lambda labels, predictions: recall(labels, predictions).mean()),
    ("positive_predictive_value", ppv),
    ("cheapest_threshold", best_by(lambda missed, alarms, price: price * missed + alarms)),
    ("cheapest_threshold", by_search),
    ("bootstrap_interval", bootstrap()),
    ("bootstrap_interval", lambda right, repeats: list(bootstrap()(right, repeats))),
    ("balanced_from_counts", lambda tp, fn, fp, tn: 0.5 * tp / (tp + fn) + 0.5 * tn / (tn + fp)),
    ("precision_and_true_negative_rate", lambda tp, fn, fp, tn: np.array([tp / (tp + fp), tn / (tn + fp)])),
]
WRONG = [
    ("metrics_from_counts", lambda *four: from_counts(*four)[:4], "a list of five numbers"),
    ("metrics_from_counts", lambda *four: 0.5, "a list of five numbers"),
    (
        "metrics_from_counts",
        with_number(0, lambda tp, fn, fp, tn: tp / (tp + fn + fp + tn)),
        "1 of 5, the accuracy: Only",
    ),
    ("metrics_from_counts", with_number(1, lambda tp, fn, fp, tn: tp / (tp + fp)), "That is the precision"),
    ("metrics_from_counts", with_number(2, lambda tp, fn, fp, tn: tn / (tp + fn + fp + tn)), "Divide by the negatives"),
    ("metrics_from_counts", with_number(2, lambda tp, fn, fp, tn: fp / (fp + tn)), "false positive rate"),
    ("metrics_from_counts", with_number(3, lambda tp, fn, fp, tn: tn / (tn + fp)), "the true negative rate"),
    (
        "metrics_from_counts",
        with_number(4, lambda tp, fn, fp, tn: (tp / (tp + fn) + tp / (tp + fp)) / 2),
        "5 of 5, the F1: That is the arithmetic mean",
    ),
    ("balanced_accuracy", lambda labels, predictions: np.mean(labels == predictions), "That is the accuracy"),
    ("balanced_accuracy", mean_of_precisions, "averages precisions"),
    ("balanced_accuracy", over_all_classes, "only among the predictions"),
    (
        "balanced_accuracy",
        lambda labels, predictions: metrics.recall_per_class(labels, predictions),
        "must return a single number",
    ),
    ("positive_predictive_value", lambda se, sp, p: se, "That is the sensitivity"),
    ("positive_predictive_value", lambda se, sp, p: p * se, "how many are found, of all people"),
    ("positive_predictive_value", lambda se, sp, p: se / (se + 1 - sp), "prevalence is left out"),
    (
        "positive_predictive_value",
        lambda se, sp, p: p * se / (p * se + (1 - p) * sp),
        "with probability 1 − specificity",
    ),
    ("cheapest_threshold", best_by(lambda missed, alarms, price: missed + alarms), "counts a miss like a false alarm"),
    ("cheapest_threshold", best_by(lambda missed, alarms, price: missed + price * alarms), "for the dear ones"),
    ("cheapest_threshold", lambda labels, scores, cost_of_miss: 0.5, "another threshold costs"),
    ("cheapest_threshold", lambda labels, scores, cost_of_miss: scores, "a single number"),
    ("bootstrap_interval", bootstrap(replace=False), "Draw with replacement"),
    ("bootstrap_interval", bootstrap(ends=(0.05, 0.95)), "the middle 90 %"),
    ("bootstrap_interval", mean_and_deviation, "about 68 %"),
    ("bootstrap_interval", bootstrap(ends=(0.975, 0.025)), "upper end comes first"),
    ("bootstrap_interval", bootstrap(size=40), "not where 95 % of the draws lie"),
    ("bootstrap_interval", lambda right, repeats: right.mean(), "array of shape (2,)"),
    (
        "balanced_from_counts",
        lambda tp, fn, fp, tn: (tp / (tp + fn) + tn / (tp + fn + fp + tn)) / 2,
        "bug is still there",
    ),
    ("balanced_from_counts", lambda tp, fn, fp, tn: (tp + tn) / (tp + fn + fp + tn), "That is the accuracy"),
    ("balanced_from_counts", lambda tp, fn, fp, tn: 0.549, "wrong number"),
    ("precision_and_true_negative_rate", lambda tp, fn, fp, tn: [tp / (tp + fp)] * 2, "Both are the same number"),
    ("precision_and_true_negative_rate", lambda tp, fn, fp, tn: [tn / (tn + fp)] * 2, "Both are the same number"),
    ("precision_and_true_negative_rate", lambda tp, fn, fp, tn: [tn / (tn + fp), tp / (tp + fp)], "wrong order"),
    (
        "precision_and_true_negative_rate",
        lambda tp, fn, fp, tn: [tp / (tp + fp), tn / (tn + fn)],
        "negative predictive value",
    ),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(judging, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(judging, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in judging.exercises.all)


def test_scikit_learns_own_answer_passes():
    result = judging.balanced_accuracy(
        lambda labels, predictions: sklearn.metrics.recall_score(
            labels, predictions, labels=np.unique(labels), average="macro", zero_division=0
        )
    )
    assert result.status == "correct"


def test_the_published_mistake_gives_the_published_number():
    """What the second half of the lesson tells: 0.544 comes from 988 of 1,000 instead of 988 of 990."""
    assert round((1 / 10 + 988 / 1000) / 2, 3) == 0.544
    assert round(metrics.Counts(1, 9, 2, 988).balanced_accuracy, 3) == 0.549
