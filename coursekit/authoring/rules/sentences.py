"""The sentences of a text cell."""

from __future__ import annotations

import re

_NO_PROSE = re.compile(r"```.*?```|\$\$.*?\$\$|^[ \t]*[|#>][^\n]*$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z0-9\"*`(])")


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
