"""Solutions come from the lesson's solution notebook."""

import nbformat
import pytest

from coursekit import settings
from coursekit.check import convolution

CELL = "def correlate2d(size):\n    ### BEGIN SOLUTION\n    return size  # é\n    ### END SOLUTION"


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "course_folder", lambda: tmp_path)
    (tmp_path / "solutions").mkdir()
    path = tmp_path / "solutions" / "01_convolution_by_hand.ipynb"
    nbgrader = {"grade_id": "correlate2d", "solution": True, "grade": False, "schema_version": 3}
    check = {"grade_id": "check_correlate2d", "solution": False, "grade": True, "schema_version": 3}
    cells = [
        nbformat.v4.new_markdown_cell("Text"),
        nbformat.v4.new_code_cell(CELL, metadata={"nbgrader": nbgrader}),
        nbformat.v4.new_code_cell("check", metadata={"nbgrader": check}),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_the_cell_is_shown_without_markers(notebook):
    note = convolution.correlate2d.solution()
    assert str(note) == "def correlate2d(size):\n    return size  # é"
    assert f"```python\n{note}\n```" in note._repr_markdown_()


def test_a_missing_notebook_is_named(notebook):
    notebook.unlink()
    assert f"{notebook} is missing. Ask your teacher" in str(convolution.correlate2d.solution())


def test_a_missing_cell_is_named(notebook):
    assert "no solution of pad_with_zeros" in str(convolution.pad_with_zeros.solution())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"cells": [1]}'])
def test_a_damaged_notebook_is_named(notebook, content):
    notebook.write_bytes(content)
    assert f"{notebook} is damaged" in str(convolution.correlate2d.solution())
