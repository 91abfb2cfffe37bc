"""Lesson 15: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest

from coursekit.check import apps
from coursekit.explain.evaluate import deletion


def areas(model, images, methods):
    return {name: deletion(model, images, method(model, images)).area.mean() for name, method in methods.items()}


def square(image):
    side = min(image.shape[:2])
    top, left = ((length - side) // 2 for length in image.shape[:2])
    return image[top : top + side, left : left + side]


def grey(kernel, size):
    strength = np.abs(np.fft.fft2(kernel, (size, size)))
    return strength[0, 0] / strength.max()


RIGHT = [
    ("products", lambda height, width, rows, columns, a, b: height * width * rows * columns * a * b),
    ("share_of_grey", grey),
    ("share_of_grey", lambda k, size: abs(k.sum()) / np.abs(np.fft.rfft2(k, (size, size))).max()),
    ("prepared", lambda image: square(image).astype(np.float32) / 255),
    ("relevance", lambda gradient, image, root: (gradient * (image - root)).sum(axis=-1)),
    ("relevance", lambda g, x, root: np.einsum("ijk,ijk->ij", g, x - root)),
    ("with_gamma", lambda heatmap, gamma: np.sign(heatmap) * np.abs(heatmap) ** gamma),
    ("best_method", lambda *given: min(found := areas(*given), key=found.get)),
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
    ("best_method", lambda *given: max(found := areas(*given), key=found.get), "largest"),
    ("best_method", lambda model, images, methods: min(areas(model, images, methods).values()), "the name"),
    ("best_method", lambda model, images, methods: next(iter(methods)), "largest|smallest mean area"),
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


@pytest.mark.parametrize("name", dir(apps))
def test_a_stub_is_not_attempted(name):
    assert getattr(apps, name)(lambda *given: ...).status == "not attempted"


def test_the_published_gamma_is_told_wrong():
    with np.errstate(invalid="ignore"):
        assert apps.with_gamma(lambda heatmap, gamma: heatmap**gamma).status == "incorrect"
