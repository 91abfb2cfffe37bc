"""The exercises of lesson 04."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit import metrics
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import WRONG_NUMBER, call_shown, counter_example, difference, numbers
from coursekit.check.exercise import Exercises
from coursekit.metrics import Counts

exercises = Exercises("04_judging_a_classifier", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

# TP, FN, FP, TN
_COUNTS = ((6, 2, 3, 7), (70, 10, 50, 50), (1, 9, 2, 988))
# 4 standard errors of the end of an interval that 2,000 draws find; it tells 90 % from 95 %.
_BOOTSTRAP_TOLERANCE = 0.0021


@exercises.add(
    "Each metric is a share: what counts, out of what? Sensitivity: the positives found, out of all positives.",
    "All positives are tp + fn, all negatives fp + tn, all positive answers tp + fp.",
    "F1 is 2·tp / (2·tp + fp + fn). Return the five in a list, in the order of the task.",
)
def metrics_from_counts(attempt: Attempt) -> None:
    """Return accuracy, sensitivity, specificity, precision and F1, in this order, from the four counts."""
    for tp, fn, fp, tn in _COUNTS:
        counts, total = Counts(tp, fn, fp, tn), tp + fn + fp + tn
        mean = (counts.precision + counts.sensitivity) / 2
        needed: list[tuple[str, float, dict[str, float]]] = [
            (
                "accuracy",
                counts.accuracy,
                {"Only true positives are counted. True negatives are right too": tp / total},
            ),
            (
                "sensitivity",
                counts.sensitivity,
                {"That is the precision: the share of the positive answers": counts.precision},
            ),
            (
                "specificity",
                counts.specificity,
                {
                    "That is the precision. Specificity looks at the negatives only": counts.precision,
                    "That is the share of all samples. Divide by the negatives": tn / total,
                    "That is the negative predictive value. Divide by fp + tn": counts.negative_predictive_value,
                    "That is the false positive rate, 1 − specificity": fp / (fp + tn),
                },
            ),
            (
                "precision",
                counts.precision,
                {
                    "That is the specificity, the true negative rate": counts.specificity,
                    "That is the sensitivity. Precision looks at the positive answers": counts.sensitivity,
                },
            ),
            ("F1", counts.f1, {"That is the arithmetic mean. F1 is the harmonic one": mean}),
        ]
        arguments = {"tp": tp, "fn": fn, "fp": fp, "tn": tn}
        answer = numbers(attempt(**arguments))
        if answer is None or answer.shape != (5,):
            raise WrongAnswerError("It must return a list of five numbers.", call_shown(arguments))
        for place, (name, expected, mistakes) in enumerate(needed, start=1):
            reason = difference(answer[place - 1], expected)
            if reason is None:
                continue
            known = [words for words, mistaken in mistakes.items() if difference(answer[place - 1], mistaken) is None]
            reason = f"{known[0]}." if known else reason
            raise WrongAnswerError(
                f"Number {place} of 5, the {name}: {reason}", counter_example(arguments, answer[place - 1], expected)
            )


@exercises.add(
    "For one class: `labels == one` marks its samples. Which share of their predictions is the same class?",
    "`np.unique(labels)` lists the classes that occur. A class that is only predicted has no recall.",
    "The recall of a class is `np.mean(predictions[labels == one] == one)`. Return the mean over the classes.",
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
    "`curve = ck.metrics.threshold_curve(labels, scores)` has every threshold that changes something, and its counts.",
    "What each threshold costs: `cost_of_miss * curve.false_negatives + curve.false_positives`.",
    "`costs.argmin()` is the place of the cheapest; `curve.thresholds` has the threshold there.",
    course=("threshold_curve",),
)
def cheapest_threshold(attempt: Attempt) -> None:
    """Return the threshold that costs least, where a miss costs cost_of_miss and a false alarm 1."""
    generator = np.random.default_rng(4)
    many = generator.integers(0, 2, 60)
    cases = (
        ([1, 0, 0, 1, 1, 0, 1], [0.1, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9], 5.0),
        ([0, 1, 0, 0, 0, 1, 1], [0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9], 0.5),
        (many, (0.3 * many + generator.random(60)).round(3), 3.0),
    )
    for labels, scores, cost_of_miss in cases:
        arguments: dict[str, Any] = {
            "labels": np.array(labels),
            "scores": np.array(scores),
            "cost_of_miss": cost_of_miss,
        }
        answer = attempt(**arguments)
        reason = difference(answer, 0.5)
        if reason not in (None, WRONG_NUMBER):
            raise WrongAnswerError(reason, call_shown(arguments))
        curve = metrics.threshold_curve(arguments["labels"], arguments["scores"])
        costs = cost_of_miss * curve.false_negatives + curve.false_positives
        chosen = curve.at(float(answer))
        cost = cost_of_miss * chosen.false_negatives + chosen.false_positives
        if cost > costs.min() + 1e-9:
            raise WrongAnswerError(
                _why_dearer(curve, cost_of_miss, chosen, cost, costs),
                counter_example(arguments, answer, curve.thresholds[costs.argmin()]),
            )


@exercises.add(
    "One draw: `generator.choice(right, len(right))` picks with replacement. Its mean is one result.",
    "Collect the means of all draws in a list.",
    "`np.quantile(means, [0.025, 0.975])` cuts 2.5 % off at each end.",
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
    "0.544 is the mean of two numbers. One is the sensitivity, 1 / 10. What is the other, and how did it come about?",
    "The other is 0.988: that is 988 of 1,000. What should the true negatives be divided by?",
    "Specificity is tn / (tn + fp).",
)
def balanced_from_counts(attempt: Attempt) -> None:
    """Return the balanced accuracy from the four counts: the mean of sensitivity and specificity."""
    for tp, fn, fp, tn in ((3, 1, 2, 2), *_COUNTS):
        counts, total = Counts(tp, fn, fp, tn), tp + fn + fp + tn
        known_mistakes = {
            "The bug is still there: the true negatives are divided by all samples.": (counts.sensitivity + tn / total)
            / 2,
            "That is the accuracy.": counts.accuracy,
            "That is the mean of sensitivity and precision.": (counts.sensitivity + counts.precision) / 2,
            "That is the sum. Divide by 2.": counts.sensitivity + counts.specificity,
        }
        attempt.must_return(counts.balanced_accuracy, known_mistakes, tp=tp, fn=fn, fp=fp, tn=tn)


@exercises.add(
    "Precision asks of the positive answers: how many are right?",
    "The true negative rate asks of the negatives: how many were left alone? Another name for it is specificity.",
    "Return tp / (tp + fp) and tn / (tn + fp).",
)
def precision_and_true_negative_rate(attempt: Attempt) -> None:
    """Return two numbers from the four counts: the precision, and the true negative rate."""
    for tp, fn, fp, tn in _COUNTS:
        counts = Counts(tp, fn, fp, tn)
        precision, rate = counts.precision, counts.specificity
        known_mistakes = {
            "Both are the same number. That is the mistake to be mended: they are two things.": [precision, precision],
            "Both are the same number. That is the mistake to be mended: they are not one.": [rate, rate],
            "They are in the wrong order: first the precision.": [rate, precision],
            "The second is the negative predictive value, a share of the answers. A rate is a share of a class.": [
                precision,
                counts.negative_predictive_value,
            ],
            "The first is the sensitivity.": [counts.sensitivity, rate],
        }
        attempt.must_return([precision, rate], known_mistakes, tp=tp, fn=fn, fp=fp, tn=tn)


def _why_dearer(
    curve: metrics.ThresholdCurve, cost_of_miss: float, chosen: Counts, cost: float, costs: NDArray[Any]
) -> str:
    errors, turned = (
        curve.false_negatives + curve.false_positives,
        curve.false_negatives + cost_of_miss * curve.false_positives,
    )
    missed, alarms = chosen.false_negatives, chosen.false_positives
    reason = f"It costs {cost:g} ({missed} missed, {alarms} false alarms); another threshold costs {costs.min():g}."
    if missed + cost_of_miss * alarms == turned.min():
        return f"{reason} It takes the false alarms for the dear ones."
    if missed + alarms == errors.min():
        return f"{reason} It counts a miss like a false alarm."
    return reason


def _two_ends(answer: object) -> tuple[float, float]:
    ends = numbers(answer)
    if ends is None or ends.shape != (2,):
        raise WrongAnswerError("It must return two numbers: the lower end and the upper end.")
    if ends[0] > ends[1]:
        raise WrongAnswerError("The upper end comes first. Return the lower end, then the upper one.")
    return float(ends[0]), float(ends[1])
