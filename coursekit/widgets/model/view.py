"""What the model browser shows: what goes in and out of a layer, its kernel, and tables. No widget."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats
from coursekit.receptive_field import ReceptiveField
from coursekit.widgets.model.code import layer_code
from coursekit.widgets.model.layers import ModelLayer, OpenedModel, Passage
from coursekit.widgets.model.listing import caption_html, listed, products_in_words, size
from coursekit.widgets.model.one_kernel import one_kernel
from coursekit.widgets.model.state import ModelState
from coursekit.widgets.model.summary import summary_html
from coursekit.widgets.sources.images import SourceImage
from coursekit.widgets.sources.kernel_sets import part_of
from coursekit.widgets.toolkit.colors import Scale
from coursekit.widgets.toolkit.html import table_html
from coursekit.widgets.toolkit.numbers import number
from coursekit.widgets.toolkit.panels import (
    Panel,
    PanelsView,
    empty_panel,
    equation,
    image_panel,
    number_panel,
    panels_html,
    panels_still,
)
from coursekit.widgets.toolkit.pixels import Pixels

_SIDE = 120
"""CSS pixels: five of them, with the signs in between, stand in one row of a window of 800."""


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
    further : tuple of (str, panels)
        Rows of panels below, each with its heading.
    facts_html, layers_html, summary_text : str
    """

    state: ModelState
    layer: ModelLayer | None
    kernels: int
    channels: int
    further: tuple[tuple[str, tuple[Panel, ...]], ...]
    facts_html: str
    layers_html: str
    summary_text: str

    @property
    def panels_html(self) -> str:
        """All rows."""
        rows = "".join(panels_html(panels, _SIDE, heading) for heading, panels in self.further)
        return panels_html(self.panels, _SIDE, "In space" if self.further else "") + rows

    @property
    def still(self) -> Pixels:
        """The first row."""
        return panels_still(self.panels)


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
        table = caption_html(state.network, shown, opened.layers)
        code = f"{model_code}\nimage = {image.code}\nax = ck.plot.architecture(model)"
        summary = summary_html(opened, state.summary)
        return ModelView(sentence, image_panels, code, state, None, 1, 1, (), "", table, summary)
    layer = opened.layer(state.layer)
    taken, given = passage.taken(layer.name), passage.given(layer.name)
    kernels, channels = given.shape[-1], taken.shape[-1] if taken.ndim > 1 else 1
    kernel, channel = min(state.kernel, kernels - 1), min(state.channel, channels - 1)
    state = replace(state, kernel=kernel, channel=channel)
    output = _output_panel(given, kernel)
    if _slides(layer, opened):
        panels, further = _convolution_rows(layer, opened, taken, state, output)
        panels = (*image_panels, *panels)
    else:
        kernel_panel = _kernel_panel(layer, opened, kernel, channel)
        panels, further = (*image_panels, *_input_panels(taken, channel), kernel_panel, output), ()
    return ModelView(
        sentence=_sentence(state, opened, layer, given),
        state=state,
        layer=layer,
        kernels=kernels,
        channels=channels,
        panels=panels,
        further=further,
        facts_html=_facts_html(layer, taken, given, passage.scores, state),
        layers_html=caption_html(state.network, shown, opened.layers),
        summary_text=summary_html(opened, state.summary),
        code="\n".join([model_code, f"image = {image.code}", *layer_code(layer, opened, state, given)]),
    )


def _slides(layer: ModelLayer, opened: OpenedModel) -> bool:
    """Whether the layer slides kernels over rows and columns, in a way that one kernel can be shown by itself."""
    flat = len(layer.takes[0]) != 3 or layer.group != "convolution" or "Transpose" in layer.kind
    return not flat and opened.keras_layer(layer.name).data_format == "channels_last"


def _convolution_rows(
    layer: ModelLayer, opened: OpenedModel, taken: Floats, state: ModelState, output: Panel
) -> tuple[tuple[Panel, ...], tuple[tuple[str, tuple[Panel, ...]], ...]]:
    """Return one kernel on one channel, the same in frequency, and the kernel on the mean of all channels."""
    kernels = opened.kernel(layer.name)
    *_, reads, count = kernels.shape
    own, which = state.kernel % count, state.channel % reads
    alone = one_kernel(opened.keras_layer(layer.name), taken, kernels, which, own)
    note = f"{size(alone.kernel.shape)}, for channel {which} of {reads}" if reads > 1 else size(alone.kernel.shape)
    kernel = number_panel(f"Kernel {own}", note, alone.kernel)
    scale = Scale.of(np.stack([alone.result, alone.of_mean]))
    reach = f"{taken.shape[-1]} channel{'s' * (taken.shape[-1] != 1)}"
    space = equation(
        number_panel("Input", _one_channel(alone.plane, alone.channel, taken), alone.plane),
        *("∗", kernel),
        *("=", number_panel("Input × kernel", "by itself", alone.result, scale)),
        *("→", output),
    )
    spectra = [part_of(one, "logarithm") for one in alone.spectra]
    titles = ("Input", "Kernel, turned", "Product of both")
    first, second, product = (
        number_panel(title, "logarithm", *drawn) for title, drawn in zip(titles, spectra, strict=True)
    )
    mean = number_panel("Mean of the input", f"over {reach}", alone.mean)
    of_mean = number_panel("Mean × kernel", "by itself", alone.of_mean, scale)
    return space, (
        ("In frequency", equation(first, "·", second, "=", product)),
        ("The mean of all channels of the input, through the same kernel", equation(mean, "∗", kernel, "=", of_mean)),
    )


def _input_panels(taken: Floats, channel: int) -> tuple[Panel, Panel]:
    if taken.ndim == 1:
        return number_panel("Input", size(taken.shape), taken), empty_panel(
            "Mean of the input", "one list has no channels"
        )
    count = f"{taken.shape[-1]} channel{'s' * (taken.shape[-1] != 1)}"
    one, mean = _plane(taken[..., channel]), _plane(taken.mean(axis=-1))
    return (
        number_panel("Input", _one_channel(one, channel, taken), one),
        number_panel("Mean of the input", f"{size(mean.shape)}, over {count}", mean),
    )


def _output_panel(given: Floats, kernel: int) -> Panel:
    if given.ndim == 1:
        return number_panel("Output", f"{size(given.shape)}; number {kernel}: {_short(given[kernel])}", given)
    one = _plane(given[..., kernel])
    return number_panel("Output", _one_channel(one, kernel, given), one)


def _one_channel(plane: Floats, channel: int, maps: Floats) -> str:
    return f"{size(plane.shape)}, channel {channel} of {maps.shape[-1]}"


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
    cost = f"with {layer.parameters:,} parameters and {products_in_words(layer.products)} products"
    where = f"Layer {place} of {len(opened.layers)} in {state.network}"
    return f'{where}: {what}, {cost}{seen}. For "{state.image}" {answer}.'


def _facts_html(layer: ModelLayer, taken: Floats, given: Floats, scores: NDArray[np.float32], state: ModelState) -> str:
    rows = [
        ["takes", " and ".join(map(size, layer.takes))],
        ["gives", size(layer.gives)],
        ["parameters", f"{layer.parameters:,}"],
        ["products for one image", products_in_words(layer.products)],
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
