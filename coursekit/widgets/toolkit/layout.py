"""Rows and columns of widgets."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets


def box(kind: type[ipywidgets.Box], name: str, *children: ipywidgets.Widget) -> ipywidgets.Box:
    """Return widgets in a row or a column, with a name that ``explorer.css`` knows."""
    result = kind(children)
    result.add_class(name)
    return result


def below_controls(rows: Sequence[Sequence[ipywidgets.Widget]], *figures: ipywidgets.Widget) -> ipywidgets.VBox:
    """Return rows of controls, and below them what they change."""
    return ipywidgets.VBox([*(box(ipywidgets.HBox, "ck-controls", *row) for row in rows), *figures])
