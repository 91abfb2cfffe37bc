"""Lint: what a lesson says of others, it says of someone by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coursekit.authoring.finding import Finding, in_cell
from coursekit.authoring.source import LessonSource
from coursekit.source_register import Register

_CLAIM = re.compile(
    r"\breported\b|\bpublished\b|\b(?:the|our|its|a|one|this|other|their)\s+sources?\b|\brecipe that we follow\b",
    re.IGNORECASE,
)
_ID = r"[`\"']{key}\.(?P<entry>[a-z0-9_][\w-]*)[`\"']"
_HEADING = re.compile(r"^#.*$", re.MULTILINE)


def claims(source: LessonSource, register: Register) -> Iterator[Finding]:
    """Find cells that say "reported", "published" or "the source" and name no source, and ids that are not registered.

    Parameters
    ----------
    source : LessonSource
        The lesson.
    register : Register
        What `coursekit.sources` returns: a cell names a source by its name (``Zhao``) or a statement by its id
        (``zhao.mnist_convnet``, in backticks or as a string).
    """
    for index, cell in enumerate(source.notebook.cells):
        text = _HEADING.sub("", cell.source) if cell.cell_type == "markdown" else cell.source
        named = any(re.search(rf"\b{re.escape(one.name)}", text) for one in register.sources.values())
        for key, one in register.sources.items():
            for entry in re.findall(_ID.format(key=re.escape(key)), text):
                named = True
                if entry not in one.statements:
                    yield in_cell(
                        source,
                        index,
                        f"{key}.{entry} is not in the register of sources.",
                        f"Mend it, or add it to data/sources.toml. {key} has: {', '.join(one.statements)}.",
                    )
        claim = _CLAIM.search(text)
        if claim and not named:
            yield in_cell(
                source,
                index,
                f"{claim[0]!r} names no source.",
                "Say whose it is, by a name or an id of data/sources.toml, or that we measured it.",
            )
