"""How many images go through a model at once: so many that its largest maps stay in the processor's cache.

More images at once save calls. But a layer writes its maps, and the next one reads them: where these have left the
cache, both wait for the memory, and blocks of more than 32 MB are asked of the system anew at each call. Processors
differ in what the next larger step costs them: that is tried, once for a model and a size of images.
"""

from __future__ import annotations

import functools
import math
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf

from coursekit import settings
from coursekit.arrays import at_least_one

MOST = 32
"""Images at once: more save nothing that could be measured, and take memory."""
_ON_A_GRAPHICS_PROCESSOR = 8
# Half of the last cache is for the maps, the other half for weights and for what a layer keeps beside. Above 16 MB more
# would not help: the cache of a server is shared with strangers.
_MOST_BYTES = 16 * 2**20
_UNKNOWN_CACHE = 16 * 2**20
_TRIES, _LONG, _CLEARLY = 3, 0.5, 0.97  # times, seconds, share
_ONE_AT_A_TIME = threading.Lock()
_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")


def images_at_once(batch_size: int | None, bytes_an_image: int) -> int:
    """Return how many images go through a model at once: as given, else as many as fit this machine.

    What is computed does not depend on it, but for the last digits.

    Parameters
    ----------
    batch_size : int or None
        As a person asks for it.
    bytes_an_image : int
        Of the largest tensor that the model computes of one image.

    Raises
    ------
    ValueError
        If batch_size is less than 1.

    Examples
    --------
    >>> images_at_once(3, bytes_an_image=10**12)
    3
    """
    if batch_size is not None:
        at_least_one(batch_size, "batch_size")
        return batch_size
    if (fixed := settings.images_at_once()) is not None:
        return fixed
    if tf.config.list_physical_devices("GPU"):
        return _ON_A_GRAPHICS_PROCESSOR
    fitting = min(_MOST_BYTES, last_cache() // 2) // max(1, bytes_an_image)
    return min(MOST, max(1, fitting))


def evenly(passes: int, some: int) -> int:
    """Return how many images to run at once so that no more calls are made than with `some`, and none is nearly empty.

    Parameters
    ----------
    passes : int
        How many images there are.
    some : int
        How many may go at once.

    Examples
    --------
    >>> evenly(10, 8), evenly(16, 8), evenly(3, 8)
    (5, 8, 3)
    """
    return math.ceil(passes / math.ceil(passes / some)) if passes else some


def faster(some: int, run: Callable[[int], object]) -> int:
    """Return some, or twice as many if the processor takes clearly less time for them.

    Parameters
    ----------
    some : int
        Images at once.
    run : function
        Runs so many images through the model.
    """
    if 2 * some > MOST or tf.config.list_physical_devices("GPU"):
        return some
    with _ONE_AT_A_TIME:
        begun = time.perf_counter()
        run(2 * some)  # what is done at the first call only is not counted
        least = {1: math.inf, 2: math.inf}
        for _ in range(_TRIES):
            if time.perf_counter() - begun > _LONG:
                break
            for calls in (2, 1):
                start = time.process_time()
                for _ in range(calls):
                    run(2 * some // calls)
                least[calls] = min(least[calls], time.process_time() - start)
    return 2 * some if least[1] < _CLEARLY * least[2] else some


@functools.cache
def last_cache() -> int:
    """Return the bytes of the largest cache of this machine's first processor, 16 MB where nobody tells."""
    try:
        if sys.platform == "darwin":
            asked = ["sysctl", "-n", "hw.l2cachesize", "hw.l3cachesize"]
            # The second is not there on Apple's own processors: only what is known is printed.
            told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
        else:
            told = [file.read_text(encoding="ascii") for file in _CACHES.glob("index*/size")]
        return max(map(_bytes, told), default=0) or _UNKNOWN_CACHE
    except (OSError, ValueError):
        return _UNKNOWN_CACHE


def bytes_an_image(graph: Any) -> int:
    """Return the bytes of the largest tensor of a graph that has a row for each image."""
    shapes = ((tensor.shape, tensor.dtype.size) for one in graph.get_operations() for tensor in one.outputs)
    return max(
        (math.prod(map(int, shape[1:])) * int(size) for shape, size in shapes if _a_row_an_image(shape)), default=0
    )


def _a_row_an_image(shape: Any) -> bool:
    return bool(shape.rank) and shape[0] is None and None not in shape[1:]


def _bytes(told: str) -> int:
    """Return the bytes of ``"32768K"``, ``"32M"`` or ``"33554432"``."""
    found = re.fullmatch(r"(\d+)([KMG]?)", told.strip())
    if found is None:
        raise ValueError(f"{told!r} is no size of a cache")
    return int(found[1]) * int(1024 ** " KMG".index(found[2] or " "))
