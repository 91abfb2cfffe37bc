"""Lint: names that an exercise needs keep their values, so that a learner can go back to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from coursekit.authoring.finding import Finding, in_cell
from coursekit.authoring.source import LessonSource, syntax_tree

_IN_BACKTICKS = re.compile(r"`([A-Za-z_]\w*)`")


def rebound_names(source: LessonSource) -> Iterator[Finding]:
    """Find cells that give another value to a name that an exercise above needs.

    An exercise needs what stands before it and is named by it: in the function's parameters or lines, or between
    backticks in the text above it.
    """
    needed: dict[str, str] = {}
    bound: set[str] = set()
    text = ""
    for index, cell in enumerate(source.notebook.cells):
        if cell.cell_type != "code":
            text = cell.source
            continue
        binds = _bound(cell)
        for name in sorted(binds & set(needed)):
            yield in_cell(
                source,
                index,
                f"It rebinds {name!r}, which the exercise {needed[name]} above needs.",
                "Choose another name: a learner who goes back would compute with the wrong one.",
            )
        bound |= binds
        kind, _, exercise = cell.id.partition("-")
        if kind == "exercise":
            named = _named(cell) | set(_IN_BACKTICKS.findall(text))
            needed |= dict.fromkeys((named & bound) - binds, exercise)


def _bound(cell: NotebookNode) -> set[str]:
    """Return the names to which a cell gives values where all cells see them; loops and axes of figures apart."""
    found: set[str] = set()
    for statement in syntax_tree(cell).body:
        if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            found |= {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
        elif isinstance(statement, ast.FunctionDef):
            found.add(statement.name)
    return found - {"_"}


def _named(cell: NotebookNode) -> set[str]:
    """Return the parameters of an exercise's functions, and the names that their lines take from outside."""
    nodes = list(ast.walk(syntax_tree(cell)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.arg for node in nodes if isinstance(node, ast.arg)} | {node.id for node in names} - own
