"""Building and checking a lesson's notebooks."""

import json
import re

import pytest

from coursekit.authoring.build import build, out_of_step, strays

LESSON = """\
# %% [markdown]
# # Halves

# %%
import random
random.random()

# %% exercise="half"
def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

# %% check="half"
half(4)
"""
NAME = "02_halves"


def made(course):
    return {path: path.read_bytes() for path in course.glob("*/*.ipynb")}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a course with one lesson, executed once."""
    course = tmp_path_factory.mktemp("built")
    (course / "solutions").mkdir()
    (course / "solutions" / f"{NAME}.py").write_text(LESSON)
    build(NAME, course)
    return made(course)


@pytest.fixture
def course(tmp_path, built):
    """Return a fresh copy of that course."""
    for path, content in built.items():
        (tmp_path / path.parent.name).mkdir()
        (tmp_path / path.parent.name / path.name).write_bytes(content)
    rewrite(tmp_path)
    return tmp_path


def rewrite(course, old="", new=""):
    (course / "solutions" / f"{NAME}.py").write_text(LESSON.replace(old, new))


def edit(course, folder, change):
    """Change a notebook as somebody does who saves it by hand."""
    path = course / folder / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text())
    change(notebook)
    path.write_text(json.dumps(notebook))


def test_the_solution_is_executed_and_the_learners_notebook_is_not(course):
    solution, notebook = (
        json.loads((course / folder / f"{NAME}.ipynb").read_text())["cells"] for folder in ("solutions", "notebooks")
    )
    assert solution[3]["outputs"][0]["data"]["text/plain"] == ["2.0"]
    assert [cell["outputs"] for cell in notebook[1:]] == [[], [], []]
    assert "return x / 2" not in "".join(notebook[2]["source"])


def test_what_was_built_is_in_step(course):
    assert out_of_step(NAME, course) == []


def test_building_again_changes_no_byte(course):
    before = made(course)
    assert build(NAME, course) == "in step already"
    assert made(course) == before


def test_an_edit_of_the_text_keeps_the_outputs(course):
    before = made(course)
    rewrite(course, "# # Halves", "# # Halves and more")
    assert build(NAME, course) == "written, its outputs kept"
    numbers = [re.findall(rb"0\.\d{6,}", content) for content in (*before.values(), *made(course).values())]
    assert numbers[:2] == numbers[2:]
    assert out_of_step(NAME, course) == []


def test_an_edit_of_the_code_executes_again(course):
    rewrite(course, "half(4)", "half(6)")
    assert build(NAME, course) == "executed and written"
    assert '"3.0"' in (course / "solutions" / f"{NAME}.ipynb").read_text()


def test_fresh_executes_unchanged_code_again(course):
    before = made(course)
    assert build(NAME, course, fresh=True) == "executed and written"
    assert made(course) != before


def test_a_failing_lesson_leaves_the_notebooks_as_they_were(course):
    before = made(course)
    rewrite(course, "half(4)", "half(none)")
    with pytest.raises(RuntimeError, match="NameError"):
        build(NAME, course)
    assert made(course) == before


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("Halves", "Half", "notebooks/02_halves.ipynb: cell 1 (line 1) is new or changed", id="text"),
        pytest.param("half(4)", "half(6)", "notebooks/02_halves.ipynb: cell 4 (line 14) differs in source", id="code"),
        pytest.param(
            "x / 2", "x * 0.5", "solutions/02_halves.ipynb: cell 3 (line 8) differs in source", id="solution"
        ),
        pytest.param(
            "x / 2", "x * 0.5", "solutions/02_halves.ipynb: was not executed with the code that its source has now",
            id="not executed",
        ),
        pytest.param(
            'check="half"', 'check="half" points=2', "notebooks/02_halves.ipynb: cell 4 (line 14) differs in metadata",
            id="metadata",
        ),
    ],
)  # fmt: skip
def test_a_changed_source_is_out_of_step(course, old, new, expected):
    rewrite(course, old, new)
    before = made(course)
    assert expected in out_of_step(NAME, course)
    assert made(course) == before


@pytest.mark.parametrize(
    ("folder", "change", "expected"),
    [
        ("notebooks", lambda notebook: notebook["cells"].pop(), "cell 4 (line 14) is new or changed"),
        (
            "notebooks",
            lambda notebook: notebook["cells"].append(notebook["cells"][0] | {"id": "new"}),
            "the id new is not",
        ),
        (
            "notebooks",
            lambda notebook: notebook["cells"].reverse(),
            "the order of its cells, its metadata or its layout",
        ),
        (
            "notebooks",
            lambda notebook: notebook["metadata"].clear(),
            "the order of its cells, its metadata or its layout",
        ),
        ("notebooks", lambda notebook: notebook["cells"][1].update(execution_count=1), "differs in execution_count"),
        (
            "solutions",
            lambda notebook: notebook["cells"][1].update(execution_count=None, outputs=[]),
            "was not executed",
        ),
        ("solutions", lambda notebook: notebook["cells"][1].update(execution_count=9), "differs in execution_count"),
        ("solutions", lambda notebook: notebook["metadata"].update(widgets={}), "its metadata or its layout"),
    ],
)
def test_a_notebook_saved_by_hand_is_out_of_step_until_it_is_built(course, folder, change, expected):
    edit(course, folder, change)
    (message,) = out_of_step(NAME, course)
    assert message.startswith(f"{folder}/")
    assert expected in message


def changed_text(notebook):
    notebook["cells"][0]["source"] = ["# Halves, by hand"]


def new_cell(notebook):
    notebook["cells"].append(notebook["cells"][0] | {"id": "a1b2c3d4"})


def solved(notebook):
    notebook["cells"][2]["source"] = ["def half(x):\n", "    return 0.5 * x"]


@pytest.mark.parametrize(
    ("folder", "change", "cell"),
    [
        ("solutions", changed_text, 1),
        ("notebooks", changed_text, 1),
        ("solutions", new_cell, 5),
        ("notebooks", new_cell, 5),
        ("notebooks", solved, 3),
    ],
)
def test_a_notebook_edited_by_hand_is_not_written_over_without_a_word(course, folder, change, cell):
    edit(course, folder, change)
    rewrite(course, "# # Halves", "# # Halves and more")
    before = made(course)
    with pytest.raises(ValueError, match=f"then build with --overwrite:\n  {folder}/{NAME}.ipynb: cell {cell}$"):
        build(NAME, course)
    assert made(course) == before
    build(NAME, course, overwrite=True)
    assert out_of_step(NAME, course) == []


@pytest.mark.parametrize("content", ["", "{}", "[]", "no json"])
def test_a_broken_notebook_is_out_of_step_and_built_anew(course, content):
    (course / "notebooks" / f"{NAME}.ipynb").write_text(content)
    assert "notebooks/02_halves.ipynb: is no notebook" in out_of_step(NAME, course)[0]
    build(NAME, course)
    assert out_of_step(NAME, course) == []


def test_a_missing_notebook_is_out_of_step(course):
    (course / "notebooks" / f"{NAME}.ipynb").unlink()
    assert out_of_step(NAME, course) == ["notebooks/02_halves.ipynb: is missing"]


def test_a_notebook_without_source_is_a_stray(course):
    (course / "notebooks" / "03_gone.ipynb").touch()
    (message,) = strays(course)
    assert message.startswith("notebooks/03_gone.ipynb: has no solutions/03_gone.py")
