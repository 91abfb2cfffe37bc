"""The solution of an exercise, as it stands in the lesson's solution notebook."""

from __future__ import annotations

import json

from coursekit import settings
from coursekit.check import grading

_MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")


def solution_code(lesson: str, exercise: str) -> str:
    """Return the code of an exercise's solution cell, without nbgrader's markers.

    Parameters
    ----------
    lesson : str
        For example ``"01_convolution_by_hand"``.
    exercise : str
        The ``grade_id`` of the cell.

    Raises
    ------
    FileNotFoundError
        If this copy of the course has no solutions (a teacher may have taken them out).
    ValueError
        If the notebook is damaged or holds no such cell, or nbgrader runs this: else a submission could ask for it.
    """
    if grading.GRADED:
        raise ValueError(f"While nbgrader runs, the solution of {exercise} is not shown.")
    path = settings.course_folder() / "solutions" / f"{lesson}.ipynb"
    if not path.is_file():
        raise FileNotFoundError(
            f"This copy of the course has no solution of {exercise}: {path} is missing. "
            "Ask your teacher, or get the course again."
        )
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = {
            cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
            for cell in cells
            if cell["metadata"].get("nbgrader", {}).get("solution")
        }
    except (ValueError, LookupError, TypeError, AttributeError):
        raise ValueError(f"{path} is damaged. Get this file of the course again.") from None
    if exercise not in sources:
        raise ValueError(f"{path} has no solution of {exercise}. Get the newest version of the course.")
    return "\n".join(line for line in sources[exercise].split("\n") if line.strip() not in _MARKERS)
