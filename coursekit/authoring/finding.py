"""What the lesson lint finds."""

from __future__ import annotations

from dataclasses import dataclass

from coursekit.authoring.source import LessonSource


@dataclass(frozen=True)
class Finding:
    """One thing in a lesson that is not as it should be.

    Attributes
    ----------
    lesson : str
        The lesson's name.
    place : str
        The cell and its line in the source, or ``"the lesson"``.
    what, cure : str
        A sentence each.
    """

    lesson: str
    place: str
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.lesson}.py, {self.place}: {self.what} {self.cure}"


def in_cell(source: LessonSource, index: int, what: str, cure: str) -> Finding:
    """Return a finding in the cell with this index, counted from 0."""
    return Finding(source.name, source.place(index), what, cure)


def in_lesson(source: LessonSource, what: str, cure: str) -> Finding:
    """Return a finding about the lesson as a whole."""
    return Finding(source.name, "the lesson", what, cure)
