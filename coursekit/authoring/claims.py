"""The claims of a lesson: which statements hold a figure or a comparison, and what carries each of them.

A statement is carried by

- a cell of its section whose stored output, or whose code, holds the figure: ``cell 12 prints 0.965``;
- the register of sources, by an id or a source's name beside the statement: ``guide.baseline``;
- the size of a data set that the lesson loads: ``catalogue: flowers``;
- a record that the section names, at a key: ``runs/flowers_improved: test.accuracy``;
- a cell of another section;
- a paper with its year beside the statement: ``Guo and others, 2017``.

A figure is a number with decimals, a percentage, a number of thousands or a share "9 of 98". A comparison is a sentence
that says which of two is better, larger, slower and the like; an output, an image or a source near it carries it.
Questions, headings, the promise at the top, the recap (it repeats) and the last sections claim nothing. A figure that
only happens to stand in an output is counted as carried: this is a list to read, and it finds what nothing carries.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from coursekit.authoring.rules.sentences import sentences
from coursekit.authoring.source import LessonSource
from coursekit.data.sets import CATALOGUE
from coursekit.source_register import Register

_FIGURE = re.compile(
    r"(?<!section )(?<![\w.,-])[-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+(?= ?%)|\d+(?= of (?:the )?\d))(?![\w])"
)
_COMPARISON = re.compile(
    r"\b(?:better|best|worse|worst|beats?|wins?|loses?|ahead|fewer|faster|slower|higher|lower|larger|smaller"
    r"|more \w+ than)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")
_PAPER = re.compile(r"[A-Z][\w.-]+(?: et al\.| and others| and [A-Z]\w+)?,? \(?(?:19|20)\d\d")
_EMBEDDED = re.compile(r"<style.*?</style>|data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+", re.DOTALL)
_ALT = re.compile(r"""\balt=(?:"([^"]*)"|'([^']*)')""")
_INTERVAL = re.compile(r"interval|\(-?\+?\d\.\d+ to [+-]?\d\.\d+\)")
_LAST_SECTIONS = re.compile(r"^## (?:Recap|What comes next|Sources)", re.MULTILINE)
_IMAGE = "«image»"
_QUOTED = re.compile(r"```.*?```", re.DOTALL)
_FOLDERS = ("runs", "studies", "measured", "scoreboards")


@dataclass(frozen=True)
class Claim:
    """A statement with a figure or a comparison.

    Attributes
    ----------
    lesson : str
        The lesson's name.
    place : str
        The cell and its line in the source.
    sentence : str
    carriers : tuple of str
        What carries it.
    missing : tuple of str
        The figures, or the word that compares, that nothing carries.
    """

    lesson: str
    place: str
    sentence: str
    carriers: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        carried = "; ".join(self.carriers)
        nothing = f"NOTHING carries {', '.join(self.missing)}" if self.missing else ""
        return f"{self.place}: {self.sentence}\n    → {'; '.join(filter(None, (carried, nothing)))}"


def claims_of(source: LessonSource, notebook: NotebookNode, register: Register, data: Path) -> list[Claim]:
    """Return the claims of a lesson, in order.

    Parameters
    ----------
    source : LessonSource
        The lesson.
    notebook : NotebookNode
        Its solution, executed: cell by cell that of the source.
    register : Register
        What `coursekit.sources` returns.
    data : Path
        The folder of the records.

    Raises
    ------
    ValueError
        If the notebook has other cells than the source.
    """
    cells = notebook.cells
    if [cell.source for cell in cells] != [cell.source for cell in source.notebook.cells]:
        raise ValueError(f"solutions/{source.name}.ipynb is not that of its source. Run coursekit build.")
    evidence = _Evidence(source, notebook, register, data)
    found = []
    for index, cell in enumerate(cells):
        if cell.cell_type != "markdown" or index == 0:
            continue
        for sentence in sentences(_LAST_SECTIONS.split(cell.source)[0]):
            claim = evidence.claim(index, sentence)
            if claim is not None:
                found.append(claim)
    return found


