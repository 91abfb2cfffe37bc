"""The pooling explorer: move a window over a picture, see which number wins, and what a moved picture changes."""

from __future__ import annotations

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit import convolution, kernels
from coursekit.arrays import Floats
from coursekit.data import load_picture
from coursekit.pooling import Kind, Padding
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.controls.grid_stage import GridStage, play_button, step_button
from coursekit.widgets.pooling.view import PoolingState, PoolingView, draw_figures, still_of, view_of
from coursekit.widgets.pooling.windows import LARGEST_SHIFT, PoolingSettings, pool
from coursekit.widgets.sources.images import SHIPPED_SIDE, WORKED, ImageList, SourceImage, image_choice, worked_example
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.stage_figure import MOST_NUMBERS, title_html
from coursekit.widgets.toolkit.unconverted import Unconverted

LARGEST_WINDOW = 8
EDGES = "edges of the cat"


def explore_pooling(
    picture: str | ArrayLike | None = None,
    size: int = 2,
    stride: int | None = None,
    padding: Padding = "valid",
    kind: Kind = "max",
    shift: int = 0,
) -> PoolingExplorer:
    """Move a pooling window over a picture, and see what is kept, what is lost, and what a moved picture changes.

    Parameters
    ----------
    picture : str or array (height, width) or (height, width, 3), optional
        "edges of the cat" by default: a feature map, which is what networks pool. Also a name in
        `coursekit.data.PICTURES`, "worked example" (the 6 by 6 numbers of lesson 01), or your own numbers, at most 512
        pixels along a side. Small ones are drawn as numbers; colours become grey.
    size : int
        Rows and columns of the window, at most 8.
    stride, padding, kind
        As in `coursekit.pooling.pooling_layer`; by default windows touch.
    shift : int
        By how many pixels the picture is moved to the right first, 0 to 4.

    Returns
    -------
    PoolingExplorer
        Put it on the last line of a cell. Its ``settings``, ``picture`` and ``output`` can be used in later cells.

    Raises
    ------
    ValueError
        If the picture is unknown or too large, or a number does not fit.

    Examples
    --------
    >>> print(explore_pooling("worked example").view.sentence)
    Max pooling of "worked example": at row 0, column 0 of the output, the largest of 4 numbers is 3, in row 0, \
column 0 of the window. The output is 3 by 3.
    """
    step = size if stride is None else stride
    # Refused here, because controls would silently take the nearest number that they know.
    for value, lowest, highest, name in (
        (size, 1, LARGEST_WINDOW, "size"),
        (step, 1, LARGEST_WINDOW, "stride"),
        (shift, 0, LARGEST_SHIFT, "shift"),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"{name} is {value!r}: the explorer takes whole numbers from {lowest} to {highest}.")
    choice = image_choice(
        EDGES if picture is None else picture, "explore_pooling", made={EDGES: _edges, WORKED: worked_example}
    )
    settings = PoolingSettings(choice.value, kind, size, step, padding, shift)
    output = pool(choice.get(settings.picture).values, settings).output
    # Numbers are read from the top left; in a large picture there is most to see where the answer is strongest.
    strongest = np.unravel_index(output.argmax(), output.shape)
    place = (0, 0) if max(output.shape) <= MOST_NUMBERS else (int(strongest[0]), int(strongest[1]))
    return PoolingExplorer(settings, choice, place)


