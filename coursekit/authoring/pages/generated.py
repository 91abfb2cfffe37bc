"""Parts of the pages that are made from the lessons: the README's table, the instructors' tables and answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from coursekit.atomic_write import write_whole
from coursekit.authoring.pages import wrong_answers
from coursekit.authoring.pages.lesson_facts import LessonFacts, all_facts

_BEGIN = "<!-- {name}: made by coursekit build -->"
_END = "<!-- end of {name} -->"
_MEASURED = "data/measured/lessons.json"


def lesson_table(course: Path) -> str:
    """Return the README's table: number, title, minutes, what is needed, what the learner will do."""
    lines = ["| | lesson | minutes | needs | what you build |", "|---|---|---|---|---|"]
    for one in all_facts(course):
        link = f"[{one.title}](notebooks/{one.name}.ipynb)"
        lines.append(f"| {one.number} | {link} | {one.working_time} | {one.needs} | {_shorter(one.promise)} |")
    return "\n".join(lines)


def cost_table(course: Path) -> str:
    """Return the instructors' table: minutes, exercises, points, what the quick profile takes, data."""
    path = course / _MEASURED
    record = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"lessons": {}}
    measured = record["lessons"]
    lines = [
        "| lesson | minutes | exercises | points | processor seconds | peak memory | data |",
        "|---|---|---|---|---|---|---|",
    ]
    facts = all_facts(course)
    lines += [_costs(one, measured.get(one.number)) for one in facts]
    points = sum(sum(one.points.values()) for one in facts)
    exercises = sum(len(one.points) for one in facts)
    least, most = (sum(one.minutes[end] for one in facts if one.minutes) for end in (0, 1))
    others = "".join(f" + {one.working_time}" for one in facts if not one.minutes)
    lines.append(f"| all | {least:,} to {most:,}{others} | {exercises} | {points} | | | |")
    if measured:
        lines.append(
            f"\nMeasured until {record['until']} on {record['processor']}; a lesson that changed since may differ."
        )
    if longer := record.get("lesson_profile"):
        told = (
            f"lesson {number} {one['processor_seconds']:,} s, {one['peak_megabytes']:,} MB"
            for number, one in longer.items()
        )
        lines.append(f"With the lesson profile: {'; '.join(told)}.")
    return "\n".join(lines)


BLOCKS: dict[str, dict[str, Callable[[Path], str]]] = {
    "README.md": {"lessons": lesson_table},
    "docs/instructors.md": {"costs": cost_table},
}
"""The pages that hold generated parts, and what makes each part."""

WHOLE: dict[str, Callable[[Path], str]] = {"docs/wrong_answers.md": wrong_answers.page}
"""The pages that are generated as a whole."""


def pages(course: Path) -> dict[Path, str]:
    """Return what every page with generated parts should hold.

    Parameters
    ----------
    course : Path
        The course's folder.

    Raises
    ------
    ValueError
        If a page has lost the two lines between which a part stands.
    """
    # An installed copy of the course has lessons and none of these pages.
    found = {course / name: make(course) for name, make in WHOLE.items() if (course / name).exists()}
    for name, blocks in BLOCKS.items():
        if not (course / name).exists():
            continue
        text = (course / name).read_text(encoding="utf-8")
        for block, make in blocks.items():
            text = _with_block(text, block, make(course), name)
        found[course / name] = text
    return found


def write(course: Path) -> list[str]:
    """Write the pages that differ from what they should hold, and return their names."""
    changed = _changed(course)
    for path, text in changed.items():
        with write_whole(path) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
    return [path.relative_to(course).as_posix() for path in changed]


def out_of_step(course: Path) -> list[str]:
    """Return which pages differ from what they should hold, as messages."""
    return [
        f"{path.relative_to(course).as_posix()}: a generated part differs from the lessons. Run: coursekit build"
        for path in _changed(course)
    ]


def _changed(course: Path) -> dict[Path, str]:
    return {path: text for path, text in pages(course).items() if path.read_text(encoding="utf-8") != text}


def _with_block(text: str, name: str, content: str, page: str) -> str:
    begin, end = _BEGIN.format(name=name), _END.format(name=name)
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page} needs the lines {begin!r} and {end!r}: between them stands what is generated.")
    return f"{before}{begin}\n{content}\n{end}{after}"


def _shorter(promise: str) -> str:
    """Return a promise as an entry of a table: without its address to the reader."""
    text = promise.removeprefix("You will ")
    return text[0].upper() + text[1:]


def _costs(one: LessonFacts, measured: dict[str, int] | None) -> str:
    seconds, memory = "not measured", f"not measured; the lesson says {one.memory}"
    if measured:
        seconds, memory = f"{measured['processor_seconds']:,}", f"{measured['peak_megabytes']:,} MB"
    points = sum(one.points.values())
    cells = (f"{one.number} {one.title}", one.working_time, len(one.points), points, seconds, memory, one.data)
    return f"| {' | '.join(map(str, cells))} |"
