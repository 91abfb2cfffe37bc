"""``coursekit start``: a copy that is never written over."""

import argparse

import pytest

from coursekit import settings
from coursekit.commands import start


@pytest.fixture
def begin(tmp_path, monkeypatch):
    """Return a function that starts lessons of a small course, from an empty folder."""
    notebooks = tmp_path / "course" / "notebooks"
    notebooks.mkdir(parents=True)
    for name in ("00_welcome", "01_convolution"):
        (notebooks / f"{name}.ipynb").write_text(name)
    (tmp_path / "learner").mkdir()
    monkeypatch.chdir(tmp_path / "learner")
    monkeypatch.setattr(settings, "course_folder", lambda: tmp_path / "course")
    return lambda *lessons: start.run(argparse.Namespace(lessons=lessons))


def test_lessons_are_copied_to_work(begin, tmp_path):
    assert begin("0", "01") == 0
    work = tmp_path / "learner" / "work"
    assert {path.name: path.read_text() for path in work.iterdir()} == {
        "00_welcome.ipynb": "00_welcome",
        "01_convolution.ipynb": "01_convolution",
    }


def test_work_is_never_written_over_and_its_place_is_told(begin, tmp_path, capsys):
    begin("1")
    mine = tmp_path / "learner" / "work" / "01_convolution.ipynb"
    mine.write_text("my work")
    assert begin("1") == 0
    assert mine.read_text() == "my work"
    assert f"{mine} is there already" in capsys.readouterr().out


def test_how_to_open_it_is_told(begin, tmp_path, capsys, monkeypatch):
    begin("1")
    assert f"Open it: jupyter lab {tmp_path / 'learner' / 'work'}" in capsys.readouterr().out
    monkeypatch.chdir(tmp_path / "course")
    begin("1")
    assert "Open it: coursekit lab" in capsys.readouterr().out


def test_an_unknown_lesson_is_refused_and_nothing_is_copied(begin, tmp_path):
    with pytest.raises(ValueError, match=r"no lesson '7'.*00_welcome, 01_convolution"):
        begin("1", "7")
    assert not (tmp_path / "learner" / "work").exists()
