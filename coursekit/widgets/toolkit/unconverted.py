"""The base of explorers that wire their controls by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
from numpy.typing import NDArray

from coursekit.widgets.toolkit.download import Download, parts_of
from coursekit.widgets.toolkit.explorer import AState, AView, Explorer, StatusLine
from coursekit.widgets.toolkit.lru import LRUCache


class Unconverted(Explorer[AState, AView]):
    """An explorer that wires its controls by hand."""

    def __init__(self, name: str, above: list[ipywidgets.Widget], below: list[ipywidgets.Widget] | None = None) -> None:
        self.errors: list[Exception] = []
        self.status = StatusLine()
        self._lock = threading.RLock()
        self._numbering = threading.Lock()
        self._latest = 0
        self._holder: int | None = None
        self._memory: LRUCache[Any] = LRUCache(64)
        ipywidgets.VBox.__init__(self, [*above, self.status, *(below or [])])
        self.add_class("ck-explorer")
        self.add_class(f"ck-{name}")


def download(name: str, explorer: Explorer[Any, Any], arrays: Callable[[], Mapping[str, NDArray[Any]]]) -> Download:
    """Return a button."""

    def parts() -> dict[str, bytes]:
        view = explorer.view
        return parts_of(view.sentence, view.code, explorer.still(view), arrays())

    return Download(f"{name}.zip", parts)
