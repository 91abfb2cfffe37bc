"""The glossary as a page, ``notebooks/GLOSSARY.md``, and the links to it from the first use of each term."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from coursekit import terms
from coursekit.atomic_write import write_whole
from coursekit.authoring.finding import Finding, in_cell
from coursekit.authoring.lesson_names import lesson_names
from coursekit.authoring.source import LessonSource

PAGE = "notebooks/GLOSSARY.md"

_HEAD = """# Glossary

What each term means, for who meets it for the first time. In a notebook, `ck.glossary("stride")` says the same. This
page is written by `coursekit build` from `data/glossary.toml`.
"""
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_WORDS = re.compile(r"[a-z][a-zA-Z'-]*( [a-zA-Z'-]+){0,2}")


def render(course: Path) -> str:
    """Return the text of the page."""
    titles = {name[:2]: name for name in lesson_names(course / "solutions", ".py")}
    parts = [_HEAD]
    for letter, group in itertools.groupby(terms.terms().values(), key=lambda term: term.name[0].upper()):
        parts.append(f"## {letter}\n")
        for term in group:
            homes = " and ".join(f"[{one}]({titles[one]}.ipynb)" if one in titles else one for one in term.lessons)
            also = f" Also called: {', '.join(term.also)}." if term.also else ""
            parts.append(f"### {term.name}\n\n{term.meaning}{also} (Lesson {homes})\n")
            if term.figure:
                parts.append(f"```text\n{term.figure}\n```\n")
    return "\n".join(parts)


def write(course: Path) -> bool:
    """Write the page, and return whether it changed."""
    if not out_of_step(course):
        return False
    with write_whole(course / PAGE) as unfinished:
        unfinished.write_text(render(course), encoding="utf-8", newline="\n")
    return True


def out_of_step(course: Path) -> list[str]:
    """Return a message where the page is not what the glossary gives."""
    path = course / PAGE
    current = path.is_file() and path.read_bytes() == render(course).encode()
    return [] if current else [f"{PAGE}: differs from data/glossary.toml. Run: coursekit build"]


def bold_terms(source: LessonSource) -> Iterator[Finding]:
    """Find words in bold that the glossary does not have: bold marks a term where it is first used."""
    for index, cell in enumerate(source.notebook.cells):
        if cell.cell_type != "markdown":
            continue
        for words in _BOLD.findall(cell.source):
            if _WORDS.fullmatch(words) and words.lower() not in terms.stressed() and terms.find(words) is None:
                yield in_cell(
                    source,
                    index,
                    f"{words!r} is bold, but not in the glossary.",
                    "Define it in data/glossary.toml, or list it there as stressed.",
                )
