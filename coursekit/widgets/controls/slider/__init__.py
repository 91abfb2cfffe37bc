"""A slider that keyboards and screen readers can use: the browser's own, with its name and its value in words."""

from __future__ import annotations

import math
from pathlib import Path

import anywidget
import traitlets


class Slider(anywidget.AnyWidget):
    """One number between ``min`` and ``max``. The person changes ``value``; ``unit`` is written behind it.

    Where ``power_of_ten`` is set, ten to the power of the value is what is written: 0.01 for −2.
    """

    _esm = Path(__file__).with_name("slider.js")
    _css = Path(__file__).with_name("slider.css")
    description = traitlets.Unicode().tag(sync=True)
    value = traitlets.Float(0.0).tag(sync=True, echo_update=False)
    min = traitlets.Float(0.0).tag(sync=True)
    max = traitlets.Float(1.0).tag(sync=True)
    step = traitlets.Float(0.01).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    power_of_ten = traitlets.Bool(False).tag(sync=True)

    @property
    def reading(self) -> float:
        """The value without the digits that adding up steps invents; a whole number where the steps are whole."""
        if self.step.is_integer() and self.min.is_integer():
            return round(self.value)
        return float(round(self.value, 2 - math.floor(math.log10(self.step))))

    @traitlets.validate("value")
    def _within(self, proposal: dict[str, float]) -> float:
        return min(max(proposal["value"], self.min), self.max)
