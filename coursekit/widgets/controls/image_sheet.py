"""A sheet of many small pictures in rows, of which one is chosen by a click or by arrow keys."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class PictureSheet(anywidget.AnyWidget):
    """One picture, ``source``, that holds ``rows`` × ``columns`` squares, of which the person changes ``selected``.

    The squares are a page of a longer list of ``total`` and begin at ``first``; ``selected`` counts from the beginning
    of the list and may point to another page, which is then to be put into ``source``.
    """

    changed = "selected"
    _esm = Path(__file__).with_suffix(".js")
    _css = Path(__file__).with_suffix(".css")
    label = traitlets.Unicode("pictures").tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    rows = traitlets.Int(1).tag(sync=True)
    columns = traitlets.Int(16).tag(sync=True)
    width = traitlets.Int(640).tag(sync=True)
    first = traitlets.Int(0).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    selected = traitlets.Int(0).tag(sync=True, echo_update=False)
