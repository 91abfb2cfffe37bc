"""The code that draws what the model browser shows."""

from __future__ import annotations

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.model.layers import ModelLayer, OpenedModel
from coursekit.widgets.model.state import ModelState
from coursekit.widgets.toolkit.code import drawing_code
from coursekit.widgets.toolkit.colors import Scale


def layer_code(layer: ModelLayer, opened: OpenedModel, state: ModelState, given: Floats) -> list[str]:
    """Return the lines that make and draw a kernel of a layer and what the layer gives, (height, width, channels)."""
    lines = [f"layer = model{''.join(f'.get_layer({part!r})' for part in layer.name.split('/'))}"]
    drawn: list[tuple[str, str, Scale | None]] = []
    if layer.kernel:
        index = _kernel_index(layer, opened, state)
        lines.append(f"kernel = layer.{layer.kernel}.numpy()[..., {index}]")
        largest = float(
            np.abs(opened.kernel(layer.name)[..., state.kernel % opened.kernel(layer.name).shape[-1]]).max()
        )
        drawn.append(("np.atleast_2d(kernel)", f"kernel {state.kernel}", Scale.up_to(largest or 1.0)))
    lines += [
        "passage = OpenedModel(model, image.shape).pass_through(image)  # what every layer takes and gives",
        f"output = passage.given({layer.name!r})[..., {state.kernel}]",
    ]
    one = given[..., state.kernel]
    if one.ndim < 2:
        # Of a dense layer the channel is one number: it is drawn among all that the layer gives.
        lines.append(f"every = np.atleast_2d(passage.given({layer.name!r}))")
        drawn.append(("every", "output", _scale_of(given)))
    else:
        drawn.append(("output", f"output, channel {state.kernel}", _scale_of(one)))
    return ["from coursekit.widgets.model.layers import OpenedModel", "", *lines, drawing_code(*drawn)]


def _scale_of(values: Floats) -> Scale | None:
    return Scale.up_to(float(np.abs(values).max())) if values.min() < 0 else None


def _kernel_index(layer: ModelLayer, opened: OpenedModel, state: ModelState) -> str:
    *_, reads, count = opened.kernel(layer.name).shape
    own = state.kernel % count
    if "depthwise" in layer.kernel:
        multiplier = count // layer.takes[0][-1]
        return f"{own // multiplier}, {own % multiplier}"
    if "Transpose" in layer.kind:
        return f"{own}, {state.channel % reads}"
    if len(layer.takes[0]) == 1 or layer.group == "dense":
        return str(own)
    return f"{state.channel % reads}, {own}"
