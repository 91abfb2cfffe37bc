"""The lesson that CONTRIBUTING.md works out, taken from its text: its check judges, the lint says the rest."""

import sys
import types

import matplotlib.pyplot as plt
import pytest

import coursekit as ck
from coursekit import settings
from coursekit.authoring.lint import lint
from coursekit.authoring.source import parse
from coursekit.authoring.unsolved import unsolved
from tests.contributing import blocks

NAME = "16_counting_parameters"
LESSON, CHECKS = blocks("A new lesson")
(MISSING,) = blocks("A new lesson", "text")


@pytest.fixture
def source():
    return parse(LESSON, NAME)


@pytest.fixture(autouse=True)
def counting(monkeypatch, tmp_path):
    """The module of checks, where the walk puts it; progress is written to a home of its own."""
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))
    monkeypatch.delenv("COURSEKIT_STRICT", raising=False)
    module = types.ModuleType("coursekit.check.lessons.counting")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(CHECKS, module.__dict__)
    monkeypatch.setattr(ck.check, "counting", module, raising=False)
    return module


def outcome(notebook):
    """What the check in the last cell says after all cells above it ran."""
    *above, check = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    names = {}
    with plt.rc_context():
        for code in above:
            exec(code, names)
        return eval(check, names)


def test_the_check_passes_the_solution(source):
    assert str(outcome(source.notebook)) == "✔ correct: parameter_count"


def test_the_unsolved_notebook_runs_and_is_not_attempted(source):
    notebook = unsolved(source.notebook)
    assert "9 * channels_in" not in "".join(cell.source for cell in notebook.cells)
    assert outcome(notebook).status == "not attempted"


def test_a_typical_mistake_is_named(counting):
    result = counting.parameter_count(lambda channels_in, filters: 9 * channels_in * filters)
    assert (result.status, result.reason) == ("incorrect", "The biases are missing.")


def test_the_path_in_the_lesson_leads_to_the_exercise(counting):
    (exercise,) = counting.exercises.all.values()
    assert (exercise.path, exercise.lesson, dir(counting)) == (
        "ck.check.counting.parameter_count",
        NAME,
        ["parameter_count"],
    )
    assert f"{exercise.path}(parameter_count)" in LESSON
    assert len(exercise.hints) >= 2


def test_the_lint_misses_what_the_text_says(source):
    found = lint(source, settings.course_folder())
    assert [f"{finding.what} {finding.cure}" for finding in found] == MISSING.splitlines()
