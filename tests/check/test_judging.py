"""Lesson 04: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest
import sklearn.metrics
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from coursekit import metrics
from coursekit.check import judging


def from_rates(samples, prevalence, sensitivity, specificity):
    positives, negatives = samples * prevalence, samples * (1 - prevalence)
    return [
        positives * sensitivity,
        positives * (1 - sensitivity),
        negatives * (1 - specificity),
        negatives * specificity,
    ]


def reordered(*places):
    return lambda *rates: [from_rates(*rates)[place] for place in places]


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


def threshold_by_search(labels, scores, wanted):
    return max(one for one in scores if np.mean(scores[labels == 1] >= one) >= wanted - 1e-9)


def of_positives(place):
    """The score at a place among the positives, the highest first, counted from the place that is needed."""

    def answer(labels, scores, wanted):
        positives = np.sort(scores[labels == 1])[::-1]
        return positives[int(np.ceil(wanted * len(positives) - 1e-9)) - 1 + place]

    return answer


def of_all(labels, scores, wanted):
    return np.sort(scores)[::-1][int(np.ceil(wanted * len(scores) - 1e-9)) - 1]


def paired(turned=1, unpaired=False):
    def answer(first, second, repeats):
        generator = np.random.default_rng(0)
        leads = []
        for _ in range(repeats):
            drawn = generator.integers(0, len(first), (2, len(first)))
            leads.append(first[drawn[0]].mean() - second[drawn[int(unpaired)]].mean())
        return np.quantile(turned * np.array(leads), [0.025, 0.975])

    return answer


def bootstrap(ends=(0.025, 0.975), replace=True, size=None):
    def answer(right, repeats):
        generator = np.random.default_rng(0)  # seeded: now and then an interval of 90 % is too far off to be told
        means = [generator.choice(right, size or len(right), replace=replace).mean() for _ in range(repeats)]
        return np.quantile(means, ends)

    return answer


def mean_and_deviation(right, repeats):
    means = [np.random.default_rng(draw).choice(right, len(right)).mean() for draw in range(repeats)]
    return np.mean(means) - np.std(means), np.mean(means) + np.std(means)


RIGHT = [
    ("counts_from_rates", from_rates),
    ("counts_from_rates", lambda *rates: tuple(from_rates(*rates))),
    ("balanced_accuracy", lambda labels, predictions: recall(labels, predictions).mean()),
    ("positive_predictive_value", ppv),
    ("threshold_for_sensitivity", threshold_by_search),
    ("threshold_for_sensitivity", of_positives(0)),
    ("bootstrap_interval", bootstrap()),
    ("bootstrap_interval", lambda right, repeats: list(bootstrap()(right, repeats))),
    ("paired_interval", paired()),
    ("denominator_behind", lambda tp, fn, tn, printed: tn / (2 * printed - tp / (tp + fn))),
]
WRONG = [
    ("counts_from_rates", lambda n, p, se, sp: [n * se, n * p - n * se, 0, 0], "Wrong numbers"),
    ("counts_from_rates", reordered(0, 2, 1, 3), "The order is"),
    ("counts_from_rates", reordered(0, 1, 3, 2), "FP and TN are exchanged"),
    ("counts_from_rates", reordered(1, 0, 2, 3), "TP and FN are exchanged"),
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
    ("threshold_for_sensitivity", of_all, "counted all samples"),
    ("threshold_for_sensitivity", lambda labels, scores, wanted: scores.min(), "a higher threshold that finds enough"),
    ("threshold_for_sensitivity", of_positives(-1), "fewer than the wanted share"),
    ("bootstrap_interval", bootstrap(replace=False), "Draw with replacement"),
    ("bootstrap_interval", bootstrap(ends=(0.05, 0.95)), "the middle 90 %"),
    ("bootstrap_interval", mean_and_deviation, "about 68 %"),
    ("bootstrap_interval", bootstrap(ends=(0.975, 0.025)), "upper end comes first"),
    ("bootstrap_interval", bootstrap(size=40), "not where 95 % of the draws lie"),
    ("bootstrap_interval", lambda right, repeats: right.mean(), "array of shape (2,)"),
    ("paired_interval", paired(unpaired=True), "use the same ones for both"),
    ("paired_interval", paired(turned=-1), "Turn the difference round"),
    ("paired_interval", lambda first, second, repeats: (0.0, 0.0), "not where 95 % of the leads lie"),
    ("denominator_behind", lambda tp, fn, tn, printed: 2 * printed - tp / (tp + fn), "That is the share"),
    ("denominator_behind", lambda tp, fn, tn, printed: tn / (printed - tp / (tp + fn)), "division by 2"),
    ("denominator_behind", lambda tp, fn, tn, printed: 1000, "wrong number"),
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


def logistic(measurements, threshold):
    def screen(cells, malignant, new_cells):
        model = make_pipeline(StandardScaler(), LogisticRegression())
        chosen = model.fit(cells[measurements(cells)], malignant)
        return chosen.predict_proba(new_cells[measurements(cells)])[:, 1] >= threshold

    return screen


@pytest.mark.parametrize(
    ("screen", "met"),
    [
        (logistic(lambda cells: list(cells.columns), 1 / 6), True),
        (logistic(lambda cells: ["mean texture", "mean symmetry"], 0.5), False),
    ],
)
def test_the_challenge_is_met_by_all_measurements_and_the_right_threshold(screen, met):
    assert judging.screening_cost.goal.met(judging.screening_cost(screen).value) is met


def test_the_challenge_wants_an_answer_for_each_tumour():
    assert "one per tumour" in judging.screening_cost(lambda cells, malignant, new_cells: [1]).reason


def test_the_published_mistake_gives_the_published_number():
    """What the second half of the lesson tells: 0.544 comes from 988 of 1,000 instead of 988 of 990."""
    assert round((1 / 10 + 988 / 1000) / 2, 3) == 0.544
    assert round(metrics.Counts(1, 9, 2, 988).balanced_accuracy, 3) == 0.549
