"""One run of a lesson that proves both of its notebooks: the learner's to the end, each solution by its check."""

import copy
from dataclasses import replace

from coursekit.authoring.source import LessonSource
from coursekit.authoring.unsolved import clear_solution

_JUDGED = """\
from coursekit.check import grading as _grading, progress as _progress
_grading.STRICT = False
{check}
_found = _progress.read().exercises[{lesson!r}][{name!r}].status
assert _found == "not attempted", f"the check of {name} calls its stub {{_found!r}}"
_grading.STRICT = True
{solution}
{check}
{stub}
"""


def rehearsal(source: LessonSource) -> LessonSource:
    """Return the learner's notebook in which each check meets the stub, then the solution, and leaves the stub behind.

    So every later cell runs without the learner's answers, as it must in `notebooks/`. A lesson runs once instead of
    twice; `make test-all` runs both notebooks by themselves.
    """
    notebook = copy.deepcopy(source.notebook)
    solutions: dict[str, str] = {}
    for cell in notebook.cells:
        kind, _, name = cell.id.partition("-")
        if kind == "exercise":
            solutions[name] = cell.source
            cell.source = clear_solution(cell.source)
        elif kind == "check":
            cell.source = _JUDGED.format(
                lesson=source.name,
                name=name,
                check=cell.source,
                solution=solutions[name],
                stub=clear_solution(solutions[name]),
            )
    return replace(source, notebook=notebook)
