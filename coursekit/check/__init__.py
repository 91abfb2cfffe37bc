"""The checks of the exercises: one module of `lessons` a lesson, one `Exercise` an exercise.

``ck.check.convolution.correlate2d(my_function)`` says whether it is right, and where not. ``.hint()`` helps a little,
more at each call; ``.solution()`` shows one way to do it. A challenge is called likewise and gives a score.
``ck.predict`` and ``ck.reveal`` stand in `predictions`.
"""

from coursekit.check import grading
from coursekit.check.exercise import Exercise, no_such_attribute
from coursekit.check.lessons import (
    apps,
    cats_dogs,
    cifar10,
    comparing,
    convolution,
    flowers,
    fourier,
    fourier_relevance,
    inside,
    judging,
    mnist,
    pooling,
    raman,
    retina,
    scenes,
    welcome,
)
from coursekit.check.result import CheckFailed, Result

LESSONS = (
    welcome.exercises,
    convolution.exercises,
    pooling.exercises,
    mnist.exercises,
    judging.exercises,
    cats_dogs.exercises,
    flowers.exercises,
    cifar10.exercises,
    scenes.exercises,
    raman.exercises,
    retina.exercises,
    inside.exercises,
    comparing.exercises,
    fourier.exercises,
    fourier_relevance.exercises,
    apps.exercises,
)

__all__ = [
    "CheckFailed",
    "Result",
    "apps",
    "cats_dogs",
    "cifar10",
    "comparing",
    "convolution",
    "flowers",
    "fourier",
    "fourier_relevance",
    "inside",
    "judging",
    "mnist",
    "pooling",
    "raman",
    "retina",
    "scenes",
    "welcome",
]


def __getattr__(name: str) -> Exercise:
    raise no_such_attribute("ck.check", name, __all__)


def __dir__() -> list[str]:
    return __all__


grading.begin(frozenset(challenge.path for lesson in LESSONS for challenge in lesson.challenges.values()))
