"""The kernel explorer: move a kernel over a picture, change its weights, and see every product and sum."""

from __future__ import annotations

from typing import Literal

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit import kernels
from coursekit.arrays import Floats
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.controls.grid_stage import GridStage, play_button, step_button
from coursekit.widgets.controls.kernel_grid import KernelGrid
from coursekit.widgets.kernel.sums import OWN_KERNEL, KernelSettings, kernel_name, resized, slide
from coursekit.widgets.kernel.view import KernelState, KernelView, draw_figures, still_of, view_of
from coursekit.widgets.sources.images import WORKED, ImageList, SourceImage, checked, image_choice, worked_example
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.stage_figure import MOST_NUMBERS, title_html
from coursekit.widgets.toolkit.unconverted import Unconverted

LARGEST_KERNEL = 9


def explore_kernel(
    picture: str | ArrayLike | None = None,
    kernel: str | ArrayLike = "sharpen",
    stride: int = 1,
    padding: Literal["valid", "same"] | int = "valid",
    dilation: int = 1,
    bias: float = 0.0,
) -> KernelExplorer:
    """Move a kernel over a picture, edit it, and see the products and their sum at every place.

    Parameters
    ----------
    picture : str or array (height, width) or (height, width, 3), optional
        A name in `coursekit.data.PICTURES` ("cat" by default), "worked example" (the 6 by 6 numbers of lesson 01), or
        your own numbers, at most 512 pixels along a side. Small ones are drawn as numbers; colours become grey.
    kernel : str or array (rows, columns)
        A name in `coursekit.kernels.NAMED`, or your own weights, at most 9 along a side.
    stride, padding, dilation
        As in `coursekit.convolution.correlate2d`.
    bias : float
        Added to every sum.

    Returns
    -------
    KernelExplorer
        Put it on the last line of a cell. Its ``settings``, ``picture`` and ``output`` can be used in later cells.

    Raises
    ------
    ValueError
        If the picture or the kernel is unknown, too large, or holds something other than finite numbers.

    Examples
    --------
    >>> explorer = explore_kernel("worked example", "worked example")
    >>> print(explorer.view.sentence)
    Kernel "worked example" on "worked example": at row 0, column 0 of the output the sum of 9 products is −9. \
The output is 4 by 4, from −9 to 12.
    """
    weights = kernels.get(kernel) if isinstance(kernel, str) else checked(kernel, "kernel", LARGEST_KERNEL)
    choice = image_choice("cat" if picture is None else picture, "explore_kernel", made={WORKED: worked_example})
    name = choice.value
    settings = KernelSettings(name, _rows(weights), float(bias), stride, padding, dilation)
    # Refused here, because controls would silently take the nearest number that they know.
    rows, columns = slide(choice.get(name).values, settings).output.shape
    # Numbers are read from the top left; in a photograph there is more to see in the middle.
    place = (0, 0) if max(rows, columns) <= MOST_NUMBERS else (rows // 2, columns // 2)
    return KernelExplorer(settings, choice, place)


class KernelExplorer(Unconverted[KernelState, KernelView]):
    """The widget that `explore_kernel` returns."""

    def __init__(self, settings: KernelSettings, choice: ImageList[SourceImage], place: tuple[int, int]) -> None:
        self._choice = choice
        self.picture_name, self.upload = choice, choice.upload
        self._start = settings
        self._history: list[KernelSettings] = []
        self._revealed: tuple[KernelSettings, tuple[int, int]] | None = None
        self._make_controls()
        super().__init__("kernel-explorer", [self._arranged()], below=[self.sizes, self.code])
        self._apply(settings)
        self.input.place = list(place)
        self._observe()
        self.request()

    @property
    def settings(self) -> KernelSettings:
        """Everything that decides what the output is, as it is shown now."""
        return self.view.state.settings

    @property
    def picture(self) -> Floats:
        """The picture (height, width) before padding."""
        return self._choice.get(self.settings.picture).values

    @property
    def output(self) -> Floats:
        """The numbers of the output (height, width)."""
        return self.view.slid.output

    def state(self) -> KernelState:
        """Return what the controls say now."""
        settings = KernelSettings(
            picture=self.picture_name.value,
            weights=_rows(self.weights.weights),
            bias=self.bias.value,
            stride=self.stride.value,
            padding=self.padding.value,
            dilation=self.dilation.value,
            turned=self.turned.value,
            relu=self.relu.value,
        )
        row, column = self.input.place
        revealed = self._revealed == (settings, (row, column))
        predicting = self.predict.value
        return KernelState(
            settings=settings,
            place=(row, column),
            hidden=predicting and not revealed,
            guess=self.guess.value if predicting and revealed else None,
            colours=self.colours.value,
        )

    def compute(self, state: KernelState) -> KernelView:
        """Return what is to be seen in this state."""
        picture = self._choice.get(state.settings.picture)
        figures = self.remember(
            ("figures", state.settings, state.colours),
            lambda: draw_figures(picture.values, state.settings, state.colours),
        )
        return view_of(state, figures, picture.code)

    def show(self, view: KernelView) -> None:
        """Put what was computed into the widgets."""
        state, slid = view.state, view.slid
        settings, place, places = state.settings, list(state.place), list(slid.output.shape)
        with self.input.hold_sync(), self.output_stage.hold_sync():
            for stage, figure in ((self.input, view.input), (self.output_stage, view.output)):
                stage.rows, stage.columns = figure.shape
                stage.source, stage.cells, stage.alt = figure.source, figure.cells, view.sentence
                stage.places, stage.place = places, place
            self.input.window, self.input.step = list(slid.reach), settings.stride
            self.input.taps, self.input.rim = view.taps, view.rim
        self.weights.colours = view.weight_colours
        self.kernel_name.value = kernel_name(settings.weights)
        self.input_title.value, self.output_title.value = view.input.title_html, view.output.title_html
        self.input_legend.value = view.input.scale.legend_html()
        self.output_legend.value = view.output.scale.legend_html()
        self.sums.value, self.sizes.value, self.code.code = view.sums_html, view.sizes_html, view.code
        self.prediction.layout.display = "" if self.predict.value else "none"
        if not self._history or self._history[-1] != settings:
            self._history.append(settings)

    def still(self, view: KernelView) -> Pixels:
        """Return input, kernel and output side by side."""
        return still_of(view)

    def undo(self, _button: object = None) -> None:
        """Take the last change of the settings back."""
        # Settings that were refused are not in the history: from those, undo goes to the last ones that worked.
        if self.state().settings == self._history[-1] and len(self._history) > 1:
            self._history.pop()
        self.change(lambda: self._apply(self._history[-1]))

    def reset(self, _button: object = None) -> None:
        """Go back to the settings that the explorer opened with. Can be undone."""
        self.change(lambda: self._apply(self._start))

    def reveal(self, _button: object = None) -> None:
        """Show the sum of the present place beside what the person predicted."""
        state = self.state()
        self._revealed = (state.settings, state.place)
        self.request()

    def _make_controls(self) -> None:
        start = self._start
        rings = sorted({0, 1, 2, 3, 4, start.padding} - {"valid", "same"})
        self.kernel_name = ipywidgets.Dropdown(options=[*kernels.NAMED, OWN_KERNEL], description="Kernel")
        self.kernel_size = ipywidgets.Dropdown(description="Size", options=self._sizes())
        self.weights = KernelGrid(weights=[list(row) for row in start.weights])
        self.bias = ipywidgets.FloatText(description="Bias", step=0.1)
        self.stride = ipywidgets.BoundedIntText(1, min=1, max=max(16, start.stride), description="Stride")
        self.padding = ipywidgets.Dropdown(
            options=[
                ("valid: none", "valid"),
                ("same: keep the size", "same"),
                *((f"{count} ring{'s' * (count != 1)} of zeros", count) for count in rings),
            ],
            description="Padding",
        )
        self.dilation = ipywidgets.BoundedIntText(1, min=1, max=max(16, start.dilation), description="Dilation")
        self.colours = ipywidgets.Dropdown(
            options=[
                ("automatic", "automatic"),
                ("signed: zero is white", "signed"),
                ("grey: lowest is black", "grey"),
            ],
            description="Colours",
        )
        self.turned = ipywidgets.Checkbox(description="Turn the kernel by 180° (convolution)", indent=False)
        self.relu = ipywidgets.Checkbox(description="ReLU: negative numbers become 0", indent=False)
        self.predict = ipywidgets.Checkbox(description="Predict first: hide the sum", indent=False)
        self.guess = ipywidgets.FloatText(description="Your sum")
        self.reveal_button = ipywidgets.Button(description="Reveal")
        self.undo_button = ipywidgets.Button(description="Undo")
        self.reset_button = ipywidgets.Button(description="Reset")
        self.input, self.output_stage = GridStage(label="Input"), GridStage(label="Output")
        self.step_button, self.play = step_button(self.input), play_button(self.input)
        self.input_title, self.output_title = ipywidgets.HTML(), ipywidgets.HTML()
        self.input_legend, self.output_legend = ipywidgets.HTML(), ipywidgets.HTML()
        self.sums, self.sizes, self.code = ipywidgets.HTML(), ipywidgets.HTML(), CodeBox()

    def _arranged(self) -> ipywidgets.Widget:
        self.prediction = box(ipywidgets.HBox, "ck-controls", self.guess, self.reveal_button)
        kernel = [self.kernel_size, self.bias, self.stride, self.padding, self.dilation]
        columns = [
            [self.input_title, self.picture_name, self.input, self.input_legend],
            [ipywidgets.HTML(title_html("Kernel")), self.kernel_name, self.weights, *kernel],
            [self.output_title, self.colours, self.output_stage, self.output_legend],
        ]
        buttons = [self.step_button, self.play, self.undo_button, self.reset_button, self.upload]
        switches = [self.turned, self.relu, self.predict, self.prediction]
        figures = [box(ipywidgets.VBox, "ck-figure", *column) for column in columns]
        return ipywidgets.VBox(
            [
                box(ipywidgets.HBox, "ck-figures", *figures),
                box(ipywidgets.HBox, "ck-controls", *buttons),
                box(ipywidgets.HBox, "ck-controls", *switches),
                self.sums,
            ]
        )

    def _observe(self) -> None:
        plain = (self.picture_name, self.bias, self.stride, self.padding, self.dilation, self.turned, self.relu)
        for control in (*plain, self.predict, self.colours):
            control.observe(self.request, "value")
        self.weights.observe(self.request, "weights")
        self.input.observe(self.request, "place")
        self.output_stage.observe(lambda event: self.input.set_trait("place", event["new"]), "place")
        self.when(self.kernel_name, self._choose_kernel)
        self.when(self.kernel_size, self._choose_size)
        self.when(self.upload, self._choice.take)
        self.undo_button.on_click(self.undo)
        self.reset_button.on_click(self.reset)
        self.reveal_button.on_click(self.reveal)

    def _apply(self, settings: KernelSettings) -> None:
        self.picture_name.value = settings.picture
        self.kernel_size.value = np.shape(settings.weights)
        self.weights.weights = [list(row) for row in settings.weights]
        self.bias.value, self.stride.value, self.dilation.value = settings.bias, settings.stride, settings.dilation
        self.padding.value, self.turned.value, self.relu.value = settings.padding, settings.turned, settings.relu

    def _choose_kernel(self, name: str) -> None:
        if name != OWN_KERNEL:
            rows, columns = (max(3, count) for count in self.kernel_size.value)
            self.kernel_size.value = (rows, columns) if (rows, columns) in dict(self._sizes()).values() else (3, 3)
            self.weights.weights = resized(kernels.get(name), self.kernel_size.value).tolist()

    def _choose_size(self, shape: tuple[int, int]) -> None:
        self.weights.weights = resized(np.array(self.weights.weights), shape).tolist()

    def _sizes(self) -> list[tuple[str, tuple[int, int]]]:
        shapes = {(3, 3), (5, 5), (7, 7), np.shape(self._start.weights)}
        return [(f"{rows} × {columns}", (rows, columns)) for rows, columns in sorted(shapes)]


def _rows(weights: ArrayLike) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(weight) for weight in row) for row in np.asarray(weights))
