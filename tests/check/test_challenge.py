"""Challenges: a score, a goal, the learner's own best, and never an error."""

import pytest

from coursekit.check import grading, progress
from coursekit.check.attempt import Attempt
from coursekit.check.exercise import Exercises
from coursekit.check.grading import Grader
from coursekit.check.progress import MOST_SCORES


def challenge(goal=10.0, **settings):
    exercises = Exercises("01_convolution_by_hand", "coursekit.check.lessons.convolution")

    @exercises.challenge(goal, **settings)
    def largest(make):
        """Make a number as large as you can."""
        return Attempt(make)(size=1)

    return exercises.challenges["largest"]


def making(value):
    return lambda size: value


def test_the_best_scores_are_listed_best_first_and_each_once():
    task = challenge()
    for value in (3, 7, 7, 5):
        result = task(making(value))
    assert result.best == (7, 5, 3)
    assert "Your best: 7 · 5 (this one) · 3" in str(result)


def test_where_lower_is_better_the_lowest_comes_first():
    task = challenge(goal=4, lower_is_better=True)
    assert [task(making(value)).status for value in (5, 4, 3)] == ["not attempted", "correct", "correct"]
    assert task(making(9)).best == (3, 4, 5, 9)


def test_the_list_is_bounded():
    task = challenge()
    for value in range(20):
        task(making(value))
    assert progress.read().challenges["01_convolution_by_hand"]["largest"].best == tuple(
        range(19, 19 - MOST_SCORES, -1)
    )


def test_a_goal_once_met_stays_met():
    task = challenge()
    for value in (12, 3):
        task(making(value))
    assert progress.read().challenges["01_convolution_by_hand"]["largest"].goal_met


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (making(None), "returns nothing"),
        (making(float("nan")), "no number to compare"),
        (making("many"), "cannot be scored (ValueError"),
        (lambda size: 1 / 0, "ZeroDivisionError"),
        (3, "Pass the function itself"),
    ],
)
def test_what_cannot_be_scored_says_why_and_is_not_kept(made, words):
    result = challenge()(made)
    assert result.value is None
    assert words in str(result)
    assert progress.read() == progress.Progress()


def test_nothing_passed_is_no_error():
    assert challenge()().value is None


def test_strict_mode_changes_nothing(monkeypatch):
    monkeypatch.setattr(grading, "STRICT", True)
    assert challenge()(making(1)).status == "not attempted"


def test_nbgrader_gives_and_takes_no_points_for_it():
    watching = Grader()
    watching.install(
        type("Shell", (), {"events": type("Events", (), {"register": lambda *_: None})()}), {challenge().path}
    )
    assert watching.verdict("ck.check.convolution.largest(make)") is None


def test_a_learner_stops_it():
    def endless(size):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        challenge()(endless)
    assert stopped.value._render_traceback_()[-1] == "No score."
