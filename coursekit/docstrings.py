"""Entries of arguments that several docstrings share, written once and shown in each."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_SECTION = re.compile(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-{3,}\n|\Z)", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^([\w*, ]+) : ([^\n]+)\n?((?:[ \t]+[^\n]*\n?|\n(?=[ \t]))*)", re.MULTILINE)
_MARK = re.compile(r"^([ \t]*)\{(\w+)\}$", re.MULTILINE)


def entries_from(*sources: Callable[..., Any]) -> Callable[[F], F]:
    r"""Return a decorator that copies the entries of arguments from other functions' docstrings.

    Each line ``{name}`` of the docstring becomes the entry of that name in the section "Parameters" of the first source
    that has it: its type and all that is said about it.

    Parameters
    ----------
    *sources : function
        With docstrings by NumPy's convention.

    Returns
    -------
    function
        The decorator.

    Raises
    ------
    ValueError
        If no source has an entry of such a name.

    Examples
    --------
    >>> def area(side):
    ...     '''Parameters\n----------\nside : float\n    In metres.'''
    >>> @entries_from(area)
    ... def volume(side):
    ...     '''Parameters\n----------\n{side}'''
    >>> volume.__doc__.splitlines()[2:]
    ['side : float', '    In metres.']
    """
    known: dict[str, str] = {}
    for source in reversed(sources):
        known.update(_entries(inspect.getdoc(source) or ""))

    def decorate(function: F) -> F:
        # Without docstrings (python -OO) there is nothing to write.
        if function.__doc__:
            function.__doc__ = _MARK.sub(lambda mark: _written(mark, known, function), function.__doc__)
        return function

    return decorate


def _entries(docstring: str) -> dict[str, str]:
    """Return the text of each entry, by the name of the argument."""
    found = _SECTION.search(docstring)
    return {
        name.strip(): f"{name.strip()} : {kind}\n{text}".rstrip()
        for names, kind, text in _ENTRY.findall(found[1] if found else "")
        for name in names.split(",")
    }


def _written(mark: re.Match[str], known: dict[str, str], function: Callable[..., Any]) -> str:
    indentation, name = mark.groups()
    if name not in known:
        raise ValueError(f"the docstring of {function.__name__} asks for {name!r}: known are {', '.join(known)}.")
    return textwrap.indent(known[name], indentation)
