"""The names of ImageNet's 1,000 classes."""

from __future__ import annotations

import functools
from pathlib import Path


@functools.cache
def imagenet_classes() -> tuple[str, ...]:
    """Return the names of the 1,000 classes of ImageNet, in the order of a network's outputs.

    They are those of WordNet; the table stands in the course, so no network is needed (O. Russakovsky and others,
    ImageNet large scale visual recognition challenge, 2015, https://arxiv.org/abs/1409.0575).

    Returns
    -------
    tuple of str
        No two are alike.

    Examples
    --------
    >>> imagenet_classes()[281]
    'tabby'
    """
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.partition(" ")[2] for line in lines if not line.startswith("#"))
