"""The exercises of lesson 10. TensorFlow is imported by the one that needs it, when it is called."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from coursekit import backend
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.exercise import Exercises
from coursekit.check.positions import chosen_positions
from coursekit.fundus import pad_to_square as _padded

exercises = Exercises("10_retina_transfer", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

_IMAGENET_MEANS = np.array([103.939, 116.779, 123.68])


@exercises.add(
    "The longer side stays. `np.zeros((side, side, 3))` is a black square to put the image into.",
    "`top = (side - height) // 2` rows of black come first, and as many columns at the left, computed alike.",
    "`square[top : top + height, left : left + width] = image`",
    size="core",
)
def pad_to_square(attempt: Attempt) -> None:
    """Return an image (height, width, 3) in the middle of a black square as large as its longer side."""
    rng = np.random.default_rng(10)
    for height, width in ((2, 4), (6, 3), (3, 3)):
        image = np.round(rng.uniform(0.1, 0.9, (height, width, 3)), 1)
        expected = _padded(image)
        side = max(height, width)
        corner = np.zeros((side, side, 3))
        corner[:height, :width] = image
        above, before = (side - height) // 2, (side - width) // 2
        around = ((above, side - height - above), (before, side - width - before), (0, 0))
        known_mistakes = {
            "The image lies in the corner. It belongs in the middle, with black on both sides.": corner,
            "The edge is repeated. The surround of an eye is black: zeros.": np.pad(image, around, mode="edge"),
            "The surround is white. It must be black: zeros.": np.pad(image, around, constant_values=1.0),
            "That is the largest square *within* the image. Nothing may be lost: take the longer side.": image[
                (height - min(height, width)) // 2 : (height + min(height, width)) // 2,
                (width - min(height, width)) // 2 : (width + min(height, width)) // 2,
            ],
        }
        attempt.must_return(expected, known_mistakes, image=image)


@exercises.add(
    '"symmetric": twice the value, less 1. "caffe": values from 0 to 255, with blue first.',
    "`images[..., ::-1]` turns red, green, blue into blue, green, red.",
    '"caffe": `255 * images[..., ::-1] - np.array([103.939, 116.779, 123.68])`',
    size="warm-up",
)
def own_preparation(attempt: Attempt) -> None:
    """Return images with values from 0 to 1 as a network expects them: "symmetric" or "caffe"."""
    rng = np.random.default_rng(3)
    for shape in ((1, 1, 2, 3), (2, 2, 1, 3)):
        images = np.round(rng.random(shape), 1)
        attempt.must_return(
            2 * images - 1,
            {
                "These values still go from 0 to 1. MobileNetV2 expects them from -1 to 1.": images,
                "That is 255 times too much: the images go from 0 to 1 already.": 2 * 255 * images - 1,
                'Blue comes first here. Only "caffe" turns the channels round.': 2 * images[..., ::-1] - 1,
                "These are from -0.5 to 0.5: multiply by 2 first.": images - 0.5,
                "That divides by 127.5, as for values up to 255. These go from 0 to 1.": images / 127.5 - 1,
            },
            images=images,
            kind="symmetric",
        )
        attempt.must_return(
            255 * images[..., ::-1] - _IMAGENET_MEANS,
            {
                "Red still comes first. These networks were trained on blue, green, red.": 255 * images
                - _IMAGENET_MEANS,
                "Red still comes first, and so do the means: blue's mean is 103.939.": 255 * images
                - _IMAGENET_MEANS[::-1],
                "The channels are turned round, but the means are not: 103.939 belongs to blue.": 255
                * images[..., ::-1]
                - _IMAGENET_MEANS[::-1],
                "The means count for values from 0 to 255: multiply by 255 first.": images[..., ::-1] - _IMAGENET_MEANS,
                "The means are missing.": 255 * images[..., ::-1],
                'That is the way of "symmetric".': 2 * images - 1,
            },
            images=images,
            kind="caffe",
        )


@exercises.add(
    "NumPy and Python draw while the function is *traced*, once. TensorFlow's functions draw whenever the graph runs.",
    "`tf.random.uniform((), 0, 4, dtype=tf.int32)` is a new number from 0 to 3 for each image.",
    "`return tf.image.rot90(image, tf.random.uniform((), 0, 4, dtype=tf.int32))`",
    size="core",
)
def random_quarter_turn(attempt: Attempt) -> None:
    """Return a square image turned by a random number of quarter turns, anew whenever the graph runs."""
    backend.import_keras()
    import tensorflow as tf

    @tf.autograph.experimental.do_not_convert  # type: ignore[untyped-decorator]
    def turn(one: Any) -> Any:
        return _turned(attempt, one)

    for side in (2, 3):
        image = np.arange(side * side * 3, dtype=np.float32).reshape(side, side, 3)
        images = tf.data.Dataset.from_tensors(image).repeat(64)
        turned = np.stack(list(images.map(turn).as_numpy_iterator()))
        which = [next((k for k in range(4) if np.array_equal(one, np.rot90(image, k))), None) for one in turned]
        if None in which:
            raise WrongAnswerError(
                f"Of 64 images {which.count(None)} are no quarter turn of the original. `tf.image.rot90(image, k)` "
                "turns by k quarters, and changes nothing else."
            )
        found = set(which)
        if len(found) == 1:
            raise WrongAnswerError(
                "All 64 images were turned by the same angle: it was drawn once, when the graph was traced. Draw "
                "with tf.random."
            )
        if len(found) < 4:
            raise WrongAnswerError(
                f"Among 64 images only the turns by {', '.join(sorted(map(str, found)))} quarters occur. All of "
                "0, 1, 2 and 3 must: the upper limit of tf.random.uniform is left out."
            )


@exercises.add(
    "Rows are true grades: `matrix.sum(axis=1)` is how many eyes each grade has.",
    "`np.diag(matrix)` are the eyes that got the right grade.",
    "`np.diag(matrix) / matrix.sum(axis=1)`",
    size="warm-up",
)
def sensitivity_per_grade(attempt: Attempt) -> None:
    """Return for each true grade (a row of the matrix) the share of its eyes that got that grade."""
    for table in ([[8, 2], [3, 2]], [[50, 3, 2], [6, 2, 2], [0, 1, 4]]):
        matrix = np.array(table)
        right = np.diag(matrix)
        known_mistakes: dict[str, Any] = {
            "That is the precision: of all eyes that *got* the grade, how many have it.": right / matrix.sum(axis=0),
            "That is the accuracy: one number for all grades.": right.sum() / matrix.sum(),
            "That is the mean over the grades. Return one number for each.": (right / matrix.sum(axis=1)).mean(),
            "Each grade is divided by all eyes.": right / matrix.sum(),
            "That is the share that was missed.": 1 - right / matrix.sum(axis=1),
        }
        attempt.must_return(right / matrix.sum(axis=1), known_mistakes, matrix=matrix)


@exercises.add(
    "The penalty of a cell is the squared distance of its grades, `(i - j) ** 2`, divided by the largest there is.",
    "`np.subtract.outer(grades, grades)` is a table of all differences, with `grades = np.arange(classes)`.",
    "`np.subtract.outer(grades, grades) ** 2 / (classes - 1) ** 2`",
    size="core",
)
def quadratic_weights(attempt: Attempt) -> None:
    """Return the penalties (classes, classes) of quadratic kappa: 0 on the diagonal, 1 for the farthest grades."""
    for classes in (5, 3):
        grades = np.arange(classes)
        away = np.abs(np.subtract.outer(grades, grades))
        known_mistakes = {
            "The distance is not squared: that is the linear kappa.": away / (classes - 1),
            "It is not divided by the largest penalty.": (away**2).astype(float),
            "The largest distance is one less than the number of grades.": away**2 / classes**2,
            "The distance is squared, and must be divided by the largest distance squared.": away**2 / (classes - 1),
            "These are credits, 1 on the diagonal. Return penalties: 0 on the diagonal.": 1
            - away**2 / (classes - 1) ** 2,
            "Every mistake counts the same here: that is the kappa without weights.": (away > 0).astype(float),
        }
        attempt.must_return(away**2 / (classes - 1) ** 2, known_mistakes, classes=classes)


@exercises.add(
    "Take one eye and one grade to call. Each true grade has a probability and a fine. What is the mean fine?",
    "That mean is a sum of products over the true grades: for all grades that you might call it is a product of "
    "matrices.",
    "`(probabilities @ fines)` has a row for each eye and a column for each grade called. Where is the lowest number?",
    size="stretch",
)
def cheapest_grade(attempt: Attempt) -> None:
    """Return for each eye the grade with the lowest expected fine; the rows of `fines` are true grades."""
    away = np.subtract.outer(np.arange(5), np.arange(5))
    dear_misses = np.where(away > 0, 3 * away, -away)
    for chances, table in (
        ([[0.4, 0, 0.6], [0.05, 0.75, 0.2]], [[0, 1, 4], [5, 0, 1], [9, 6, 0]]),
        ([[0.15, 0.15, 0.15, 0.1, 0.45], [0.15, 0.3, 0.05, 0.1, 0.4], [0.45, 0.05, 0.2, 0.1, 0.2]], away**2 / 16),
        ([[0.35, 0.05, 0.15, 0.05, 0.4], [0.2, 0.35, 0.05, 0.2, 0.2], [0.2, 0.3, 0.1, 0.35, 0.05]], dear_misses),
    ):
        probabilities, fines = np.array(chances), np.array(table, dtype=float)
        expected = probabilities @ fines
        grades = np.arange(len(fines))
        known_mistakes = {
            "That is the most probable grade. The fines do not count in it.": probabilities.argmax(axis=1),
            "The fines are read the wrong way round: their rows are true grades, their columns grades called.": (
                probabilities @ fines.T
            ).argmin(axis=1),
            "That is the grade with the *highest* expected fine.": expected.argmax(axis=1),
            "Those are the lowest fines themselves. Return which grade has them.": expected.min(axis=1),
            "Those are the expected fines of all grades. Return for each eye which grade has the lowest.": expected,
            "That is the mean grade, rounded. It is the cheapest only where fines are squared distances.": np.round(
                probabilities @ grades
            ).astype(int),
        }
        attempt.must_return(expected.argmin(axis=1), known_mistakes, probabilities=probabilities, fines=fines)


_DAYS, _PATIENTS, _PLACES = 40, 200, 20
_SEVERE = 3


@exercises.challenge(goal=0.85)
def triage(choose: object) -> float:
    """Choose 20 of 200 patients to be seen today: the share of those with a severe eye that are among them."""
    attempt = Attempt(choose)
    shares = []
    for probabilities, grades in made_up_days():
        answer = attempt(probabilities=probabilities, places=_PLACES)
        chosen = chosen_positions(answer, _PLACES, _PATIENTS)
        severe = np.flatnonzero(grades.max(axis=1) >= _SEVERE)
        shares.append(np.isin(severe, chosen).sum() / min(len(severe), _PLACES))
    return round(float(np.mean(shares)), 3)


def made_up_days() -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Return for 40 days the probabilities (patients, eyes, grades) that a network gives, and the true grades.

    How ill an eye is, is a number that is cut into grades. The eyes of a patient are alike. The network sees that
    number through noise, strong in two photographs of five, and its probabilities keep their promise.
    """
    rng = np.random.default_rng(10)
    cuts, middle, patients, eyes = np.array([0.5, 1.0, 2.0, 2.6]), -0.2, 1.0, 0.6
    known = patients**2 + eyes**2
    days = []
    for _ in range(_DAYS):
        illness = rng.normal(middle, patients, (_PATIENTS, 1)) + rng.normal(0, eyes, (_PATIENTS, 2))
        blur = rng.choice([0.3, 1.2], (_PATIENTS, 2), p=[0.6, 0.4])
        seen = illness + rng.normal(0, blur)
        trust = known / (known + blur**2)
        mean, deviation = middle + trust * (seen - middle), np.sqrt(trust) * blur
        below = ndtr((cuts - mean[..., np.newaxis]) / deviation[..., np.newaxis])
        steps = np.concatenate([np.zeros((_PATIENTS, 2, 1)), below, np.ones((_PATIENTS, 2, 1))], axis=2)
        days.append((np.diff(steps, axis=2), np.digitize(illness, cuts)))
    return days


def _turned(attempt: Attempt, image: Any) -> Any:
    answer = attempt(image=image)
    if tuple(getattr(answer, "shape", ())) not in (tuple(image.shape), (None, None, 3)):
        raise WrongAnswerError(
            f"It must return an image of shape {tuple(image.shape)}, as tf.image.rot90 does, but returns "
            f"{getattr(answer, 'shape', type(answer).__name__)}."
        )
    return answer
