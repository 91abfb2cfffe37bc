"""The command line: help, unknown commands, and errors in one line."""

import errno
import os
import re
import subprocess
import sys

import pytest

import coursekit
from coursekit import cli
from coursekit.commands import data


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    text = capsys.readouterr().out
    assert all(re.search(rf"\n    {command}\s", text) for command in cli.COMMANDS)


def test_help_is_quick_because_it_imports_nothing_heavy():
    code = """
import sys
from coursekit.cli import main
try:
    main(["--help"])
finally:
    print(sorted({"keras", "matplotlib", "scipy"} & set(sys.modules)))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stdout.splitlines()[-1] == "[]"


def test_mistakes_are_one_line_and_status_1(capsys):
    assert cli.main(["train", "nothing"]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("coursekit train: there is no recipe 'nothing'. The recipes are: dense_baseline")
    assert captured.err.count("\n") == 1


def test_without_a_name_train_lists_the_recipes(capsys):
    assert cli.main(["train"]) == 0
    assert capsys.readouterr().out.startswith("Recipes: dense_baseline, mnist_convnet")


def test_runs_as_a_module_too():
    result = subprocess.run([sys.executable, "-m", "coursekit", "--help"], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("usage: coursekit")


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"coursekit {coursekit.__version__}\n"


@pytest.mark.skipif(os.name != "posix", reason="pipes of another kind")
def test_a_reader_that_has_enough_is_no_error():
    command = f'"{sys.executable}" -m coursekit progress | head -n 1'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("00_welcome")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.EACCES, "Make its folder writable, or choose others: COURSEKIT_HOME"),
        (errno.EROFS, "Make its folder writable"),
        (errno.ENOSPC, "The disk is full"),
    ],
)
def test_what_cannot_be_written_is_told_with_its_cure(monkeypatch, capsys, number, cure):
    def run(arguments):
        raise OSError(number, os.strerror(number), "/home/ada/.cache/coursekit")

    monkeypatch.setattr(data, "run", run)
    assert cli.main(["data", "list"]) == 1
    told = capsys.readouterr().err
    assert told.startswith(
        f"coursekit data: /home/ada/.cache/coursekit cannot be written ({os.strerror(number)}). {cure}"
    )
    assert told.count("\n") == 1


def test_a_file_that_is_not_there_is_told_as_it_is(monkeypatch, capsys):
    def run(arguments):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "labels.csv")

    monkeypatch.setattr(data, "run", run)
    assert cli.main(["data", "list"]) == 1
    assert "No such file or directory: 'labels.csv'" in capsys.readouterr().err
