"""Lint: what the author writes into the cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from coursekit.authoring import unsolved
from coursekit.authoring.finding import Finding, in_cell
from coursekit.authoring.rules.house_words import house_words
from coursekit.authoring.source import LessonSource, syntax_tree

SHORTEST_ALT = 40
_MOST_CODE_LINES = 20
_MOST_PROSE_WORDS = 80
_MOST_WORDS = 200
_MOST_CODE_IN_A_ROW = 2
_COLOUR_MAPS = ("jet", "hsv", "rainbow", "gist_rainbow", "gist_ncar", "nipy_spectral", "turbo")
_BANNED_COLOUR_MAPS = {name + end for name in _COLOUR_MAPS for end in ("", "_r")}
_WHY_NOT_TAG = "shows-why-not"
_NO_PROSE = re.compile(r"```.*?```|\$\$.*?\$\$", re.DOTALL)
_NO_PROSE_LINE = re.compile(r"\s*(\||#|[-*+]\s|\d+\.\s)|\s{2,}\S")
_CODE_SPAN = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)")
_NO_FILE = re.compile(r"[a-z]+:|#")


def code_length(source: LessonSource) -> Iterator[Finding]:
    """Find code cells that are too long. The solution markers do not count."""
    for index, cell in _cells(source, "code"):
        lines = [line for line in cell.source.split("\n") if unsolved.BEGIN not in line and unsolved.END not in line]
        if len(lines) > _MOST_CODE_LINES:
            yield in_cell(
                source,
                index,
                f"The cell has {len(lines)} lines of code.",
                f"Split it, or move what only serves into coursekit: {_MOST_CODE_LINES} lines at most.",
            )


def text_length(source: LessonSource) -> Iterator[Finding]:
    """Find text cells that are too long: prose by itself, and with its lists and tables."""
    for index, cell in _cells(source, "markdown"):
        text = _NO_PROSE.sub("", _LINK.sub(r"\g<text>", cell.source))
        prose = [line for line in text.split("\n") if not _NO_PROSE_LINE.match(line)]
        for words, most in ((len(" ".join(prose).split()), _MOST_PROSE_WORDS), (len(text.split()), _MOST_WORDS)):
            if words > most:
                yield in_cell(source, index, f"The text has {words} words.", f"Split or shorten it: {most} at most.")
                break


def words(source: LessonSource) -> Iterator[Finding]:
    """Find words of our own for which the field has a word."""
    for index, cell in enumerate(source.notebook.cells):
        for word, standard in house_words(cell.source):
            yield in_cell(source, index, f"{word!r} is a word of our own.", f"Write {standard!r}, as the field does.")


def introductions(source: LessonSource) -> Iterator[Finding]:
    """Find code cells that no text introduces. The set-up cell and the checks need none."""
    in_a_row = 0
    for index, cell in enumerate(source.notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade", False):
            continue
        in_a_row = in_a_row + 1 if cell.cell_type == "code" else 0
        if in_a_row > _MOST_CODE_IN_A_ROW:
            yield in_cell(source, index, "The code has no text before it.", "Say in a sentence what will be seen.")


def figures(source: LessonSource) -> Iterator[Finding]:
    """Find figures that are not shown with an alt text."""
    for index, cell in _cells(source, "code"):
        for call in (node for node in ast.walk(syntax_tree(cell)) if isinstance(node, ast.Call)):
            shown = ast.unparse(call.func)
            if shown in ("plt.show", "pyplot.show"):
                yield in_cell(source, index, f"{shown}() gives no alt text.", 'Use ck.plot.show(alt="…").')
            if shown in ("ck.plot.show", "plot.show") and not _has_long_alt(call):
                yield in_cell(
                    source,
                    index,
                    "ck.plot.show has no alt text, or a very short one.",
                    f"Say what is to be seen, in {SHORTEST_ALT} letters or more.",
                )


def colour_maps(source: LessonSource) -> Iterator[Finding]:
    """Find colour maps that show edges where the values have none."""
    for index, cell in _cells(source, "code"):
        if _WHY_NOT_TAG in cell.metadata.get("tags", []):
            continue
        nodes = list(ast.walk(syntax_tree(cell)))
        names = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        for name in sorted(names & _BANNED_COLOUR_MAPS):
            yield in_cell(
                source,
                index,
                f"The colour map {name} misleads.",
                f'Use viridis, gray or RdBu_r; a cell that shows why carries tags=["{_WHY_NOT_TAG}"].',
            )


def links(source: LessonSource, course: Path) -> Iterator[Finding]:
    """Find links to files that are not there, and images in the text without an alt text."""
    for index, cell in _cells(source, "markdown"):
        for link in _LINK.finditer(_CODE_SPAN.sub("", cell.source)):
            target = link["target"]
            if link["image"] and len(link["text"]) < SHORTEST_ALT:
                yield in_cell(
                    source,
                    index,
                    f"The alt text of {target} is missing or very short.",
                    f"Say in ![…]({target}) what is to be seen, in {SHORTEST_ALT} letters or more.",
                )
            if _NO_FILE.match(target):
                continue
            for folder in ("notebooks", "solutions"):
                if not (course / folder / target.partition("#")[0]).exists():
                    yield in_cell(source, index, f"The link {target} leads nowhere.", f"Mend it (from {folder}/).")


def _cells(source: LessonSource, kind: str) -> Iterator[tuple[int, NotebookNode]]:
    return ((index, cell) for index, cell in enumerate(source.notebook.cells) if cell.cell_type == kind)


def _has_long_alt(call: ast.Call) -> bool:
    """Return whether an alt text is given and, as far as it stands in the source, long enough."""
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "alt"), None)
    if given is None:
        return False
    if not isinstance(given, ast.Constant | ast.JoinedStr):
        return True
    return len(ast.unparse(given)) - len('""') >= SHORTEST_ALT
