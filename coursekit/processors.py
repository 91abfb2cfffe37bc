"""How many processors this process may use."""

from __future__ import annotations

import os


def usable_processors() -> int:
    """Return how many processors this process may use, at least 1.

    Not `os.cpu_count`: a container or a batch system may give a process only a part of the machine.

    Returns
    -------
    int

    Examples
    --------
    >>> 1 <= usable_processors() <= os.cpu_count()
    True
    """
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on; follows PYTHON_CPU_COUNT too
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
