"""The code that does what an explorer shows, to be copied into a cell."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class CodeBox(anywidget.AnyWidget):
    """A folded block of Python code with a button that copies it."""

    shown = "code"
    _esm = Path(__file__).with_name("code_box.js")
    _css = Path(__file__).with_name("code_box.css")
    code = traitlets.Unicode().tag(sync=True)
