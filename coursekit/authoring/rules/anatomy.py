"""Lint: the parts that every lesson has, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coursekit.authoring.finding import Finding, in_cell, in_lesson
from coursekit.authoring.source import LessonSource

_OBJECTIVES = "You will be able to"
_TABLE_WORDS = ("quick", "lesson", "full", "needs", "data", "memory")
_CLOSING_SECTIONS = ("Spot the bug", "Recap", "What comes next", "Sources")
_LIST_ITEM = re.compile(r"\s{0,3}([-*+]|\d+\.)\s")
_WEB_LINK = re.compile(r"\]\(https?://|<https?://")


def opening(source: LessonSource) -> Iterator[Finding]:
    """Find what is missing before the set-up cell: title, promise, table, objectives."""
    cells = source.notebook.cells
    first = cells[0]
    lines = [line for line in first.source.split("\n") if line.strip()]
    if first.cell_type != "markdown" or not lines[0].startswith("# "):
        yield in_cell(source, 0, "The lesson has no title.", "Begin with a text cell: `# Title`, then one sentence.")
    elif len(lines) < 2 or lines[1].startswith(("#", "|")):
        yield in_cell(source, 0, "No promise follows the title.", "Say in one sentence what the reader will have.")
    opening_cells = [cell.source for cell in cells[: _set_up(source)]]
    rows = [line.lower() for text in opening_cells for line in text.split("\n") if line.lstrip().startswith("|")]
    missing = [word for word in _TABLE_WORDS if word not in " ".join(rows)]
    if missing:
        yield in_lesson(
            source,
            f"The table before the set-up cell lacks {', '.join(missing)}.",
            "Say the time on the quick, lesson and full profile, what the lesson needs, its data and its memory.",
        )
    objectives = [text for text in opening_cells if _OBJECTIVES in text]
    count = sum(
        bool(_LIST_ITEM.match(line)) for text in objectives for line in text.partition(_OBJECTIVES)[2].split("\n")
    )
    if not 3 <= count <= 5:
        yield in_lesson(
            source, f'"{_OBJECTIVES} …" lists {count} objectives.', "Give three to five, before the set-up cell."
        )


def set_up(source: LessonSource) -> Iterator[Finding]:
    """Find whether the first code cell is the set-up cell."""
    index = _set_up(source)
    if index == len(source.notebook.cells):
        yield in_lesson(source, "There is no code cell.", "Add the set-up cell.")
        return
    code = source.notebook.cells[index].source
    for needed in ("import coursekit as ck", f'ck.start("{source.name}"'):
        if needed not in code:
            yield in_cell(source, index, f"The first code cell lacks `{needed}`.", "Make it the set-up cell.")


def exercises(source: LessonSource) -> Iterator[Finding]:
    """Find whether the lesson has too few or too many exercises."""
    count = sum(cell.metadata.get("nbgrader", {}).get("solution", False) for cell in source.notebook.cells)
    fewest = 1 if source.name.startswith("00_") else 4
    if not fewest <= count <= 7:
        yield in_lesson(source, f"There are {count} exercises.", f"Make it {fewest} to 7, each with its check cell.")


def closing(source: LessonSource) -> Iterator[Finding]:
    """Find which of the last sections is missing or out of order, and whether the sources have links."""
    headings = _headings(source)
    places = []
    for title in _CLOSING_SECTIONS:
        found = [number for number, (_, text) in enumerate(headings) if title.lower() in text.lower()]
        if not found:
            yield in_lesson(source, f'There is no section "{title}".', f"Add a heading `## {title}`.")
        places += found[-1:]
    if places != sorted(places):
        yield in_lesson(source, "The last sections are out of order.", f"Order them: {', '.join(_CLOSING_SECTIONS)}.")
    sources = [index for index, text in headings if "sources" in text.lower()]
    texts = [cell.source for cell in source.notebook.cells[sources[-1] :]] if sources else []
    if sources and not any(_WEB_LINK.search(text) for text in texts):
        yield in_cell(source, sources[-1], "The sources have no link.", "Link each one: `[Author (year)](https://…)`.")


def _set_up(source: LessonSource) -> int:
    """Return the index of the first code cell, or the number of cells where there is none."""
    cells = source.notebook.cells
    return next((index for index, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))


def _headings(source: LessonSource) -> list[tuple[int, str]]:
    return [
        (index, line)
        for index, cell in enumerate(source.notebook.cells)
        if cell.cell_type == "markdown"
        for line in cell.source.split("\n")
        if line.startswith("##")
    ]
