"""``coursekit build``: what it prints and its exit status."""

import argparse

import pytest

from coursekit import settings
from coursekit.commands import build


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Return a course with two lessons that were never built."""
    for folder in ("solutions", "data", "notebooks"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "glossary.toml").write_text('["half"]\nlessons = ["00"]\nmeaning = "One of two."\n')
    for name in ("00_welcome", "01_more"):
        (tmp_path / "solutions" / f"{name}.py").write_text("# %% [markdown]\n# # Text only\n")
    monkeypatch.setattr(settings, "course_folder", lambda: tmp_path)
    return tmp_path


def run(*lessons, check=False, report=False, claims=False):
    options = {"check": check, "report": report, "claims": claims, "execute": False, "overwrite": False}
    return build.run(argparse.Namespace(lessons=lessons, **options))


def test_check_lists_what_is_out_of_step_and_the_cure(course, capsys):
    assert run(check=True) == 1
    printed = capsys.readouterr().out
    assert "notebooks/01_more.ipynb: is missing" in printed
    assert "Run: coursekit build 00 01" in printed
    assert list((course / "notebooks").iterdir()) == []


def test_only_the_lessons_asked_for_are_built(course, capsys):
    assert run("1") == 0
    assert [path.name for path in (course / "notebooks").iterdir()] == ["01_more.ipynb"]
    assert "01_more: " in capsys.readouterr().out


@pytest.mark.slow
def test_check_passes_once_built(course):
    run()
    assert run(check=True) == 0


@pytest.mark.slow
def test_check_finds_a_notebook_without_a_source(course, capsys):
    run()
    (course / "solutions" / "01_more.py").unlink()
    assert run(check=True) == 1
    assert "notebooks/01_more.ipynb: has no solutions/01_more.py" in capsys.readouterr().out


def test_an_unknown_lesson_is_refused(course):
    with pytest.raises(ValueError, match="no lesson '7'"):
        run("7")


def test_check_and_execute_exclude_each_other():
    parser = argparse.ArgumentParser()
    build.add_arguments(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--check", "--execute"])


def test_the_report_writes_nothing(course, capsys):
    assert run(report=True) == 0
    table, aims, *_ = capsys.readouterr().out.split("\n\n")
    assert [line.split()[0] for line in table.splitlines()] == ["lesson", "00", "01"]
    assert aims.startswith("Aims:")
    assert list((course / "notebooks").iterdir()) == []


def test_the_claims_of_a_built_lesson_are_listed(course, capsys):
    (course / "data" / "sources.toml").write_text("")
    (course / "solutions" / "01_more.py").write_text("# %% [markdown]\n# # More\n\n# %% [markdown]\n# It has 98.3 %.\n")
    run()
    capsys.readouterr()
    assert run("1", claims=True) == 0
    assert "NOTHING carries 98.3 %" in capsys.readouterr().out


@pytest.mark.slow
def test_all_lessons_bring_the_glossary_with_them(course):
    run()
    assert "### half" in (course / "notebooks" / "GLOSSARY.md").read_text()
