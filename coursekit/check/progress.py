"""What the learner has solved, predicted and scored: one small file, ``progress.json`` in the course's home folder.

It maps lesson to exercise to status, number of hints, and whether the solution was looked at; under
``"predictions"`` and ``"challenges"``, lesson to name to what was predicted and to the best scores. Nothing here ever
stops a check: where the file cannot be written, that is said once and the progress lasts as long as the kernel.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, get_args

import filelock

from coursekit import settings
from coursekit.atomic_write import write_whole
from coursekit.check.result import Status

_SECONDS_TO_WAIT = 10
# From worst to best: what was once correct stays correct.
_RANKS: tuple[Status, ...] = ("not attempted", "incorrect", "correct")
_LONGEST_WORDS = 500
# NotImplementedError: a file system that cannot lock files.
_UNUSABLE = (OSError, NotImplementedError)

PredictionOutcome = Literal["open", "right", "wrong"]
Prediction: TypeAlias = str | float | list[float]
"""A choice; a number; or a place ``[down, across]`` in an image, each from 0 to 1."""

MOST_SCORES = 5
"""How many of the best scores of a challenge are kept."""


@dataclass(frozen=True)
class Entry:
    """How far the learner is with one exercise."""

    status: Status = "not attempted"
    hints: int = 0
    looked: bool = False
    """Whether the solution was looked at."""

    def __post_init__(self) -> None:
        known = self.status in _RANKS and isinstance(self.hints, int) and isinstance(self.looked, bool)
        if not known or self.hints < 0:
            raise ValueError(f"{self.status!r} with {self.hints!r} hints is no progress.")


@dataclass(frozen=True)
class Guess:
    """What the learner predicted, and whether that came true: "open" until the answer was seen."""

    prediction: Prediction
    outcome: PredictionOutcome = "open"

    def __post_init__(self) -> None:
        if self.outcome not in get_args(PredictionOutcome) or not _is_prediction(self.prediction):
            raise ValueError(f"{self.prediction!r} with outcome {self.outcome!r} is no prediction.")


@dataclass(frozen=True)
class ChallengeScores:
    """The learner's best scores in one challenge, the best first, and whether one of them met the goal."""

    best: tuple[float, ...] = ()
    goal_met: bool = False

    def __post_init__(self) -> None:
        if len(self.best) > MOST_SCORES or not all(map(_is_number, self.best)) or not isinstance(self.goal_met, bool):
            raise ValueError(f"{self.best!r} are no scores.")


@dataclass
class Progress:
    """All that is kept: lesson to name to entry."""

    exercises: dict[str, dict[str, Entry]] = field(default_factory=dict)
    predictions: dict[str, dict[str, Guess]] = field(default_factory=dict)
    challenges: dict[str, dict[str, ChallengeScores]] = field(default_factory=dict)


AResult = TypeVar("AResult")

_in_memory = Progress()
_told: set[Path] = set()


def path() -> Path:
    """Return where the file is, or will be."""
    return settings.home() / "progress.json"


def read() -> Progress:
    """Return all progress. What was never tried is not in it."""
    try:
        with _lock():
            return _load()
    except _UNUSABLE as error:
        _tell_once(error)
        return _in_memory


def record(lesson: str, exercise: str, status: Status) -> None:
    """Remember the outcome of a check, unless an earlier one was better."""
    _change_entry(lesson, exercise, lambda entry: replace(entry, status=max(entry.status, status, key=_RANKS.index)))


def count_hint(lesson: str, exercise: str, available: int) -> int:
    """Count one more hint, up to the number available, and return how many the learner has seen by now."""
    return _change_entry(lesson, exercise, lambda entry: replace(entry, hints=min(entry.hints + 1, available))).hints


def look(lesson: str, exercise: str) -> None:
    """Remember that the learner has looked at the solution."""
    _change_entry(lesson, exercise, lambda entry: replace(entry, looked=True))


