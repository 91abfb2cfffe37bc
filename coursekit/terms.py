"""The glossary: what each term of the course means, for a reader who meets it for the first time."""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from coursekit import settings

_STRESSED = "stressed"


@dataclass(frozen=True, repr=False)
class Term:
    """One term. It shows itself, in Jupyter and in a terminal.

    Attributes
    ----------
    name : str
        ``"stride"``.
    meaning : str
        One to three sentences.
    lessons : tuple of str
        Where it is at home: ``("01",)``.
    also : tuple of str
        Other names of the same.
    figure : str
        A small figure, in letters of one width; none if empty.
    """

    name: str
    meaning: str
    lessons: tuple[str, ...]
    also: tuple[str, ...] = ()
    figure: str = ""

    @property
    def title(self) -> str:
        """All its names."""
        return ", ".join([self.name, *self.also])

    @property
    def place(self) -> str:
        """Its lessons in words: ``"lesson 01"``."""
        return f"lesson{'s' * (len(self.lessons) > 1)} {' and '.join(self.lessons)}"

    @property
    def anchor(self) -> str:
        """What a link to it ends with, as pages make it of a heading: ``"receptive-field"``."""
        kept = (letter for letter in self.name.lower() if letter.isalnum() or letter in " -")
        return "".join(kept).replace(" ", "-")

    def __repr__(self) -> str:
        return "\n".join(part for part in (f"{self.title} ({self.place}): {self.meaning}", self.figure) if part)

    def _repr_markdown_(self) -> str:
        text = f"**{self.title}** ({self.place}): {self.meaning}"
        return f"{text}\n\n```text\n{self.figure}\n```" if self.figure else text


def terms() -> Mapping[str, Term]:
    """Return all terms of ``data/glossary.toml``, in alphabetical order, by name.

    Returns
    -------
    mapping of str to Term

    Raises
    ------
    FileNotFoundError
        If this copy of the course has no glossary.
    """
    return _read(_path()).terms


def stressed() -> frozenset[str]:
    """Return the words that lessons write in bold though they are no terms.

    Returns
    -------
    frozenset of str
    """
    return _read(_path()).stressed


def find(word: str) -> Term | None:
    """Return the term with this name, in any case, in singular or plural, or None.

    Parameters
    ----------
    word : str
        As it stands in a text.

    Returns
    -------
    Term or None

    Examples
    --------
    >>> find("Feature maps").name
    'feature map'
    """
    by_name = _read(_path()).by_name
    return next((by_name[form] for form in _forms(word) if form in by_name), None)


def glossary(word: str) -> Term:
    """Return what a term of the course means.

    Parameters
    ----------
    word : str
        In any case, in singular or plural; other names of a term are known too.

    Returns
    -------
    Term
        Put it on the last line of a cell.

    Raises
    ------
    ValueError
        If the glossary has no such term; the nearest ones are named.

    Examples
    --------
    >>> glossary("pixels")  # doctest: +ELLIPSIS
    pixel (lesson 00): One small square of an image: ...
    """
    term = find(word)
    if term is None:
        nearest = difflib.get_close_matches(" ".join(word.lower().split()), list(_read(_path()).by_name), n=3)
        advice = f"Did you mean {' or '.join(nearest)}?" if nearest else "Look into notebooks/GLOSSARY.md."
        raise ValueError(f"The glossary has no {word!r}. {advice}")
    return term


@dataclass(frozen=True)
class _Glossary:
    terms: Mapping[str, Term]
    by_name: Mapping[str, Term]
    stressed: frozenset[str]


def _path() -> Path:
    return settings.course_folder() / "data" / "glossary.toml"


@functools.cache
def _read(path: Path) -> _Glossary:
    if not path.is_file():
        raise FileNotFoundError(f"This copy of the course has no glossary: {path} is missing. Get the course again.")
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    stressed = frozenset(fields.pop(_STRESSED, ()))
    found = {name: _term(name, fields[name]) for name in sorted(fields, key=str.lower)}
    by_name = {name.lower(): term for term in found.values() for name in (term.name, *term.also)}
    return _Glossary(MappingProxyType(found), MappingProxyType(by_name), stressed)


def _term(name: str, fields: dict[str, Any]) -> Term:
    lessons, also = (tuple(fields.get(key, ())) for key in ("lessons", "also"))
    return Term(name, fields["meaning"], lessons, also, fields.get("figure", "").strip("\n"))


def _forms(word: str) -> list[str]:
    plain = " ".join(word.lower().split())
    return [plain, *(plain.removesuffix(end) for end in ("s", "es") if plain.endswith(end))]
