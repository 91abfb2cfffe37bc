"""What a lesson says of itself before its first code cell: title, promise, times, needs, data, memory, objectives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from coursekit.authoring.lesson_names import lesson_names

_TITLE = re.compile(r"^# (\d\d) · (.+)$", re.MULTILINE)
_PROMISE = re.compile(r"^\*\*(.+?)\*\*", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (Time|Needs|Data|Memory) \| (.+) \|$", re.MULTILINE)
_OBJECTIVE = re.compile(r"^- (.+(?:\n  .+)*)$", re.MULTILINE)
_MINUTES = re.compile(r"(?:(\d+)(?: to (\d+))? (minutes|hours)|an hour) to work through")
_WORDS = re.compile(r"lesson: ([^,;·]*[^,;· ])")
_POINTS = re.compile(r"^# %% check=\"(\w+)\".*?points=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class LessonFacts:
    """A lesson's own words about itself.

    Attributes
    ----------
    name, number, title : str
        ``"03_mnist_convnet"``, ``"03"`` and ``"A convnet for handwritten digits"``.
    promise : str
        What the learner will do, one sentence or two.
    time, needs, data, memory : str
        The rows of its table.
    objectives : tuple of str
    points : dict of str to int
        The points of each exercise, by its name, in order.
    """

    name: str
    number: str
    title: str
    promise: str
    time: str
    needs: str
    data: str
    memory: str
    objectives: tuple[str, ...]
    points: dict[str, int]

    @property
    def minutes(self) -> tuple[int, int] | None:
        """Minutes to work through it, at least and at most; None where the lesson says it in other words."""
        found = _MINUTES.search(self.time)
        if found is None:
            return None
        unit = 1 if found[3] == "minutes" else 60
        least = int(found[1] or 1) * unit
        return least, int(found[2]) * unit if found[2] else least

    @property
    def working_time(self) -> str:
        """How long it takes to work through, as a table shows it: ``"60 to 75"`` minutes, or ``"two evenings"``.

        Raises
        ------
        ValueError
            If the row "Time" says nothing of the kind.
        """
        if self.minutes:
            least, most = self.minutes
            return f"{least}" if least == most else f"{least} to {most}"
        found = _WORDS.search(self.time)
        if found is None:
            raise ValueError(f'{self.name}: its row "Time" does not say "lesson: 60 to 75 minutes to work through".')
        return found[1]


def facts(path: Path) -> LessonFacts:
    """Return what a lesson says of itself.

    Parameters
    ----------
    path : Path
        ``solutions/NN_name.py``.

    Raises
    ------
    ValueError
        If its title, its promise or a row of its table is missing.
    """
    source = path.read_text(encoding="utf-8")
    prose = "\n".join(
        line[2:] if line.startswith("# ") else line[1:] for line in source.splitlines() if line[:1] == "#"
    )
    title, promise, rows = _TITLE.search(prose), _PROMISE.search(prose), dict(_ROW.findall(prose))
    if title is None or promise is None or len(rows) < 4:
        raise ValueError(f"{path.name}: a lesson begins with its title, a sentence in bold, and a table of four rows.")
    listed = prose.partition("## You will be able to")[2].partition("\n##")[0].partition("%%")[0]
    return LessonFacts(
        name=path.stem,
        number=title[1],
        title=title[2].strip(),
        promise=" ".join(promise[1].split()),
        time=rows["Time"],
        needs=rows["Needs"],
        data=rows["Data"],
        memory=rows["Memory"],
        objectives=tuple(" ".join(one.split()).rstrip(";.") for one in _OBJECTIVE.findall(listed)),
        points={name: int(count) for name, count in _POINTS.findall(source)},
    )


def all_facts(course: Path) -> list[LessonFacts]:
    """Return the facts of all lessons, in order.

    Parameters
    ----------
    course : Path
        The folder that holds ``solutions/``.
    """
    folder = course / "solutions"
    return [facts(folder / f"{name}.py") for name in lesson_names(folder, ".py")]
