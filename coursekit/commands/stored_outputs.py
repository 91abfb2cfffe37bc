"""What a Jupyter server stores of a widget: what a reader without its kernel can see.

JupyterLab prefers a widget to every other form of an output. Of a notebook that is opened again, whose kernel is gone,
it shows "Error displaying widget: model not found", although the still image stands beside it. So the reference to
the widget is not stored, only what else there is of the output; the open notebook keeps its widget.
"""

from __future__ import annotations

import re
from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
_BAR = re.compile(r"\[\d+:\d+.*(/s|s/)")
"""The end of a progress bar in letters, such as ``[00:00<?, ?it/s]``."""


def without_widgets(notebook: dict[str, Any]) -> None:
    """Remove, in place, references to widgets that the notebook does not hold itself.

    An output keeps its other forms: of an explorer its still image. A progress bar, which has none but a line of
    letters, goes. Widgets that have neither an image nor HTML beside them stay as they are.

    Parameters
    ----------
    notebook : dict
        In the format of nbformat 4.

    Examples
    --------
    >>> output = {"output_type": "display_data", "data": {WIDGET_VIEW: {"model_id": "1"}, "image/png": "..."}}
    >>> without_widgets({"cells": [{"cell_type": "code", "outputs": [output]}]})
    >>> list(output["data"])
    ['image/png']
    """
    held = notebook.get("metadata", {}).get("widgets", {}).get(_WIDGET_STATE, {}).get("state", {})
    for cell in notebook.get("cells", ()):
        if "outputs" in cell:
            cell["outputs"] = [output for output in cell["outputs"] if _is_kept(output, held)]


def _is_kept(output: dict[str, Any], held: dict[str, Any]) -> bool:
    data = output.get("data", {})
    if WIDGET_VIEW not in data or data[WIDGET_VIEW].get("model_id") in held:
        return True
    if data.keys() & {"image/png", "text/html"}:
        del data[WIDGET_VIEW]
        return True
    return _BAR.search("".join(data.get("text/plain", ""))) is None


def before_saving(model: dict[str, Any], **_more: Any) -> None:
    """Take widgets out of a notebook that is about to be saved: Jupyter's ``ContentsManager.pre_save_hook``."""
    if model.get("type") == "notebook" and isinstance(model.get("content"), dict):
        without_widgets(model["content"])
