"""A pad to draw on, with a mouse, a finger or the arrow keys."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class DigitCanvas(anywidget.AnyWidget):
    """A square pad. The person changes ``strokes``: a list of lists of points ``[x, y]`` from 0 to ``size``.

    Below them ``background`` is shown, the address of an image, or nothing.
    """

    changed = "strokes"
    _esm = Path(__file__).with_name("digit_canvas.js")
    _css = Path(__file__).with_name("digit_canvas.css")
    size = traitlets.Int(280).tag(sync=True)
    strokes: traitlets.List[list[list[float]]] = traitlets.List().tag(sync=True, echo_update=False)
    background = traitlets.Unicode().tag(sync=True)
