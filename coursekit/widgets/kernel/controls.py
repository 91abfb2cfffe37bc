"""The controls of the kernel explorer: what an output can depend on, each with its choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Literal

import ipywidgets
from numpy.typing import ArrayLike

from coursekit import kernels
from coursekit.widgets.controls.kernel_grid import KernelGrid
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.kernel.sums import OWN_KERNEL, KernelSettings
from coursekit.widgets.sources.images import ImageList, SourceImage, checked
from coursekit.widgets.sources.kernel_sets import Rows, rows_of
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.stage_figure import title_html

LARGEST_KERNEL = 9
SETTINGS = frozenset(field.name for field in fields(KernelSettings))
"""The controls that decide what the output is."""

_COLOURS = [
    ("automatic", "automatic"),
    ("signed: zero is white", "signed"),
    ("grey: lowest is black", "grey"),
]


def kernel_controls(settings: KernelSettings, images: ImageList[SourceImage]) -> dict[str, Any]:
    """Return all controls but the stages, by the name of what they set; lists that begin as these settings say."""
    return {
        "image": images,
        "kernel_name": ipywidgets.Dropdown(options=[*kernels.NAMED, OWN_KERNEL], description="Kernel"),
        "kernel_size": ipywidgets.Dropdown(options=sizes(settings.weights), description="Size"),
        "weights": KernelGrid(weights=[list(row) for row in settings.weights]),
        "bias": ipywidgets.FloatText(description="Bias", step=0.1),
        "stride": _from_one(settings.stride, "Stride"),
        "padding": ipywidgets.Dropdown(options=_paddings(settings.padding), description="Padding"),
        "dilation": _from_one(settings.dilation, "Dilation"),
        "colours": ipywidgets.Dropdown(options=_COLOURS, description="Colours"),
        "turned": ipywidgets.Checkbox(description="Turn the kernel by 180° (convolution)", indent=False),
        "relu": ipywidgets.Checkbox(description="ReLU: negative numbers become 0", indent=False),
        "predict": ipywidgets.Checkbox(description="Predict first: hide the sum", indent=False),
    }


def arrangement(
    columns: tuple[Sequence[ipywidgets.Widget], Sequence[ipywidgets.Widget]],
    kernel: Sequence[ipywidgets.Widget],
    sums: ipywidgets.Widget,
    buttons: Sequence[ipywidgets.Widget],
    switches: Sequence[ipywidgets.Widget],
) -> ipywidgets.VBox:
    """Return the columns of input and output with the kernel between them, the sums, the buttons and the switches."""
    first, last = (box(ipywidgets.VBox, "ck-figure", *column) for column in columns)
    middle = box(ipywidgets.VBox, "ck-middle", ipywidgets.HTML(title_html("Kernel")), *kernel)
    figures = box(ipywidgets.HBox, "ck-figures", first, middle, last)
    return ipywidgets.VBox([figures, sums, *(box(ipywidgets.HBox, "ck-controls", *row) for row in (buttons, switches))])


def weights_of(kernel: str | ArrayLike) -> Rows:
    """Return a kernel's weights, by its name or as they are given, (rows, columns).

    Raises
    ------
    ValueError
        If there is no such kernel, or it is too large or holds something other than finite numbers.
    """
    return rows_of(kernels.get(kernel) if isinstance(kernel, str) else checked(kernel, "kernel", LARGEST_KERNEL))


def sizes(weights: Rows) -> list[tuple[str, tuple[int, int]]]:
    """Return the sizes that a kernel can be given, in words and as rows and columns: three, and that of the weights."""
    shapes = {(3, 3), (5, 5), (7, 7), (len(weights), len(weights[0]))}
    return [(f"{rows} × {columns}", (rows, columns)) for rows, columns in sorted(shapes)]


def _from_one(value: int, words: str) -> WholeNumber:
    return WholeNumber(value, min=1, max=max(16, value), description=words)


def _paddings(start: Literal["valid", "same"] | int) -> list[tuple[str, str | int]]:
    rings = sorted({0, 1, 2, 3, 4, start} - {"valid", "same"})
    named = [(f"{count} ring{'s' * (count != 1)} of zeros", count) for count in rings]
    return [("valid: none", "valid"), ("same: keep the size", "same"), *named]