def as_text(claims: list[Claim]) -> str:
    """Return the list that ``coursekit build --claims`` prints."""
    bare = [claim for claim in claims if claim.missing]
    lines = [str(claim) for claim in claims]
    return "\n".join([*lines, f"{len(claims)} claims, {len(bare)} of them not carried (in part)."])


class _Evidence:
    """All that can carry a claim in one lesson."""

    def __init__(self, source: LessonSource, notebook: NotebookNode, register: Register, data: Path) -> None:
        self.source, self.register = source, register
        self.sections = _sections(notebook)
        self.printed = {index: _output_text(cell) for index, cell in enumerate(notebook.cells)}
        self.code = {index: cell.source for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
        self.texts = [cell.source for cell in notebook.cells]
        self.data = data
        self._catalogue = _catalogued("\n".join(self.code.values()))

    def claim(self, index: int, sentence: str) -> Claim | None:
        """Return the claim that a sentence of a text cell makes, if it makes one."""
        plain = re.sub(r"`[^`]*`", "", sentence)
        figures = list(dict.fromkeys(match[0] + _unit(plain, match.end()) for match in _FIGURE.finditer(plain)))
        compares = None if sentence.rstrip().endswith("?") else _COMPARISON.search(plain)
        if not figures and compares is None:
            return None
        carriers: dict[str, None] = {}
        missing = []
        for figure in figures:
            carrier = self._of_figure(index, figure)
            if carrier is None:
                missing.append(figure)
            else:
                carriers[carrier] = None
        if compares is not None and not figures:
            carrier = self._of_comparison(index)
            if carrier is None:
                missing.append(compares[0])
            else:
                carriers[carrier] = None
        return Claim(self.source.name, self.source.place(index), sentence, tuple(carriers), tuple(missing))

    def _of_figure(self, index: int, figure: str) -> str | None:
        """Return what holds a figure, the nearest first."""
        fits = _fits(figure)
        near = sorted(self.code, key=lambda other: abs(other - index))
        texts = [
            *(one for other in near if self._together(other, index) for one in self._cell(other, figure)),
            *self._register(index),
            *self._catalogue,
            *self._recorded(index),
            *(one for other in near for one in self._cell(other, figure)),
        ]
        return next((name for name, text in texts if any(map(fits, _numbers(text)))), self._paper(index))

    def _of_comparison(self, index: int) -> str | None:
        """Return the nearest output of the section, best with an interval, then an image; or a source."""
        here = [other for other in self.code if self._together(other, index)]
        here.sort(key=lambda other: abs(other - index))
        kinds = {"an interval": _INTERVAL, "an image": re.compile(_IMAGE), "numbers": _NUMBER}
        shown = [
            f"cell {other + 1} shows {what}"
            for what, kind in kinds.items()
            for other in here
            if kind.search(self.printed[other])
        ]
        return next(iter([*shown, *(name for name, _ in self._register(index))]), self._paper(index))

    def _together(self, one: int, other: int) -> bool:
        return self.sections[one] == self.sections[other]

    def _cell(self, index: int, figure: str) -> list[tuple[str, str]]:
        """Return what a code cell prints and what it sets, each with a name."""
        return [
            (f"cell {index + 1} prints {figure}", self.printed[index]),
            (f"cell {index + 1} sets {figure}", self.code[index]),
        ]

    def _register(self, index: int) -> Iterator[tuple[str, str]]:
        """Yield the id and the text of the statements that the section of a cell names, by their id or their source."""
        beside = "\n".join(text for other, text in enumerate(self.texts) if self._together(other, index))
        for key, one in self.register.sources.items():
            named = re.search(rf"\b{re.escape(one.name)}", beside) is not None
            for entry, statement in one.statements.items():
                if f"{key}.{entry}" in beside or (named and self.source.name[:2] in statement.lessons):
                    yield statement.id, "\n".join(text for _, text in statement.rows())

    def _recorded(self, index: int) -> list[tuple[str, str]]:
        """Return each value of the records that the section names, with its record and key."""
        here = [other for other in self.printed if self._together(other, index)]
        text = "\n".join([*(self.texts[other] for other in here), *(self.printed[other] for other in here)])
        return [
            (f"{path.relative_to(self.data).with_suffix('')}: {key}", value)
            for folder in _FOLDERS
            for path in sorted((self.data / folder).rglob("*.json"))
            if re.search(rf"\b{path.stem}\b", text)
            for key, value in _values(path)
        ]

    def _paper(self, index: int) -> str | None:
        found = _PAPER.search(self.texts[index])
        return found[0] if found else None


def _unit(text: str, end: int) -> str:
    """Return " %" where a percent sign follows a number, or the second number of "98.1 to 99.2 %"."""
    return " %" if re.match(r"(?: (?:to|and) [\d.]+)? ?%", text[end:]) else ""


def _fits(figure: str) -> Callable[[float], bool]:
    """Return a test of whether a value, rounded, is this figure; a percentage may stand as a share."""
    number = figure.removesuffix(" %")
    value = abs(float(number.replace(",", "").replace("−", "-")))
    percent = figure.endswith("%")
    rounding = 0.501 * 10.0 ** -len(number.partition(".")[2]) if percent or "." in number else 0.0
    scales = (1.0, 100.0) if percent else (1.0,)
    return lambda other: any(abs(abs(other) * scale - value) <= rounding for scale in scales)


def _numbers(text: str) -> list[float]:
    plain = re.sub(r"(?<=\d)_(?=\d)", "", text)
    return [float(one.replace(",", "").replace("−", "-")) for one in _NUMBER.findall(plain)]


def _sections(notebook: NotebookNode) -> list[int]:
    """Return the number of the section that each cell belongs to; a heading "## …" begins one."""
    numbers, section = [], 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section += len(re.findall(r"^## ", _QUOTED.sub("", cell.source), re.MULTILINE))
        numbers.append(section)
    return numbers


def _output_text(cell: NotebookNode) -> str:
    """Return what a cell shows, as text: what it prints, its tables, and its images' alt texts."""
    parts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        page = _EMBEDDED.sub("", data.get("text/html", ""))
        parts += [output.get("text", ""), *(f"{_IMAGE} {first or second}" for first, second in _ALT.findall(page))]
        parts.append(_IMAGE if "image/png" in data else "")
        parts.append(re.sub(r"<[^>]*>", " ", page) or data.get("text/plain", ""))
    return html.unescape("\n".join(filter(None, parts)))


def _catalogued(loaded: str) -> list[tuple[str, str]]:
    """Return the sizes of the data sets whose names stand in quotes in a lesson's code."""
    return [
        (f"catalogue: {name}", " ".join(map(str, [*entry.counts.values(), sum(entry.counts.values())])))
        for name, entry in CATALOGUE.items()
        if f'"{name}"' in loaded
    ]


@cache
def _values(path: Path) -> tuple[tuple[str, str], ...]:
    """Return keys and values of a record; of a history only the best and the last epoch."""
    record = json.loads(path.read_text(encoding="utf-8"))
    found: list[tuple[str, str]] = []

    def walk(value: Any, key: str) -> None:
        if isinstance(value, dict):
            for name, one in value.items():
                if key or name != "versions":
                    walk(one, f"{key}.{name}" if key else name)
        elif isinstance(value, list):
            kept = list(range(len(value)))
            if key.startswith("history"):
                kept = sorted({len(value) - 1, (record.get("best_epoch") or len(value)) - 1})
            for number in kept:
                walk(value[number], f"{key}.{number}")
        else:
            found.append((key, str(value)))

    walk(record, "")
    return tuple(found)
