"""Build a lesson's two notebooks from its one source, or say where they are out of step with it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode

from coursekit.authoring import source as lesson_source
from coursekit.authoring.execute import carry_outputs, code_cells, execute
from coursekit.authoring.lesson_names import lesson_names
from coursekit.authoring.notebook_file import notebook_text, read_notebook, write_notebook
from coursekit.authoring.reproducible import reproducible_settings
from coursekit.authoring.source import LessonSource
from coursekit.authoring.unsolved import clear_solution, unsolved

_FROM_EXECUTION = frozenset({"outputs", "execution_count"})


def build(name: str, course: Path, fresh: bool = False, overwrite: bool = False) -> str:
    """Write ``solutions/NAME.ipynb`` and ``notebooks/NAME.ipynb`` and return what was done.

    The solution is executed where its code has changed since the last time; otherwise its outputs stay.

    Parameters
    ----------
    name : str
        The lesson's name.
    course : Path
        The folder that holds ``solutions/`` and ``notebooks/``.
    fresh : bool
        Execute even where the code has not changed.
    overwrite : bool
        Write over a notebook that was edited by hand.

    Raises
    ------
    ValueError
        If the source has mistakes, or a notebook was edited by hand.
    RuntimeError
        If a cell raises or writes to standard error. Then nothing is written.
    """
    source = lesson_source.read(course / "solutions" / f"{name}.py")
    edited = [] if overwrite else edited_by_hand(name, course)
    if edited:
        raise ValueError(
            "\n  ".join(
                [
                    f"{name} was not built, for a notebook was edited by hand. Bring the change into "
                    f"solutions/{name}.py, then build with --overwrite:",
                    *edited,
                ]
            )
        )
    kept = None if fresh else stored(source, course)
    solution = _executed(source, course / "solutions") if kept is None else kept.notebook
    changed = [write_notebook(path, notebook) for path, notebook in _notebooks(name, course, solution).items()]
    if kept is None:
        return "executed and written"
    return "written, its outputs kept" if any(changed) else "in step already"


def edited_by_hand(name: str, course: Path) -> list[str]:
    """Return which cells of a lesson's notebooks nobody can have built, as messages.

    The id of a cell follows from the text that it was built with; an exercise of the learner's notebook follows from
    that of the solution.
    """
    cells: dict[str, list[NotebookNode]] = {}
    for folder in ("solutions", "notebooks"):
        try:
            cells[folder] = read_notebook(course / folder / f"{name}.ipynb").cells
        except (OSError, ValueError):
            cells[folder] = []
    solved = {cell.get("id"): cell.source for cell in cells["solutions"]}
    found = []
    for folder, of_folder in cells.items():
        for number, cell in enumerate(of_folder, start=1):
            if "nbgrader" not in cell.metadata:
                edited = str(cell.get("id", "")).partition("-")[0] != lesson_source.cell_digest(cell, name)
            else:
                built = solved.get(cell.get("id"), cell.source)
                edited = folder == "notebooks" and cell.source != clear_solution(built)
            if edited:
                found.append(f"{folder}/{name}.ipynb: cell {number}")
    return found


def _executed(source: LessonSource, folder: Path) -> NotebookNode:
    with tempfile.TemporaryDirectory() as home:
        return execute(source, folder, reproducible_settings(Path(home)))


def stored(source: LessonSource, course: Path) -> LessonSource | None:
    """Return the lesson with the outputs of its solution notebook, or None where that has none or ran other code."""
    try:
        notebook = read_notebook(course / "solutions" / f"{source.name}.ipynb")
    except (OSError, ValueError):
        return None
    before, now = code_cells(notebook), code_cells(source.notebook)
    if [cell.source for cell in before] != [cell.source for cell in now]:
        return None
    if any(cell.execution_count is None for cell in before):
        return None
    return replace(source, notebook=carry_outputs(source.notebook, notebook))


def out_of_step(name: str, course: Path) -> list[str]:
    """Return where a lesson's two notebooks differ from what its source gives; empty where they are in step.

    Nothing is executed and nothing written.

    Raises
    ------
    ValueError
        If the source has mistakes.
    """
    source = lesson_source.read(course / "solutions" / f"{name}.py")
    kept = stored(source, course)
    found = []
    for path, expected in _notebooks(name, course, source.notebook if kept is None else kept.notebook).items():
        if not path.exists():
            differences = ["is missing"]
        elif path.parent.name == "solutions" and kept is None:
            differences = ["was not executed with the code that its source has now"]
            differences += _differences(source, expected, path, ignored=_FROM_EXECUTION)
        elif path.read_bytes() == notebook_text(expected).encode():
            differences = []
        else:
            differences = _differences(source, expected, path)
            differences = differences or ["the order of its cells, its metadata or its layout differ"]
        found += [f"{path.relative_to(course).as_posix()}: {difference}" for difference in differences]
    return found


def strays(course: Path) -> list[str]:
    """Return the notebooks that have no source, as messages."""
    sources = lesson_names(course / "solutions", ".py")
    return [
        f"{folder}/{name}.ipynb: has no solutions/{name}.py. Remove it, or bring its source back"
        for folder in ("notebooks", "solutions")
        for name in lesson_names(course / folder, ".ipynb")
        if name not in sources
    ]


def _notebooks(name: str, course: Path, solution: NotebookNode) -> dict[Path, NotebookNode]:
    return {
        course / "solutions" / f"{name}.ipynb": solution,
        course / "notebooks" / f"{name}.ipynb": unsolved(solution),
    }


def _differences(
    source: LessonSource, expected: NotebookNode, path: Path, ignored: frozenset[str] = frozenset()
) -> list[str]:
    """Return in which cells the notebook at ``path`` differs from the expected one."""
    try:
        found = {cell.get("id"): cell for cell in read_notebook(path).cells}
    except ValueError:
        return ["is no notebook"]
    differences = []
    for index, cell in enumerate(expected.cells):
        if cell.id not in found:
            differences.append(f"{source.place(index)} is new or changed")
            continue
        other = found.pop(cell.id)
        parts = sorted(key for key in cell.keys() - ignored if cell[key] != other.get(key))
        if parts:
            differences.append(f"{source.place(index)} differs in {', '.join(parts)}")
    return differences + [f"the cell with the id {identity} is not in the source" for identity in found]
