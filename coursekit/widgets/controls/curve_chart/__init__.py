"""A drawing of curves along which a cursor is moved by pointer and by arrow keys."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class CurveChart(anywidget.AnyWidget):
    """An ``svg`` with a cursor. The person changes ``place``, an index into ``positions``.

    ``positions`` are places across the drawing in its own units, ``words`` say what each of them is, and ``top`` and
    ``bottom`` are the ends of the cursor.
    """

    changed = "place"
    _esm = Path(__file__).with_name("curve_chart.js")
    _css = Path(__file__).with_name("curve_chart.css")
    label = traitlets.Unicode("Cursor").tag(sync=True)
    svg = traitlets.Unicode().tag(sync=True)
    positions = traitlets.List(traitlets.Float()).tag(sync=True)
    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    place = traitlets.Int(0).tag(sync=True, echo_update=False)
    top = traitlets.Float(0).tag(sync=True)
    bottom = traitlets.Float(0).tag(sync=True)
