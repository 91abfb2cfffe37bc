"""What the model browser shows: what goes in and out of a layer, its kernel, and tables. No widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats
from coursekit.receptive_field import ReceptiveField
from coursekit.widgets.model.layers import ModelLayer, OpenedModel, Passage
from coursekit.widgets.sources.images import SourceImage
from coursekit.widgets.toolkit.code import drawing_code
from coursekit.widgets.toolkit.colors import Scale
from coursekit.widgets.toolkit.html import rows_around, table_html
from coursekit.widgets.toolkit.numbers import by, number
from coursekit.widgets.toolkit.panels import Panel, PanelsView, empty_panel, image_panel, number_panel

MOST_ROWS = 16
"""So many layers are listed; of longer models, those around the chosen one."""


@dataclass(frozen=True)
class ModelState:
    """What the controls of the model browser say.

    Attributes
    ----------
    network, image : str
    group : str
        "all", or which layers are listed.
    search : str
        What the name or the kind of a listed layer contains.
    layer : str or None
        The chosen layer; None where none is listed.
    kernel, channel : int
        Which kernel, that is which channel of the output, and which channel of the input.
    """

    network: str
    image: str
    group: str
    search: str
    layer: str | None
    kernel: int
    channel: int


@dataclass(frozen=True)
class ModelView(PanelsView):
    """What the model browser shows.

    Attributes
    ----------
    state : ModelState
        With a kernel and a channel that exist.
    layer : ModelLayer or None
    kernels, channels : int
        How many there are to choose from.
    facts_html, layers_html : str
    """

    state: ModelState
    layer: ModelLayer | None
    kernels: int
    channels: int
    facts_html: str
    layers_html: str


def listed(layers: Sequence[ModelLayer], group: str, search: str) -> list[ModelLayer]:
    """Return the layers of a group whose name or kind contains a text, capital or small.

    Examples
    --------
    >>> from coursekit import networks
    >>> layers = OpenedModel(networks.mnist_convnet(), (28, 28, 1)).layers
    >>> [layer.kind for layer in listed(layers, "all", "POOL")]
    ['MaxPooling2D', 'MaxPooling2D']
    """
    wanted = search.strip().lower()
    return [
        layer
        for layer in layers
        if group in ("all", layer.group) and (wanted in layer.name.lower() or wanted in layer.kind.lower())
    ]


def view_of(state: ModelState, opened: OpenedModel, passage: Passage, image: SourceImage, model_code: str) -> ModelView:
    """Return what is shown in a state."""
    shown = listed(opened.layers, state.group, state.search)
    image_panels = (image_panel("Image", size(image.values.shape), image.values, f"the image {state.image}"),)
    if not state.layer:
        kinds = "layers" if state.group == "all" else f"{state.group} layers"
        sentence = (
            f"None of the {len(opened.layers)} layers of {state.network} is listed: no {kinds} with "
            f'"{state.search}" in the name or the kind. Clear the search, or list all layers.'
        )
        table = _layers_html(state.network, shown, opened.layers, -1)
        code = f"{model_code}\nimage = {image.code}\nax = ck.plot.architecture(model)"
        return ModelView(sentence, image_panels, code, state, None, 1, 1, "", table)
    layer = opened.layer(state.layer)
    taken, given = passage.taken(layer.name), passage.given(layer.name)
    kernels, channels = given.shape[-1], taken.shape[-1] if taken.ndim > 1 else 1
    kernel, channel = min(state.kernel, kernels - 1), min(state.channel, channels - 1)
    state = ModelState(state.network, state.image, state.group, state.search, layer.name, kernel, channel)
    panels = (
        *image_panels,
        *_input_panels(taken, channel),
        _kernel_panel(layer, opened, kernel, channel),
        _output_panel(given, kernel),
    )
    return ModelView(
        sentence=_sentence(state, opened, layer, given),
        state=state,
        layer=layer,
        kernels=kernels,
        channels=channels,
        panels=panels,
        facts_html=_facts_html(layer, taken, given, passage.scores, state),
        layers_html=_layers_html(state.network, shown, opened.layers, shown.index(layer)),
        code="\n".join([model_code, f"image = {image.code}", *_code(layer, opened, state, given)]),
    )


def size(shape: Sequence[int]) -> str:
    """Return the size of an image or of a list of numbers in words.

    Examples
    --------
    >>> size((28, 28, 1)), size((10,)), size((1,))
    ('28 × 28 × 1', '10 numbers', '1 number')
    """
    return f"{shape[0]} number{'s' * (shape[0] != 1)}" if len(shape) == 1 else by(shape)


def _input_panels(taken: Floats, channel: int) -> tuple[Panel, Panel]:
    if taken.ndim == 1:
        return number_panel("Input", size(taken.shape), taken), empty_panel(
            "Mean of the input", "one list has no channels"
        )
    count = f"{taken.shape[-1]} channel{'s' * (taken.shape[-1] != 1)}"
    one, mean = _plane(taken[..., channel]), _plane(taken.mean(axis=-1))
    return (
        number_panel(f"Input, channel {channel}", f"{size(one.shape)}, of {count}", one),
        number_panel("Mean of the input", f"{size(mean.shape)}, over {count}", mean),
    )


def _output_panel(given: Floats, kernel: int) -> Panel:
    if given.ndim == 1:
        return number_panel("Output", f"{size(given.shape)}; number {kernel}: {_short(given[kernel])}", given)
    one = _plane(given[..., kernel])
    return number_panel(f"Output, channel {kernel}", f"{size(one.shape)}, of {given.shape[-1]} channels", one)


def _kernel_panel(layer: ModelLayer, opened: OpenedModel, kernel: int, channel: int) -> Panel:
    if not layer.kernel:
        return empty_panel("Kernel", f"a {layer.kind} has none")
    weights = opened.kernel(layer.name)
    rows, columns, reads, count = weights.shape
    # A separable convolution has fewer kernels than channels of output: its second step mixes them.
    own = kernel % count
    if (rows, columns) == (1, 1):
        return number_panel(f"Weights of unit {own}", size((reads,)), weights[0, 0, :, own])
    which = channel % reads
    note = f"{rows} × {columns}" + (f", for channel {which} of {reads}" if reads > 1 else "")
    return number_panel(f"Kernel {own}", note, weights[:, :, which, own])


def _plane(values: Floats) -> Floats:
    """One channel of a map as rows and columns; a line becomes one row."""
    return values[np.newaxis] if values.ndim == 1 else values.reshape(values.shape[0], -1)


def _short(value: float) -> str:
    return number(float(value), 3)


def _sees(field: ReceptiveField | None) -> str:
    return "not defined" if field is None else f"{field.size[0]} × {field.size[1]}"


def _products(products: int | None) -> str:
    return "not known" if products is None else f"{products:,}"


def _sentence(state: ModelState, opened: OpenedModel, layer: ModelLayer, given: Floats) -> str:
    place = [one.name for one in opened.layers].index(layer.name) + 1
    seen = "" if layer.field is None else f"; its units see {_sees(layer.field)} pixels"
    one = given[..., state.kernel]
    answer = (
        f"its number {state.kernel} is {_short(float(one))}"
        if one.ndim == 0
        else f"its channel {state.kernel} runs from {_range(one)}"
    )
    what = f"{layer.name}, a {layer.kind}, makes {size(layer.gives)} of {size(layer.takes[0])}"
    cost = f"with {layer.parameters:,} parameters and {_products(layer.products)} products"
    where = f"Layer {place} of {len(opened.layers)} in {state.network}"
    return f'{where}: {what}, {cost}{seen}. For "{state.image}" {answer}.'


def _facts_html(layer: ModelLayer, taken: Floats, given: Floats, scores: NDArray[np.float32], state: ModelState) -> str:
    rows = [
        ["takes", " and ".join(map(size, layer.takes))],
        ["gives", size(layer.gives)],
        ["parameters", f"{layer.parameters:,}"],
        ["products for one image", _products(layer.products)],
        ["a unit sees", _sees(layer.field) + (" pixels" if layer.field else "")],
        ["input, all of it", _range(taken)],
        ["output, all of it", _range(given)],
        ["output, chosen channel", _range(given[..., state.kernel])],
        ["output that is exactly 0", f"{100 * float(np.mean(given == 0)):.0f} %"],
    ]
    if scores.ndim == 1 and len(scores):
        best = int(np.argmax(scores))
        rows.append(["largest output of the model", f"number {best}: {_short(scores[best])}"])
    return table_html(f"{layer.name}, a {layer.kind}", ["what", "value"], rows)


def _range(values: Floats) -> str:
    return f"{_short(values.min())} to {_short(values.max())}, mean {_short(values.mean())}"


def _layers_html(model: str, shown: Sequence[ModelLayer], every: Sequence[ModelLayer], chosen: int) -> str:
    window = rows_around(chosen, len(shown), MOST_ROWS)
    part = shown[window]
    rows = [
        [
            f"{layer.name}: {layer.kind}",
            size(layer.gives),
            f"{layer.parameters:,}",
            _products(layer.products),
            _sees(layer.field),
        ]
        for layer in part
    ]
    known = [layer.products for layer in every if layer.products is not None]
    caption = f"{model}: {len(every)} layers, {sum(known):,} products for one image"
    if len(shown) != len(every):
        caption += f"; {len(shown)} listed"
    if len(part) < len(shown):
        caption += f", {window.start + 1} to {window.stop} shown"
    return table_html(caption, ["layer", "gives", "parameters", "products", "sees pixels"], rows, chosen - window.start)


def _code(layer: ModelLayer, opened: OpenedModel, state: ModelState, given: Floats) -> list[str]:
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
