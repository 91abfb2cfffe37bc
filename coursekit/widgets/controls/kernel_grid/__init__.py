"""The kernel as a table of numbers that can be edited, each cell in the colour of its weight."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class KernelGrid(anywidget.AnyWidget):
    """A table of number fields. The person changes ``weights``; ``colours`` holds ``[background, ink]`` for each."""

    changed = "weights"
    _esm = Path(__file__).with_name("kernel_grid.js")
    _css = Path(__file__).with_name("kernel_grid.css")
    weights = traitlets.List(traitlets.List(traitlets.Float())).tag(sync=True)
    colours: traitlets.List[list[list[str]]] = traitlets.List().tag(sync=True)
