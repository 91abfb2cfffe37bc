"""What the learner has solved: one small file, ``progress.json`` in the course's home folder, and nowhere else.

It maps lesson to exercise to status and number of hints. Nothing here ever stops a check: where the file cannot be
written, that is said once and the progress lasts as long as the kernel.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import filelock

from coursekit import settings
from coursekit.atomic_write import write_whole
from coursekit.check.result import Status

_SECONDS_TO_WAIT = 10
# From worst to best: what was once correct stays correct.
_RANKS: tuple[Status, ...] = ("not attempted", "incorrect", "correct")
# NotImplementedError: a file system that cannot lock files.
_UNUSABLE = (OSError, NotImplementedError)


@dataclass(frozen=True)
class Entry:
    """How far the learner is with one exercise."""

    status: Status = "not attempted"
    hints: int = 0

    def __post_init__(self) -> None:
        if self.status not in _RANKS or not isinstance(self.hints, int) or self.hints < 0:
            raise ValueError(f"{self.status!r} with {self.hints!r} hints is no progress.")


Progress = dict[str, dict[str, Entry]]

_in_memory: Progress = {}
_told: set[Path] = set()


def path() -> Path:
    """Return where the file is, or will be."""
    return settings.home() / "progress.json"


def read() -> Progress:
    """Return lesson → exercise → entry. Exercises that were never tried are not in it."""
    try:
        with _lock():
            return _load()
    except _UNUSABLE as error:
        _tell_once(error)
        return _in_memory


def record(lesson: str, exercise: str, status: Status) -> None:
    """Remember the outcome of a check, unless an earlier one was better."""
    _update(lesson, exercise, lambda entry: replace(entry, status=max(entry.status, status, key=_RANKS.index)))


def count_hint(lesson: str, exercise: str, available: int) -> int:
    """Count one more hint, up to the number available, and return how many the learner has seen by now."""
    return _update(lesson, exercise, lambda entry: replace(entry, hints=min(entry.hints + 1, available))).hints


def forget() -> None:
    """Delete the file.

    Raises
    ------
    OSError
        If it cannot be deleted.
    """
    with _lock():
        path().unlink(missing_ok=True)


def _update(lesson: str, exercise: str, change: Callable[[Entry], Entry]) -> Entry:
    try:
        with _lock():
            entries = _load()
            entry = _change(entries, lesson, exercise, change)
            _write(entries)
    except _UNUSABLE as error:
        _tell_once(error)
        entry = _change(_in_memory, lesson, exercise, change)
    return entry


def _change(entries: Progress, lesson: str, exercise: str, change: Callable[[Entry], Entry]) -> Entry:
    of_lesson = entries.setdefault(lesson, {})
    of_lesson[exercise] = change(of_lesson.get(exercise, Entry()))
    return of_lesson[exercise]


def _lock() -> filelock.BaseFileLock:
    path().parent.mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(path().with_name("progress.json.lock"), timeout=_SECONDS_TO_WAIT)


def _load() -> Progress:
    try:
        content = path().read_bytes()
    except FileNotFoundError:
        return {}
    try:
        return {
            lesson: {exercise: Entry(fields["status"], fields["hints"]) for exercise, fields in exercises.items()}
            for lesson, exercises in json.loads(content).items()
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        damaged = path().with_name("progress.json.damaged")
        path().replace(damaged)
        print(f"The file with your progress could not be read. It is kept as {damaged}, and a new one is begun.")
        return {}


def _write(entries: Progress) -> None:
    content = {lesson: {name: asdict(entry) for name, entry in entries[lesson].items()} for lesson in sorted(entries)}
    with write_whole(path()) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _tell_once(error: Exception) -> None:
    if path() not in _told:
        _told.add(path())
        print(f"Your progress is not kept ({error}). Everything else works as always.")
