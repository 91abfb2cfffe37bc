"""Links from the first bold use of each term to its place in the glossary."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coursekit import terms

_PAGE = "../notebooks/GLOSSARY.md"
# A bold word that is no text of a link already.
_BOLD = re.compile(r"(?<![\[*])\*\*([^*\n]+)\*\*(?![\]*])")


def linked(texts: Sequence[str]) -> list[str]:
    """Return the text cells of a lesson, with each term linked where it stands in bold for the first time.

    Examples
    --------
    >>> linked(["A **stride** of 2.", "The **stride** again."])
    ['A [**stride**](../notebooks/GLOSSARY.md#stride) of 2.', 'The **stride** again.']
    """
    known: set[str] = set()

    def link(found: re.Match[str]) -> str:
        term = terms.find(found[1])
        if term is None or term.name in known:
            return found[0]
        known.add(term.name)
        return f"[{found[0]}]({_PAGE}#{term.anchor})"

    return [_BOLD.sub(link, text) for text in texts]
