"""Tables of text as spreadsheets save them: with or without a byte order mark, commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from coursekit.data.errors import DamagedError

_DELIMITERS = ",;\t"
_QUOTED = re.compile(r'"[^"]*"')
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def rows(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    r"""Read a table row by row. Rows without any value are passed over.

    Parameters
    ----------
    content : bytes
        The file: UTF-8, or UTF-16 with a byte order mark. The delimiter is the one of ``,``, ``;`` and tab that the
        first row has most of.
    name : str
        What the file is called in a message.

    Yields
    ------
    int
        The row's line in the file, from 1.
    list of str
        Its values as they stand there.

    Raises
    ------
    DamagedError
        If it is no text, or no table.

    Examples
    --------
    >>> list(rows(codecs.BOM_UTF8 + b"image;level\r\n1_left;0\r\n;\r\n", "labels.csv"))
    [(1, ['image', 'level']), (2, ['1_left', '0'])]
    """
    encoding = next((found for mark, found in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DamagedError(f"{name} cannot be read ({error}). Save it as CSV in UTF-8") from error
    if "\0" in text:
        raise DamagedError(f"{name} holds NUL: it is no table, or UTF-16 without its mark. Save it as CSV in UTF-8")
    first, _, rest = text.partition("\n")
    said = 0
    if first.strip().lower().startswith("sep="):  # Excel's own first line
        delimiter, text, said = first.strip()[4:] or "\t", rest, 1
    else:
        outside = _QUOTED.sub("", first)
        delimiter = max(_DELIMITERS, key=outside.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for row in table:
            if any(value.strip() for value in row):
                yield table.line_num + said, row
    except csv.Error as error:
        raise DamagedError(f"{name} cannot be read ({error}, from line {table.line_num + said} on)") from error
