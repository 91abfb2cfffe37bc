"""Read a lesson's source: jupytext's percent format with short metadata, expanded to what nbgrader wants.

=====================================  =============================================================================
cell                                   meaning
=====================================  =============================================================================
``# %% [markdown]``                    text
``# %%``                               code
``# %% exercise="name"``               an exercise: the solution stands between ``### BEGIN SOLUTION`` and
                                       ``### END SOLUTION``, inside a function's body
``# %% check="name" points=1``         the check of that exercise (``points`` is 1 where it is left out)
``# %% tags=["nbval-ignore-output"]``  tags; every cell may have some
=====================================  =============================================================================

A term in bold is linked to the glossary where it comes first, see `term_links`.

Tags that mean something: nbval's own; ``output-not-stored`` for what only this machine would print;
``shows-why-not`` for a cell that shows a misleading colour map on purpose; ``keras-log`` for one that shows the log of
``fit``, which has the time of a step in it.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jupytext
import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from coursekit.authoring import unsolved
from coursekit.authoring.term_links import linked

_CELL_LINE = re.compile(r"\s*#\s*%%+(\s|$)")
_OUR_METADATA = {"exercise", "check", "points", "tags"}
# What jupytext notes for its way back to text.
_JUPYTEXT_METADATA = {"cell_marker", "lines_to_end_of_cell_marker", "lines_to_next_cell"}
_NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


@dataclass(frozen=True)
class LessonSource:
    """A lesson as its author wrote it.

    Attributes
    ----------
    name : str
        ``"01_convolution_by_hand"``.
    notebook : NotebookNode
        The solution, with nbgrader's metadata and deterministic ids. `read` leaves it without outputs.
    lines : tuple of int
        The line of the source file at which each cell begins.
    """

    name: str
    notebook: NotebookNode
    lines: tuple[int, ...]

    def place(self, index: int) -> str:
        """Return where a cell stands, for a message: ``"cell 3 (line 17)"``."""
        return f"cell {index + 1} (line {self.lines[index]})"


def read(path: Path) -> LessonSource:
    """Read ``solutions/NN_name.py``.

    Raises
    ------
    ValueError
        Names every mistake in the file: the cell, its line and the cure.
    """
    # Editors of Windows may put a byte order mark first.
    return parse(path.read_text(encoding="utf-8-sig"), path.stem)


def parse(text: str, name: str) -> LessonSource:
    """Read a lesson from text in percent format; see `read`."""
    lines = tuple(number for number, line in enumerate(text.split("\n"), start=1) if _CELL_LINE.match(line))
    try:
        cells = jupytext.reads(text, fmt="py:percent").cells
    except nbformat.ValidationError as error:
        raise ValueError(f'{name}.py: {error.message} on a # %% line. Write tags as a list: tags=["…"].') from error
    if not cells:
        raise ValueError(f"{name}.py is empty. Begin it with `# %% [markdown]` and the lesson's title.")
    if len(cells) != len(lines):
        raise ValueError(
            f"{name}.py has {len(lines)} lines that begin a cell (# %%) but {len(cells)} cells. "
            "Begin the file with `# %% [markdown]` and let no line inside a string begin with `# %%`."
        )
    found = [(index, offset, what) for index, cell in enumerate(cells) for offset, what in _cell_problems(cell)]
    found += [(index, 0, what) for index, what in _pair_problems(cells)]
    problems = [f"cell {index + 1} (line {lines[index] + offset}): {what}" for index, offset, what in sorted(found)]
    if problems:
        raise ValueError("\n  ".join([f"{name}.py cannot be built:", *problems]))
    texts = [cell for cell in cells if cell.cell_type == "markdown"]
    for cell, text in zip(texts, linked([cell.source for cell in texts]), strict=True):
        cell.source = text
    return LessonSource(name, _notebook(cells, name), lines)


def _cell_problems(cell: NotebookNode) -> list[tuple[int, str]]:
    """Return what is wrong with one cell by itself: (lines below the cell's first line; what and cure)."""
    given = cell.metadata
    problems = [
        (0, f'{key}={given[key]!r} is not understood. Write exercise="…", check="…", points=1 or tags=["…"].')
        for key in set(given) - _OUR_METADATA - _JUPYTEXT_METADATA
    ]
    if cell.cell_type not in ("code", "markdown"):
        problems.append((0, f"a {cell.cell_type} cell has no place in a lesson. Make it code or [markdown]."))
    if not cell.source.strip():
        problems.append((0, "the cell is empty. Remove it."))
    if "points" in given and not (isinstance(given["points"], int | float) and given["points"] >= 0):
        problems.append((0, f"points is {given['points']!r}. Give a number that is not negative."))
    if "points" in given and "check" not in given:
        problems.append((0, "points belong to a check cell. Remove them, or add check=."))
    if cell.cell_type == "markdown" and ("exercise" in given or "check" in given):
        problems.append((0, "exercises and checks are code cells. Remove [markdown]."))
    # The cell's first line is the one with # %%, so that line 0 of its source stands one further down.
    marked = [(line + 1, problem) for line, problem in unsolved.marker_problems(cell.source)]
    if "exercise" not in given:
        if unsolved.BEGIN in cell.source or unsolved.END in cell.source:
            problems.append((0, 'solution markers need an exercise cell. Add exercise="name" to its # %% line.'))
    elif marked:
        problems += marked
    elif unsolved.BEGIN not in cell.source:
        problems.append((0, f"the exercise has no solution region. Add ### {unsolved.BEGIN} and ### {unsolved.END}."))
    elif stub_problem := unsolved.stub_problem(cell.source):
        problems.append((0, stub_problem))
    return problems


def _pair_problems(cells: list[NotebookNode]) -> list[tuple[int, str]]:
    """Return what is wrong between exercises and checks: (cell, counted from 0; what and cure)."""
    problems = []
    places: dict[str, dict[str, int]] = {"exercise": {}, "check": {}}
    for index, cell in enumerate(cells):
        for kind, known in places.items():
            if kind not in cell.metadata:
                continue
            name = cell.metadata[kind]
            if not (isinstance(name, str) and name.isidentifier() and len(name) <= 50):
                problems.append((index, f"{kind}={name!r} is no name. Give a short Python name in quotes."))
            elif name in known:
                problems.append((index, f"{kind}={name!r} is there already, in cell {known[name] + 1}. Rename one."))
            else:
                known[name] = index
    for name, index in places["exercise"].items():
        if places["check"].get(name, -1) < index:
            problems.append((index, f"exercise={name!r} has no check cell below it. Add one with check={name!r}."))
    for name, index in places["check"].items():
        if name not in places["exercise"]:
            problems.append((index, f"check={name!r} has no exercise. Name an exercise of this lesson, or add it."))
    return problems


def _notebook(cells: list[NotebookNode], name: str) -> NotebookNode:
    seen: Counter[str] = Counter()
    made = []
    for cell in cells:
        fields: dict[str, Any] = {"outputs": [], "execution_count": None} if cell.cell_type == "code" else {}
        fields |= {"id": _cell_id(cell, name, seen), "metadata": _metadata(cell.metadata)}
        made.append({"cell_type": cell.cell_type, "source": cell.source, **fields})
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": _NOTEBOOK_METADATA, "cells": made}
    return cast(NotebookNode, nbformat.from_dict(content))  # type: ignore[no-untyped-call]


def _metadata(given: dict[str, Any]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": given["tags"]} if "tags" in given else {}
    if "exercise" in given:
        metadata["nbgrader"] = _nbgrader(given["exercise"], solution=True)
    if "check" in given:
        metadata["nbgrader"] = _nbgrader(f"check_{given['check']}", solution=False) | {"points": given.get("points", 1)}
    return metadata


def _nbgrader(grade_id: str, solution: bool) -> dict[str, Any]:
    return {
        "schema_version": 3,
        "grade_id": grade_id,
        "solution": solution,
        "grade": not solution,
        "locked": not solution,
        "task": False,
    }


def _cell_id(cell: NotebookNode, lesson: str, seen: Counter[str]) -> str:
    """Return an id that stays when other cells are edited, added or moved."""
    for kind in ("exercise", "check"):
        if kind in cell.metadata:
            return f"{kind}-{cell.metadata[kind]}"
    digest = cell_digest(cell, lesson)
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def cell_digest(cell: NotebookNode, lesson: str) -> str:
    """Return the eight letters with which the id of any other cell begins: they follow from its text."""
    content = f"{lesson}\n{cell.cell_type}\n{cell.source}"
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def syntax_tree(cell: NotebookNode) -> ast.Module:
    """Return a code cell's syntax tree; an empty one where it cannot be read (executing it says why)."""
    try:
        return ast.parse(TransformerManager().transform_cell(cell.source))  # type: ignore[no-untyped-call]
    except SyntaxError:
        return ast.Module([], [])
