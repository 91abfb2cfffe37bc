"""The lessons' notebooks under nbval, with the hooks of the repository's conftest.py."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

REPOSITORY = Path(__file__).parents[2]
SETTINGS = "import os; print([os.environ['COURSEKIT_' + name] for name in ('PROFILE', 'DATA', 'STRICT', 'MIRROR')])"


def printed(code, text):
    output = nbformat.v4.new_output("stream", name="stdout", text=text)
    return nbformat.v4.new_code_cell(code, outputs=[output], execution_count=1)


def nbval(folder, option, notebooks, *more):
    """Run pytest in a second process and return what became of each cell: {"notebook": ["PASSED", "FAILED"]}."""
    for name, cells in notebooks.items():
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, folder)
    environment = os.environ | {"COURSEKIT_PROFILE": "full", "COURSEKIT_MIRROR": "/nowhere", "COURSEKIT_STRICT": "0"}
    files = [f"{name}.ipynb" for name in notebooks]
    command = [sys.executable, "-m", "pytest", option, "--nbval-current-env", "-v", "--color=no", *more, *files]
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    found = re.findall(r"^(\w+)::ipynb::Cell \d+ (PASSED|FAILED|SKIPPED)", ended.stdout, flags=re.MULTILINE)
    # With several processes the outcome stands first.
    told = re.findall(r"(PASSED|FAILED|SKIPPED) (\w+)::ipynb::Cell \d+ *$", ended.stdout, flags=re.MULTILINE)
    found += [(notebook, outcome) for outcome, notebook in told]
    return {name: [outcome for notebook, outcome in found if notebook == name] for name in notebooks}


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    image = nbformat.v4.new_code_cell(
        "from IPython.display import display\ndisplay({'text/html': '<img>', 'text/plain': 'a cat'}, raw=True)",
        outputs=[nbformat.v4.new_output("display_data", {"text/html": "<img />", "text/plain": "a cat"})],
        execution_count=1,
    )
    counting = [printed("x = 0; print(x)", "0\n"), *[printed("x += 1; print(x)", f"{n}\n") for n in range(1, 9)]]
    right = [printed(SETTINGS, "['quick', 'sample', '1', '']\n"), image, *counting]
    wrong = [printed("print(2)", "1\n"), printed("import sys; print(1); print('warning', file=sys.stderr)", "1\n")]
    return nbval(tmp_path_factory.mktemp("strict"), "--nbval", {"right": right, "wrong": wrong})


@pytest.mark.slow
def test_cells_run_in_order_with_the_settings_of_the_build_and_images_are_not_compared(strict):
    assert strict["right"] == ["PASSED"] * 11


@pytest.mark.slow
def test_a_changed_output_and_standard_error_fail(strict):
    assert strict["wrong"] == ["FAILED", "FAILED"]


@pytest.mark.slow
def test_in_an_unsolved_notebook_an_error_fails(tmp_path):
    not_strict = nbformat.v4.new_code_cell("import os; assert os.environ['COURSEKIT_STRICT'] == '0'")
    stub = nbformat.v4.new_code_cell("raise NotImplementedError()")
    assert nbval(tmp_path, "--nbval-lax", {"unsolved": [not_strict, stub]}) == {"unsolved": ["PASSED", "FAILED"]}


@pytest.mark.slow
def test_two_processes_share_no_notebook(tmp_path):
    cells = [
        nbformat.v4.new_code_cell("x = 0"),
        *[nbformat.v4.new_code_cell(f"x += 1; assert x == {n}") for n in range(1, 9)],
    ]
    found = nbval(tmp_path, "--nbval-lax", {"one": cells, "two": cells}, "-n", "2")
    assert found == {"one": ["PASSED"] * 9, "two": ["PASSED"] * 9}


@pytest.mark.slow
def test_what_would_begin_too_late_is_left_out_and_counted(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_TEST_UNTIL", "1")
    assert nbval(tmp_path, "--nbval", {"late": [printed("print(1)", "1\n")]}) == {"late": ["SKIPPED"]}
