"""What a register of sources holds: sources, their statements, and our own figures beside them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coursekit.source_register.display import as_table, as_text

StatedNumber = float | int | list[float | int]


@dataclass(frozen=True)
class Measurement:
    """A figure of our own, and where it was recorded.

    Attributes
    ----------
    record : str
        A JSON file below ``data/``, without its ending: ``"runs/mnist_convnet"``.
    key : str
        Where in it, by dots: ``"test.accuracy"``, ``"history.val_accuracy.-1"``.
    figure : float
        The value, rounded as it is quoted.
    """

    record: str
    key: str
    figure: float


@dataclass(frozen=True, repr=False)
class Statement:
    """What a source says in one place, and what we measured of it. It shows itself in a notebook.

    Attributes
    ----------
    id : str
        Such as ``"zhao.mnist_convnet"``.
    source : str
        The name of the source, as the lessons say it.
    lessons : tuple of str
        The numbers of the lessons that use it.
    where : str
        Where it stands in the source.
    says : str
        What it says, in our words.
    verdict : {"agrees", "differs", "contradicts itself", "not tested"}
    figures : dict of str to float or list of float
        The figures, as they are printed there.
    ours : tuple of Measurement
    measured : str
        How ours was measured, and what it says of the source.
    """

    id: str
    source: str
    lessons: tuple[str, ...]
    where: str
    says: str
    verdict: str
    figures: Mapping[str, StatedNumber]
    ours: tuple[Measurement, ...]
    measured: str

    def rows(self) -> list[tuple[str, str]]:
        """Return what is shown, as pairs of a word and a text; rows without a text are left out.

        Returns
        -------
        list of (str, str)
        """
        figures = ", ".join(f"{name.replace('_', ' ')} {_text(value)}" for name, value in self.figures.items())
        ours = ", ".join(f"{one.figure:g} ({one.record.rpartition('/')[2]}: {one.key})" for one in self.ours)
        lessons = ", ".join(self.lessons)
        rows = [("where", self.where), ("says", self.says), ("figures", figures), ("ours", ours)]
        rows += [("measured", self.measured), ("verdict", self.verdict), ("lessons", lessons)]
        return [(word, text) for word, text in rows if text]

    def __repr__(self) -> str:
        return as_text(f"{self.id} · {self.source}", self.rows())

    def _repr_html_(self) -> str:
        return as_table(f"{self.id} · {self.source}", self.rows())


@dataclass(frozen=True, repr=False)
class Source:
    """Something that was published, with its statements. It shows itself in a notebook.

    Attributes
    ----------
    key : str
        Such as ``"zhao"``.
    name : str
        How the lessons call it.
    title, author, link, covers : str
        Empty where not known.
    year : int or None
    statements : dict of str to Statement
        By the part of their id after the dot.
    """

    key: str
    name: str
    title: str
    covers: str
    author: str
    year: int | None
    link: str
    statements: Mapping[str, Statement]

    @property
    def citation(self) -> str:
        """Author, title and year, as far as they are known."""
        return ", ".join(part for part in (self.author, self.title, str(self.year or "")) if part)

    def rows(self) -> list[tuple[str, str]]:
        """Return what is shown: the address, what it covers, and each statement with its verdict.

        Returns
        -------
        list of (str, str)
        """
        facts = [(word, text) for word, text in (("link", self.link), ("covers", self.covers)) if text]
        return facts + [(one.id, f"{one.says} [{one.verdict}]") for one in self.statements.values()]

    def __repr__(self) -> str:
        return as_text(f"{self.name} · {self.citation}", self.rows())

    def _repr_html_(self) -> str:
        return as_table(f"{self.name} · {self.citation}", self.rows())


@dataclass(frozen=True, repr=False)
class Register:
    """All sources of the course. It shows itself in a notebook.

    Attributes
    ----------
    sources : dict of str to Source
        By key.
    """

    sources: Mapping[str, Source]

    def find(self, name: str) -> Source | Statement:
        """Return a source by its key, or a statement by its id.

        Parameters
        ----------
        name : str
            Such as ``"zhao"`` or ``"zhao.mnist_convnet"``.

        Returns
        -------
        Source or Statement

        Raises
        ------
        ValueError
            If there is no such source or statement; the message names those that come near.
        """
        key, _, entry = name.partition(".")
        if key not in self.sources:
            raise ValueError(f"there is no source {key!r}. {_near(key, self.sources)}")
        source = self.sources[key]
        if not entry:
            return source
        if entry not in source.statements:
            raise ValueError(f"{key!r} has no statement {entry!r}. {_near(entry, source.statements)}")
        return source.statements[entry]

    def rows(self) -> list[tuple[str, str]]:
        """Return what is shown: each key with its citation.

        Returns
        -------
        list of (str, str)
        """
        return [(key, source.citation) for key, source in self.sources.items()]

    def __repr__(self) -> str:
        return as_text('The sources of this course. ck.sources("zhao") shows one.', self.rows())

    def _repr_html_(self) -> str:
        return as_table('The sources of this course. ck.sources("zhao") shows one.', self.rows())


def _near(name: str, names: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, names, cutoff=0.4) or list(names)
    return f"Near to it: {', '.join(near)}." if names else "It has none."


def _text(value: StatedNumber) -> str:
    """Return a figure as a person writes it."""
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
