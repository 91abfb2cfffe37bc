"""Lesson 15: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest

from coursekit.check import apps
from coursekit.data import ground_truth
from coursekit.explain import class_probabilities
from coursekit.explain.evaluate import centre_blob


def square(image):
    side = min(image.shape[:2])
    top, left = ((length - side) // 2 for length in image.shape[:2])
    return image[top : top + side, left : left + side]


def grey(kernel, size):
    strength = np.abs(np.fft.fft2(kernel, (size, size)))
    return strength[0, 0] / strength.max()


def verdict(difference, divide=True, ddof=1, word=None):
    reach = 2 * difference.std(ddof=ddof) / (len(difference) ** 0.5 if divide else 1)
    low, high = difference.mean() - reach, difference.mean() + reach
    return word or ("first" if low > 0 else "second" if high < 0 else "neither"), low, high


def unpaired(first, second):
    reach = 2 * ((first.var(ddof=1) + second.var(ddof=1)) / len(first)) ** 0.5
    return "first", (first - second).mean() - reach, (first - second).mean() + reach


RIGHT = [
    ("products", lambda height, width, rows, columns, a, b: height * width * rows * columns * a * b),
    ("share_of_grey", grey),
    ("share_of_grey", lambda k, size: abs(k.sum()) / np.abs(np.fft.rfft2(k, (size, size))).max()),
    ("prepared", lambda image: square(image).astype(np.float32) / 255),
    ("relevance", lambda gradient, image, root: (gradient * (image - root)).sum(axis=-1)),
    ("relevance", lambda g, x, root: np.einsum("ijk,ijk->ij", g, x - root)),
    ("with_gamma", lambda heatmap, gamma: np.sign(heatmap) * np.abs(heatmap) ** gamma),
    ("lead", lambda first, second: verdict(first - second)),
]
WRONG = [
    ("products", lambda h, w, rows, columns, a, b: rows * columns * a * b, "how many weights"),
    ("products", lambda h, w, rows, columns, a, b: h * w * rows * columns * b, "reads all channels"),
    ("products", lambda h, w, rows, columns, a, b: h * w * rows * columns * a, "channels that go out"),
    ("products", lambda h, w, rows, columns, a, b: h * w * b, "sum of many products"),
    ("share_of_grey", lambda kernel, size: abs(kernel.sum()), "answer to grey itself"),
    ("share_of_grey", lambda kernel, size: abs(kernel.sum()) / np.abs(np.fft.fft2(kernel)).max(), "Pass the size"),
    ("share_of_grey", lambda kernel, size: 1 / grey(kernel, size), "upside down"),
    ("prepared", lambda image: square(image).astype(float), "Divide by 255"),
    ("prepared", lambda image: image[: min(image.shape[:2]), : min(image.shape[:2])] / 255, "top left"),
    ("prepared", lambda image: image / 255, "whole image"),
    ("prepared", lambda image: square(image) / 256, "256"),
    ("relevance", lambda gradient, image, root: (gradient * image).sum(axis=-1), "gradient times input"),
    ("relevance", lambda gradient, image, root: (gradient * (root - image)).sum(axis=-1), "wrong way round"),
    ("relevance", lambda gradient, image, root: gradient * (image - root), "not one for each channel"),
    ("relevance", lambda gradient, image, root: np.abs(gradient * (image - root)).sum(-1), "signs are gone"),
    ("with_gamma", lambda heatmap, gamma: np.abs(heatmap) ** gamma, "signs are gone"),
    ("with_gamma", lambda heatmap, gamma: np.maximum(heatmap, 0) ** gamma, "became 0"),
    ("with_gamma", lambda heatmap, gamma: heatmap, "as it was"),
    ("lead", lambda first, second: "first", "needs its reason"),
    ("lead", lambda first, second: verdict(first - second, divide=False), "Divide by √n"),
    ("lead", lambda first, second: verdict(first - second, ddof=0), "ddof=1"),
    ("lead", lambda first, second: verdict(second - first), "second minus first"),
    ("lead", unpaired, "different images"),
    ("lead", lambda first, second: verdict(first - second, word="first"), "because 0 lies"),
    ("lead", lambda first, second: ("first", 0.0, 1.0), "the interval is"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers_pass(name, answer):
    result = getattr(apps, name)(answer)
    assert result.status == "correct", result


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers_fail_for_the_right_reason(name, answer, words):
    with np.errstate(invalid="ignore", divide="ignore"):
        result = getattr(apps, name)(answer)
    assert result.status == "incorrect"
    assert any(word in str(result) for word in words.split("|"))


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in apps.exercises.all)


@pytest.mark.parametrize("name", apps.exercises.all)
def test_a_stub_is_not_attempted(name):
    assert getattr(apps, name)(lambda *given: ...).status == "not attempted"


def test_the_published_gamma_is_told_wrong():
    with np.errstate(invalid="ignore"):
        assert apps.with_gamma(lambda heatmap, gamma: heatmap**gamma).status == "incorrect"


@pytest.mark.slow
def test_the_challenge_is_met_by_covering_the_animal_and_not_by_a_blob():
    def animals(network, images):
        drawn = ground_truth("pets", "validation", 48)
        there = drawn.labels == 1
        found = class_probabilities(network, drawn.arrays()[0][there]).argmax(axis=1) == 1
        return drawn.masks[there][found] > 0

    def blob(network, images):
        heat = centre_blob(network, images)
        return heat >= np.quantile(heat, 0.7, axis=(1, 2), keepdims=True)

    assert apps.fewest_pixels(animals).status == "correct"
    assert apps.fewest_pixels(blob).status == "not attempted"
    assert "True or False" in apps.fewest_pixels(lambda network, images: images).reason
