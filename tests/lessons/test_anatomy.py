"""Every lesson: its notebooks are in step with its source, it keeps to the common anatomy, and nbgrader can use it."""

import copy

import pytest
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
from nbgrader.preprocessors import ClearSolutions

from coursekit import settings
from coursekit.authoring.build import out_of_step, stored, strays
from coursekit.authoring.lesson_names import lesson_names
from coursekit.authoring.lint import lint
from coursekit.authoring.notebook_file import read_notebook
from coursekit.authoring.source import read

COURSE = settings.course_folder()
every_lesson = pytest.mark.parametrize("name", lesson_names(COURSE / "solutions", ".py"))


@every_lesson
def test_the_notebooks_are_in_step_with_the_source(name):
    differences = out_of_step(name, COURSE)
    assert not differences, "\n".join(differences)


@every_lesson
def test_the_lesson_keeps_to_the_anatomy(name):
    source = read(COURSE / "solutions" / f"{name}.py")
    findings = lint(stored(source, COURSE) or source, COURSE)
    assert not findings, "\n".join(map(str, findings))


@every_lesson
def test_nbgrader_makes_the_same_cells_for_learners(name):
    solution = read_notebook(COURSE / "solutions" / f"{name}.ipynb")
    MetadataValidatorV3().validate_nb(solution)
    theirs, _ = ClearSolutions().preprocess(copy.deepcopy(solution), {})
    ours = read_notebook(COURSE / "notebooks" / f"{name}.ipynb")
    assert [(cell.id, cell.source, cell.metadata) for cell in ours.cells] == [
        (cell.id, cell.source, cell.metadata) for cell in theirs.cells
    ]


def test_every_notebook_has_a_source():
    assert strays(COURSE) == []
