"""The lessons' pages: the solved notebooks with their stored outputs, their figures as files of their own."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursekit.authoring.notebook_file import read_notebook
from coursekit.authoring.pages.lesson_facts import LessonFacts, all_facts

_INLINE = re.compile(r'src="data:image/(webp|png|gif);base64,([^"]+)"')
# The map of the course links notebooks beside it: on the site their pages.
_NOTEBOOK = re.compile(r'href="(\d\d_\w+)\.ipynb"')
_GLOSSARY = re.compile(r"\]\((?:\.\./notebooks/)?GLOSSARY\.md")
# The head above a table's names of rows, where a lesson leaves it empty.
_CORNER = re.compile(r"^\| *\|(.*\n\|[-:| ]+\|$)", re.MULTILINE)
_NO_HEADS = re.compile(r"^\| *\| *\|$", re.MULTILINE)
_TOCTREE = "\n```{toctree}\n:hidden:\n\n%s\n```\n"


def write(course: Path, source: Path) -> int:
    """Write all lessons and their list; return how many there are."""
    folder, figures, handed_out = source / "lessons", source / "_extra" / "figures", source / "_extra" / "notebooks"
    for one in (folder, figures, handed_out):
        one.mkdir(parents=True)
    facts = all_facts(course)
    for lesson in facts:
        notebook = page(read_notebook(course / "solutions" / f"{lesson.name}.ipynb"), lesson, figures)
        nbformat.write(notebook, folder / f"{lesson.name}.ipynb")  # type: ignore[no-untyped-call]
        unsolved = (course / "notebooks" / f"{lesson.name}.ipynb").read_bytes()
        (handed_out / f"{lesson.name}.ipynb").write_bytes(unsolved)
    rows = [
        f"| {one.number} | [{one.title}]({one.name}.ipynb) | {one.working_time} | {one.needs} | {one.promise} |"
        for one in facts
    ]
    table = "\n".join(["| number | lesson | minutes | needs | what you build |", "|---|---|---|---|---|", *rows])
    text = (
        "# Lessons\n\nEach page is the lesson as it looks when it is solved, with the outputs that are stored with it. "
        "Solutions are folded: think first. To work through a lesson yourself, [install the course](../install.md) or "
        f"download the notebook from the top of its page.\n\n{table}\n"
    )
    (folder / "index.md").write_text(text + _TOCTREE % "\n".join(one.name for one in facts), encoding="utf-8")
    return len(facts)


def page(notebook: NotebookNode, lesson: LessonFacts, figures: Path) -> NotebookNode:
    """Return a lesson as the site shows it: solutions folded, figures out of the page, a way to the notebook itself.

    Parameters
    ----------
    notebook : NotebookNode
        The solved lesson, with outputs.
    lesson : LessonFacts
    figures : Path
        Where images are written.
    """
    for cell in notebook.cells:
        if cell.get("metadata", {}).get("nbgrader", {}).get("solution"):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
        if cell.cell_type == "markdown":
            headed = _NO_HEADS.sub("| about | this lesson |", _GLOSSARY.sub("](../glossary.md", cell.source))
            cell.source = _CORNER.sub(r"| what |\1", headed)
        for output in cell.get("outputs", []):
            markup = output.get("data", {}).get("text/html")
            if markup:
                inside = _INLINE.sub(lambda found: f'loading="lazy" src="{_kept(found, figures)}"', markup)
                output.data["text/html"] = _NOTEBOOK.sub(r'href="\1.html"', inside)
    # A table's heads must not be empty for who listens to it.
    notebook.cells[0].source = notebook.cells[0].source.replace("| | |\n", "| this lesson | in short |\n", 1)
    about = (
        f"```{{admonition}} Lesson {lesson.number}, solved\n:class: tip\n"
        f'To solve it yourself: <a href="../notebooks/{lesson.name}.ipynb" download>download the notebook</a>, or with '
        f"the course installed `coursekit start {lesson.number}`.\n```"
    )
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(about, id="about-this-page"))  # type: ignore[no-untyped-call]
    notebook.metadata.pop("widgets", None)
    return notebook


def _kept(found: re.Match[str], figures: Path) -> str:
    content = base64.b64decode(found[2])
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.{found[1]}"
    (figures / name).write_bytes(content)
    return f"../figures/{name}"
