"""Lint: what a lesson's stored outputs hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from coursekit.authoring.execute import code_cells
from coursekit.authoring.finding import Finding, in_cell, in_lesson
from coursekit.authoring.notebook_file import notebook_text
from coursekit.authoring.rules.cell_lint import SHORTEST_ALT
from coursekit.authoring.source import LessonSource

_MOST_MEGABYTES = 1.5
_EMBEDDED = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
_IMAGE_TAG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt=(?:"([^"]*)"|'([^']*)')""")
# "4s mistaken for 9s" is no time; "12 s" and "1.5s" are.
_WALL_CLOCK = re.compile(
    r"\b\d+(\.\d+)? ?(ms|µs|us|ns|seconds?|minutes?)\b|\b\d+ s\b|\b\d+\.\d+s\b|\bit/s\b|Wall time|CPU times"
    r"|\b\d\d:\d\d:\d\d\b|\b20\d\d-\d\d-\d\d\b"
)
_KERAS_LOG_TAG = "keras-log"
_MACHINE = re.compile(r"(?<![\w.])/(home|Users|root|tmp|var/folders)/|[A-Z]:\\Users|\b0x[0-9a-fA-F]{6,}")


def executed(source: LessonSource) -> Iterator[Finding]:
    """Find code cells without a stored run, and stored errors."""
    code = code_cells(source.notebook)
    missing = sum(cell.execution_count is None for cell in code)
    if missing:
        yield in_lesson(source, f"{missing} of {len(code)} code cells were not executed.", "Build the lesson.")
    for index, cell in enumerate(source.notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                yield in_cell(source, index, "The cell writes to standard error.", "Mend what the message is about.")
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                yield in_cell(source, index, f"The cell raises {output.ename}.", "Mend it.")


def changing_text(source: LessonSource) -> Iterator[Finding]:
    """Find printed text that differs from machine to machine or from run to run."""
    for index, text in _printed(source):
        logged = _KERAS_LOG_TAG in source.notebook.cells[index].metadata.get("tags", [])
        if (found := _WALL_CLOCK.search(text)) and not logged:
            yield in_cell(source, index, f"The output tells a time: {found[0]!r}.", "Do not print it.")
        if found := _MACHINE.search(text):
            yield in_cell(source, index, f"The output tells a path or an address: {found[0]!r}.", "Do not print it.")


def alt_texts(source: LessonSource) -> Iterator[Finding]:
    """Find images in the outputs that have no alt text, or one that says too little."""
    for index, cell in enumerate(source.notebook.cells):
        for data in (output.data for output in cell.get("outputs", []) if "data" in output):
            tags = _IMAGE_TAG.findall(data.get("text/html", ""))
            if not tags and any(kind.startswith("image/") for kind in data):
                yield in_cell(source, index, "An image has no alt text.", 'End the figure with ck.plot.show(alt="…").')
            if any(len(_alt(tag)) < SHORTEST_ALT for tag in tags):
                yield in_cell(
                    source,
                    index,
                    "An image's alt text is missing or very short.",
                    f"Say what is to be seen, in {SHORTEST_ALT} letters or more.",
                )


def size(source: LessonSource) -> Iterator[Finding]:
    """Find whether the executed notebook is too large to be read on the web."""
    megabytes = len(notebook_text(source.notebook).encode()) / 1e6
    if megabytes > _MOST_MEGABYTES:
        yield in_lesson(
            source,
            f"The executed notebook has {megabytes:.2f} MB.",
            f"Show fewer or smaller images: {_MOST_MEGABYTES} MB at most.",
        )


def _printed(source: LessonSource) -> Iterator[tuple[int, str]]:
    for index, cell in enumerate(source.notebook.cells):
        for output in cell.get("outputs", []):
            yield index, _EMBEDDED.sub("", _text(output))


def _text(output: NotebookNode) -> str:
    data = output.get("data", {})
    return "\n".join([output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")])


def _alt(tag: str) -> str:
    found = _ALT.search(tag)
    return (found[1] or found[2] or "") if found else ""
