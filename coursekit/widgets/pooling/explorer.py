"""The pooling explorer: move a window over an image, see which number wins, and what a moved image changes."""

from __future__ import annotations

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.pooling import Kind, Padding
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.pooling.feature_map import edges_of_the_cat
from coursekit.widgets.pooling.view import PoolingState, PoolingView, draw_figures, view_of
from coursekit.widgets.pooling.windows import LARGEST_SHIFT, PoolingSettings, pool
from coursekit.widgets.sources.images import WORKED, ImageList, SourceImage, image_choice, worked_example
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.stage_figure import MOST_NUMBERS, title_html
from coursekit.widgets.toolkit.stage_pair import StagePair

LARGEST_WINDOW = 8
EDGES = "edges of the cat"
_KINDS = [("max: the largest number", "max"), ("average: the mean", "average")]
_PADDINGS = [("valid: none", "valid"), ("same: size / stride, rounded up", "same")]


def explore_pooling(
    image: str | ArrayLike | None = None,
    size: int = 2,
    stride: int | None = None,
    padding: Padding = "valid",
    kind: Kind = "max",
    shift: int = 0,
) -> PoolingExplorer:
    """Move a pooling window over an image, and see what is kept, what is lost, and what a moved image changes.

    Parameters
    ----------
    image : str or array (height, width) or (height, width, 3), optional
        "edges of the cat" by default: a feature map, which is what networks pool. Also a name in
        `coursekit.data.PHOTOGRAPHS`, "worked example" (the 6 by 6 numbers of lesson 01), or your own numbers, at most
        512 pixels along a side. Small ones are drawn as numbers; colours become grey.
    size : int
        Rows and columns of the window, at most 8.
    stride : int, optional
        Pixels from one window to the next, 1 to 8; by default as many as the window is wide, so that windows touch.
    padding : {"valid", "same"}
        Whether windows stay inside the image, or the output has size / stride rows and columns, rounded up.
    kind : {"max", "average"}
        What is kept of a window: its largest number, or its mean.
    shift : int
        By how many pixels the image is moved to the right first, 0 to 4.

    Returns
    -------
    PoolingExplorer
        Put it on the last line of a cell. Its ``settings``, ``image`` and ``output`` can be used in later cells.

    Raises
    ------
    ValueError
        If the image is unknown or too large, or a number does not fit.

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
    choice = image_choice(EDGES if image is None else image, made={EDGES: edges_of_the_cat, WORKED: worked_example})
    settings = PoolingSettings(choice.value, kind, size, step, padding, shift)
    output = pool(choice.get(settings.image).values, settings).output
    # Numbers are read from the top left; in a large image there is most to see where the answer is strongest,
    # and of several such places the one nearest to the middle.
    strongest = np.argwhere(output == output.max())
    row, column = strongest[np.abs(strongest - np.array(output.shape) // 2).sum(axis=1).argmin()].tolist()
    place = (0, 0) if max(output.shape) <= MOST_NUMBERS else (row, column)
    return PoolingExplorer(settings, choice, place)


class PoolingExplorer(Explorer[PoolingState, PoolingView]):
    """The widget that `explore_pooling` returns."""

    reset_keeps_image = False

    def __init__(self, settings: PoolingSettings, images: ImageList[SourceImage], place: tuple[int, int]) -> None:
        self._images, self._stages, self._touching = images, StagePair(), settings.size
        self.output_stage, self.step_button, self.play = (
            self._stages.output,
            self._stages.step_button,
            self._stages.play,
        )
        self._stages.input.places, self._stages.input.place = [place[0] + 1, place[1] + 1], list(place)
        super().__init__(
            "pooling-explorer",
            _state_of,
            {
                "image": images,
                "kind": ipywidgets.Dropdown(options=_KINDS, value=settings.kind, description="Pooling"),
                "window_size": _whole(settings.size, 1, LARGEST_WINDOW, "Window"),
                "stride": _whole(settings.stride, 1, LARGEST_WINDOW, "Stride"),
                "padding": ipywidgets.Dropdown(options=_PADDINGS, value=settings.padding, description="Padding"),
                "shift": _whole(settings.shift, 0, LARGEST_SHIFT, "Move by"),
                "input": self._stages.input,
            },
            actions={"window_size": self._resize},
            below=["sizes", "code"],
        )

    @property
    def settings(self) -> PoolingSettings:
        """Everything that decides what the output is, as it is shown now."""
        return self.view.state.settings

    @property
    def image(self) -> Floats:
        """The image (height, width) before padding."""
        return self._images.get(self.settings.image).values

    @property
    def output(self) -> Floats:
        """The numbers of the output (height, width)."""
        return self.view.pooled.output

    def arranged(self) -> ipywidgets.Widget:
        """Return input, window and output side by side, above the buttons and the table of moves."""
        first, last = self._stages.columns([self.image_name])
        controls = [self.kind, self.window_size, self.stride, self.padding, self.shift]
        middle = box(
            ipywidgets.VBox, "ck-middle", ipywidgets.HTML(title_html("Window")), *controls, self.element("window")
        )
        input_column, output_column = (box(ipywidgets.VBox, "ck-figure", *column) for column in (first, last))
        buttons = [self.step_button, self.play, *map(self.element, ("reset", "upload", "download"))]
        return ipywidgets.VBox(
            [
                box(ipywidgets.HBox, "ck-figures", input_column, middle, output_column),
                box(ipywidgets.HBox, "ck-controls", *buttons),
                self.element("shifts"),
            ]
        )

    def compute(self, state: PoolingState) -> PoolingView:
        """Return what is shown in this state."""
        image = self._images.get(state.settings.image)
        figures = self.remember(("figures", state.settings), lambda: draw_figures(image.values, state.settings))
        return view_of(state, figures, image.code)

    def show(self, view: PoolingView) -> None:
        """Put what was computed into the widgets."""
        settings = view.state.settings
        self._stages.show(
            (view.input, view.output),
            view.sentence,
            view.state.place,
            places=view.pooled.output.shape,
            window=(settings.size, settings.size),
            step=settings.stride,
            taps=view.taps,
            rim=view.rim,
        )
        self._touching = settings.size
        super().show(view)

    def arrays(self) -> dict[str, Floats]:
        """Return the image and the output."""
        return {"image": self.image, "output": self.output}

    def _resize(self, size: int) -> None:
        # Windows that touch go on touching; who has chosen a stride keeps it.
        if self.stride.value == self._touching:
            self.stride.value = size
        self._touching = size


def _state_of(
    image: str,
    kind: Kind,
    window_size: int,
    stride: int,
    padding: Padding,
    shift: int,
    input: tuple[int, int],  # noqa: A002
) -> PoolingState:
    return PoolingState(PoolingSettings(image, kind, window_size, stride, padding, shift), input)


def _whole(value: int, lowest: int, highest: int, words: str) -> WholeNumber:
    return WholeNumber(value, min=lowest, max=highest, description=words)