class PoolingExplorer(Unconverted[PoolingState, PoolingView]):
    """The widget that `explore_pooling` returns."""

    def __init__(self, settings: PoolingSettings, choice: ImageList[SourceImage], place: tuple[int, int]) -> None:
        self._choice, self._start = choice, settings
        self._make_controls()
        super().__init__("pooling-explorer", [self._arranged()], below=[self.sizes, self.code])
        self._apply(settings)
        self.input.place = list(place)
        self._observe()
        self.request()

    @property
    def settings(self) -> PoolingSettings:
        """Everything that decides what the output is, as it is shown now."""
        return self.view.state.settings

    @property
    def picture(self) -> Floats:
        """The picture (height, width), where it is not moved."""
        return self._choice.get(self.settings.picture).values

    @property
    def output(self) -> Floats:
        """The numbers of the output (height, width)."""
        return self.view.pooled.output

    def state(self) -> PoolingState:
        """Return what the controls say now."""
        row, column = self.input.place
        settings = PoolingSettings(
            picture=self._choice.value,
            kind=self.kind.value,
            size=self.window_size.value,
            stride=self.stride.value,
            padding=self.padding.value,
            shift=self.shift.value,
        )
        return PoolingState(settings, (row, column))

    def compute(self, state: PoolingState) -> PoolingView:
        """Return what is to be seen in this state."""
        picture = self._choice.get(state.settings.picture)
        figures = self.remember(("figures", state.settings), lambda: draw_figures(picture.values, state.settings))
        return view_of(state, figures, picture.code)

    def show(self, view: PoolingView) -> None:
        """Put what was computed into the widgets."""
        settings, place = view.state.settings, list(view.state.place)
        with self.input.hold_sync(), self.output_stage.hold_sync():
            for stage, figure in ((self.input, view.input), (self.output_stage, view.output)):
                stage.rows, stage.columns = figure.shape
                stage.source, stage.cells, stage.alt = figure.source, figure.cells, view.sentence
                stage.places, stage.place = list(view.pooled.output.shape), place
            self.input.window, self.input.step = [settings.size, settings.size], settings.stride
            self.input.taps, self.input.rim = view.taps, view.rim
        self.input_title.value, self.output_title.value = view.input.title_html, view.output.title_html
        self.input_legend.value = view.input.scale.legend_html()
        self.output_legend.value = view.output.scale.legend_html()
        self.window.value, self.shifts.value = view.window_html, view.shifts_html
        self.sizes.value, self.code.code = view.sizes_html, view.code

    def still(self, view: PoolingView) -> Pixels:
        """Return input and output side by side."""
        return still_of(view)

    def reset(self, _button: object = None) -> None:
        """Go back to the settings that the explorer opened with."""
        self.change(lambda: self._apply(self._start))

    def _make_controls(self) -> None:
        self.kind = ipywidgets.Dropdown(
            options=[("max: the largest number", "max"), ("average: the mean", "average")], description="Pooling"
        )
        self.window_size = ipywidgets.BoundedIntText(2, min=1, max=LARGEST_WINDOW, description="Window")
        self.stride = ipywidgets.BoundedIntText(2, min=1, max=LARGEST_WINDOW, description="Stride")
        self.padding = ipywidgets.Dropdown(
            options=[("valid: none", "valid"), ("same: size / stride, rounded up", "same")], description="Padding"
        )
        self.shift = ipywidgets.BoundedIntText(0, min=0, max=LARGEST_SHIFT, description="Move by")
        self.reset_button = ipywidgets.Button(description="Reset")
        self.input, self.output_stage = GridStage(label="Input"), GridStage(label="Output")
        self.step_button, self.play = step_button(self.input), play_button(self.input)
        self.input_title, self.output_title = ipywidgets.HTML(), ipywidgets.HTML()
        self.input_legend, self.output_legend = ipywidgets.HTML(), ipywidgets.HTML()
        self.window, self.shifts = ipywidgets.HTML(), ipywidgets.HTML()
        self.sizes, self.code = ipywidgets.HTML(), CodeBox()

    def _arranged(self) -> ipywidgets.Widget:
        controls = [self.kind, self.window_size, self.stride, self.padding, self.shift]
        columns = [
            [self.input_title, self._choice, self.input, self.input_legend],
            [ipywidgets.HTML(title_html("Window")), *controls, self.window],
            [self.output_title, self.output_stage, self.output_legend],
        ]
        buttons = [self.step_button, self.play, self.reset_button, self._choice.upload]
        figures = [box(ipywidgets.VBox, "ck-figure", *column) for column in columns]
        return ipywidgets.VBox(
            [
                box(ipywidgets.HBox, "ck-figures", *figures),
                box(ipywidgets.HBox, "ck-controls", *buttons),
                self.shifts,
            ]
        )

    def _observe(self) -> None:
        for control in (self._choice, self.kind, self.stride, self.padding, self.shift):
            control.observe(self.request, "value")
        self.window_size.observe(lambda event: self.change(lambda: self._resize(event["old"])), "value")
        self.input.observe(self.request, "place")
        self.output_stage.observe(lambda event: self.input.set_trait("place", event["new"]), "place")
        self.when(self._choice.upload, self._choice.take)
        self.reset_button.on_click(self.reset)

    def _apply(self, settings: PoolingSettings) -> None:
        self._choice.value, self.kind.value, self.padding.value = (
            settings.picture,
            settings.kind,
            settings.padding,
        )
        self.window_size.value, self.stride.value, self.shift.value = settings.size, settings.stride, settings.shift

    def _resize(self, before: int) -> None:
        # Windows that touch go on touching; who has chosen a stride keeps it.
        if self.stride.value == before:
            self.stride.value = self.window_size.value


def _edges() -> SourceImage:
    """Return a feature map: what the kernel "edges" and ReLU make of the cat."""
    cat = load_picture("cat", size=SHIPPED_SIDE, grey=True)
    edges = np.maximum(convolution.correlate2d(cat, kernels.get("edges"), padding="same", mode="edge"), 0)
    code = (
        f'np.maximum(ck.convolution.correlate2d(ck.data.load_picture("cat", size={SHIPPED_SIDE}, grey=True), '
        'ck.kernels.get("edges"), padding="same", mode="edge"), 0)'
    )
    return SourceImage(edges, code)
