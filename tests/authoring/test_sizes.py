"""Every exercise says its size, and its check says the same."""

import pytest

from coursekit.authoring.rules.sizes import sizes
from coursekit.authoring.source import parse

LESSON = """# %% [markdown]
# {heading}

# %%
x = 1

# %% exercise="mean_brightness"
def mean_brightness(image):
    ### BEGIN SOLUTION
    return image.mean()
    ### END SOLUTION

# %% check="mean_brightness"
ck.check.welcome.mean_brightness(mean_brightness)

# %% [markdown]
# ### Exercise 2 (core): count

# %% exercise="count_classes"
def count_classes(labels):
    ### BEGIN SOLUTION
    return len(set(labels))
    ### END SOLUTION

# %% check="count_classes"
ck.check.welcome.count_classes(count_classes)
"""


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("### Exercise 1 (warm-up): the mean", ""),
        ("### Exercise 1: the mean", "does not say its size. Begin its text with `### Exercise 1 (warm-up): …`."),
        ("### Exercise 1 (stretch): the mean", "is said to be stretch. Its check says warm-up."),
    ],
)
def test_what_is_wrong_with_a_size_is_found(heading, found):
    findings = [str(finding) for finding in sizes(parse(LESSON.format(heading=heading), "00_welcome"))]
    assert len(findings) == bool(found)
    assert all(found in finding for finding in findings)


def test_a_size_is_for_the_next_exercise_alone():
    source = parse(
        LESSON.replace("### Exercise 2 (core)", "Now").format(heading="### Exercise 1 (warm-up)"), "00_welcome"
    )
    (finding,) = sizes(source)
    assert "count_classes does not say its size" in str(finding)
