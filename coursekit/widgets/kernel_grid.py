"""The kernel as a table of numbers that can be edited, each cell in the colour of its weight."""

from __future__ import annotations

import anywidget
import traitlets

from coursekit.widgets.explorer import STATIC


class KernelGrid(anywidget.AnyWidget):
    """A table of number fields. The person changes ``weights``; ``colours`` holds ``[background, ink]`` for each."""

    _esm = STATIC / "kernel_grid.js"
    _css = STATIC / "kernel_grid.css"
    weights = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    colours: traitlets.List[list[list[str]]] = traitlets.List().tag(sync=True)