def commit(lesson: str, name: str, prediction: Prediction) -> None:
    """Remember a prediction, in place of an earlier one."""
    guess = Guess(prediction)
    _update(lambda kept: kept.predictions.setdefault(lesson, {}).update({name: guess}))


def settle(lesson: str, name: str, right: bool) -> None:
    """Remember whether a prediction came true. One that nobody made is none."""

    def change(kept: Progress) -> None:
        guesses = kept.predictions.get(lesson, {})
        if name in guesses:
            guesses[name] = replace(guesses[name], outcome="right" if right else "wrong")

    _update(change)


def score(lesson: str, name: str, reached: float, lower_is_better: bool, met: bool) -> ChallengeScores:
    """Remember a score, and return the best ones: the best first, each once.

    Parameters
    ----------
    lesson, name : str
        Of the challenge.
    reached : float
        The score; finite.
    lower_is_better : bool
        Which end of the list is the best.
    met : bool
        Whether it meets the challenge's goal.
    """

    def change(kept: Progress) -> ChallengeScores:
        of_lesson = kept.challenges.setdefault(lesson, {})
        before = of_lesson.get(name, ChallengeScores())
        best = sorted({*before.best, float(reached)}, reverse=not lower_is_better)[:MOST_SCORES]
        of_lesson[name] = ChallengeScores(tuple(best), before.goal_met or met)
        return of_lesson[name]

    return _update(change)


def forget() -> None:
    """Delete the file.

    Raises
    ------
    OSError
        If it cannot be deleted.
    """
    with _lock():
        path().unlink(missing_ok=True)


def _change_entry(lesson: str, exercise: str, change: Callable[[Entry], Entry]) -> Entry:
    def changed(kept: Progress) -> Entry:
        of_lesson = kept.exercises.setdefault(lesson, {})
        of_lesson[exercise] = change(of_lesson.get(exercise, Entry()))
        return of_lesson[exercise]

    return _update(changed)


def _update(change: Callable[[Progress], AResult]) -> AResult:
    try:
        with _lock():
            kept = _load()
            result = change(kept)
            _write(kept)
    except _UNUSABLE as error:
        _tell_once(error)
        result = change(_in_memory)
    return result


def _lock() -> filelock.BaseFileLock:
    path().parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(path().with_name("progress.json.lock"), timeout=_SECONDS_TO_WAIT)


def _load() -> Progress:
    try:
        content = path().read_bytes()
    except FileNotFoundError:
        return Progress()
    try:
        lessons = json.loads(content)
        predictions, challenges = (lessons.pop(kind, {}) for kind in ("predictions", "challenges"))
        return Progress(
            _each(lessons, lambda fields: Entry(fields["status"], fields["hints"], fields.get("looked", False))),
            _each(predictions, lambda fields: Guess(fields["prediction"], fields["outcome"])),
            _each(challenges, lambda fields: ChallengeScores(tuple(fields["best"]), fields["goal_met"])),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        damaged = path().with_name("progress.json.damaged")
        path().replace(damaged)
        print(f"The file with your progress could not be read. It is kept as {damaged}, and a new one is begun.")
        return Progress()


def _each(lessons: Mapping[str, Mapping[str, Any]], entry: Callable[[Any], AResult]) -> dict[str, dict[str, AResult]]:
    return {lesson: {name: entry(fields) for name, fields in names.items()} for lesson, names in lessons.items()}


def _write(kept: Progress) -> None:
    content: dict[str, Any] = {lesson: kept.exercises[lesson] for lesson in sorted(kept.exercises)}
    content |= {kind: found for kind in ("predictions", "challenges") if (found := getattr(kept, kind))}
    with write_whole(path()) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1, default=asdict), encoding="utf-8")


def _is_prediction(value: object) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _LONGEST_WORDS
    if isinstance(value, list):
        return len(value) == 2 and all(_is_number(one) and 0 <= one <= 1 for one in value)
    return _is_number(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _tell_once(error: Exception) -> None:
    if path() not in _told:
        _told.add(path())
        print(f"Your progress is not kept ({error}). Everything else works as always.")
