"""The measurements that ship with the course: times, memory, and what the large network needs of its maps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from coursekit import settings

MEASURED = ("speed", "relevance")
"""Their names. ``tests/fourier/measure_NAME.py`` makes each again."""


def measured(name: str) -> Mapping[str, Any]:
    """Return a measurement that ships with the course.

    Parameters
    ----------
    name : {"speed", "relevance"}
        ``"speed"``, lesson 13: ``"kernels"`` and ``"images"``, each with the ``"sizes"``, what was ``"fixed"``
        meanwhile, and ``"seconds"`` of each of `coursekit.fourier.speed.WAYS`; and ``"nets"``, with the
        ``"milliseconds"`` (lower quartile, median, upper quartile) that each Fourier network takes.
        ``"relevance"``, lesson 14: ``"derivative"`` and ``"selection"``, seconds and megabytes; and ``"networks"``, for
        each trained one how far it can do with few of its maps.

    Returns
    -------
    dict
        As its JSON file has it.

    Raises
    ------
    ValueError
        If there is no such measurement.

    Examples
    --------
    >>> measured("speed")["filters"]
    [8, 16, 32]
    """
    if name not in MEASURED:
        raise ValueError(f"there is no measurement {name!r}. There are: {', '.join(MEASURED)}.")
    path = settings.course_folder() / "data" / "measured" / f"fourier_{name}.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
