"""The code that does what an explorer shows, to be copied into a cell."""

from __future__ import annotations

import anywidget
import traitlets

from coursekit.widgets.explorer import STATIC


class CodeBox(anywidget.AnyWidget):
    """A folded block of Python code with a button that copies it."""

    _esm = STATIC / "code_box.js"
    _css = STATIC / "code_box.css"
    code = traitlets.Unicode().tag(sync=True)
