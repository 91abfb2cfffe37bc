"""The measures of prose: what is counted, and which promises a lesson is held to."""

import pytest

from coursekit.authoring import prose_report
from coursekit.authoring.rules import prose, wording
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


def prose_of(*kinds):
    """Return a lesson of 80 sentences, the kinds of which take turns."""
    paragraphs = "\n#\n".join(f"# {kinds[number % len(kinds)]}" for number in range(80))
    return parse(f"# %% [markdown]\n{paragraphs}\n", "05_cats_vs_dogs")


SHORT, LONG = "Cats are small.", "Cats are small and quick and they like to sleep all day, because nobody wakes them."


def test_sentences_like_headlines_are_found():
    (finding,) = prose.sentence_length(prose_of(SHORT, SHORT, SHORT, LONG))
    assert "The median sentence has 3 words." in str(finding)


def test_sentences_of_one_length_are_found():
    (finding,) = prose.sentence_length(prose_of(LONG))
    assert "Half of its sentences have 16 to 16 words." in str(finding)


def test_short_sentences_between_long_ones_are_right():
    assert list(prose.sentence_length(prose_of(SHORT, LONG, LONG))) == []


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ((SHORT, LONG), []),
        (("So it goes.",), ["0 of 80 sentences say", "because"]),
        ((SHORT,), ["0 of 80 sentences give a reason", "0 of 80 sentences say"]),
    ],
)
def test_a_lesson_that_gives_no_reasons_is_found(kinds, words):
    found = "".join(map(str, prose.reasons(prose_of(*kinds))))
    assert bool(found) == bool(words)
    assert all(word in found for word in words)


def test_hours_are_minutes():
    assert prose.measure(parse(TEXT.replace("{minutes} minutes", "2 hours"), "15_xai_apps")).stated == 120


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It takes 50 images a class.", "50 images a class"),
        ("There are many steps an epoch.", "many steps an epoch"),
        ("Without a network, there is a sample.", "Without a network"),
        ("Who predicts, learns more.", "Who predicts, learns more."),
        ("It takes 50 images per class.", None),
        ("See how many numbers a layer learns.", None),
        ("Lesson 10 borrows a network.", None),
        ("Who has learned more?", None),
        ("It took more than a day.", None),
    ],
)
def test_what_is_no_english_is_found(sentence, found):
    findings = list(wording.idiom(parse(f"# %% [markdown]\n# {sentence}\n", "05_cats_vs_dogs")))
    assert [repr(found) in str(finding) for finding in findings] == ([] if found is None else [True])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Predict: how many are there? There are seven.", 1),
        ("Predict: how many are there? Then run the cell.", 0),
        ("How many are there? There are seven.", 0),
        ("Predict: how many are there?\n#\n# Cats have whiskers.", 0),
    ],
)
def test_an_answer_right_behind_the_question_to_predict_is_found(text, count):
    source = parse(f"# %% [markdown]\n# {text}\n", "05_cats_vs_dogs")
    assert len(list(wording.told_predictions(source))) == count


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (ASK + NEXT + TELL, None),
        (ASK + NEXT, "never revealed"),
        (TELL + NEXT + ASK, "not asked before"),
        ('# %%\nck.predict("size", "How large?")\nck.reveal("size", 3)\n', "in one cell"),
        ("# %% [markdown]\n# The answer is 3.\n\n" + ASK + NEXT + TELL, "may tell the answer"),
        (ASK + NEXT + TELL + "print(3)\n", "where nobody sees it"),
        (
            ASK + NEXT + TELL.strip() + "\n" + TELL.removeprefix("# %%\n").replace("size", "side"),
            "'size' is revealed where",
        ),
        (ASK + NEXT + '# %%\nif True:\n    ck.reveal("size", 3)\n', "where nobody sees it"),
        (ASK + NEXT + '# %%\nck.reveal("size", 3) if True else None\n', None),
    ],
)
def test_a_prediction_is_asked_before_it_is_told(cells, words):
    found = [str(finding) for finding in prose.predictions(parse(cells, "05_cats_vs_dogs"))]
    assert found == [] if words is None else any(words in finding for finding in found)


def test_the_report_has_a_row_per_lesson_and_says_where_to_look():
    table, aims, *lessons = prose_report.report([lesson(60), lesson(name="07_cifar10_residual")]).split("\n\n")
    assert [row.split()[0] for row in table.splitlines()] == ["lesson", "00", "07"]
    assert "Aims" in aims
    assert "It says 60 minutes" in lessons[0]
    assert "It says" not in lessons[1]
