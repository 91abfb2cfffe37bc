"""Summaries of a model: Keras' own, and one of its convolutions."""

from __future__ import annotations

import html
from typing import Literal

from coursekit.widgets.model.layers import ModelLayer, OpenedModel
from coursekit.widgets.toolkit.html import table_html
from coursekit.widgets.toolkit.numbers import by

Summary = Literal["none", "all", "convolutions"]
SUMMARIES: tuple[tuple[str, Summary], ...] = (
    ("none", "none"),
    ("all layers, by Keras", "all"),
    ("convolutions", "convolutions"),
)


def summary_html(opened: OpenedModel, which: Summary) -> str:
    """Return a summary as HTML; empty where none is asked for."""
    if which == "none":
        return ""
    if which == "convolutions":
        return _convolutions_html(opened)
    lines: list[str] = []
    opened.model.summary(print_fn=lambda line, **_: lines.append(line), line_length=88)
    # Reached by the keyboard, because it can be scrolled where the page is narrow.
    text = html.escape("\n".join(lines))
    return f'<pre class="ck-summary" tabindex="0" role="region" aria-label="Summary by Keras">{text}</pre>'


def _convolutions_html(opened: OpenedModel) -> str:
    chosen = [layer for layer in opened.layers if layer.group == "convolution"]
    rows = [_row(opened, layer) for layer in chosen]
    weights = sum(layer.parameters for layer in chosen)
    caption = f"{opened.model.name}: {len(chosen)} convolutions, {weights:,} parameters"
    return table_html(caption, ["layer", "kernels", "strides", "padding", "gives", "parameters"], rows)


def _row(opened: OpenedModel, layer: ModelLayer) -> list[str]:
    *size, reads, count = opened.kernel(layer.name).shape
    keras_layer = opened.keras_layer(layer.name)
    return [
        f"{layer.name}: {layer.kind}",
        f"{count} of {by((*size, reads))}",
        by(keras_layer.strides),
        keras_layer.padding,
        by(layer.gives),
        f"{layer.parameters:,}",
    ]
