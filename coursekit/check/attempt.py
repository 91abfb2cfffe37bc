"""A learner's function, called so that nothing it does can break the check."""

from __future__ import annotations

import inspect
import linecache
import traceback
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from coursekit.check.borrowing import borrowed, from_course
from coursekit.check.differences import call_shown, counter_example, difference
from coursekit.check.time_limit import SECONDS, Interrupted, TimeLimit

_LONGEST_MESSAGE = 300


class NoAnswerError(Exception):
    """The stub is still there."""


class WrongAnswerError(Exception):
    """The answer is wrong: ``reason`` is a sentence, ``example`` shows the input that proves it."""

    def __init__(self, reason: str, example: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.example = example


class Attempt:
    """A learner's function. Calling it gives its answer, or raises one of this module's two errors.

    Arguments are given by name, so that messages can name them, but passed by position: learners may rename theirs.
    Arrays are copied, so that a function that writes into its arguments disturbs nobody.

    Parameters
    ----------
    function : object
        What the learner passed to the check.

    Raises
    ------
    NoAnswerError
        If it is None or Ellipsis.
    WrongAnswerError
        If it cannot be called.

    Examples
    --------
    >>> Attempt(lambda size: size // 2)(size=5)
    2
    """

    def __init__(self, function: object) -> None:
        if function is None or function is ...:
            raise NoAnswerError("Pass your function to the check, by its name and without brackets.")
        if not callable(function):
            raise WrongAnswerError(
                f"The check got a value of type {type(function).__name__}. Pass the function itself: its name, "
                "without brackets behind it."
            )
        self.function = function
        self._answered = False

    def __call__(self, **arguments: Any) -> Any:
        """Return the function's answer to these arguments."""
        self._refuse_other_parameters(arguments)
        copies = [value.copy() if isinstance(value, np.ndarray) else value for value in arguments.values()]
        limit = TimeLimit()
        try:
            with limit:
                answer = self.function(*copies)
        except KeyboardInterrupt as error:
            place = _place(error, self.function)
            if not limit.exceeded:
                raise Interrupted(f"Stopped while your function was running{place}") from None
            reason = f"It has not answered after {SECONDS:.0f} s: does a loop never end? It was stopped{place}"
            raise WrongAnswerError(reason, call_shown(arguments)) from None
        except NotImplementedError:
            raise NoAnswerError("Write your own lines in place of raise NotImplementedError().") from None
        except (Exception, SystemExit) as error:
            raise WrongAnswerError(_describe(error, self.function), call_shown(arguments)) from None
        if answer is None or answer is ...:
            reason = "It returns nothing. If you have written it already: is the return missing?"
            # A stub answers nothing at all; who has answered before has forgotten one case.
            raise WrongAnswerError(reason, call_shown(arguments)) if self._answered else NoAnswerError(reason)
        self._answered = True
        return answer

    def must_return(self, expected: Any, known_mistakes: Mapping[str, Any] | None = None, /, **arguments: Any) -> None:
        """Raise WrongAnswerError, with the counter-example, unless the answer to these arguments is the expected one.

        Parameters
        ----------
        expected : number or array
        known_mistakes : dict, optional
            From a sentence that explains a typical mistake to what it returns.
        **arguments : any
            What the function is called with.
        """
        answer = self(**arguments)
        reason = difference(answer, expected)
        if reason is None:
            return
        for explanation, mistaken in (known_mistakes or {}).items():
            if difference(answer, mistaken) is None:
                reason = explanation
        raise WrongAnswerError(reason, counter_example(arguments, answer, expected))

    def refuse_course(self, allowed: Collection[str] = ()) -> None:
        """Raise WrongAnswerError where the function lets the course answer in its place.

        Parameters
        ----------
        allowed : collection of str
            Names of the functions that the exercise asks to be used: ``"max_pool2d"``.
        """
        names = {name for value in borrowed(self.function) if (name := from_course(value))}
        for name in sorted(names):
            if name.rpartition(".")[2] not in allowed:
                raise WrongAnswerError(f"It uses {name}, which the course wrote. Write these lines yourself.")

    def refuse(self, word: str, reason: str) -> None:
        """Raise WrongAnswerError where the function names something from a library with a word in its name.

        Parameters
        ----------
        word : str
            In small letters: ``"pad"`` finds ``np.pad`` and ``tf.keras.layers.ZeroPadding2D``.
        reason : str
            A sentence for the learner.
        """
        for value in borrowed(self.function):
            if word in getattr(value, "__name__", "").lower():
                raise WrongAnswerError(reason)

    def must_use(self, name: str, reason: str) -> None:
        """Raise WrongAnswerError unless the function names this function of a library.

        Parameters
        ----------
        name : str
            ``"convolve2d"``.
        reason : str
            A sentence for the learner.
        """
        if all(getattr(value, "__name__", "") != name for value in borrowed(self.function)):
            raise WrongAnswerError(reason)

    def _refuse_other_parameters(self, arguments: Mapping[str, object]) -> None:
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):  # Some functions written in C have none.
            return
        try:
            signature.bind(*arguments.values())
        except TypeError:
            called = f"with {', '.join(arguments)}" if arguments else "without arguments"
            raise WrongAnswerError(f"It takes {signature}, but the check calls it {called}.") from None


def _describe(error: BaseException, function: object) -> str:
    """Return what the learner's function raised, and in which of its lines."""
    if isinstance(error, RecursionError):
        return "It calls itself without end (RecursionError)."
    message = traceback.format_exception_only(error)[-1].strip()
    if len(message) > _LONGEST_MESSAGE:
        message = message[:_LONGEST_MESSAGE] + " …"
    return f"It raises {message}{_place(error, function)}"


def _place(error: BaseException, function: object) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type]
    if code is None:
        return ""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == code.co_filename]
    if not lines or lines[-1] is None:
        return ""
    source = linecache.getline(code.co_filename, lines[-1]).strip()
    return f"\nin line {lines[-1]}: {source}" if source else f"\nin line {lines[-1]}"
