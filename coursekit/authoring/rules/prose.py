"""Prose in numbers: how long a lesson is, how long it takes, how its sentences are; and what asks before it tells."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from coursekit import terms
from coursekit.authoring.finding import Finding, in_cell, in_lesson
from coursekit.authoring.source import LessonSource

WORDS_PER_MINUTE = 130
"""How fast a second-language reader follows a text with formulas and tables: our assumption, below the 238 words per
minute that adults read of plain prose in their own language (Brysbaert 2019)."""

SECONDS_PER_CODE_LINE = 5.0
SECONDS_PER_FIGURE = 40.0
MINUTES_PER_EXERCISE = {"warm-up": 3.0, "core": 6.0, "stretch": 10.0}
MINUTES_PER_PREDICTION = 1.0
MINUTES_PER_EXPLORER = 3.0
MINUTES_PER_CHALLENGE = 8.0

MOST_OFF = 0.2
"""How far the stated minutes may be from the estimated ones, as a share of these."""

HELD = frozenset(
    {
        "00_welcome",
        "01_convolution_by_hand",
        "02_pooling_and_receptive_fields",
        "03_mnist_convnet",
        "04_judging_a_classifier",
    }
)
"""The lessons whose minutes and sentences are held to these rules; `coursekit build --report` measures all."""

LEAST_MEDIAN = 9.0
"""The median sentence of a lesson that explains: shorter ones are headlines."""

_SHORTEST = 8
_STATED = re.compile(r"(\d+) minutes to work through")
_SIZE = re.compile(r"### Exercise \d+ \((warm-up|core|stretch)\)")
_NO_PROSE = re.compile(r"```.*?```|\$\$.*?\$\$|^[ \t]*[|#>][^\n]*$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z0-9\"*`(])")
_EXPLORER = re.compile(r"\bck\.widgets\.\w+\(")
_FIGURE = re.compile(r"\bplot\.show\(")
_ANSWERED = re.compile(r"\b(answer is|it is|gives) \**[\d.]+", re.IGNORECASE)


@dataclass(frozen=True)
class Measures:
    """What `measure` finds in a lesson.

    Attributes
    ----------
    lesson : str
    words : int
        Of all text cells, with lists and tables.
    code_lines : int
        Without blank lines, comments and the lines of solutions.
    exercises, predictions, challenges, explorers, figures : int
    stated : int or None
        The minutes that the table at the top says.
    estimated : float
        From all of these, by the constants of this module.
    sentence_words : tuple of int
        The length of each sentence, in words.
    """

    lesson: str
    words: int
    code_lines: int
    exercises: int
    predictions: int
    challenges: int
    explorers: int
    figures: int
    stated: int | None
    estimated: float
    sentence_words: tuple[int, ...]

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """The lower quartile, the median and the upper quartile of the sentences' lengths."""
        if len(self.sentence_words) < 2:
            return (0.0, 0.0, 0.0)
        low, middle, high = statistics.quantiles(self.sentence_words, n=4)
        return low, middle, high


