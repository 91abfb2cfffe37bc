"""The errors of the data layer. Callers catch `DataError`; the others steer the search from place to place."""

from __future__ import annotations


class DataError(RuntimeError):
    """Data cannot be had or cannot be used. The message says what came, what is needed and what to do."""


class UnavailableError(DataError):
    """A place cannot give the data now: it cannot be reached, or does not hold them. The next place may."""


class MissingError(UnavailableError):
    """A place was reached, and the file is not there."""


class DamagedError(DataError):
    """A file is there but it is not what it should be: another hash, cut, unsafe to unpack, or of the wrong shape."""
