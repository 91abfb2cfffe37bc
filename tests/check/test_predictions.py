"""Predict, commit, reveal: what is said, what is kept, and that nothing waits for anybody."""

import json

import numpy as np
import pytest

import coursekit as ck
from coursekit import lesson
from coursekit.check import grading, progress
from coursekit.check.predictions.question import compare

LESSON = "02_pooling_and_receptive_fields"
CHOICES = ["more than half", "less than half"]
HEATMAP = np.outer(np.arange(10), np.arange(20)).astype(float)


@pytest.fixture(autouse=True)
def begun(monkeypatch):
    monkeypatch.setattr(lesson, "_begun", LESSON)


def ask(**changes):
    return ck.predict("share", "How many stay?", **({"choices": CHOICES} | changes))


def number(**changes):
    return ck.predict("share", "How many stay?", **changes)


def place():
    return ck.predict("share", "Where is it hot?", image=np.zeros((10, 20)), alt="A black image.")


def press(card, given):
    """What the browser sends: what was given, and that the button was pressed."""
    card.set_state({"given": given, "pressed": card.pressed + 1})


@pytest.mark.parametrize(
    ("card", "given", "answer", "right"),
    [
        (ask, "more than half", "more than half", True),
        (ask, "more than half", "less than half", False),
        (number, 26, 26, True),
        (number, 25, 26, False),
        (number, 0.5, np.float32(0.5), True),
        (place, [0.95, 0.95], HEATMAP, True),
        (place, [0.1, 0.1], HEATMAP, False),
    ],
)
def test_what_was_committed_is_compared_and_kept(card, given, answer, right):
    press(card(), given)
    assert progress.read().predictions[LESSON]["share"].outcome == "open"
    assert ck.reveal("share", answer).verdict.right is right
    assert progress.read().predictions[LESSON]["share"].outcome == ("right" if right else "wrong")


@pytest.mark.parametrize("answer", ["less than half", 0.25, HEATMAP])
def test_without_a_prediction_the_answer_is_said_and_nothing_is_kept(answer):
    ask()
    assert str(ck.reveal("share", answer)).startswith("○ You made no prediction. ")
    assert progress.read() == progress.Progress()


@pytest.mark.parametrize(
    ("card", "given", "words"),
    [
        (ask, None, "Choose one first: more than half"),
        (ask, "about half", "Choose one first"),
        (number, None, "Type a number first"),
        (number, float("nan"), "Type a number first"),
        (lambda: number(lowest=0, highest=100), 101, "Type a number from 0 to 100 first"),
        (place, None, "Choose a place first"),
        (place, [0.5, 1.2], "Choose a place first"),
        (place, [0.5], "Choose a place first"),
    ],
)
def test_what_is_no_answer_is_refused_in_the_card_and_can_be_mended(card, given, words):
    shown = card()
    press(shown, given)
    assert (words in shown.said, shown.committed) == (True, False)
    assert progress.read() == progress.Progress()


def test_a_committed_prediction_stays_when_the_cell_runs_again():
    press(ask(), CHOICES[0])
    again = ask()
    assert (again.committed, again.given) == (True, CHOICES[0])
    assert CHOICES[0] in repr(again)
    with pytest.raises(ValueError, match="You committed to this before"):
        again.commit(CHOICES[1])


def test_a_question_that_has_changed_is_asked_anew():
    press(ask(), CHOICES[0])
    assert not ask(choices=["a quarter", "a third"]).committed
    assert ck.reveal("share", 0.25).verdict.right is None


def test_a_number_may_be_near_enough():
    assert compare(30.0, 26, within=5).right
    assert not compare(32.0, 26, within=5).right
    assert "6 too high" in compare(32.0, 26, within=5).text


def test_the_card_does_not_tell_the_answer_and_can_be_read_without_a_kernel():
    data, _ = ask()._repr_mimebundle_()
    assert data["text/plain"].split("\n")[:3] == ["Predict: How many stay?", "○ more than half", "○ less than half"]
    assert "Run this cell to predict" in data["text/html"]


def test_a_place_is_shown_on_the_heatmap_with_the_learners_cross():
    without = ck.reveal("share", HEATMAP)._repr_html_()
    press(place(), [0.25, 0.5])
    with_cross = ck.reveal("share", HEATMAP)._repr_html_()
    assert "a cross at your point, 50 % from the left, 25 % from the top" in with_cross
    assert "cross" not in without


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"choices": ["only one"]}, "at least two"),
        ({"choices": ["twice", "twice"]}, "at least two"),
        ({"choices": [], "image": np.zeros((4, 4))}, "has no alt"),
        ({"image": np.zeros((4, 4)), "alt": "black"}, "choices and an image"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        ask(**wrong)


@pytest.mark.parametrize("answer", [None, np.zeros((2, 2, 2)), np.nan, [1, 2]])
def test_an_answer_of_no_kind_is_refused(answer):
    with pytest.raises(ValueError, match="pass the right choice"):
        ck.reveal("share", answer)


def test_under_nbgrader_nothing_is_kept_and_nothing_waits(monkeypatch, home):
    monkeypatch.setattr(grading, "GRADED", True)
    press(ask(), CHOICES[0])
    assert ck.reveal("share", CHOICES[0]).verdict.right is None
    assert not home.exists()


def test_predictions_stand_beside_the_exercises_in_the_file(home):
    progress.record("00_welcome", "mean_brightness", "correct")
    press(ask(), CHOICES[0])
    assert json.loads((home / "progress.json").read_text()) == {
        "00_welcome": {"mean_brightness": {"status": "correct", "hints": 0, "looked": False}},
        "predictions": {LESSON: {"share": {"prediction": CHOICES[0], "outcome": "open"}}},
    }
