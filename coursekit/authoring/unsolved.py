"""From the solution to the learner's notebook: the marked regions become stubs.

The rule is that of nbgrader's ``ClearSolutions``, so that its users find what they know; a test compares the two, cell
for cell. Unlike nbgrader we refuse what would not run from top to bottom.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from nbformat import NotebookNode

BEGIN = "BEGIN SOLUTION"
END = "END SOLUTION"
_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")


def clear_solution(source: str) -> str:
    r"""Return a cell's source with a stub in place of each solution region.

    Examples
    --------
    >>> print(clear_solution("def half(x):\n    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION"))
    def half(x):
        # YOUR CODE HERE
        raise NotImplementedError()
    """
    kept = []
    inside = False
    for line in source.split("\n"):
        if BEGIN in line:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + stub for stub in _STUB]
        elif END in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def unsolved(solution: NotebookNode) -> NotebookNode:
    """Return the learner's notebook: no outputs, and every exercise a stub."""
    notebook = copy.deepcopy(solution)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = clear_solution(cell.source)
            cell.outputs = []
            cell.execution_count = None
    return notebook


def marker_problems(source: str) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a cell's solution markers: (line within the cell, counted from 0; what and cure)."""
    begun: int | None = None
    for number, line in enumerate(source.split("\n")):
        if BEGIN in line:
            if begun is not None:
                yield number, f"### {BEGIN} follows another one that has no end. Put ### {END} before it."
            begun = number
        elif END in line:
            if begun is None:
                yield number, f"### {END} has no beginning. Put ### {BEGIN} above the solution."
            begun = None
    if begun is not None:
        yield begun, f"### {BEGIN} has no end. Put ### {END} below the solution."


def stub_problem(source: str) -> str | None:
    """Return why the unsolved cell would not run by itself, with the cure, or None where it would.

    A stub raises NotImplementedError: that may only happen when a check calls the learner's function.
    """
    cleared = clear_solution(source)
    try:
        tree = ast.parse(cleared)
    except SyntaxError as error:
        return (
            f"with the solution taken out, this is no Python ({error.msg}). Put whole statements between the markers."
        )
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    safe = {node.lineno for function in functions for node in ast.walk(function) if isinstance(node, ast.Raise)}
    stubs = {number for number, line in enumerate(cleared.split("\n"), start=1) if line.strip() == _STUB[1]}
    if stubs - safe:
        return f"### {BEGIN} must stand inside a function's body: elsewhere the unsolved notebook would not run."
    return None
