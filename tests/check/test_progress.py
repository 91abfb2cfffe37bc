"""The progress file: complete, never in the way."""

import json
import subprocess
import sys

import pytest

from coursekit.check import progress, welcome

LESSON = "00_welcome"


def wrong(image):
    return -1


def right(image):
    return image.mean()


def test_checks_and_hints_are_kept(home):
    welcome.mean_brightness(wrong)
    welcome.mean_brightness.hint()
    assert json.loads((home / "progress.json").read_text()) == {
        LESSON: {"mean_brightness": {"status": "incorrect", "hints": 1, "looked": False}}
    }


def test_a_file_from_before_solutions_were_noted_is_read(home):
    home.mkdir()
    (home / "progress.json").write_text('{"00_welcome": {"mean_brightness": {"status": "correct", "hints": 2}}}')
    assert progress.read().exercises[LESSON]["mean_brightness"] == progress.Entry("correct", 2, looked=False)


def test_that_the_solution_was_looked_at_is_kept():
    welcome.mean_brightness.solution()
    welcome.mean_brightness(right)
    assert progress.read().exercises[LESSON]["mean_brightness"] == progress.Entry("correct", looked=True)


def test_nothing_but_the_progress_and_its_lock_is_left_in_the_folder(home):
    welcome.mean_brightness(right)
    assert {path.name for path in home.iterdir()} <= {"progress.json", "progress.json.lock"}


def test_correct_stays_correct():
    welcome.mean_brightness(right)
    welcome.mean_brightness(wrong)
    welcome.mean_brightness(None)
    assert progress.read().exercises[LESSON]["mean_brightness"].status == "correct"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"00_welcome": {"mean_bri',
        b"\xff\xfe",
        b"[1, 2]",
        b'{"00_welcome": 3}',
        b'{"00_welcome": {"mean_brightness": {"status": "great", "hints": 0}}}',
        b'{"00_welcome": {"mean_brightness": {"status": "correct", "hints": -1}}}',
        b'{"00_welcome": {"mean_brightness": {"status": "correct"}}}',
        b'{"00_welcome": {"mean_brightness": {"status": "correct", "hints": 0, "looked": 1}}}',
        b'{"predictions": {"00_welcome": {"hot": {"prediction": null, "outcome": "open"}}}}',
        b'{"predictions": {"00_welcome": {"hot": {"prediction": [0.5, 2], "outcome": "open"}}}}',
        b'{"predictions": {"00_welcome": {"hot": {"prediction": 1, "outcome": "maybe"}}}}',
        b'{"challenges": {"00_welcome": {"hot": {"best": [NaN], "goal_met": false}}}}',
        b'{"challenges": {"00_welcome": {"hot": {"best": [1, 2, 3, 4, 5, 6], "goal_met": false}}}}',
    ],
)
def test_a_damaged_file_is_set_aside_and_said_once(home, capsys, content):
    home.mkdir()
    (home / "progress.json").write_bytes(content)
    assert welcome.mean_brightness(right).status == "correct"
    assert welcome.count_classes(None).status == "not attempted"
    assert (home / "progress.json.damaged").read_bytes() == content
    assert progress.read().exercises[LESSON]["mean_brightness"].status == "correct"
    assert capsys.readouterr().out.count("could not be read") == 1


@pytest.mark.parametrize("blocked", ["home", "home/progress.json.lock"])
def test_where_nothing_can_be_written_checks_and_hints_work_and_it_is_said_once(home, capsys, blocked):
    if blocked == "home":
        home.write_text("a file where the folder should be")
    else:
        (home.parent / blocked).mkdir(parents=True)
    assert welcome.mean_brightness(right).status == "correct"
    assert "Hint 1 of 3" in str(welcome.mean_brightness.hint())
    assert "Hint 2 of 3" in str(welcome.mean_brightness.hint())
    assert capsys.readouterr().out.count("Your progress is not kept") == 1


@pytest.mark.slow
def test_processes_at_the_same_time_all_keep_their_entries(home):
    code = (
        "from coursekit.check import progress; print('ready', flush=True)\n"
        "for number in range(25): progress.record('there', f'exercise_{number}', 'correct')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "ready\n"
        for number in range(25):
            progress.record("here", f"exercise_{number}", "correct")
        assert other.wait() == 0
    assert {lesson: len(entries) for lesson, entries in progress.read().exercises.items()} == {"here": 25, "there": 25}


def test_a_crash_while_writing_leaves_the_old_file(home, monkeypatch):
    welcome.mean_brightness(right)
    before = (home / "progress.json").read_bytes()
    monkeypatch.setattr(progress.json, "dumps", lambda *arguments, **keywords: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        progress.record(LESSON, "count_classes", "correct")
    assert (home / "progress.json").read_bytes() == before
