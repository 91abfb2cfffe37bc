"""An entry of the register as plain text, and as a table for a notebook."""

from __future__ import annotations

import html
import textwrap

_WIDTH = 100


def as_text(title: str, rows: list[tuple[str, str]]) -> str:
    """Return a title and rows of a word and a text, as plain text.

    Parameters
    ----------
    title : str
        The first line.
    rows : list of (str, str)
        A word, and the text behind it.

    Returns
    -------
    str
    """
    column = max((len(word) for word, _ in rows), default=0) + 2
    lines = [title]
    for word, text in rows:
        indent = " " * (column + 2)
        lines.append(textwrap.fill(text, _WIDTH, initial_indent=f"  {word:{column}}", subsequent_indent=indent))
    return "\n".join(lines)


def as_table(title: str, rows: list[tuple[str, str]]) -> str:
    """Return the same as an HTML table, in which addresses are links.

    Parameters
    ----------
    title : str
        Its caption.
    rows : list of (str, str)
        A word, and the text behind it.

    Returns
    -------
    str
    """
    body = "".join(
        f'<tr><th scope="row" style="text-align: left; vertical-align: top">{html.escape(word)}</th>'
        f'<td style="text-align: left">{_linked(text)}</td></tr>'
        for word, text in rows
    )
    return f'<table><caption style="text-align: left">{html.escape(title)}</caption><tbody>{body}</tbody></table>'


def _linked(text: str) -> str:
    safe = html.escape(text)
    return f'<a href="{safe}">{safe}</a>' if text.startswith("https://") else safe
