"""``coursekit progress``."""

import pytest

from coursekit import cli
from coursekit.check import progress, welcome
from coursekit.check.challenge import Challenge, Goal


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_every_exercise_has_a_line_with_sign_word_and_hints(home, capsys):
    progress.record("00_welcome", "mean_brightness", "correct")
    progress.record("00_welcome", "count_classes", "incorrect")
    progress.count_hint("00_welcome", "count_classes", available=3)
    assert cli.main(["progress"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "00_welcome: 1 of 2 correct"
    assert lines[1].split() == ["✔", "mean_brightness", "correct"]
    assert lines[2].split() == ["✘", "count_classes", "incorrect", "hints:", "1"]
    assert "  ○ correlate2d " in "\n".join(lines)
    assert lines[-1].endswith(f"hints used: 1. Kept in {home / 'progress.json'}")


def test_predictions_are_counted_once_their_answer_was_seen(capsys):
    for name in ("first", "second", "third"):
        progress.commit("00_welcome", name, "yes")
    progress.settle("00_welcome", "first", right=True)
    progress.settle("00_welcome", "second", right=False)
    cli.main(["progress"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "00_welcome: 0 of 2 correct, guessed right 1 of 2"
    assert "guessed right 1 of 2, hints used: 0" in lines[-1]


def test_a_challenge_has_a_line_with_its_best_score_and_its_goal(capsys, monkeypatch):
    goal = Goal(0.9, lower_is_better=True)
    challenge = Challenge("00_welcome", "ck.check.welcome.darkest", float, goal)
    monkeypatch.setitem(welcome.exercises.challenges, "darkest", challenge)
    cli.main(["progress"])
    assert "no score, goal at most 0.9" in capsys.readouterr().out
    progress.score("00_welcome", "darkest", 0.5, lower_is_better=True, met=True)
    cli.main(["progress"])
    assert "best 0.5, goal at most 0.9" in capsys.readouterr().out


def test_lessons_stand_in_their_order(capsys):
    cli.main(["progress"])
    lessons = [line[:2] for line in capsys.readouterr().out.splitlines() if line[:2].isdigit()]
    assert lessons == sorted(lessons)
    assert len(lessons) == 16


def test_exercises_that_are_no_longer_in_the_course_do_not_matter(capsys):
    progress.record("00_welcome", "gone", "correct")
    assert cli.main(["progress"]) == 0
    assert "00_welcome: 0 of 2 correct" in capsys.readouterr().out


def test_reset_wants_to_be_told_twice(home, capsys):
    progress.record("00_welcome", "mean_brightness", "correct")
    assert cli.main(["progress", "--reset"]) == 1
    assert "Add --yes" in capsys.readouterr().err
    assert (home / "progress.json").exists()


def test_reset_forgets_everything(home):
    progress.record("00_welcome", "mean_brightness", "correct")
    assert cli.main(["progress", "--reset", "--yes"]) == 0
    assert progress.read() == progress.Progress()


def test_reset_of_nothing_is_fine():
    assert cli.main(["progress", "--reset", "--yes"]) == 0
