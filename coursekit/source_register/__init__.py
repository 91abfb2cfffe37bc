"""The register of sources: what others say, where they say it, and what the course measured of it."""

from __future__ import annotations

import functools

from coursekit import settings
from coursekit.source_register.entries import Measurement, Register, Source, Statement
from coursekit.source_register.reading import read_register

__all__ = ["Measurement", "Register", "Source", "Statement", "read_register", "sources"]


def sources(name: str | None = None) -> Register | Source | Statement:
    """Look up what the sources of this course say, and what we measured of it.

    Parameters
    ----------
    name : str, optional
        The key of a source, such as ``"zhao"``, or the id of a statement, such as ``"zhao.mnist_convnet"``. By default
        the list of all sources.

    Returns
    -------
    Register or Source or Statement
        Each shows itself: a table in a notebook, plain text elsewhere.

    Raises
    ------
    ValueError
        If there is no such source or statement; the message names those that come near.

    Examples
    --------
    >>> sources("zhao.mnist_convnet").figures["accuracy"]
    0.9833
    >>> print(sources("scenes.patience"))
    scenes.patience · avatarbtd
      where     early stopping
      says      Patience 15 in a training of 5 epochs.
      figures   patience 15, epochs 5
      measured  It can never stop it.
      verdict   contradicts itself
      lessons   08
    """
    register = _shipped()
    return register if name is None else register.find(name)


@functools.cache
def _shipped() -> Register:
    return read_register(settings.course_folder() / "data" / "sources.toml")
