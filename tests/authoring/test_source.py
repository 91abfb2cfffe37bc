"""From a lesson's text to its notebook: metadata, ids, and what is refused."""

import nbformat
import pytest
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3

from coursekit.authoring.source import parse, read

LESSON = '''\
# %% [markdown]
# # Halves
#
# A promise.

# %% tags=["nbval-ignore-output"]
ready = True

# %% exercise="half"
def half(x):
    """Return half of x."""
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

# %% check="half" points=2
half(4)

# %% [markdown]
# The end.
'''
EXERCISE = '# %% exercise="half"\ndef half(x):\n    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION\n'
CHECK = '# %% check="half"\nhalf(4)\n'


def cells(text):
    return parse(text, "02_halves").notebook.cells


def test_a_byte_order_mark_is_no_part_of_the_lesson(tmp_path):
    (tmp_path / "02_halves.py").write_text(LESSON, encoding="utf-8-sig")
    assert read(tmp_path / "02_halves.py").notebook == parse(LESSON, "02_halves").notebook


def test_text_and_code_stay_as_they_are_written():
    first, second, *_ = cells(LESSON)
    assert (first.cell_type, first.source) == ("markdown", "# Halves\n\nA promise.")
    assert (second.cell_type, second.source) == ("code", "ready = True")


def test_magics_stay_code():
    assert cells("# %%\n%matplotlib inline\n")[0].source == "%matplotlib inline"


def test_the_notebook_is_valid_for_nbformat_and_nbgrader():
    notebook = parse(LESSON, "02_halves").notebook
    nbformat.validate(notebook)
    MetadataValidatorV3().validate_nb(notebook)


def test_short_metadata_become_complete_metadata_of_nbgrader():
    _, set_up, exercise, check, _ = cells(LESSON)
    assert set_up.metadata == {"tags": ["nbval-ignore-output"]}
    assert exercise.metadata.nbgrader == {
        "schema_version": 3, "grade_id": "half", "solution": True, "grade": False, "locked": False, "task": False,
    }  # fmt: skip
    assert check.metadata.nbgrader == {
        "schema_version": 3, "grade_id": "check_half", "solution": False, "grade": True, "locked": True, "task": False,
        "points": 2,
    }  # fmt: skip


def test_a_check_counts_one_point_where_none_are_given():
    assert cells(EXERCISE + CHECK)[1].metadata.nbgrader.points == 1


def test_each_cell_knows_its_line():
    source = parse(LESSON, "02_halves")
    assert [LESSON.split("\n")[line - 1][:4] for line in source.lines] == ["# %%"] * 5
    assert source.place(2) == "cell 3 (line 9)"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("A promise.", "A better promise.", id="text edited"),
        pytest.param("return x / 2", "return 0.5 * x", id="solution edited"),
        pytest.param("# %% exercise", "# %% [markdown]\n# More.\n\n# %% exercise", id="cell added"),
    ],
)
def test_an_edit_leaves_the_ids_of_all_other_cells(old, new):
    before, after = ([cell.id for cell in cells(text)] for text in (LESSON, LESSON.replace(old, new)))
    assert len(set(before) - set(after)) <= 1
    assert [identity for identity in after if identity in before] == [
        identity for identity in before if identity in after
    ]


