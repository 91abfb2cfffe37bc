"""The glossary's page: the table of `notebooks/GLOSSARY.md` as terms that every page and the search can point at."""

from __future__ import annotations

import re
from pathlib import Path

from coursekit.authoring.lesson_facts import all_facts

_ROW = re.compile(r"^\| (?!word |-)(.+?) \| (.+?) \|$", re.MULTILINE)
_LESSONS = re.compile(r"\s*\((\d\d(?:, \d\d)*)\)\s*$")


def write(course: Path, source: Path) -> int:
    """Write the page and return how many words it explains."""
    text = (course / "notebooks" / "GLOSSARY.md").read_text(encoding="utf-8")
    names = {one.number: one.name for one in all_facts(course)}
    rows = _ROW.findall(text)
    entries = [_entry(words, meaning, names) for words, meaning in rows]
    page = "# Glossary\n\nOne sentence each, and the lessons where the word is at home.\n\n{.glossary}\n%s\n"
    (source / "glossary.md").write_text(page % "\n\n".join(entries), encoding="utf-8")
    return len(rows)


def _entry(words: str, meaning: str, names: dict[str, str]) -> str:
    found = _LESSONS.search(meaning)
    where = ""
    if found:
        links = (f"[{number}](lessons/{names[number]}.ipynb)" for number in found[1].split(", ") if number in names)
        where = f" Lesson {', '.join(links)}."
        meaning = meaning[: found.start()]
    return f"{words}\n: {meaning}{where}"
