"""The glossary's page: `notebooks/GLOSSARY.md`, with its links to lessons as they are in the site."""

from __future__ import annotations

import re
from pathlib import Path

_LESSON = re.compile(r"\]\((\d\d_\w+\.ipynb)")
_TERM = re.compile(r"^(?:### .+|\| (?!word |-).+\|)$", re.MULTILINE)


def write(course: Path, source: Path) -> int:
    """Write the page and return how many terms it explains."""
    text = (course / "notebooks" / "GLOSSARY.md").read_text(encoding="utf-8")
    (source / "glossary.md").write_text(_LESSON.sub(r"](lessons/\1", text), encoding="utf-8")
    return len(_TERM.findall(text))
