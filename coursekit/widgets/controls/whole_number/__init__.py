"""A field for a whole number within bounds, which says what it cannot take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets


class WholeNumber(anywidget.AnyWidget):
    """One whole number between ``min`` and ``max``. The person changes ``value``.

    What is typed and is no such number does not become another one silently: the field keeps its number, and
    ``refused`` says what came and what is needed; an explorer shows that as its error.
    """

    _esm = Path(__file__).with_name("whole_number.js")
    _css = Path(__file__).with_name("whole_number.css")
    description = traitlets.Unicode().tag(sync=True)
    value = traitlets.Int(0).tag(sync=True, echo_update=False)
    min = traitlets.Int(0).tag(sync=True)
    max = traitlets.Int(100).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    label_width = traitlets.Unicode().tag(sync=True)
    refused = traitlets.Unicode().tag(sync=True)

    def __init__(self, value: int = 0, **settings: Any) -> None:
        # The bounds first: a value is held within those that are there.
        super().__init__(**settings)
        self.value = value

    @traitlets.validate("value")
    def _within(self, proposal: dict[str, int]) -> int:
        return min(max(proposal["value"], self.min), self.max)

    @traitlets.observe("min", "max")
    def _hold_within(self, _change: object) -> None:
        self.value = min(max(self.value, self.min), self.max)
