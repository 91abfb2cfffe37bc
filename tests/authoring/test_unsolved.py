"""The learner's notebook: what nbgrader would make, and nothing of the solution."""

import copy

import pytest
from nbgrader.preprocessors import ClearSolutions

from coursekit.authoring.source import parse
from coursekit.authoring.unsolved import unsolved

SOLUTIONS = {
    "whole body": """\
def f(x):
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION""",
    "docstring and last line": """\
def f(x):
    "Words."
    ### BEGIN SOLUTION
    y = 2
    ### END SOLUTION
    return y""",
    "two regions": """\
def f(x):
    ### BEGIN SOLUTION
    x += 1
    ### END SOLUTION
    for _ in range(2):
        ### BEGIN SOLUTION
        x += 1
        ### END SOLUTION
    return x""",
    "method": """\
class A:
    def f(self):
        ### BEGIN SOLUTION
        return 1
        ### END SOLUTION""",
    "empty lines": """\
def f(x):

    ### BEGIN SOLUTION

    return x

    ### END SOLUTION


print(1)""",
}


def lesson(solution):
    return parse(
        f'# %% [markdown]\n# Text\n\n# %% exercise="f"\n{solution}\n\n# %% check="f"\nf(1)\n', "02_halves"
    ).notebook


@pytest.mark.parametrize("solution", SOLUTIONS.values(), ids=SOLUTIONS.keys())
def test_cells_are_those_that_nbgrader_makes(solution):
    notebook = lesson(solution)
    theirs, _ = ClearSolutions().preprocess(copy.deepcopy(notebook), {})
    assert unsolved(notebook).cells == theirs.cells


def test_outputs_are_left_out():
    notebook = lesson(SOLUTIONS["method"])
    notebook.cells[2].update(execution_count=3, outputs=[{"output_type": "stream", "name": "stdout", "text": "1"}])
    assert [(cell.execution_count, cell.outputs) for cell in unsolved(notebook).cells[1:]] == [(None, [])] * 2


def test_the_solution_itself_stays():
    notebook = lesson(SOLUTIONS["method"])
    before = copy.deepcopy(notebook)
    unsolved(notebook)
    assert notebook == before
