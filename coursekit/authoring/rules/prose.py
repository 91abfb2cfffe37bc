"""Prose in numbers: how long a lesson is, how long it takes, how its sentences are; and what asks before it tells."""

from __future__ import annotations

import ast
import math
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from coursekit.authoring.finding import Finding, in_cell, in_lesson
from coursekit.authoring.rules import sizes, wording
from coursekit.authoring.rules.sentences import sentences
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
MINUTES_PER_CAPSTONE = 30.0

MOST_OFF = 0.2
"""How far the stated minutes may be from the estimated ones, as a share of these."""

LEAST_MEDIAN = 10.0
"""The median sentence of a lesson that explains: shorter ones are headlines."""

LEAST_SPREAD = 7.0
"""Words between the lower and the upper quartile of the sentences: where all are alike, the text drones."""

LONG = 32
"""Longer sentences are named in the report: a reader in a second language loses them."""

LEAST_REASONS = 0.1
"""The share of the sentences that give a reason."""

LEAST_BECAUSE = 1 / 60
"""The share of the sentences that say "because": other words of reason are easily overlooked."""

_FEWEST_SENTENCES = 60
"""In fewer, a share means nothing."""

_STATED = re.compile(r"(\d+) (minutes|hours) to work through")
_CAPSTONE = re.compile(r"^## .*\bcapstone\b", re.IGNORECASE | re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
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
    reasons, becauses : int
        How many sentences give a reason, and how many say "because".
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
    reasons: int
    becauses: int

    def share(self, count: int) -> float:
        """Return which share of the sentences a number of them is."""
        return count / max(1, len(self.sentence_words))

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
    prose = [sentence for text in texts for sentence in sentences(text)]
    codes = [cell.source for cell in source.notebook.cells if cell.cell_type == "code"]
    words = sum(len(_LINK.sub(r"\1", text).split()) for text in texts)
    lines = sum(_code_lines(code) for code in codes)
    solutions = [cell for cell in source.notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    said = [size for text in texts for size in sizes.STATED.findall(text)]
    minutes = [MINUTES_PER_EXERCISE[size] for size in said]
    minutes += [MINUTES_PER_EXERCISE["core"]] * max(0, len(solutions) - len(minutes))
    predictions = sum("ck.predict(" in code for code in codes)
    challenges = sum(text.count("## Challenge") for text in texts)
    explorers, figures = (sum(len(kind.findall(code)) for code in codes) for kind in (_EXPLORER, _FIGURE))
    stated = next((_minutes(found) for text in texts if (found := _STATED.search(text))), None)
    estimated = (
        words / WORDS_PER_MINUTE
        + (lines * SECONDS_PER_CODE_LINE + figures * SECONDS_PER_FIGURE) / 60
        + sum(minutes)
        + predictions * MINUTES_PER_PREDICTION
        + explorers * MINUTES_PER_EXPLORER
        + challenges * MINUTES_PER_CHALLENGE
        + any(_CAPSTONE.search(text) for text in texts) * MINUTES_PER_CAPSTONE
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
        tuple(len(sentence.split()) for sentence in prose),
        *wording.reasons(prose),
    )


def _minutes(stated: re.Match[str]) -> int:
    return int(stated[1]) * (60 if stated[2] == "hours" else 1)


def minutes(source: LessonSource) -> Iterator[Finding]:
    """Find a stated time that is far from the estimated one."""
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
    """Find a lesson whose sentences are headlines, or are all of one length."""
    found = measure(source)
    low, middle, high = found.quartiles
    if len(found.sentence_words) < _FEWEST_SENTENCES:
        return
    if middle < LEAST_MEDIAN:
        yield in_lesson(
            source, f"The median sentence has {middle:.0f} words.", "Join what belongs together by because, so, while."
        )
    if high - low < LEAST_SPREAD:
        yield in_lesson(
            source,
            f"Half of its sentences have {low:.0f} to {high:.0f} words.",
            "Let short ones stand between longer ones that give a reason.",
        )


def reasons(source: LessonSource) -> Iterator[Finding]:
    """Find a lesson that states and does not explain: reasons need their "because"."""
    found = measure(source)
    count = len(found.sentence_words)
    if count < _FEWEST_SENTENCES:
        return
    for said, least, words in (
        (found.reasons, LEAST_REASONS, "give a reason (because, since, therefore, so, why)"),
        (found.becauses, LEAST_BECAUSE, 'say "because"'),
    ):
        if said < least * count:
            yield in_lesson(
                source,
                f"{said} of {count} sentences {words}.",
                f"Say why, in {math.ceil(least * count)} of them or more.",
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
        if (hidden := _hidden_reveal(cell.source)) is not None:
            problem = f"{hidden!r} is revealed where nobody sees it: a cell shows its last expression only."
            yield in_cell(source, index, problem, "Put ck.reveal last.")
    for name, index in asked.items():
        if name not in revealed:
            yield in_cell(source, index, f"{name!r} is never revealed.", "Add ck.reveal in a later cell.")
        above = source.notebook.cells[index - 1] if index else None
        if above is not None and above.cell_type == "markdown" and (found := _ANSWERED.search(above.source)):
            yield in_cell(source, index, f"The text above may tell the answer: {found[0]!r}.", "Ask first, then tell.")


RULES = (minutes, sentence_length, reasons, predictions, wording.idiom, wording.told_predictions)
"""All that a lesson's prose is held to."""


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


def _hidden_reveal(code: str) -> str | None:
    """Return the name of a prediction whose reveal is not what the cell shows."""
    names = [name for kind, name in _calls(code) if kind == "reveal"]
    if not names:
        return None
    last = ast.parse(code).body[-1]
    shown = ast.unparse(last) if isinstance(last, ast.Expr) else ""
    return next((name for name in names if f"ck.reveal({name!r}" not in shown), None)


def _code_lines(code: str) -> int:
    count, inside = 0, False
    for line in map(str.strip, code.split("\n")):
        inside = (inside or "BEGIN SOLUTION" in line) and "END SOLUTION" not in line
        count += bool(line) and not line.startswith("#") and not inside
    return count
