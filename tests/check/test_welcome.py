"""Lesson 00: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest

from coursekit.check import welcome

RIGHT = [
    ("mean_brightness", lambda image: image.mean()),
    ("mean_brightness", lambda image: sum(sum(row) for row in image) / image.size),
    ("count_classes", lambda labels: len(np.unique(labels))),
    ("count_classes", lambda labels: len(set(labels))),
]
WRONG = [
    ("mean_brightness", lambda image: 0.5, "wrong number"),
    ("mean_brightness", lambda image: np.median(image), "That is the median"),
    ("mean_brightness", lambda image: (image.min() + image.max()) / 2, "between the darkest and the brightest"),
    ("mean_brightness", lambda image: image.sum(), "That is the sum"),
    ("mean_brightness", lambda image: image.mean(axis=0), "must return a single number"),
    ("mean_brightness", lambda image: f"{image.mean()}", "type str"),
    ("count_classes", lambda labels: labels.max(), "the largest label. Counting starts at 0"),
    ("count_classes", lambda labels: labels.max() + 1, "Not every number"),
    ("count_classes", len, "how many labels there are"),
    ("count_classes", lambda labels: np.unique(labels), "must return a single number"),
    ("count_classes", lambda labels: float(len(np.unique(labels))), "return an int"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(welcome, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(welcome, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in welcome.exercises.all)


def test_a_label_that_never_occurs_is_not_counted():
    result = welcome.count_classes(lambda labels: labels.max() + 1)
    assert "With\n  labels = [2, 1, 2, 1]\nit returns\n  3\nexpected is\n  2" in str(result)


@pytest.mark.slow
@pytest.mark.parametrize(("box", "met"), [((68, 104, 20, 20), True), ((70, 70, 84, 84), False)])
def test_the_flower_is_no_daisy_any_more(box, met):
    assert welcome.smallest_cover.goal.met(welcome.smallest_cover(box).value) is met


@pytest.mark.parametrize("box", [(0, 0, 0, 5), (200, 0, 40, 5), (0.5, 0, 5, 5), (1, 2, 3), None])
def test_no_rectangle_within_the_image_gives_no_score(box):
    assert welcome.smallest_cover(box).value is None
