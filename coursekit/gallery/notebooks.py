"""The gallery's notebooks: one for each exhibit, made from its row."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.authoring.notebook_file import notebook_text, write_notebook
from coursekit.gallery.exhibits import EXHIBITS, Exhibit

FOLDER = "notebooks/apps"


def notebook_of(exhibit: Exhibit) -> NotebookNode:
    """Return the notebook of an exhibit: its title and promise, and one cell that shows it.

    Examples
    --------
    >>> print(notebook_of(EXHIBITS[0]).cells[1].source)
    import coursekit as ck
    <BLANKLINE>
    ck.widgets.explore_kernel()
    """
    about = f"{exhibit.promise} Explained in lesson {exhibit.lesson}."
    cells = [
        nbformat.v4.new_markdown_cell(f"# {exhibit.title}\n\n{about}", id="about"),  # type: ignore[no-untyped-call]
        nbformat.v4.new_code_cell(f"import coursekit as ck\n\n{exhibit.code}", id="shown"),  # type: ignore[no-untyped-call]
    ]
    metadata = {
        "title": exhibit.title,
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata=metadata)  # type: ignore[no-untyped-call]
    return notebook


def write(course: Path) -> list[str]:
    """Write the notebooks, and remove those that have no row; return the names of the files that changed."""
    folder = course / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    changed = [path.name for path, exhibit in _paths(course).items() if write_notebook(path, notebook_of(exhibit))]
    for path in _strays(course):
        path.unlink()
        changed.append(path.name)
    return changed


def out_of_step(course: Path) -> list[str]:
    """Return which notebooks differ from their rows, as messages; empty where none does."""
    found = [
        f"{FOLDER}/{path.name}: differs from its row in coursekit/gallery/exhibits.py"
        for path, exhibit in _paths(course).items()
        if not path.exists() or path.read_bytes() != notebook_text(notebook_of(exhibit)).encode()
    ]
    return found + [f"{FOLDER}/{path.name}: has no row in coursekit/gallery/exhibits.py" for path in _strays(course)]


def _paths(course: Path) -> dict[Path, Exhibit]:
    return {course / FOLDER / f"{exhibit.name}.ipynb": exhibit for exhibit in EXHIBITS}


def _strays(course: Path) -> list[Path]:
    return sorted(set((course / FOLDER).glob("*.ipynb")) - set(_paths(course)))
