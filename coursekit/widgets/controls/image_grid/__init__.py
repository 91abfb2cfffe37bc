"""A page of images, of which one is chosen by pointer or by arrow keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets


class ImageGrid(anywidget.AnyWidget):
    """Tiles in rows, of which the person changes ``selected``.

    A tile has a ``source``, ``lines`` of text below it, a ``label`` that says the same in a sentence, and a ``sign``,
    "right" or "wrong", that gives it its frame.

    The tiles are a page of a longer list of ``total`` images and begin at ``first``; ``selected`` counts from the
    beginning of the list and may point to another page, which is then to be put into ``tiles``.
    """

    changed = "selected"
    _esm = Path(__file__).with_name("image_grid.js")
    _css = Path(__file__).with_name("image_grid.css")
    label = traitlets.Unicode("images").tag(sync=True)
    tiles: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    first = traitlets.Int(0).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    page = traitlets.Int(1).tag(sync=True)
    selected = traitlets.Int(0).tag(sync=True, echo_update=False)
