"""Under nbgrader a cell earns its points by what the check itself said while the cell ran."""

import os
import subprocess
import sys

import pytest

from coursekit.check import convolution, grading, welcome
from coursekit.check.grading import Grader
from tests.quick import quick_only

CELL = "# The check\nck.check.welcome.mean_brightness(mean_brightness)"
PATH = "ck.check.welcome.mean_brightness"


class Shell:
    """As much of IPython's shell as matters here."""

    def __init__(self):
        self.events = self

    def register(self, event, callback):
        setattr(self, event, callback)


@pytest.fixture
def grader():
    watching = Grader()
    watching.install(Shell())
    return watching


@pytest.mark.parametrize("source", ["x = 1", "ck.check.welcome.mean_brightness.hint()", "ck.check.welcome"])
def test_a_cell_without_a_check_is_left_alone(grader, source):
    assert grader.verdict(source) is None


def test_a_check_that_said_nothing_earns_nothing(grader):
    assert grader.verdict(CELL) == (False, f"○ no points: {PATH} did not say that the answer is correct.")


def test_a_check_that_said_correct_earns_its_points(grader):
    grader.passed.add(PATH)
    assert grader.verdict(CELL) == (True, "✔ correct: mean_brightness")


def test_another_check_earns_nothing_here(grader):
    grader.passed.add("ck.check.convolution.correlate2d")
    earned, _ = grader.verdict(CELL)
    assert not earned


def test_each_cell_begins_anew(grader):
    grader.passed.add(PATH)
    grader._before(None)
    earned, _ = grader.verdict(CELL)
    assert not earned


@pytest.mark.parametrize(
    ("owner", "name", "value"),
    [
        (type(welcome.mean_brightness), "__call__", lambda self, answer: None),
        (welcome.mean_brightness, "_judge", lambda attempt: None),
        (welcome, "mean_brightness", convolution.correlate2d),
        (grading.settings, "strict", lambda: False),
    ],
)
def test_a_changed_course_earns_nothing(grader, monkeypatch, owner, name, value):
    grader.passed.add(PATH)
    monkeypatch.setattr(owner, name, value, raising=False)
    earned, sentence = grader.verdict(CELL)
    assert not earned
    assert "this notebook changes the course itself" in sentence


def test_only_a_right_answer_counts(monkeypatch):
    monkeypatch.setattr(grading, "GRADER", Grader())
    welcome.mean_brightness(lambda image: 0)
    assert grading.GRADER.passed == set()
    welcome.mean_brightness(lambda image: image.mean())
    assert grading.GRADER.passed == {PATH}


def test_no_solution_is_shown_while_nbgrader_runs(monkeypatch):
    monkeypatch.setattr(grading, "GRADED", True)
    assert welcome.mean_brightness.solution().text == (
        "While nbgrader runs, the solution of mean_brightness is not shown."
    )


@pytest.mark.parametrize("mode", quick_only(["autograde", "validate"], ["autograde"]))
def test_nbgrader_makes_checks_strict_whatever_the_notebook_sets(mode):
    code = (
        "import os; os.environ['COURSEKIT_STRICT'] = '0'; del os.environ['NBGRADER_EXECUTION']; import coursekit as ck;"
        "ck.check.welcome.mean_brightness(lambda image: 0)"
    )
    environment = os.environ | {"NBGRADER_EXECUTION": mode}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert "CheckFailed: ✘ incorrect: mean_brightness" in done.stderr
