"""Lesson 14: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest
from scipy import signal

from coursekit.check import fourier_relevance


def spread(slopes, kernel, turned=False, add=True):
    around = np.zeros(np.add(slopes.shape, kernel.shape) - 1)
    for i in range(slopes.shape[0]):
        for j in range(slopes.shape[1]):
            under = around[i : i + len(kernel), j : j + len(kernel)]
            under[:] = (under if add else 0) + slopes[i, j] * (kernel[::-1, ::-1] if turned else kernel)
    half = len(kernel) // 2
    return around[half:-half, half:-half]


def powers(x, b, power, y=None, inner=None):
    g = x * b
    total = (g**power if y is None else y(g)).sum()
    return total, (power * g ** (power - 1) * (b if inner is None else inner)).sum()


def snippet(x, b):
    return powers(x, b, 5)


def behind(shares, bias, weights):
    return np.maximum(shares.sum(axis=0) - shares + bias, 0) @ weights


RIGHT = [
    ("chain_rule", lambda x, b: np.sum(5 * (x * b) ** 4 * b)),
    ("chain_rule", lambda x, b: sum(5 * (x * one) ** 4 * one for one in b)),
    ("slopes_of_image", spread),
    ("slopes_of_image", lambda slopes, kernel: signal.convolve2d(slopes, kernel, mode="same")),
    ("taylor_map", lambda slope, image, root: slope * (image - root)),
    ("missed_share", lambda relevance, change: abs(change - relevance.sum()) / abs(change)),
    ("logits_without_each", behind),
    (
        "logits_without_each",
        lambda s, b, w: [np.maximum(np.delete(s, c, 0).sum(0) + b, 0) @ w for c in range(len(s))],
    ),
    ("maps_needed", lambda errors, tolerance: np.argmax(errors < tolerance)),
    ("maps_needed", lambda errors, tolerance: next(i for i, error in enumerate(errors) if error < tolerance)),
    ("mended", lambda x, b, power: [np.sum((x * b) ** +power), np.sum(power * (x * b) ** (power - 1) * b)]),
]
WRONG = [
    ("chain_rule", lambda x, b: np.sum(5 * (x * b) ** 4), "dg/dx is missing"),
    ("chain_rule", lambda x, b: np.sum((x * b) ** 5), "That is y itself"),
    ("chain_rule", lambda x, b: 5 * (x * b) ** 4 * b, "Each branch has its own product"),
    ("chain_rule", lambda x, b: np.sum(5 * (x * b) ** 5 * b), "not become one less"),
    ("chain_rule", lambda x, b: np.sum((x * b) ** 4 * b), "The 5 in front"),
    ("chain_rule", lambda x, b: np.sum(5 * (x * b) ** 4) * b.sum(), "other way round"),
    ("chain_rule", lambda x, b: np.sum(5 * (x * b) ** 4 * x), "x is the other factor"),
    ("slopes_of_image", lambda s, k: spread(s, k, turned=True), "That is the way there"),
    ("slopes_of_image", lambda s, k: signal.correlate2d(s, k, mode="same"), "That is the way there"),
    ("slopes_of_image", lambda s, k: spread(s, k.T), "on its side"),
    ("slopes_of_image", lambda s, k: spread(s, k, add=False), "write += in place of ="),
    ("slopes_of_image", lambda s, k: s * k.sum(), "Shift the kernel to each place"),
    ("slopes_of_image", lambda s, k: signal.convolve2d(s, k), "the shape must be (3, 4)"),
    ("taylor_map", lambda slope, image, root: slope * (root - image), "signs are turned around"),
    ("taylor_map", lambda slope, image, root: slope * image, "black as the root"),
    ("taylor_map", lambda slope, image, root: np.abs(slope * (image - root)), "The signs are gone"),
    ("taylor_map", lambda slope, image, root: (slope * (image - root)).sum(), "That is the sum"),
    ("taylor_map", lambda slope, image, root: image - root, "The slope is missing"),
    ("missed_share", lambda relevance, change: abs(change - relevance.sum()), "Divide it by the change"),
    ("missed_share", lambda relevance, change: (change - relevance.sum()) / change, "no sign here"),
    ("missed_share", lambda relevance, change: abs(change / relevance.sum() - 1), "not by what the map sums to"),
    ("missed_share", lambda relevance, change: relevance.sum() / change, "what the map explains"),
    ("missed_share", lambda relevance, change: 100 * abs(1 - relevance.sum() / change), "percentages"),
    ("logits_without_each", lambda s, b, w: np.maximum(s + b, 0) @ w, "one map alone"),
    ("logits_without_each", lambda s, b, w: (s.sum(0) - s + b) @ w, "The ReLU is missing"),
    ("logits_without_each", lambda s, b, w: np.maximum(s.sum(0) - s, 0) @ w, "The bias is missing"),
    ("logits_without_each", lambda s, b, w: np.maximum(s.sum(0) + b, 0) @ w, "with no map switched off"),
    ("logits_without_each", lambda s, b, w: np.maximum(s.sum(0) + b, 0) @ w - behind(s, b, w), "logits change"),
    ("logits_without_each", lambda s, b, w: np.maximum(s.sum(0) - s + b, 0), "Those are the units"),
    ("maps_needed", lambda errors, tolerance: np.argmax(errors < tolerance) + 1, "one too many"),
    ("maps_needed", lambda errors, tolerance: np.argmax(errors < tolerance) - 1, "one too few"),
    ("maps_needed", lambda errors, tolerance: int((errors < tolerance).sum()), "how many errors"),
    ("maps_needed", lambda errors, tolerance: len(errors) - np.argmax(errors[::-1] >= tolerance), "for good"),
    ("maps_needed", lambda errors, tolerance: np.argmax(errors <= tolerance), "equal is not enough"),
    ("maps_needed", lambda errors, tolerance: errors[np.argmax(errors < tolerance)], "That is the error"),
    ("mended", lambda x, b, power: powers(x, b, power, y=lambda g: g + power), "The power is meant"),
    ("mended", lambda x, b, power: powers(x, b, power, inner=1), "the factor dg/dx is 1"),
    ("mended", lambda x, b, power: powers(x, b, power, inner=x), "the factor dg/dx is x"),
    ("mended", lambda x, b, power: (np.sum((x * b) ** power), snippet(x, b)[1]), "the derivative for the power 5"),
    ("mended", lambda x, b, power: (np.sum((x * b) ** power), np.sum(power * (x * b) ** power * b)), "one less"),
    ("mended", lambda x, b, power: powers(x, b, power)[::-1], "the wrong way round"),
    ("mended", lambda x, b, power: powers(x, b, power)[0], "a single number"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(fourier_relevance, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(fourier_relevance, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in fourier_relevance.exercises.all)


def test_the_worked_example_comes_out():
    assert snippet(3, np.array([3, 4])) == (307_881, 513_135)
    assert list(5 * np.array([9, 12]) ** 4) == [32_805, 103_680]


@pytest.mark.parametrize(("factor", "met"), [(2.5, True), (1, False), (2, False)])
def test_the_challenge_is_met_by_a_factor_that_makes_up_for_the_missing(factor, met):
    needed = [4, 30, 23, 1, 14, 31, 24, 12]
    assert fourier_relevance.eight_kernels.goal.met(fourier_relevance.eight_kernels(needed, factor).value) is met


def test_the_challenge_wants_eight_kernels():
    assert "at most 8" in fourier_relevance.eight_kernels(range(9), 2).reason
    assert "from 0 to 31" in fourier_relevance.eight_kernels([32], 2).reason
