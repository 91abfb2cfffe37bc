"""Parts of the pages that are made from the lessons: in step, and made of what the lessons and checks say."""

import ast
import re
from pathlib import Path

import pytest

from coursekit import check
from coursekit.authoring.pages import generated, wrong_answers
from coursekit.authoring.pages.lesson_facts import all_facts, facts

COURSE = Path(__file__).parents[2]
SOURCE = """\
# %% [markdown]
# # 16 · Counting
#
# **You will know how
# many.** And more.
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 45 minutes to work through, 5 of them training |
# | Needs | lesson 03 |
# | Data | none |
# | Memory | 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - count;
# - count
#   again.

# %% check="count" points=2
"""


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "16_counting.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lessons():
    return all_facts(COURSE)


def test_the_pages_of_the_course_are_in_step():
    assert generated.out_of_step(COURSE) == []


def test_facts_are_what_the_lesson_says(lesson):
    found = facts(lesson)
    assert (found.number, found.title, found.promise) == ("16", "Counting", "You will know how many.")
    assert (found.minutes, found.needs, found.memory) == ((45, 45), "lesson 03", "1 GB")
    assert found.objectives == ("count", "count again")
    assert found.points == {"count": 2}


def test_a_lesson_without_a_row_of_its_table_is_refused(lesson):
    lesson.write_text(SOURCE.replace("# | Needs | lesson 03 |\n", ""), encoding="utf-8")
    with pytest.raises(ValueError, match=r"16_counting\.py: a lesson begins with"):
        facts(lesson)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("lesson: 60 to 75 minutes to work through · quick: 15 seconds to run", (60, 75)),
        ("quick: about 1 minute to run · lesson: about an hour to work through, a few minutes computing", (60, 60)),
        ("quick: about 1 minute to run · lesson: about 2 hours to work through, half of it a task", (120, 120)),
    ],
)
def test_minutes_are_those_to_work_through_however_they_are_said(lesson, said, meant):
    text = SOURCE.replace(
        "quick: about 1 minute to run · lesson: about 45 minutes to work through, 5 of them training", said
    )
    lesson.write_text(text, encoding="utf-8")
    assert facts(lesson).minutes == meant


def test_a_time_in_other_words_is_shown_as_it_is_said(lesson):
    time = "quick: 1 minute to run · lesson: two evenings, sections 1 to 4 and 5 to 11; some of it computing"
    lesson.write_text(re.sub(r"quick: about.*training", time, SOURCE), encoding="utf-8")
    assert (facts(lesson).minutes, facts(lesson).working_time) == (None, "two evenings")


def test_a_time_that_is_not_said_is_refused(lesson):
    lesson.write_text(re.sub(r"quick: about.*training", "short", SOURCE), encoding="utf-8")
    with pytest.raises(ValueError, match='"Time" does not say'):
        _ = facts(lesson).working_time


def test_every_lesson_has_one_row_in_the_readme(lessons):
    rows = [line for line in (COURSE / "README.md").read_text(encoding="utf-8").splitlines() if "](notebooks/" in line]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [one.number for one in lessons]


def test_the_paths_of_the_guide_fit_their_hours(lessons):
    guide = (COURSE / "docs" / "instructors.md").read_text(encoding="utf-8")
    most = {one.number: one.minutes[1] for one in lessons if one.minutes}
    rows = re.findall(r"^\| [^|]*?([\d.]+) hours \| ([\d, ]+) \|", guide, re.MULTILINE)
    assert len(rows) == 2
    for hours, numbers in rows:
        assert sum(most[number] for number in numbers.split(", ")) <= 60 * float(hours)


def test_a_page_that_lost_its_place_is_named(tmp_path):
    (tmp_path / "README.md").write_text("# A course\n")
    (tmp_path / "solutions").mkdir()
    with pytest.raises(ValueError, match=r"README\.md needs the lines"):
        generated.out_of_step(tmp_path)


def test_a_folder_without_pages_has_nothing_to_make(tmp_path):
    assert generated.write(tmp_path) == []


def test_a_page_out_of_step_is_found_and_mended(tmp_path, lesson):
    (tmp_path / "solutions").mkdir()
    lesson.rename(tmp_path / "solutions" / lesson.name)
    page = tmp_path / "README.md"
    page.write_text("<!-- lessons: made by coursekit build -->\nold\n<!-- end of lessons -->\nmine\n")
    assert len(generated.out_of_step(tmp_path)) == 1
    assert generated.write(tmp_path) == ["README.md"]
    assert "| 16 | [Counting](notebooks/16_counting.ipynb) | 45 | lesson 03 | Know how many. |" in page.read_text()
    assert page.read_text().endswith("mine\n")
    assert generated.out_of_step(tmp_path) == []


def test_every_exercise_of_the_course_has_a_section_and_its_points(lessons):
    page = wrong_answers.page(COURSE)
    for lesson in lessons:
        for name in lesson.points:
            assert f"### `{name}`, {lesson.points[name]} point" in page


def test_what_a_check_says_is_in_the_page():
    """The sentence that a learner meets, met by running the check."""
    said = check.welcome.count_classes(lambda labels: len(labels))
    assert said.reason in wrong_answers.page(COURSE)


def test_messages_are_read_from_all_ways_to_say_them():
    source = '''
def f(attempt):
    """Do."""
    if attempt() == 1:
        raise WrongAnswerError(f"It has {n} rows." + " Why?")
    attempt.refuse("pad", "No padding.")
    attempt.must_return(2, {"The sign is wrong.": -2}, size={"no sentence": 1})
'''
    (function,) = ast.parse(source).body
    assert set(wrong_answers.messages(function)) == {"It has … rows. Why?", "No padding.", "The sign is wrong."}
