"""Settings: defaults, choices, and words that are not among them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coursekit import settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    # The others are kept from every test, whatever was exported where the tests run (see the root's conftest.py).
    for name in ("HOME", "AT_ONCE"):
        monkeypatch.delenv(f"COURSEKIT_{name}", raising=False)


def test_defaults_suit_a_learner():
    assert settings.profile() == "lesson"
    assert settings.data_preference() == "auto"
    assert settings.mirror() is None
    assert not settings.strict()


@pytest.mark.parametrize(
    ("variable", "read"),
    [
        ("COURSEKIT_PROFILE", settings.profile),
        ("COURSEKIT_DATA", settings.data_preference),
        ("COURSEKIT_STRICT", settings.strict),
    ],
)
def test_a_wrong_word_lists_the_right_ones(monkeypatch, variable, read):
    monkeypatch.setenv(variable, "fast")
    with pytest.raises(ValueError, match=f"{variable} is 'fast', but it must be one of .*, .*unset it"):
        read()


@pytest.mark.parametrize(
    ("word", "strict"), [("1", True), ("true", True), ("True", True), ("yes", True), ("0", False), ("FALSE", False)]
)
def test_strict_may_be_written_as_people_write_it(monkeypatch, word, strict):
    monkeypatch.setenv("COURSEKIT_STRICT", word)
    assert settings.strict() is strict


def test_empty_variables_count_as_unset(monkeypatch):
    monkeypatch.setenv("COURSEKIT_PROFILE", " ")
    monkeypatch.setenv("COURSEKIT_MIRROR", "")
    assert (settings.profile(), settings.mirror()) == ("lesson", None)


def test_home_understands_the_tilde(monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", "~/course")
    assert settings.home() == Path.home() / "course"


def test_course_folder_holds_lessons_and_data():
    assert {"notebooks", "solutions", "data"} <= {path.name for path in settings.course_folder().iterdir()}


def test_importing_the_course_leaves_tensorflow_its_fast_kernels():
    environment = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    code = "import os, coursekit; print(os.environ.get('TF_ENABLE_ONEDNN_OPTS'))"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "None\n"
