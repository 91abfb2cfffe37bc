"""Lesson 10: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest

from coursekit import backend
from coursekit.check import retina

backend.import_keras()
import tensorflow as tf  # noqa: E402

MEANS = np.array([103.939, 116.779, 123.68])


def padded(image, mode="constant", corner=False, **options):
    height, width = image.shape[:2]
    side = max(height, width)
    top, left = (0, 0) if corner else ((side - height) // 2, (side - width) // 2)
    around = ((top, side - height - top), (left, side - width - left), (0, 0))
    return np.pad(image, around, mode=mode, **options)


def prepared(images, kind):
    return 2 * images - 1 if kind == "symmetric" else 255 * images[..., ::-1] - MEANS


def only_right_for(kind, other):
    return lambda images, which: prepared(images, which) if which == kind else other(images)


def turned(image):
    return tf.image.rot90(image, tf.random.uniform((), 0, 4, dtype=tf.int32))


def turned_by_numpy(image):
    return tf.image.rot90(image, int(np.random.default_rng().integers(4)))


def weights(classes):
    grades = np.arange(classes)
    return np.subtract.outer(grades, grades) ** 2 / (classes - 1) ** 2


def cheapest(probabilities, fines, choose=np.argmin):
    return choose(probabilities @ fines, axis=1)


def rounded_mean(probabilities, fines):
    return np.round(probabilities @ np.arange(len(fines))).astype(int)


RIGHT = [
    ("pad_to_square", padded),
    ("own_preparation", prepared),
    ("random_quarter_turn", turned),
    ("sensitivity_per_grade", lambda matrix: np.diag(matrix) / matrix.sum(axis=1)),
    ("sensitivity_per_grade", lambda matrix: [row[i] / sum(row) for i, row in enumerate(matrix)]),
    ("quadratic_weights", weights),
    (
        "quadratic_weights",
        lambda classes: [[(i - j) ** 2 / (classes - 1) ** 2 for i in range(classes)] for j in range(classes)],
    ),
    ("cheapest_grade", cheapest),
    ("cheapest_grade", lambda probabilities, fines: [int((fines.T @ one).argmin()) for one in probabilities]),
]
WRONG = [
    ("pad_to_square", lambda image: padded(image, corner=True), "lies in the corner"),
    ("pad_to_square", lambda image: padded(image, mode="edge"), "The edge is repeated"),
    ("pad_to_square", lambda image: padded(image, constant_values=1.0), "The surround is white"),
    ("pad_to_square", lambda image: image[: min(image.shape[:2]), : min(image.shape[:2])], "shape"),
    ("own_preparation", lambda images, kind: images, "still go from 0 to 1"),
    ("own_preparation", lambda images, kind: images / 127.5 - 1, "divides by 127.5"),
    ("own_preparation", lambda images, kind: 2 * images - 1, 'the way of "symmetric"'),
    ("own_preparation", only_right_for("symmetric", lambda p: 255 * p - MEANS), "Red still comes first"),
    (
        "own_preparation",
        only_right_for("symmetric", lambda p: 255 * p[..., ::-1] - MEANS[::-1]),
        "103.939 belongs to blue",
    ),
    ("own_preparation", only_right_for("symmetric", lambda p: p[..., ::-1] - MEANS), "multiply by 255 first"),
    ("random_quarter_turn", turned_by_numpy, "drawn once, when the graph was traced"),
    ("random_quarter_turn", lambda image: image, "same angle"),
    (
        "random_quarter_turn",
        lambda image: tf.image.rot90(image, tf.random.uniform((), 0, 3, dtype=tf.int32)),
        "only the turns by 0, 1, 2",
    ),
    ("random_quarter_turn", tf.image.random_flip_left_right, "no quarter turn"),
    ("random_quarter_turn", lambda image: image[0], "It must return an image of shape"),
    ("sensitivity_per_grade", lambda matrix: np.diag(matrix) / matrix.sum(axis=0), "That is the precision"),
    ("sensitivity_per_grade", lambda matrix: np.trace(matrix) / matrix.sum(), "That is the accuracy"),
    ("sensitivity_per_grade", lambda matrix: (np.diag(matrix) / matrix.sum(axis=1)).mean(), "one number for each"),
    ("quadratic_weights", lambda classes: np.sqrt(weights(classes)), "linear kappa"),
    ("quadratic_weights", lambda classes: weights(classes) * (classes - 1) ** 2, "not divided"),
    ("quadratic_weights", lambda classes: 1 - weights(classes), "These are credits"),
    ("quadratic_weights", lambda classes: 1 - np.eye(classes), "Every mistake counts the same"),
    ("cheapest_grade", lambda probabilities, fines: probabilities.argmax(axis=1), "The fines do not count"),
    ("cheapest_grade", lambda probabilities, fines: cheapest(probabilities, fines.T), "the wrong way round"),
    ("cheapest_grade", lambda *arguments: cheapest(*arguments, np.argmax), "*highest* expected fine"),
    ("cheapest_grade", lambda *arguments: cheapest(*arguments, np.min), "the lowest fines themselves"),
    ("cheapest_grade", lambda probabilities, fines: probabilities @ fines, "of all grades"),
    ("cheapest_grade", rounded_mean, "only where fines are squared"),
    ("cheapest_grade", lambda *arguments: cheapest(*arguments).astype(float), "return an int"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(retina, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(retina, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


@pytest.mark.parametrize("name", retina.exercises.all)
def test_stubs_are_not_attempted(name):
    def stub(*arguments):
        raise NotImplementedError

    assert getattr(retina, name)(stub).status == "not attempted"


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in retina.exercises.all)


def first(severity):
    return lambda probabilities, places: np.argsort(-severity(probabilities), kind="stable")[:places]


def severe(probabilities):
    return probabilities[..., 3:].sum(axis=-1)


# Seen: most probable grade of the worse eye 0.679, of both 0.736; mean grade of the worse eye 0.841; probability of a
# severe grade in the worse eye 0.859, in either 0.877.
@pytest.mark.parametrize(
    ("severity", "met"),
    [
        (lambda p: p.argmax(axis=-1).max(axis=1), False),
        (lambda p: p.argmax(axis=-1).sum(axis=1), False),
        (lambda p: (p @ np.arange(5)).mean(axis=1), False),
        (lambda p: 1 - (1 - severe(p)).prod(axis=1), True),
    ],
)
def test_the_challenge_is_met_by_the_probability_that_either_eye_is_severe(severity, met):
    assert retina.triage.goal.met(retina.triage(first(severity)).value) is met


def test_the_made_up_probabilities_keep_their_promise():
    days = retina.made_up_days()
    promised = np.mean([probabilities.mean(axis=(0, 1)) for probabilities, _ in days], axis=0)
    happened = np.bincount(np.ravel([grades for _, grades in days])) / sum(grades.size for _, grades in days)
    assert np.abs(promised - happened).max() < 0.01


@pytest.mark.parametrize(
    ("choose", "words"),
    [
        (lambda probabilities, places: severe(probabilities), "Return 20 positions, whole numbers from 0 to 199"),
        (lambda probabilities, places: severe(probabilities).argsort(axis=0)[:places], "Return 20 positions"),
        (lambda probabilities, places: np.repeat(np.arange(10), 2), "Position 0 comes 2 times"),
        (lambda probabilities, places: np.arange(places) + 181, "There is no position 200"),
    ],
)
def test_what_gives_no_score_in_the_challenge(choose, words):
    assert words in retina.triage(choose).reason
