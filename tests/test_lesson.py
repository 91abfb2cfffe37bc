"""Starting a lesson: profiles, seeds and the status line."""

import random
import subprocess
import sys

import numpy as np
import pytest

import coursekit as ck
from coursekit.lesson import Lesson


@pytest.mark.parametrize(("profile", "expected"), [("quick", 1), ("lesson", 3), ("full", 5)])
def test_profile_decides_how_much_work(profile, expected):
    lesson = Lesson("x", profile, seed=0)
    assert lesson.epochs(quick=1, lesson=3, full=5) == expected
    assert lesson.limit(quick=1, lesson=3, full=5) == expected


def test_a_smoke_test_does_little_of_everything():
    lesson = Lesson("x", "smoke", seed=0)
    assert lesson.epochs(quick=5, lesson=8, full=20) == 1
    assert [lesson.limit(quick, None, None) for quick in (12, 100, 1_000)] == [12, 24, 100]
    assert (lesson.repeats(50), Lesson("x", "quick", seed=0).repeats(50)) == (2, 50)


def test_start_says_what_the_lesson_runs_on(monkeypatch, capsys):
    monkeypatch.setenv("COURSEKIT_PROFILE", "quick")
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    assert ck.start("01_convolution_by_hand").profile == "quick"
    line = capsys.readouterr().out
    assert line.startswith("01_convolution_by_hand · profile quick · data built-in samples · Python 3.")
    assert line.count("\n") == 1


def test_start_makes_randomness_repeat():
    def draw():
        ck.start("x", seed=7)
        return random.random(), np.random.random()  # noqa: NPY002 - the global state is what is tested

    assert draw() == draw()


@pytest.mark.slow
def test_start_with_keras_seeds_it_and_is_silent_on_stderr(capsys):
    code = "import coursekit as ck; ck.start('x', keras=True); import keras; print(keras.random.uniform(()))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert "Keras 3" in run.stdout
    exec(code, {})
    assert capsys.readouterr().out == run.stdout


def test_failed_import_shows_what_was_silenced(capfd):
    from coursekit.backend import _quiet_stderr

    def fail():
        with _quiet_stderr():
            print("the reason", file=sys.__stderr__, flush=True)
            raise ImportError("broken")

    with pytest.raises(ImportError, match="broken"):
        fail()
    assert "the reason" in capfd.readouterr().err
