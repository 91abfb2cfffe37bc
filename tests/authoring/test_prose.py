"""The measures of prose: what is counted, and which promises a lesson is held to."""

import pytest

from coursekit.authoring.rules import prose
from coursekit.authoring.source import parse

TEXT = """# %% [markdown]
# # 00 · A lesson
#
# | Time | quick: short · about {minutes} minutes to work through |
#
# One is here. [Two](https://example.org) follows, because it belongs there!

# %%
import coursekit as ck

# a comment

ck.widgets.explore_kernel()

# %% [markdown]
# ### Exercise 1 (stretch): do it

# %% exercise="half"
def half(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION

# %% check="half"
ck.check.welcome.half(half)
"""
ASK = '# %%\nck.predict("size", "How large?")\n\n'
TELL = '# %%\nck.reveal("size", 3)\n\n'
NEXT = "# %% [markdown]\n# Now compare.\n\n"


def lesson(minutes=15, name="00_welcome"):
    return parse(TEXT.format(minutes=minutes), name)


def test_what_a_lesson_holds_is_counted():
    found = prose.measure(lesson())
    assert (found.code_lines, found.exercises, found.explorers, found.stated) == (4, 1, 1, 15)
    assert found.sentence_words[:2] == (3, 6)


def test_an_exercise_that_is_a_stretch_takes_longer():
    warm_up = parse(TEXT.replace("(stretch)", "(warm-up)"), "00_welcome")
    difference = prose.MINUTES_PER_EXERCISE["stretch"] - prose.MINUTES_PER_EXERCISE["warm-up"]
    assert prose.measure(lesson()).estimated - prose.measure(warm_up).estimated == pytest.approx(difference)


@pytest.mark.parametrize(("minutes", "found"), [(14, 0), (5, 1), (60, 1)])
def test_a_promise_that_cannot_hold_is_found(minutes, found):
    assert len(list(prose.minutes(lesson(minutes)))) == found


def test_sentences_like_headlines_are_found():
    (finding,) = prose.sentence_length(lesson())
    assert "The median sentence has 4 words." in str(finding)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (ASK + NEXT + TELL, None),
        (ASK + NEXT, "never revealed"),
        (TELL + NEXT + ASK, "not asked before"),
        ('# %%\nck.predict("size", "How large?")\nck.reveal("size", 3)\n', "in one cell"),
        ("# %% [markdown]\n# The answer is 3.\n\n" + ASK + NEXT + TELL, "may tell the answer"),
    ],
)
def test_a_prediction_is_asked_before_it_is_told(cells, words):
    found = [str(finding) for finding in prose.predictions(parse(cells, "05_cats_vs_dogs"))]
    assert found == [] if words is None else any(words in finding for finding in found)


def test_the_report_has_a_row_per_lesson():
    rows = prose.report([prose.measure(lesson()), prose.measure(lesson(name="07_cifar10_residual"))]).splitlines()
    assert [row.split()[0] for row in rows] == ["lesson", "00", "07"]
