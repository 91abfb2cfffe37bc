"""The command line: help, unknown commands, and errors in one line."""

import re
import subprocess
import sys

import pytest

from coursekit import cli


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
