"""Lesson 09: right answers pass, wrong ones fail for the right reason."""

import math

import numpy as np
import pytest

from coursekit.check import raman


def weighted(labels, power=-1, scale=None):
    counts = np.bincount(labels).astype(float) ** power
    mean = (counts * np.bincount(labels)).sum() / len(labels)
    return dict(enumerate(counts / (mean if scale is None else scale)))


RIGHT = [
    ("shared_mice", lambda mouse, train, test: len(np.intersect1d(mouse[train], mouse[test]))),
    ("shared_mice", lambda mouse, train, test: len(set(mouse[train]) & set(mouse[test]))),
    ("standard_normal_variate", lambda s: (s - s.mean(1, keepdims=True)) / s.std(1, keepdims=True)),
    ("standard_normal_variate", lambda s: np.array([(row - row.mean()) / row.std() for row in s])),
    ("majority", lambda labels: (np.bincount(labels).max() / len(labels), 1 / len(np.unique(labels)))),
    ("class_weights", weighted),
    ("class_weights", lambda labels: {k: len(labels) / (len(set(labels)) * sum(labels == k)) for k in set(labels)}),
    ("exponential_rate", lambda epoch, rate: rate * math.exp(-0.01 * max(0, epoch - 9))),
    ("exponential_rate", lambda epoch, rate: rate if epoch < 10 else rate * math.e ** (-(epoch - 9) / 100)),
    ("count_mice", lambda names: len({name.split("_")[0] for name in names})),
]
WRONG = [
    ("shared_mice", lambda mouse, train, test: len(set(mouse)), "all mice"),
    ("shared_mice", lambda mouse, train, test: len(set(mouse[train]) ^ set(mouse[test])), "one part only"),
    ("shared_mice", lambda mouse, train, test: len(set(train) & set(test)), "compare the mice"),
    ("shared_mice", lambda mouse, train, test: len(set(mouse[train])), "mice of the first part"),
    ("shared_mice", lambda mouse, train, test: np.isin(mouse[test], mouse[train]).sum(), "Count each mouse once"),
    ("shared_mice", lambda mouse, train, test: sorted(set(mouse[train]) & set(mouse[test])), "must return a number"),
    ("standard_normal_variate", lambda s: s - s.mean(1, keepdims=True), "not scaled"),
    ("standard_normal_variate", lambda s: s / s.std(1, keepdims=True), "not shifted"),
    ("standard_normal_variate", lambda s: (s - s.mean()) / s.std(), "One mean for all"),
    ("standard_normal_variate", lambda s: (s - s.mean(1, keepdims=True)) / s.var(1, keepdims=True), "the variance"),
    ("standard_normal_variate", lambda s: s / np.linalg.norm(s, axis=1, keepdims=True), "other normalisation"),
    (
        "standard_normal_variate",
        lambda s: (s - s.mean(0)) / np.where(s.std(0) == 0, 1, s.std(0)),
        "those of each wavenumber",
    ),
    ("majority", lambda labels: (1 / len(np.unique(labels)), np.bincount(labels).max() / len(labels)), "wrong way"),
    ("majority", lambda labels: (np.bincount(labels).max() / len(labels),) * 2, "mean of the recalls"),
    ("majority", lambda labels: (np.bincount(labels).argmax(), 1 / len(np.unique(labels))), "class itself"),
    ("majority", lambda labels: (np.bincount(labels).max(), 1 / len(np.unique(labels))), "Return the share"),
    ("majority", lambda labels: (np.bincount(labels).min() / len(labels), 1 / len(np.unique(labels))), "rarest"),
    ("class_weights", lambda labels: weighted(labels, power=1), "other way round"),
    ("class_weights", lambda labels: weighted(labels, power=-2), "must be equal"),
    ("class_weights", lambda labels: weighted(labels, scale=1), "on average"),
    ("class_weights", lambda labels: {0: 1.0}, "its keys are [0]"),
    ("exponential_rate", lambda epoch, rate: rate * math.exp(-0.01 * epoch), "from the first epoch"),
    ("exponential_rate", lambda epoch, rate: rate * math.exp(0.01 * max(0, epoch - 9)), "must be negative"),
    ("exponential_rate", lambda epoch, rate: rate * (1 - 0.01 * max(0, epoch - 9)), "straight line"),
    ("exponential_rate", lambda epoch, rate: rate * math.exp(-0.01 * (epoch - 9)), "It grows in the first"),
    ("exponential_rate", lambda epoch, rate: math.exp(-0.01 * max(0, epoch - 9)), "decay alone"),
    ("exponential_rate", lambda epoch, rate: rate * math.exp(-0.01 * max(0, epoch - 10)), "eleven epochs"),
    ("exponential_rate", lambda epoch, rate: rate, "for ever"),
    ("count_mice", lambda names: len({name.split("_")[0] for name in names}) - 1, "largest code"),
    ("count_mice", lambda names: len(names), "number of spectra"),
    ("count_mice", lambda names: len(set(names)), "different names"),
    ("count_mice", lambda names: max(int(name.split("_")[0][1:]) for name in names), "largest number in a name"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(raman, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(raman, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in raman.exercises.all)


def test_the_figures_of_the_source_come_out():
    labels = np.repeat([0, 1, 2, 3], [397, 97, 196, 63])
    assert np.bincount(labels).max() / len(labels) == pytest.approx(0.527, abs=5e-4)


@pytest.mark.parametrize(("answer", "met"), [(("adam", 0.018), True), (("sgd", 0.001), False), (("adam", 0.01), False)])
def test_the_challenge_is_met_between_the_steps_of_the_ladder(answer, met):
    assert raman.raw_and_in_a_hurry.goal.met(raman.raw_and_in_a_hurry(*answer).value) is met


def test_the_challenge_wants_an_optimiser_and_a_rate():
    assert "a rate above 0" in raman.raw_and_in_a_hurry("sgd", 0).reason
    assert '"sgd" or "adam"' in raman.raw_and_in_a_hurry("rmsprop", 0.1).reason
