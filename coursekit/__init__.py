"""Helpers for a hands-on course on convolutional networks and on explaining what they do.

Everything is loaded on first use: ``import coursekit`` itself is quick and never loads TensorFlow.

Examples
--------
>>> import coursekit as ck
>>> ck.convolution.output_size(28, kernel_size=3)
26
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any

# Must be set before TensorFlow is first imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

if TYPE_CHECKING:
    from coursekit import (
        check,
        convolution,
        data,
        explain,
        fourier,
        fundus,
        kernels,
        metrics,
        networks,
        plot,
        pooling,
        receptive_field,
        settings,
        training,
        widgets,
    )
    from coursekit.lesson import start

__version__ = "0.1.0"
__all__ = [
    "check",
    "convolution",
    "data",
    "explain",
    "fourier",
    "fundus",
    "kernels",
    "metrics",
    "networks",
    "plot",
    "pooling",
    "receptive_field",
    "settings",
    "start",
    "training",
    "widgets",
]


def __getattr__(name: str) -> Any:
    if name == "start":
        from coursekit.lesson import start

        return start
    if name in __all__:
        return importlib.import_module(f"coursekit.{name}")
    raise AttributeError(f"module 'coursekit' has no attribute {name!r}. It has: {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
