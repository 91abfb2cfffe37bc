"""Lesson 11: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest

from coursekit.check import inside


def step(direction=1, normalised="rms", clipped=True, alone=False):
    """A step of the ascent; every argument makes one mistake."""

    def take(image, gradient, rate):
        size = {
            "rms": np.sqrt(np.mean(gradient**2)),
            "length": np.sqrt(np.sum(gradient**2)),
            "largest": np.abs(gradient).max(),
            None: 1.0,
        }[normalised]
        moved = (0 if alone else image) + direction * rate * gradient / size
        return np.clip(moved, 0, 1) if clipped else moved

    return take


def overlap(cut=True, twice=False, by="union"):
    def measure(first, second):
        (r1, c1, h1, w1), (r2, c2, h2, w2) = first, second
        height, width = min(r1 + h1, r2 + h2) - max(r1, r2), min(c1 + w1, c2 + w2) - max(c1, c2)
        shared = max(0, height) * max(0, width) if cut else height * width
        union = h1 * w1 + h2 * w2 - (0 if twice else shared)
        return shared / {"union": union, "first": h1 * w1, "smaller": min(h1 * w1, h2 * w2), "one": 1}[by]

    return measure


def distance(signed=False, mean=True, divide="spread"):
    def measure(cats, dogs):
        a, b = (cats.mean(axis=0), dogs.mean(axis=0)) if mean else (cats.sum(axis=0), dogs.sum(axis=0))
        part = a - b if signed else np.abs(a - b)
        variance = (cats.var(axis=0) + dogs.var(axis=0)) / 2
        divisor = {"spread": variance**0.5, "variance": variance, "both": (2 * variance) ** 0.5, "one": 1}[divide]
        return part / np.where(np.asarray(divisor) > 0, divisor, 1)

    return measure


def variation(image, axes=(0, 1), power=1, absolute=True, mean=False):
    parts = [np.diff(image, axis=axis) for axis in axes]
    parts = [np.abs(part) ** power if absolute else part for part in parts]
    return sum(part.mean() if mean else part.sum() for part in parts)


RIGHT = [
    ("sparsity", lambda maps: (maps == 0).mean(axis=(0, 1, 2))),
    ("sparsity", lambda maps: [np.mean(maps[..., k] == 0) for k in range(maps.shape[-1])]),
    ("class_distance", distance()),
    ("total_variation", variation),
    (
        "total_variation",
        lambda p: np.abs(p[1:] - p[:-1]).sum() + np.abs(p[:, 1:] - p[:, :-1]).sum(),
    ),
    ("class_activation_map", lambda maps, weights, label: maps @ weights[:, label]),
    ("class_activation_map", lambda maps, weights, label: np.einsum("hwk,kc->chw", maps, weights)[label]),
    ("box_overlap", overlap()),
    ("ascent_step", step()),
]
WRONG = [
    ("sparsity", lambda maps: np.mean(maps == 0), "one number for all maps"),
    ("sparsity", lambda maps: (maps > 0).mean(axis=(0, 1, 2)), "*not* zero"),
    ("sparsity", lambda maps: (maps == 0).sum(axis=(0, 1, 2)), "counts the zeros"),
    ("sparsity", lambda maps: (maps == 0).mean(axis=(1, 2)), "Average over the images too"),
    ("sparsity", lambda maps: maps.mean(axis=(0, 1, 2)), "how large the maps are"),
    ("class_distance", distance(signed=True), "The sign is still there"),
    ("class_distance", distance(mean=False), "take the means"),
    ("class_distance", distance(divide="one"), "Divide it by the spread"),
    ("class_distance", distance(divide="variance"), "in the units of the map"),
    ("class_distance", distance(divide="both"), "Take their mean"),
    ("class_distance", lambda cats, dogs: float(distance()(cats, dogs).mean()), "Each has its own"),
    ("total_variation", lambda image: variation(image, absolute=False), "ups and downs cancel"),
    ("total_variation", lambda image: variation(image, axes=(0,)), "Add those between columns"),
    ("total_variation", lambda image: variation(image, axes=(1,)), "Add those between rows"),
    ("total_variation", lambda image: variation(image, power=2), "squared"),
    ("total_variation", lambda image: variation(image, mean=True), "Add up"),
    (
        "class_activation_map",
        lambda maps, weights, label: np.maximum(maps @ weights[:, label], 0),
        "CAM keeps it",
    ),
    (
        "class_activation_map",
        lambda maps, weights, label: (maps * weights[:, label]).mean(axis=-1),
        "mean over the maps",
    ),
    ("class_activation_map", lambda maps, weights, label: (maps @ weights[:, label]).mean(), "without its places"),
    ("class_activation_map", lambda maps, weights, label: maps.sum(axis=-1), "not weighted"),
    ("class_activation_map", lambda maps, weights, label: maps @ weights[label], "A class is a column"),
    ("class_activation_map", lambda maps, weights, label: maps @ weights[:, label - 1], "of another class"),
    ("box_overlap", overlap(twice=True), "counted twice"),
    ("box_overlap", overlap(cut=False), "Cut each side off at 0"),
    ("box_overlap", overlap(by="one"), "Divide it by the area"),
    ("box_overlap", overlap(by="first"), "divided by the first box"),
    ("box_overlap", overlap(by="smaller"), "count as perfect"),
    ("ascent_step", step(direction=-1), "That is downhill"),
    ("ascent_step", step(direction=-1, clipped=False), "That is downhill"),
    ("ascent_step", step(direction=-1, clipped=False, normalised=None), "That is downhill"),
    ("ascent_step", step(normalised=None), "not normalised"),
    ("ascent_step", step(clipped=False), "leave the range"),
    ("ascent_step", step(normalised="largest"), "largest slope"),
    ("ascent_step", step(normalised="length"), "grows with the image"),
    ("ascent_step", step(alone=True, clipped=False), "That is the step alone"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(inside, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(inside, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


@pytest.mark.parametrize("name", inside.exercises.all)
def test_the_stub_is_no_attempt(name):
    def stub(*arguments):
        raise NotImplementedError()

    assert getattr(inside, name)(stub).status == "not attempted"


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in inside.exercises.all)
