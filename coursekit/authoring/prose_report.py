"""What `coursekit build --report` prints: every lesson's prose in numbers, and where it needs another look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coursekit import terms
from coursekit.authoring.rules import prose, sizes, wording
from coursekit.authoring.rules.house_words import house_words
from coursekit.authoring.rules.prose import Measures
from coursekit.authoring.rules.sentences import sentences
from coursekit.authoring.source import LessonSource

_HEAD = (
    "lesson", "words", "code lines", "exercises", "predictions", "challenges", "minutes stated", "estimated",
    "with reasons", "because", "words per sentence",
)  # fmt: skip
_SHORTEST = 8


def report(sources: Sequence[LessonSource]) -> str:
    """Return a table, a row per lesson, and per lesson what its author should look at.

    Parameters
    ----------
    sources : sequence of LessonSource
    """
    parts = [table([prose.measure(source) for source in sources]), _AIMS]
    parts += ["\n".join([source.name, *(f"  {line}" for line in _lines(source))]) for source in sources]
    return "\n\n".join(parts)


_AIMS = (
    "Aims: the minutes stated within "
    f"{prose.MOST_OFF:.0%} of the estimated ones; a median sentence of {prose.LEAST_MEDIAN:.0f} words or more, and "
    f"{prose.LEAST_SPREAD:.0f} words or more between the quartiles;\n"
    f"{prose.LEAST_REASONS:.0%} of the sentences with a reason (because, since, therefore, so, why), one in "
    f"{1 / prose.LEAST_BECAUSE:.0f} with because; no house words; no answer right behind a question to predict."
)


def table(measures: Sequence[Measures]) -> str:
    """Return a table of text, a row per lesson. The last column has both quartiles with the median between them.

    Examples
    --------
    >>> print(table([Measures("00_welcome", 900, 60, 2, 1, 1, 2, 5, 35, 33.4, (8, 12, 16), 1, 0)]))
    lesson  words  code lines  exercises  predictions  challenges  minutes stated  estimated  with reasons  because  words per sentence
    00        900          60          2            1           1              35         33          33 %        0  8 · 12 · 16
    """  # noqa: E501 - the table is as wide as it is
    rows: list[tuple[str, ...]] = [_HEAD]
    for one in measures:
        counts = (one.words, one.code_lines, one.exercises, one.predictions, one.challenges, one.stated or "–")
        share = f"{100 * one.share(one.reasons):.0f} %"
        quartiles = " · ".join(f"{value:.0f}" for value in one.quartiles)
        rows.append((one.lesson[:2], *map(str, counts), f"{one.estimated:.0f}", share, str(one.becauses), quartiles))
    lines = []
    for first, *cells, last in rows:
        inner = [f"{cell:>{len(title)}}" for cell, title in zip(cells, _HEAD[1:-1], strict=True)]
        lines.append("  ".join([f"{first:<{len(_HEAD[0])}}", *inner, last]))
    return "\n".join(lines)


def _lines(source: LessonSource) -> Iterator[str]:
    used = ", ".join(f"{term} {count}" for term, count in ahead(source).items())
    if used:
        yield f"terms before the lesson where they are at home: {used}"
    for rule in (sizes.sizes, *prose.RULES):
        for finding in rule(source):
            yield f"{finding.place}: {finding.what} {finding.cure}"
    for index, cell in enumerate(source.notebook.cells):
        for word, standard in house_words(cell.source):
            yield f"{source.place(index)}: {word!r} is a word of our own: {standard!r}."
        if cell.cell_type == "markdown":
            for sentence in sentences(cell.source):
                if len(sentence.split()) > prose.LONG:
                    yield f"{source.place(index)}: {len(sentence.split())} words in one sentence: {_start(sentence)}"
    for index, asked, said in wording.answered_at_once(source):
        yield f"{source.place(index)}: asked and answered at once? {_end(asked)} → {_start(said)}"


def _start(sentence: str, letters: int = 60) -> str:
    return sentence if len(sentence) <= letters else sentence[:letters].rstrip() + " …"


def _end(sentence: str, letters: int = 60) -> str:
    return sentence if len(sentence) <= letters else "… " + sentence[-letters:].lstrip()


def ahead(source: LessonSource) -> dict[str, int]:
    r"""Return which terms of the glossary a lesson's prose uses although they are at home in a later lesson, how often.

    Short words mean something in plain English too, so that only terms of eight letters or more are looked for.

    Examples
    --------
    >>> from coursekit.authoring.source import parse
    >>> ahead(parse("# %% [markdown]\n# Transfer learning. A stride.", "01_convolution_by_hand"))
    {'transfer learning': 1}
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