def test_equal_cells_have_different_ids():
    ids = [cell.id for cell in cells("# %%\n1 + 1\n\n# %%\n1 + 1\n\n# %%\n1 + 1\n")]
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (EXERCISE.replace("    ### END SOLUTION\n", "") + CHECK, "cell 1 (line 3)", "has no end. Put ### END SOLUTION"),
        (EXERCISE.replace("    ### BEGIN SOLUTION\n", "") + CHECK, "cell 1 (line 4)", "has no beginning. Put"),
        (EXERCISE.replace("return x / 2", "### BEGIN SOLUTION") + CHECK, "cell 1 (line 4)", "follows another one"),
        ('# %% exercise="half"\nx = 1\n' + CHECK, "cell 1 (line 1)", "no solution region. Add ### BEGIN SOLUTION"),
        (EXERCISE.replace(' exercise="half"', "") + CHECK, "cell 1 (line 1)", "markers need an exercise cell. Add"),
        (EXERCISE, "cell 1 (line 1)", "has no check cell below it. Add one with check='half'"),
        (CHECK + EXERCISE, "cell 2 (line 3)", "has no check cell below it"),
        (CHECK, "cell 1 (line 1)", "check='half' has no exercise. Name"),
        (EXERCISE + EXERCISE + CHECK, "cell 2 (line 6)", "exercise='half' is there already, in cell 1. Rename"),
        (EXERCISE + CHECK + CHECK, "cell 3 (line 8)", "check='half' is there already, in cell 2. Rename"),
        (EXERCISE.replace('"half"', '"a half"') + CHECK, "cell 1 (line 1)", "is no name. Give a short Python name"),
        (EXERCISE.replace('"half"', "half") + CHECK, "cell 1 (line 1)", "is not understood. Write exercise="),
        (EXERCISE.replace("exercise", "excercise") + CHECK, "cell 1 (line 1)", "excercise='half' is not understood"),
        ("# %% A title [markdown]\n# Text\n", "cell 1 (line 1)", "title='A title' is not understood"),
        (EXERCISE + CHECK.replace("\n", " points=-1\n", 1), "cell 2 (line 6)", "points is -1. Give a number"),
        ("# %% points=1\nx = 1\n", "cell 1 (line 1)", "points belong to a check cell"),
        ('# %% [markdown] check="half"\n# Text\n', "cell 1 (line 1)", "are code cells. Remove [markdown]"),
        ("# %%\nx = 1\n\n# %%\n\n# %%\ny = 1\n", "cell 2 (line 4)", "the cell is empty. Remove it"),
        ("# %% [raw]\n# Text\n", "cell 1 (line 1)", "a raw cell has no place in a lesson"),
    ],
)
def test_mistakes_are_refused_with_cell_line_and_cure(text, place, message):
    with pytest.raises(ValueError, match=r"02_halves\.py cannot be built") as caught:
        parse(text, "02_halves")
    assert any(line.startswith(f"  {place}: ") and message in line for line in str(caught.value).split("\n"))


@pytest.mark.parametrize(
    "code",
    [
        "### BEGIN SOLUTION\nhalf = 2\n### END SOLUTION",
        "class Half:\n    ### BEGIN SOLUTION\n    value = 2\n    ### END SOLUTION",
        "if True:\n    ### BEGIN SOLUTION\n    half = 2\n    ### END SOLUTION",
    ],
)
def test_a_solution_outside_a_function_is_refused_because_the_unsolved_notebook_would_not_run(code):
    with pytest.raises(ValueError, match="must stand inside a function's body"):
        parse(f'# %% exercise="half"\n{code}\n{CHECK}', "02_halves")


def test_a_solution_that_leaves_broken_code_behind_is_refused():
    code = "def half(x):\n    try:\n    ### BEGIN SOLUTION\n        return 1\n    ### END SOLUTION\n"
    with pytest.raises(ValueError, match=r"this is no Python .* Put whole statements between the markers"):
        parse(f'# %% exercise="half"\n{code}{CHECK}', "02_halves")


def test_all_mistakes_are_told_at_once():
    with pytest.raises(ValueError, match="cannot be built") as caught:
        parse("# %%\n\n# %% [raw]\n# Text\n", "02_halves")
    assert len(str(caught.value).split("\n")) == 3


@pytest.mark.parametrize("text", ["x = 1\n\n# %%\ny = 1\n", '# %%\nx = """\n# %% no cell\n"""\n'])
def test_text_before_the_first_cell_or_a_cell_line_in_a_string_is_refused(text):
    with pytest.raises(ValueError, match="Begin the file with"):
        parse(text, "02_halves")


def test_tags_that_are_no_list_are_refused():
    with pytest.raises(ValueError, match=r"02_halves\.py: 'slow' .* Write tags as a list"):
        parse('# %% tags="slow"\nx = 1\n', "02_halves")


def test_an_empty_file_is_refused():
    with pytest.raises(ValueError, match=r"02_halves\.py is empty"):
        parse("", "02_halves")
