"""A port on a command line."""

from __future__ import annotations

import argparse

_HIGHEST = 65535


def port(text: str) -> int:
    """Return the number of a port, or let argparse say what is wrong with it.

    Examples
    --------
    >>> port("8888")
    8888
    """
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _HIGHEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: pass a whole number from 1 to {_HIGHEST}, such as 8888")
    return int(text)
