"""Names that an exercise needs keep their values: which rebinding is found, and which is harmless."""

import pytest

from coursekit.authoring.rules.story_names import rebound_names
from coursekit.authoring.source import parse

LESSON = """\
# %%
image = [1, 2]
size = 3
other = 4

# %% [markdown]
# Sum the first numbers of `image`.

# %% exercise="total"
def total(numbers):
    ### BEGIN SOLUTION
    return sum(numbers[:size])
    ### END SOLUTION

# %% check="total"
ck.check.sums.total(total)

# %%
LATER
"""


def found(later):
    return [str(finding) for finding in rebound_names(parse(LESSON.replace("LATER", later), "16_sums"))]


@pytest.mark.parametrize(
    ("later", "name"),
    [
        ("image = [3]", "image"),
        ("size += 1", "size"),
        ("first, image = 1, 2", "image"),
        ("def size():\n    return 3", "size"),
    ],
)
def test_a_name_in_the_text_or_in_the_solution_is_not_given_another_value(later, name):
    (finding,) = found(later)
    assert f"It rebinds '{name}', which the exercise total above needs." in finding
    assert finding.startswith("16_sums.py, cell 5 (line 18)")


@pytest.mark.parametrize(
    "later", ["other = 5", "numbers = [1]", "def helper(image):\n    size = 2\n    return size", "print(image, size)"]
)
def test_other_names_and_names_inside_of_functions_are_free(later):
    assert found(later) == []


def test_a_parameter_of_a_name_that_the_lesson_has_used_is_needed_too():
    lesson = (
        LESSON.replace("total(numbers)", "total(other)").replace("numbers[", "other[").replace("LATER", "other = 1")
    )
    (finding,) = rebound_names(parse(lesson, "16_sums"))
    assert "'other'" in str(finding)
