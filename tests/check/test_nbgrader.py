"""The whole way with nbgrader: generate, collect, autograde, feedback; who earns points, and who does not."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from coursekit.authoring.notebook_file import write_notebook
from coursekit.authoring.source import parse
from coursekit.authoring.unsolved import unsolved

GUIDE = Path(__file__).parents[2] / "docs" / "instructors.md"
LESSON = '''\
# %% [markdown]
# # Two exercises

# %%
import coursekit as ck
import numpy as np

# %% exercise="mean_brightness"
def mean_brightness(image):
    """Return the mean."""
    ### BEGIN SOLUTION
    return image.mean()
    ### END SOLUTION


# %% check="mean_brightness" points=2
ck.check.welcome.mean_brightness(mean_brightness)

# %% exercise="correlate2d"
def correlate2d(image, kernel):
    """Return the feature map."""
    ### BEGIN SOLUTION
    rows, columns = kernel.shape
    output = np.zeros((image.shape[0] - rows + 1, image.shape[1] - columns + 1))
    for i in range(output.shape[0]):
        for j in range(output.shape[1]):
            output[i, j] = (image[i : i + rows, j : j + columns] * kernel).sum()
    return output
    ### END SOLUTION


# %% check="correlate2d" points=3
ck.check.convolution.correlate2d(correlate2d)
'''
RIGHT = "def mean_brightness(image):\n    return image.mean()"
RIGHT_TOO = "".join(
    re.findall(r"(def correlate2d.*?)\n\n\n", LESSON.replace("    ### BEGIN SOLUTION\n", ""), re.DOTALL)
).replace("\n    ### END SOLUTION", "")
WRONG = "def mean_brightness(image):\n    return image.max()"
FAKE = """\
class _Right:
    def __getattr__(self, name):
        return self

    def __call__(self, answer):
        return None
