"""Prose in words: whether it gives reasons, lets a question stand, and says what English says."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from coursekit.authoring.finding import Finding, in_cell
from coursekit.authoring.rules.sentences import sentences
from coursekit.authoring.source import LessonSource

_REASON = re.compile(r"\b(?:because|since|therefore|so|why)\b", re.IGNORECASE)
_BECAUSE = re.compile(r"\bbecause\b", re.IGNORECASE)
_UNITS = (
    "batch|block|card|cat|cell|channel|class|day|dog|epoch|eye|feature|filter|fold|grade|group|image|kernel|layer|lesson|"
    "map|module|neuron|parameter|patient|photograph|pixel|place|position|process|row|run|second|sentence|spectrum|"
    "split|step|unit|weight|window|year"
)
# "50 images a class", "many steps an epoch": English says "per" there, at the latest where a number stands before it.
_MANY = "a few|few|hundreds of|many|more|one|several|two|three|four|five|six|seven|eight|nine|ten"
_PER = re.compile(
    rf"\b(?<![Hh]ow )(?:{_MANY}|\d[\d,.]*) (?!(?:as|from|has|in|is|of|than|times|where)\b)[a-z-]+ an? (?:{_UNITS})\b"
)
_EAR = (
    (_PER, "per, in place of a or an"),
    (re.compile(r"\bwithout a network(?= *[,:.(])", re.IGNORECASE), "offline"),
    (re.compile(r"\bdear(?:er|est)?\b", re.IGNORECASE), "costly"),
    (re.compile(r"\b(?:for|by|to) who\b", re.IGNORECASE), "for those who, or: if you"),
    (re.compile(r"^\W*Who [^?]*[.:!]$"), "if you …, in place of who …"),
)
# What to do before the answer is seen.
_GOES_ON = re.compile(
    r"\W*(?:then|only then|write|type|click|choose|rank|draw|commit|note|press|compute)\b", re.IGNORECASE
)
_PREDICT = re.compile(r"\b(?:predict|guess|bet|commit|what do you expect)\b", re.IGNORECASE)


def reasons(prose: list[str]) -> tuple[int, int]:
    """Return how many sentences give a reason, and in how many of these stands "because".

    Parameters
    ----------
    prose : list of str
        Sentences, as `sentences` returns them.

    Examples
    --------
    >>> reasons(["It is small, because it has no bias.", "So it is quick.", "Look."])
    (2, 1)
    """
    return sum(bool(_REASON.search(one)) for one in prose), sum(bool(_BECAUSE.search(one)) for one in prose)


def unidiomatic(sentence: str) -> list[tuple[str, str]]:
    """Return what is no English, and what to write there.

    Examples
    --------
    >>> unidiomatic("It needs 50 images a class.")
    [('50 images a class', 'per, in place of a or an')]
    >>> unidiomatic("Lesson 10 borrows a network from a class mate.")
    []
    """
    return [(found[0], better) for pattern, better in _EAR for found in pattern.finditer(sentence)]


def answered_at_once(source: LessonSource) -> list[tuple[int, str, str]]:
    r"""Return the questions that the next sentence of the same paragraph follows, which may be their answer.

    Returns
    -------
    list of (int, str, str)
        The index of the cell, the question and the sentence behind it.

    Examples
    --------
    >>> from coursekit.authoring.source import parse
    >>> answered_at_once(parse("# %% [markdown]\n# How many? Seven of them.", "01_convolution_by_hand"))
    [(0, 'How many?', 'Seven of them.')]
    """
    found = []
    for index, cell in enumerate(source.notebook.cells):
        if cell.cell_type != "markdown":
            continue
        for paragraph in re.split(r"\n\s*\n", cell.source):
            prose = sentences(paragraph)
            found += [
                (index, asked, said)
                for asked, said in itertools.pairwise(prose)
                if asked.endswith("?") and not said.endswith("?")
            ]
    return found


def idiom(source: LessonSource) -> Iterator[Finding]:
    """Find what is no English."""
    for index, cell in enumerate(source.notebook.cells):
        if cell.cell_type == "markdown":
            for sentence in sentences(cell.source):
                for found, better in unidiomatic(sentence):
                    yield in_cell(source, index, f"{found!r} is no English.", f"Write {better}.")


def told_predictions(source: LessonSource) -> Iterator[Finding]:
    """Find text that asks for a prediction and goes on in the same breath: there the answer may stand."""
    for index, asked, said in answered_at_once(source):
        if _PREDICT.search(asked) and not _GOES_ON.match(said):
            yield in_cell(source, index, f"It asks {asked!r} and says {said!r}.", "End the cell with the question.")
