"""Lint: every exercise says how much of an effort it is, and its check says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coursekit.authoring.finding import Finding, in_cell
from coursekit.authoring.source import LessonSource

STATED = re.compile(r"^### Exercise \d+ \((warm-up|core|stretch)\)", re.MULTILINE)
"""The heading of an exercise: ``### Exercise 3 (core): …``."""


def sizes(source: LessonSource) -> Iterator[Finding]:
    """Find exercises without a size in the heading above them, or with another one than their check has."""
    from coursekit.check import LESSONS

    known = {name: one.size for lesson in LESSONS if lesson.lesson == source.name for name, one in lesson.all.items()}
    stated: str | None = None
    number = 0
    for index, cell in enumerate(source.notebook.cells):
        if cell.cell_type == "markdown":
            found = STATED.findall(cell.source)
            stated = found[-1] if found else stated
            continue
        kind, _, name = cell.id.partition("-")
        if kind != "exercise":
            continue
        number += 1
        size = known.get(name)
        if stated is None:
            yield in_cell(
                source,
                index,
                f"The exercise {name} does not say its size.",
                f"Begin its text with `### Exercise {number} ({size or 'core'}): …`.",
            )
        elif size not in (None, stated):
            yield in_cell(source, index, f"The exercise {name} is said to be {stated}.", f"Its check says {size}.")
        stated = None