"""
SUBMISSIONS = {
    # name: (the first cell or None, first answer, second answer, points)
    "untouched": (None, None, None, (0, 0)),
    "right": (None, RIGHT, RIGHT_TOO, (2, 3)),
    "half": (None, RIGHT, None, (2, 0)),
    "wrong": (None, WRONG, "def correlate2d(image, kernel):\n    return kernel", (0, 0)),
    "empty": (None, "", "", (0, 0)),
    "raises": (None, "def mean_brightness(image):\n    return 1 / 0", "1 / 0", (0, 0)),
    "warns": (
        None,
        "import logging, sys, warnings\n\n\n"
        "def mean_brightness(image):\n"
        "    warnings.warn('careful')\n    print('look', file=sys.stderr)\n    logging.warning('hm')\n"
        "    return image.mean()",
        None,
        (2, 0),
    ),
    "shows a value": (None, RIGHT + "\n\n\nmean_brightness(np.ones((2, 2)))", None, (2, 0)),
    "variables": (
        "import os\nfor name in ('COURSEKIT_STRICT', 'NBGRADER_EXECUTION'):\n    os.environ[name] = '0'\n"
        "os.environ.pop('NBGRADER_EXECUTION')\nimport coursekit as ck\nimport numpy as np",
        WRONG,
        None,
        (0, 0),
    ),
    "check replaced": (None, f"{FAKE}\nck.check = _Right()", "", (0, 0)),
    "course replaced": (f"{FAKE}\nck = _Right()\nimport numpy as np", WRONG, None, (0, 0)),
    "module replaced": (
        f"import sys\n{FAKE}\nsys.modules['coursekit'] = _Right()\nimport coursekit as ck\nimport numpy as np",
        WRONG,
        None,
        (0, 0),
    ),
    "call patched": (
        None,
        WRONG + "\n\n\ntype(ck.check.welcome.mean_brightness).__call__ = lambda self, answer: None",
        None,
        (0, 0),
    ),
    "judge patched": (
        None,
        WRONG + "\n\n\nck.check.welcome.mean_brightness._judge = lambda attempt: None",
        None,
        (0, 0),
    ),
    "reference patched": (
        None,
        None,
        "def correlate2d(image, kernel, *more):\n    return kernel\n\n\nck.convolution.correlate2d = correlate2d",
        (0, 0),
    ),
    "strictness patched": (
        None,
        WRONG + "\n\n\nfrom coursekit.check import grading\n\ngrading.STRICT = False",
        None,
        (0, 0),
    ),
    "points printed": (
        None,
        "def mean_brightness(image):\n    get_ipython().displayhook(2.0)\n    return 7",
        None,
        (0, 0),
    ),
    "course function": (None, None, "from coursekit.convolution import correlate2d", (0, 0)),
    "solution": (None, None, "exec(ck.check.convolution.correlate2d.solution().text)", (0, 0)),
}


def student(name):
    return name.replace(" ", "_")


def submission(notebook, first, *answers):
    """Return a learner's notebook; None leaves a cell as it was handed out."""
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    if first is not None:
        next(cell for cell in notebook.cells if cell.cell_type == "code").source = first
    for name, answer in zip(("mean_brightness", "correlate2d"), answers, strict=True):
        if answer is not None:
            cells[name].source = answer
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a course folder in which all submissions are graded, and what nbgrader printed."""
    folder = tmp_path_factory.mktemp("course")
    environment = {name: value for name, value in os.environ.items() if name != "COURSEKIT_STRICT"}
    environment |= {"JUPYTER_CONFIG_DIR": str(folder / "none"), "JUPYTER_DATA_DIR": str(folder / "data")}
    environment |= {"COURSEKIT_HOME": str(folder / "home"), "IPYTHONDIR": str(folder / "ipython")}

    def nbgrader(*arguments):
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stderr

    (config,) = re.findall(r"```python\n(# nbgrader_config.py.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    solution = parse(LESSON, "lesson").notebook
    (folder / "source" / "lesson").mkdir(parents=True)
    write_notebook(folder / "source" / "lesson" / "lesson.ipynb", solution)
    nbgrader("generate_assignment", "lesson")
    released = folder / "release" / "lesson" / "lesson.ipynb"
    for name, (first, *answers, _) in SUBMISSIONS.items():
        target = folder / "submitted" / student(name) / "lesson"
        target.mkdir(parents=True)
        write_notebook(target / "lesson.ipynb", submission(nbformat.read(released, 4), first, *answers))
    printed = nbgrader("autograde", "lesson")
    nbgrader("generate_feedback", "lesson")
    shutil.copy(released, folder / "untouched.ipynb")
    return folder, printed, environment


@pytest.mark.slow
@pytest.mark.parametrize("name", SUBMISSIONS)
def test_points_are_earned_by_right_answers_alone(course, name):
    from nbgrader.api import Gradebook

    folder, _, _ = course
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        graded = gradebook.find_submission("lesson", student(name))
        points = {grade.name: grade.score for notebook in graded.notebooks for grade in notebook.grades}
    assert (points["check_mean_brightness"], points["check_correlate2d"]) == SUBMISSIONS[name][-1]


@pytest.mark.slow
def test_what_is_handed_out_is_the_courses_own_unsolved_notebook(course):
    folder, _, _ = course
    released = nbformat.read(folder / "release" / "lesson" / "lesson.ipynb", 4)
    assert [cell.source for cell in released.cells] == [
        cell.source for cell in unsolved(parse(LESSON, "lesson").notebook).cells
    ]


@pytest.mark.slow
def test_grading_logs_no_number_that_is_none(course):
    assert "could not be converted" not in course[1]
    assert "cannot be converted" not in course[1]


@pytest.mark.slow
def test_feedback_says_what_was_wrong_without_the_courses_lines(course):
    page = (course[0] / "feedback" / "wrong" / "lesson" / "lesson.html").read_text(encoding="utf-8")
    assert "incorrect: mean_brightness" in page
    assert "exercise.py" not in page


@pytest.mark.slow
def test_grading_records_nobodys_progress(course):
    assert not (course[0] / "home" / "progress.json").exists()


@pytest.mark.slow
def test_validate_fails_an_unsolved_notebook(course):
    folder, _, environment = course
    command = [sys.executable, "-m", "nbgrader", "validate", "untouched.ipynb"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert "VALIDATION FAILED ON 2 CELL(S)" in done.stdout
