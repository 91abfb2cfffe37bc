"""The exercises of lesson 04."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit import metrics
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import difference, numbers
from coursekit.check.exercise import Exercises

exercises = Exercises("04_judging_a_classifier", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

# TP, FN, FP, TN
_COUNTS = ((6, 2, 3, 7), (70, 10, 50, 50), (1, 9, 2, 988))
# 4 standard errors of the end of an interval that 2,000 draws find; it tells 90 % from 95 %.
_BOOTSTRAP_TOLERANCE = 0.0021


@exercises.add(
    "Begin with the two classes: how many of the samples are positive, and how many are negative?",
    "Sensitivity is a share of the *positives*: those that are found. Specificity is a share of the *negatives*.",
    "The positives are samples · prevalence. TP is positives · sensitivity, and FN is what is left of the positives.",
    size="warm-up",
)
def counts_from_rates(attempt: Attempt) -> None:
    """Return [TP, FN, FP, TN] from the number of samples, prevalence, sensitivity and specificity."""
    for samples, prevalence, sensitivity, specificity in (
        (180, 4 / 9, 0.875, 0.5),
        (1000, 0.01, 0.9, 0.91),
        (50, 0.5, 1.0, 0.2),
    ):
        positives, negatives = samples * prevalence, samples * (1 - prevalence)
        tp, tn = positives * sensitivity, negatives * specificity
        fn, fp = positives - tp, negatives - tn
        known_mistakes = {
            "Sensitivity is a share of the positives, not of all samples.": [
                samples * sensitivity,
                positives - samples * sensitivity,
                fp,
                tn,
            ],
            "Specificity is a share of the negatives, not of all samples.": [
                tp,
                fn,
                negatives - samples * specificity,
                samples * specificity,
            ],
            "FP and TN are exchanged: specificity is the share of the negatives that are left alone.": [tp, fn, tn, fp],
            "TP and FN are exchanged: sensitivity is the share of the positives that are found.": [fn, tp, fp, tn],
            "The order is TP, FN, FP, TN.": [tp, fp, fn, tn],
        }
        attempt.must_return(
            [tp, fn, fp, tn],
            known_mistakes,
            samples=samples,
            prevalence=prevalence,
            sensitivity=sensitivity,
            specificity=specificity,
        )


@exercises.add(
    "For one class: `labels == one` marks its samples. Which share of their predictions is the same class?",
    "`np.unique(labels)` lists the classes that occur. A class that is only predicted has no recall.",
    "The recall of a class is `np.mean(predictions[labels == one] == one)`. Return the mean over the classes.",
    size="core",
)
def balanced_accuracy(attempt: Attempt) -> None:
    """Return the mean over the classes that occur in the labels of the share of each that was recognised."""
    cases = (
        ([1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]),
        ([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2]),
        ([10, 30, 30, 30, 20], [10, 30, 10, 20, 30]),
        ([0, 0, 1, 1], [0, 2, 1, 1]),
    )
    for labels, predictions in cases:
        true, predicted = np.array(labels), np.array(predictions)
        recalls = metrics.recall_per_class(true, predicted)
        precisions = metrics.recall_per_class(predicted, true)
        known_mistakes = {
            "That is the accuracy: every sample counts the same. Here every class must.": np.mean(true == predicted),
            "It averages precisions. Divide by how often a class occurs, not by how often it is predicted.": np.mean(
                precisions[~np.isnan(precisions)]
            ),
            "It also counts a class that occurs only among the predictions.": np.nan_to_num(recalls).mean(),
            "It is the sum of the recalls, not their mean.": np.nansum(recalls),
            "It is the recall of one class only.": recalls[-1],
        }
        attempt.must_return(float(np.nanmean(recalls)), known_mistakes, labels=true, predictions=predicted)


@exercises.add(
    "Take 1,000 people and count: how many are ill, and how many of these does the test find?",
    "Found: prevalence · sensitivity. Healthy and alarmed all the same: (1 − prevalence) · (1 − specificity).",
    "The value is found / (found + false alarms).",
    size="core",
)
def positive_predictive_value(attempt: Attempt) -> None:
    """Return the probability that a positive answer is right, from sensitivity, specificity and prevalence."""
    for sensitivity, specificity, prevalence in ((1.0, 0.5, 0.5), (0.8, 0.9, 0.25), (0.9, 0.91, 0.01)):
        found, alarms = prevalence * sensitivity, (1 - prevalence) * (1 - specificity)
        known_mistakes = {
            "That is the sensitivity: of the ill, how many are found. Asked is: of the alarms, how many are ill.": (
                sensitivity
            ),
            "The prevalence is left out: it is right only where half of all are ill.": sensitivity
            / (sensitivity + 1 - specificity),
            "Healthy people raise a false alarm with probability 1 − specificity.": found
            / (found + (1 - prevalence) * specificity),
            "The false alarms come from the healthy, who are 1 − prevalence of all.": found / (found + 1 - specificity),
            "That is how many are found, of all people. Divide by all alarms.": found,
        }
        arguments = {"sensitivity": sensitivity, "specificity": specificity, "prevalence": prevalence}
        attempt.must_return(found / (found + alarms), known_mistakes, **arguments)


@exercises.add(
    "Only the positives matter for the sensitivity: sort their scores, the highest first.",
    "To find k of n positives, the threshold may be as high as the k-th highest score of a positive.",
    "The smallest k with k / n >= wanted is `math.ceil(wanted * n)`, but for rounding: 0.07 * 100 is a little over 7 "
    "in Python, so take off a tiny number first, 1e-9. Return the score at place k - 1.",
    size="core",
    course=("threshold_curve",),
)
def threshold_for_sensitivity(attempt: Attempt) -> None:
    """Return the highest threshold at which at least the wanted share of the positives is found."""
    generator = np.random.default_rng(4)
    many = generator.integers(0, 2, 60)
    cases = (
        ([1, 0, 0, 1, 1, 0, 1], [0.1, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9], 0.5),
        ([1, 0, 0, 1, 1, 0, 1], [0.1, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9], 0.6),
        (many, (0.3 * many + generator.random(60)).round(3), 0.9),
    )
    for labels, scores, wanted in cases:
        true, values = np.array(labels), np.array(scores)
        descending = np.sort(values[true == 1])[::-1]
        needed = int(np.ceil(wanted * len(descending) - 1e-9))
        known_mistakes = {
            "There is a higher threshold that finds enough of them. Which mistakes does a low one make?": values.min(),
            "There fewer than the wanted share are found: `>=` asks for at least so many.": descending[
                max(needed - 2, 0)
            ],
            "That is one positive too many: a higher threshold is enough.": descending[
                min(needed, len(descending) - 1)
            ],
            "Sensitivity looks at the positives only; you have counted all samples.": np.sort(values)[::-1][
                int(np.ceil(wanted * len(values) - 1e-9)) - 1
            ],
        }
        arguments: dict[str, Any] = {"labels": true, "scores": values, "wanted": wanted}
        attempt.must_return(float(descending[needed - 1]), known_mistakes, **arguments)


@exercises.add(
    "One draw: `generator.choice(right, len(right))` picks with replacement. Its mean is one result.",
    "Collect the means of all draws in a list.",
    "`np.quantile(means, [0.025, 0.975])` cuts 2.5 % off at each end.",
    size="core",
)
def bootstrap_interval(attempt: Attempt) -> None:
    """Return the two ends of the 95 % bootstrap interval of a share, from an array of 0 (wrong) and 1 (right)."""
    unanimous = np.ones(40, int)
    if (reason := difference(attempt(right=unanimous, repeats=50), np.ones(2))) is not None:
        raise WrongAnswerError(f"Where all answers are right, each draw is all right, from 1 to 1. {reason}")
    right = np.repeat([1, 0], [1600, 400])
    error = np.sqrt(0.8 * 0.2 / len(right))
    low, high = _two_ends(attempt(right=right, repeats=2000))
    below, above = 0.8 - low, high - 0.8
    if max(abs(below - 1.96 * error), abs(above - 1.96 * error)) <= _BOOTSTRAP_TOLERANCE:
        return
    known = {
        "The two ends are equal. Draw with replacement: the same answer may come twice.": (0.0, 0.0),
        "That is one standard deviation to each side, about 68 %. Take the middle 95 % of the draws.": (error, error),
        "That is the middle 90 %. Cut off 2.5 % at each end, not 5 %.": (1.645 * error, 1.645 * error),
        "That is how far single answers scatter. Wanted is how far their mean does.": (0.8, 0.2),
    }
    reason = f"Its ends are {low:.3f} and {high:.3f}, which is not where 95 % of the draws lie."
    for words, ends in known.items():
        if max(abs(below - ends[0]), abs(above - ends[1])) < _BOOTSTRAP_TOLERANCE / 2:
            reason = words
    raise WrongAnswerError(reason, "With 2,000 answers, 1,600 of them right, and 2,000 repeats")


@exercises.add(
    "Both answered the same images. What is the difference on one image, if `first` and `second` hold 1 for right?",
    "Draw images, not answers: `generator.choice(first - second, len(first))`. Its mean is one lead.",
    "Collect the leads of all draws; `np.quantile(leads, [0.025, 0.975])` cuts off 2.5 % at each end.",
    size="stretch",
)
def paired_interval(attempt: Attempt) -> None:
    """Return the two ends of the 95 % bootstrap interval of the lead of the first classifier over the second."""
    same = np.repeat([1, 0], [30, 10])
    if (reason := difference(attempt(first=same, second=same, repeats=50), np.zeros(2))) is not None:
        raise WrongAnswerError(
            "Where both give the same answers, no draw has a lead: draw images, and use the same ones for both. "
            + reason
        )
    first = np.repeat([1, 1, 0, 0], [1500, 140, 100, 260])
    second = np.repeat([1, 0, 1, 0], [1500, 140, 100, 260])
    lead = float((first - second).mean())
    error = float((first - second).std()) / np.sqrt(len(first))
    low, high = _two_ends(attempt(first=first, second=second, repeats=2000))
    if max(abs(low - lead + 1.96 * error), abs(high - lead - 1.96 * error)) <= _BOOTSTRAP_TOLERANCE:
        return
    unpaired = 1.96 * float(np.sqrt((first.var() + second.var()) / len(first)))
    reason = f"Its ends are {low:.3f} and {high:.3f}, which is not where 95 % of the leads lie."
    if max(abs(low - lead + unpaired), abs(high - lead - unpaired)) < _BOOTSTRAP_TOLERANCE:
        reason = "It draws the images of each classifier by themselves. Both answered the same images: draw these."
    elif max(abs(low + lead + 1.96 * error), abs(high + lead - 1.96 * error)) < _BOOTSTRAP_TOLERANCE:
        reason = "That is the lead of the second over the first. Turn the difference round."
    raise WrongAnswerError(reason, "With 2,000 images: both right 1,500, only the first 140, only the second 100")


@exercises.add(
    "The printed number is the mean of two shares. The sensitivity is tp / (tp + fn): what must the other share be?",
    "The other share is 2 · printed − sensitivity. It is tn divided by something. By what?",
    "If tn / x is the share, then x is tn / share.",
    size="stretch",
)
def denominator_behind(attempt: Attempt) -> None:
    """Return by what the true negatives were divided to get this balanced accuracy."""
    for tp, fn, tn, printed in ((1, 9, 988, 0.544), (1, 9, 988, (0.1 + 988 / 990) / 2), (6, 2, 7, (0.75 + 0.35) / 2)):
        sensitivity = tp / (tp + fn)
        share = 2 * printed - sensitivity
        known_mistakes = {
            "That is the share. By what was tn divided to get it?": share,
            "The printed number is the mean of two shares: there is a division by 2.": tn / (printed - sensitivity),
            "Only one of the two shares is divided: first take the sensitivity away.": tn / (2 * printed),
            "That is the printed number itself, taken for the specificity.": tn / printed,
        }
        attempt.must_return(tn / share, known_mistakes, tp=tp, fn=fn, tn=tn, printed=printed)


_COST_OF_A_MISS = 5
_SPLITS = 5


@exercises.challenge(goal=10.0, unit="per 100 women", lower_is_better=True)
def screening_cost(screen: object) -> float:
    """Train on half of the tumours and answer for the others: a missed one costs 5, a false alarm 1."""
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import StratifiedShuffleSplit

    attempt = Attempt(screen)
    cells, benign = load_breast_cancer(return_X_y=True, as_frame=True)
    malignant = (1 - benign).to_numpy()
    costs = []
    for train, test in StratifiedShuffleSplit(_SPLITS, test_size=0.5, random_state=4).split(cells, malignant):
        answers = attempt(cells=cells.iloc[train], malignant=malignant[train], new_cells=cells.iloc[test])
        positive = np.asarray(answers).astype(bool)
        if positive.shape != test.shape:
            raise WrongAnswerError(f"Return {len(test)} answers, one per tumour, not an array of {positive.shape}.")
        missed, alarms = (malignant[test] == 1) & ~positive, (malignant[test] == 0) & positive
        costs.append((_COST_OF_A_MISS * missed.sum() + alarms.sum()) / len(test))
    return 100 * float(np.mean(costs))


def _two_ends(answer: object) -> tuple[float, float]:
    ends = numbers(answer)
    if ends is None or ends.shape != (2,):
        raise WrongAnswerError("It must return two numbers: the lower end and the upper end.")
    if ends[0] > ends[1]:
        raise WrongAnswerError("The upper end comes first. Return the lower end, then the upper one.")
    return float(ends[0]), float(ends[1])
