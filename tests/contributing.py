"""What CONTRIBUTING.md says, by section: its code is taken out of it and run."""

import re

from coursekit import settings

TEXT = (settings.course_folder() / "CONTRIBUTING.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return the text of the section of that title, without the heading."""
    (text,) = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    return str(text)


def blocks(title: str, language: str = "python") -> list[str]:
    """Return the code blocks of a section, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", section(title), re.DOTALL | re.MULTILINE)
