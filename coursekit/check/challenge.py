"""An open task with a score, a goal to beat, and a list of the learner's own best."""

from __future__ import annotations

import html
import math
from collections.abc import Callable
from dataclasses import dataclass

from coursekit.check import grading, progress
from coursekit.check.attempt import NoAnswerError, WrongAnswerError
from coursekit.check.predictions.question import shown
from coursekit.check.result import SIGNS, Status, coloured_box
from coursekit.check.time_limit import Interrupted

Measure = Callable[..., float]


@dataclass(frozen=True)
class Goal:
    """What a challenge asks for.

    Attributes
    ----------
    value : float
        The score to reach.
    unit : str
        What is written behind a score.
    lower_is_better : bool
        Whether small scores are good.
    """

    value: float
    unit: str = ""
    lower_is_better: bool = False

    def met(self, score: float) -> bool:
        """Return whether a score reaches the goal.

        Parameters
        ----------
        score : float
            As the learner's answer reached it.

        Returns
        -------
        bool
        """
        return score <= self.value if self.lower_is_better else score >= self.value

    def __str__(self) -> str:
        return f"at {'most' if self.lower_is_better else 'least'} {self.written(self.value)}"

    def written(self, score: float) -> str:
        """Return a score with its unit.

        Parameters
        ----------
        score : float
            As the learner's answer reached it.

        Returns
        -------
        str
        """
        return f"{shown(score)} {self.unit}".strip()


@dataclass(frozen=True, repr=False)
class Score:
    """The outcome of a challenge. It shows itself, in Jupyter and in a terminal.

    Attributes
    ----------
    challenge : str
    value : float or None
        None where there is no score; ``reason`` then says why.
    goal : Goal
    best : tuple of float
        The learner's best scores, the best first.
    reason : str

    Examples
    --------
    >>> Score("small_kernel", 0.8, Goal(0.9), best=(0.85, 0.8))
    ○ small_kernel: your score is 0.8. The goal is at least 0.9.
    Your best: 0.85 · 0.8 (this one)
    """

    challenge: str
    value: float | None
    goal: Goal
    best: tuple[float, ...] = ()
    reason: str = ""

    @property
    def status(self) -> Status:
        """The sign and colours: "correct" where the goal is met, "incorrect" where there is no score."""
        if self.value is None:
            return "incorrect"
        return "correct" if self.goal.met(self.value) else "not attempted"

    def _parts(self) -> tuple[str, str]:
        if self.value is None:
            return "no score", self.reason
        outcome = "The goal is met" if self.goal.met(self.value) else "The goal is"
        marked = [self.goal.written(one) + (" (this one)" if one == self.value else "") for one in self.best]
        first = f"your score is {self.goal.written(self.value)}. {outcome}"
        first += f": {self.goal}." if self.status == "correct" else f" {self.goal}."
        return first, f"Your best: {' · '.join(marked)}"

    def __repr__(self) -> str:
        return "\n".join([f"{SIGNS[self.status]} {self.challenge}: {self._parts()[0]}", self._parts()[1]])

    def _repr_html_(self) -> str:
        first, second = map(html.escape, self._parts())
        title = f"<strong>{SIGNS[self.status]} {html.escape(self.challenge)}</strong>"
        return coloured_box(self.status, f"{title}: {first}<br>{second}")


class Challenge:
    """One open task of a lesson. Call it with what you have made to get your score.

    It carries no points; its docstring states the task.

    Attributes
    ----------
    lesson, name : str
    path : str
        How a learner writes it: ``"ck.check.pooling.least_change"``.
    goal : Goal
    """

    def __init__(self, lesson: str, path: str, measure: Measure, goal: Goal) -> None:
        self.lesson, self.path, self.goal = lesson, path, goal
        self.name = measure.__name__
        self.__doc__ = measure.__doc__
        self._measure = measure

    def __call__(self, *made: object) -> Score:
        """Measure what the learner has made, and remember the score among the best.

        Raises
        ------
        Interrupted
            If the learner stops it.
        """
        try:
            value = float(self._measure(*made))
        except KeyboardInterrupt as stopped:
            raise Interrupted(f"{stopped if isinstance(stopped, Interrupted) else 'Stopped.'}\nNo score.") from None
        except NoAnswerError as nothing:
            return Score(self.name, None, self.goal, reason=str(nothing))
        except WrongAnswerError as wrong:
            return Score(self.name, None, self.goal, reason="\n".join(filter(None, (wrong.reason, wrong.example))))
        except Exception as error:  # Learners make the strangest objects. A traceback into the course helps no one.
            return Score(self.name, None, self.goal, reason=f"It cannot be scored ({type(error).__name__}: {error}).")
        if not math.isfinite(value):
            return Score(self.name, None, self.goal, reason=f"The score is {value}, which is no number to compare.")
        best: tuple[float, ...] = (value,)
        if not grading.GRADED:
            met = self.goal.met(value)
            best = progress.score(self.lesson, self.name, value, self.goal.lower_is_better, met).best
        return Score(self.name, value, self.goal, best)

    def __repr__(self) -> str:
        task = (self.__doc__ or "").strip().splitlines()[0]
        return f"{self.name} ({self.lesson}), a challenge: {task} The goal is {self.goal}."
