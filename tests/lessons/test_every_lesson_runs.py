"""Every lesson, small: its unsolved notebook runs from top to bottom, and its solutions pass their checks."""

import pytest

from coursekit import settings
from coursekit.authoring.execute import execute
from coursekit.authoring.lesson_names import lesson_names
from coursekit.authoring.source import read
from tests.lessons.rehearsal import rehearsal

COURSE = settings.course_folder()


@pytest.mark.lesson
@pytest.mark.parametrize("name", lesson_names(COURSE / "solutions", ".py"))
def test_the_unsolved_notebook_runs_and_every_solution_passes_its_check(name, kernel):
    execute(rehearsal(read(COURSE / "solutions" / f"{name}.py")), COURSE / "solutions", {}, kernel)
