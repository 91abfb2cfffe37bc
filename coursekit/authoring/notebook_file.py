"""Notebook files: the same notebook always gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import nbformat
from nbformat import NotebookNode

from coursekit.atomic_write import write_whole


def read_notebook(path: Path) -> NotebookNode:
    """Read an ``.ipynb`` file.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it holds no notebook.
    """
    try:
        return cast(NotebookNode, nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    except (nbformat.ValidationError, AttributeError) as error:  # AttributeError: JSON, but no object.
        raise ValueError(f"{path} is no notebook. Build its lesson again.") from error


def notebook_text(notebook: NotebookNode) -> str:
    """Return what an ``.ipynb`` file holds: keys sorted, lines split, one newline at the end."""
    return str(nbformat.writes(notebook, version=4)) + "\n"  # type: ignore[no-untyped-call]


def write_notebook(path: Path, notebook: NotebookNode) -> bool:
    """Write a notebook whole or not at all, and return whether that changed the file."""
    content = notebook_text(notebook).encode()
    if path.exists() and path.read_bytes() == content:
        return False
    with write_whole(path) as unfinished:
        unfinished.write_bytes(content)
    return True
