"""The checks of the exercises: one module a lesson, one `Exercise` an exercise.

``ck.check.convolution.correlate2d(my_function)`` says whether it is right, and where not. ``.hint()`` helps a little,
more at each call; ``.solution()`` shows one way to do it.
"""

from coursekit.check import convolution, mnist, welcome
from coursekit.check.exercise import Exercise, no_such_attribute
from coursekit.check.result import CheckFailed, Result

LESSONS = (welcome.exercises, convolution.exercises, mnist.exercises)

__all__ = ["CheckFailed", "Result", "convolution", "mnist", "welcome"]


def __getattr__(name: str) -> Exercise:
    raise no_such_attribute("ck.check", name, __all__)


def __dir__() -> list[str]:
    return __all__