def measure(source: LessonSource) -> Measures:
    """Return what a lesson holds, and how many minutes that takes a second-year student.

    Parameters
    ----------
    source : LessonSource
        The lesson, with or without outputs.

    Notes
    -----
    The minutes are an estimate by fixed rates, to compare lessons and to catch a promise that cannot hold; nobody was
    timed.

    References
    ----------
    M. Brysbaert, "How many words do we read per minute? A review and meta-analysis of reading rate", Journal of Memory
    and Language 109, 2019: 238 words per minute for adults who read prose in their first language.
    """
    texts = [cell.source for cell in source.notebook.cells if cell.cell_type == "markdown"]
    codes = [cell.source for cell in source.notebook.cells if cell.cell_type == "code"]
    words = sum(len(_LINK.sub(r"\1", text).split()) for text in texts)
    lines = sum(_code_lines(code) for code in codes)
    solutions = [cell for cell in source.notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    sizes = [_SIZE.search(text) for text in texts]
    minutes = [MINUTES_PER_EXERCISE[found[1]] for found in sizes if found]
    minutes += [MINUTES_PER_EXERCISE["core"]] * max(0, len(solutions) - len(minutes))
    predictions = sum("ck.predict(" in code for code in codes)
    challenges = sum(text.count("## Challenge") for text in texts)
    explorers, figures = (sum(len(kind.findall(code)) for code in codes) for kind in (_EXPLORER, _FIGURE))
    stated = next((int(found[1]) for text in texts if (found := _STATED.search(text))), None)
    estimated = (
        words / WORDS_PER_MINUTE
        + (lines * SECONDS_PER_CODE_LINE + figures * SECONDS_PER_FIGURE) / 60
        + sum(minutes)
        + predictions * MINUTES_PER_PREDICTION
        + explorers * MINUTES_PER_EXPLORER
        + challenges * MINUTES_PER_CHALLENGE
    )
    return Measures(
        source.name,
        words,
        lines,
        len(solutions),
        predictions,
        challenges,
        explorers,
        figures,
        stated,
        estimated,
        tuple(len(sentence.split()) for text in texts for sentence in sentences(text)),
    )


def sentences(text: str) -> list[str]:
    r"""Return the sentences of a text cell, without headings, tables, code and formulas.

    Examples
    --------
    >>> sentences("# Title\n\nOne is here. **Two** follows: it is longer!")
    ['One is here.', '**Two** follows: it is longer!']
    """
    prose = _LINK.sub(r"\1", _NO_PROSE.sub("", text))
    paragraphs = re.split(r"\n\s*\n|\n\s*(?=[-*+] |\d+\. )", prose)
    found = [one for paragraph in paragraphs for one in _SENTENCE_END.split(" ".join(paragraph.split()))]
    return [one for one in found if len(one.split()) > 1]


def report(measures: list[Measures]) -> str:
    """Return a table of text, a row per lesson.

    Examples
    --------
    >>> print(report([Measures("00_welcome", 900, 60, 2, 1, 1, 2, 5, 35, 33.4, (8, 12, 16))]))
    lesson  words  code lines  exercises  predictions  challenges  minutes stated  estimated  words per sentence
    00        900          60          2            1           1              35         33  8 · 12 · 16
    """
    head = ("lesson", "words", "code lines", "exercises", "predictions", "challenges", "minutes stated", "estimated")
    rows = [
        (one.lesson[:2], one.words, one.code_lines, one.exercises, one.predictions, one.challenges, one.stated or "–")
        for one in measures
    ]
    lines = ["  ".join([*head, "words per sentence"])]
    for one, row in zip(measures, rows, strict=True):
        cells = [f"{row[0]:<{len(head[0])}}"]
        cells += [
            f"{value!s:>{len(title)}}" for value, title in zip((*row[1:], round(one.estimated)), head[1:], strict=True)
        ]
        lines.append("  ".join([*cells, " · ".join(f"{value:.0f}" for value in one.quartiles)]))
    return "\n".join(lines)


def ahead(source: LessonSource) -> dict[str, int]:
    r"""Return which terms of the glossary a lesson's prose uses although they are at home in a later lesson, how often.

    Short words mean something in plain English too, so that only terms of eight letters or more are looked for.

    Examples
    --------
    >>> from coursekit.authoring.source import parse
    >>> ahead(parse("# %% [markdown]\n# The learning rate. A stride.", "01_convolution_by_hand"))
    {'learning rate': 1}
    """
    prose = " ".join(
        sentence.lower()
        for cell in source.notebook.cells
        if cell.cell_type == "markdown"
        for sentence in sentences(cell.source)
    )
    later = [
        term for term in terms.terms().values() if min(term.lessons) > source.name[:2] and len(term.name) >= _SHORTEST
    ]
    found = {term.name: len(re.findall(rf"\b{re.escape(term.name.lower())}s?\b", prose)) for term in later}
    return {name: count for name, count in found.items() if count}


def minutes(source: LessonSource) -> Iterator[Finding]:
    """Find a stated time that is far from the estimated one."""
    if source.name not in HELD:
        return
    found = measure(source)
    if found.stated is None:
        yield in_lesson(source, "The table does not say how long it takes.", 'Write "about … minutes to work through".')
    elif abs(found.stated - found.estimated) > MOST_OFF * found.estimated:
        yield in_lesson(
            source,
            f"It says {found.stated} minutes, but holds about {found.estimated:.0f}: {found.words} words, "
            f"{found.code_lines} lines of code, {found.exercises} exercises.",
            "Cut it, or say so.",
        )


def sentence_length(source: LessonSource) -> Iterator[Finding]:
    """Find a lesson whose sentences are headlines: reasons need room for their "because"."""
    if source.name not in HELD:
        return
    found = measure(source)
    middle = found.quartiles[1]
    if found.sentence_words and middle < LEAST_MEDIAN:
        yield in_lesson(
            source, f"The median sentence has {middle:.0f} words.", "Join what belongs together by because, so, while."
        )


def predictions(source: LessonSource) -> Iterator[Finding]:
    """Find predictions that are never revealed, revealed before they are asked, or asked where the answer stands."""
    asked: dict[str, int] = {}
    revealed: set[str] = set()
    for index, cell in enumerate(source.notebook.cells):
        if cell.cell_type != "code":
            continue
        for kind, name in _calls(cell.source):
            if kind == "predict":
                asked[name] = index
                if cell.source.count("ck.reveal("):
                    yield in_cell(source, index, f"{name!r} is asked and revealed in one cell.", "Use two cells.")
            elif name not in asked:
                yield in_cell(source, index, f"{name!r} is revealed but not asked before.", "Ask it with ck.predict.")
            revealed |= {name} if kind == "reveal" else set()
    for name, index in asked.items():
        if name not in revealed:
            yield in_cell(source, index, f"{name!r} is never revealed.", "Add ck.reveal in a later cell.")
        above = source.notebook.cells[index - 1] if index else None
        if above is not None and above.cell_type == "markdown" and (found := _ANSWERED.search(above.source)):
            yield in_cell(source, index, f"The text above may tell the answer: {found[0]!r}.", "Ask first, then tell.")


def _calls(code: str) -> Iterator[tuple[str, str]]:
    """Yield ("predict" or "reveal", name) for each such call of a cell."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("ck.predict", "ck.reveal") and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield ast.unparse(node.func).removeprefix("ck."), name.value


def _code_lines(code: str) -> int:
    count, inside = 0, False
    for line in map(str.strip, code.split("\n")):
        inside = (inside or "BEGIN SOLUTION" in line) and "END SOLUTION" not in line
        count += bool(line) and not line.startswith("#") and not inside
    return count
