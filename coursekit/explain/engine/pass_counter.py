"""What an explanation costs, counted in passes of an image through the network."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class Passes:
    """Passes counted so far: forward of whole networks; backward from the score to what the method derives by."""

    forward: float = 0
    backward: float = 0


_COUNTING: list[Passes] = []


@contextlib.contextmanager
def counted_passes() -> Iterator[Passes]:
    """Count the passes through networks in the body of a ``with`` statement.

    Yields
    ------
    Passes
        Forward and backward, summed over the images.

    Examples
    --------
    >>> import numpy as np
    >>> from coursekit import explain, networks
    >>> with counted_passes() as passes:
    ...     _ = explain.gradients(networks.mnist_convnet(), np.ones((3, 28, 28, 1)), target=0)
    >>> passes
    Passes(forward=3, backward=3)
    """
    passes = Passes()
    _COUNTING.append(passes)
    try:
        yield passes
    finally:
        # Not by `remove`, which takes the first of those that have counted as many.
        _COUNTING[:] = [one for one in _COUNTING if one is not passes]


def note(images: int, backward: bool) -> None:
    """Add a run to every count that is open."""
    for passes in _COUNTING:
        passes.forward += images
        passes.backward += images * backward
