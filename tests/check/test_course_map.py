"""The map of the course: what each card says, where it leads, and whose progress it shows."""

import json
import re

import pytest

import coursekit as ck
from coursekit import settings
from coursekit.check import LESSONS, grading, progress

NOTEBOOKS = settings.course_folder() / "notebooks"


@pytest.fixture
def beside(monkeypatch):
    """As in a notebook of the course, whose kernel runs in its folder."""
    monkeypatch.chdir(NOTEBOOKS)


def test_every_lesson_has_a_card_with_title_time_and_exercises(beside):
    cards = ck.progress().cards
    assert [card.name for card in cards] == [lesson.lesson for lesson in LESSONS]
    assert all(card.title and card.time for card in cards)
    assert (cards[0].title, cards[0].exercises, cards[0].solved) == ("Welcome", 2, 0)


def test_a_card_leads_to_the_notebook_beside(beside):
    links = re.findall(r'<a href="([^"]+)"', ck.progress()._repr_html_())
    assert links == [f"{lesson.lesson}.ipynb" for lesson in LESSONS]
    assert all((NOTEBOOKS / link).is_file() for link in links)


def test_from_another_folder_the_link_is_relative_too(monkeypatch, tmp_path):
    inside = tmp_path / "work"
    inside.mkdir()
    (tmp_path / "notebooks").mkdir()
    cells = [{"cell_type": "markdown", "source": ["# 00 · Hello\n", "about 2 hours to work through"]}]
    (tmp_path / "notebooks" / "00_welcome.ipynb").write_text(json.dumps({"cells": cells}))
    monkeypatch.setattr(settings, "course_folder", lambda: tmp_path)
    monkeypatch.chdir(inside)
    first, second, *_ = ck.progress().cards
    assert (first.link, first.title, first.time) == ("../notebooks/00_welcome.ipynb", "Hello", "2 hours")
    assert (second.link, second.title, second.time) == ("", "convolution by hand", "")


def test_a_damaged_notebook_does_not_matter(monkeypatch, tmp_path):
    (tmp_path / "00_welcome.ipynb").write_text("{")
    monkeypatch.chdir(tmp_path)
    assert ck.progress().cards[0].title == "Welcome"


def test_what_is_solved_guessed_and_scored_is_told(beside):
    for name in ("mean_brightness", "count_classes"):
        progress.record("00_welcome", name, "correct")
    progress.commit("00_welcome", "hottest", [0.5, 0.5])
    progress.commit("00_welcome", "open", "yes")
    progress.settle("00_welcome", "hottest", right=True)
    progress.score("00_welcome", "smallest_cover", 0.8, lower_is_better=True, met=True)
    found = ck.progress()
    assert found.cards[0].lines == [
        "✔ 2 of 2 exercises",
        "◎ guessed right 1 of 1",
        "★ challenge: best 0.8 % of the image, goal at most 1 % of the image",
    ]
    assert found.next.name == "01_convolution_by_hand"
    assert "2 of " in repr(found).splitlines()[-1]
    assert "1 of 1 predictions came true" in found._repr_html_()


def test_a_goal_without_a_unit_is_called_a_score(beside):
    assert ck.progress().cards[1].lines[-1] == "☆ challenge: a score of at least 0.26"


def test_where_lessons_are_graded_or_built_the_map_is_untouched(beside, monkeypatch):
    untouched = ck.progress()._repr_html_()
    progress.record("00_welcome", "mean_brightness", "correct")
    assert ck.progress()._repr_html_() != untouched
    monkeypatch.setattr(grading, "STRICT", True)
    assert ck.progress()._repr_html_() == untouched


def test_when_all_is_done_no_lesson_is_next():
    for lesson in LESSONS:
        for name in lesson.all:
            progress.record(lesson.lesson, name, "correct")
    assert ck.progress().next is None
