"""An exercise: its check, its hints and its solution."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

from coursekit.check import grading, progress
from coursekit.check.attempt import Attempt, NoAnswerError, WrongAnswerError
from coursekit.check.challenge import Challenge, Goal, Measure
from coursekit.check.result import CheckFailed, Note, Result
from coursekit.check.solution import solution_code
from coursekit.check.time_limit import Interrupted

Judge = Callable[[Attempt], None]
Size = Literal["warm-up", "core", "stretch"]


class Exercise:
    """One exercise of a lesson. Call it with your function to check it.

    Its docstring states the task.

    Attributes
    ----------
    lesson : str
        For example ``"01_convolution_by_hand"``.
    name : str
    path : str
        How a learner writes it: ``"ck.check.convolution.correlate2d"``.
    hints : tuple of str
        From a nudge to nearly the answer.
    size : {"warm-up", "core", "stretch"}
        How much of an effort it is.
    course : frozenset of str
        Functions of the course that an answer may use: ``"max_pool2d"``.
    """

    def __init__(
        self, lesson: str, path: str, judge: Judge, hints: tuple[str, ...], size: Size, course: Iterable[str] = ()
    ) -> None:
        self.lesson = lesson
        self.name = judge.__name__
        self.path = path
        self.hints = hints
        self.size = size
        self.course = frozenset(course)
        self.__doc__ = judge.__doc__
        self._judge = judge

    def __call__(self, attempt: object = ...) -> Result:
        """Check a function and remember the outcome.

        Parameters
        ----------
        attempt : function
            The learner's.

        Raises
        ------
        CheckFailed
            Only under nbgrader and with ``COURSEKIT_STRICT=1``: if the result is not "correct".
        Interrupted
            If the learner stops it.
        """
        try:
            result = self._result(attempt)
        except KeyboardInterrupt as stopped:
            sentence = str(stopped) if isinstance(stopped, Interrupted) else "Stopped."
            raise Interrupted(f"{sentence}\nNothing was checked: {self.name}.") from None
        if not grading.GRADED:
            # Where a class is graded, nobody's progress is that of the computer's owner.
            progress.record(self.lesson, self.name, result.status)
        if result.status == "correct":
            grading.GRADER.passed.add(self.path)
            return result
        if grading.STRICT:
            raise CheckFailed(str(result))
        return replace(result, box=self._help_box) if _in_a_kernel() else result

    def _result(self, attempt: object) -> Result:
        try:
            answer = Attempt(attempt)
            self._judge(answer)
            # Last: who is wrong hears what is wrong.
            answer.refuse_course(self.course)
        except NoAnswerError as nothing:
            return Result(self.name, "not attempted", str(nothing))
        except WrongAnswerError as wrong:
            return Result(self.name, "incorrect", wrong.reason, wrong.example)
        except Exception as error:  # Learners return the strangest objects. A traceback into the course helps no one.
            reason = f"What it returns cannot be judged ({type(error).__name__}: {error})."
            return Result(self.name, "incorrect", reason)
        return Result(self.name, "correct")

    def hint(self) -> Note:
        """Return the next hint. Each call tells a little more; the last one stays.

        Returns
        -------
        Note
            It shows itself in a notebook.
        """
        number = self._count_hint()
        text = f"Hint {number} of {len(self.hints)}: {self.hints[number - 1]}"
        if number == len(self.hints):
            text += f" That was the last hint; `{self.path}.solution()` shows one way to do it."
        return Note(text)

    def solution(self) -> Note:
        """Return the code of the lesson's own solution, or a sentence that says why there is none.

        Returns
        -------
        Note
            It shows itself in a notebook.
        """
        try:
            code = self._look()
        except (OSError, ValueError) as error:
            return Note(str(error))
        return Note(code, f"One way to do it:\n\n```python\n{code}\n```")

    def _count_hint(self) -> int:
        return progress.count_hint(self.lesson, self.name, len(self.hints))

    def _look(self) -> str:
        code = solution_code(self.lesson, self.name)
        progress.look(self.lesson, self.name)
        return code

    def _help_box(self, verdict: str) -> Any:
        """Return the widget that shows a verdict, as HTML, with buttons for hints and for the solution."""
        # Widgets take a moment to import, and a terminal has none.
        from coursekit.check.help_box.box import HelpBox

        entry = progress.read().exercises.get(self.lesson, {}).get(self.name, progress.Entry())
        try:
            solution_code(self.lesson, self.name)
            look: Callable[[], str] | None = self._look
        except (OSError, ValueError):  # A teacher has taken the solutions out.
            look = None
        return HelpBox(verdict, self.hints, entry.hints, self._count_hint, look, entry.looked)

    def __repr__(self) -> str:
        task = (self.__doc__ or "").strip().splitlines()[0]
        return f"{self.name} ({self.lesson}): {task}\n{self.path}({self.name}) checks it; .hint() and .solution() help."


def _in_a_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


class Exercises:
    """The exercises and challenges of one lesson, in order; it makes the module that holds them look like their list.

    Parameters
    ----------
    lesson : str
        For example ``"01_convolution_by_hand"``.
    module : str
        The ``__name__`` of the module.
    """

    def __init__(self, lesson: str, module: str) -> None:
        self.lesson = lesson
        self.all: dict[str, Exercise] = {}
        self.challenges: dict[str, Challenge] = {}
        self._path = f"ck.check.{module.rpartition('.')[2]}"

    def add(self, *hints: str, size: Size = "core", course: Iterable[str] = ()) -> Callable[[Judge], Exercise]:
        """Return a decorator that turns a function that judges an attempt into an `Exercise` of this lesson.

        The function returns nothing where the attempt is right, and lets the errors of `Attempt` pass otherwise.
        Let it try small inputs first: the first one that fails is shown.

        Parameters
        ----------
        *hints : str
            From a nudge to nearly the answer.
        size : {"warm-up", "core", "stretch"}
            How much of an effort it is: the lesson says so above the exercise, and counts its minutes by it.
        course : iterable of str
            Functions of the course that an answer may use: ``"max_pool2d"``. Anything else of it is refused.

        Returns
        -------
        function
            The decorator.
        """

        def decorate(judge: Judge) -> Exercise:
            exercise = Exercise(self.lesson, f"{self._path}.{judge.__name__}", judge, hints, size, course)
            self.all[exercise.name] = exercise
            return exercise

        return decorate

    def challenge(
        self, goal: float, *, unit: str = "", lower_is_better: bool = False
    ) -> Callable[[Measure], Challenge]:
        """Return a decorator that turns a function that measures into a `Challenge` of this lesson.

        The function takes what the learner passes and returns the score. Where that is a function, let it be called by
        an `Attempt`, whose errors may pass: "no score", with the reason.

        Parameters
        ----------
        goal : float
            The score to reach: hard enough to need a second thought, and reached by an answer that a test knows.
        unit : str
            What is written behind a score.
        lower_is_better : bool
            Whether small scores are good.

        Returns
        -------
        function
            The decorator.
        """

        def decorate(measure: Measure) -> Challenge:
            path = f"{self._path}.{measure.__name__}"
            challenge = Challenge(self.lesson, path, measure, Goal(goal, unit, lower_is_better))
            self.challenges[challenge.name] = challenge
            return challenge

        return decorate

    def names(self) -> list[str]:
        """Return the names of the exercises and challenges: the module's ``__dir__``.

        Returns
        -------
        list of str
        """
        return [*self.all, *self.challenges]

    def missing(self, name: str) -> Exercise:
        """Raise AttributeError with the nearest name: the module's ``__getattr__``.

        Parameters
        ----------
        name : str
            What was asked for.

        Returns
        -------
        Exercise
            Never: it always raises.
        """
        raise no_such_attribute(self._path, name, self.names())


def no_such_attribute(path: str, name: str, known: Iterable[str]) -> AttributeError:
    """Return an error that suggests the nearest of the known names.

    Parameters
    ----------
    path : str
        How a learner writes the module: ``"ck.check.convolution"``.
    name : str
        What was asked for.
    known : iterable of str

    Returns
    -------
    AttributeError

    Examples
    --------
    >>> no_such_attribute("ck.check.convolution", "corelate2d", ["correlate2d", "output_size"])
    AttributeError("ck.check.convolution has no 'corelate2d'. Did you mean 'correlate2d'?")
    """
    names = list(known)
    nearest = difflib.get_close_matches(name, names, n=1)
    advice = f"Did you mean {nearest[0]!r}?" if nearest else f"It has: {', '.join(names)}."
    return AttributeError(f"{path} has no {name!r}. {advice}")
