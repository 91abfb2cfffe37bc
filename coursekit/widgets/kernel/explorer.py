"""The kernel explorer: move a kernel over an image, change its weights, and see every product and sum."""

from __future__ import annotations

from typing import Any, Literal

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.widgets.kernel.controls import SETTINGS, arrangement, kernel_controls, weights_of
from coursekit.widgets.kernel.sums import OWN_KERNEL, KernelSettings, kernel_name, named, resized, slide
from coursekit.widgets.kernel.view import KernelState, KernelView, draw_figures, view_of
from coursekit.widgets.sources.images import WORKED, ImageList, SourceImage, image_choice, worked_example
from coursekit.widgets.sources.kernel_sets import rows_of
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.stage_figure import MOST_NUMBERS
from coursekit.widgets.toolkit.stage_pair import StagePair


def explore_kernel(
    image: str | ArrayLike | None = None,
    kernel: str | ArrayLike = "sobel vertical edges",
    stride: int = 1,
    padding: Literal["valid", "same"] | int = "valid",
    dilation: int = 1,
    bias: float = 0.0,
) -> KernelExplorer:
    """Move a kernel over an image, edit it, and see the products and their sum at every place.

    Parameters
    ----------
    image : str or array (height, width) or (height, width, 3), optional
        A name in `coursekit.data.PHOTOGRAPHS` ("cat" by default), "worked example" (the 6 by 6 numbers of lesson 01),
        or your own numbers, at most 512 pixels along a side. Small ones are drawn as numbers; colours become grey.
    kernel : str or array (rows, columns)
        A name in `coursekit.kernels.NAMED`, or your own weights, at most 9 along a side.
    stride : int
        Pixels from one place of the kernel to the next, 1 or more.
    padding : {"valid", "same"} or int
        Zeros around the image: none, as many as keep its size (at a stride of 1), or so many rings.
    dilation : int
        Pixels from one weight of the kernel to the next, 1 or more; 1 leaves no gaps.
    bias : float
        Added to every sum.

    Returns
    -------
    KernelExplorer
        Put it on the last line of a cell. Its ``settings``, ``image`` and ``output`` can be used in later cells.

    Raises
    ------
    ValueError
        If the image or the kernel is unknown, too large, or holds something other than finite numbers.

    Examples
    --------
    >>> explorer = explore_kernel("worked example", "worked example")
    >>> print(explorer.view.sentence)
    Kernel "worked example" on "worked example": at row 0, column 0 of the output the sum of 9 products is −9. \
The output is 4 by 4, from −9 to 12.
    """
    choice = image_choice("cat" if image is None else image, made={WORKED: worked_example})
    settings = KernelSettings(choice.value, weights_of(kernel), float(bias), stride, padding, dilation)
    # Refused here, because controls would silently take the nearest number that they know.
    rows, columns = slide(choice.get().values, settings).output.shape
    # Numbers are read from the top left; in a photograph there is more to see in the middle.
    place = (0, 0) if max(rows, columns) <= MOST_NUMBERS else (rows // 2, columns // 2)
    return KernelExplorer(settings, choice, place)


class KernelExplorer(Explorer[KernelState, KernelView]):
    """The widget that `explore_kernel` returns."""

    def __init__(self, settings: KernelSettings, images: ImageList[SourceImage], place: tuple[int, int]) -> None:
        self._images, self._start, self._stages = images, settings, StagePair()
        self._history: list[KernelSettings] = []
        self._revealed: tuple[KernelSettings, tuple[int, int]] | None = None
        stages = self._stages
        self.output_stage, self.step_button, self.play = stages.output, stages.step_button, stages.play
        self._stages.input.places, self._stages.input.place = [place[0] + 1, place[1] + 1], list(place)
        self.guess = ipywidgets.FloatText(description="Your sum")
        super().__init__(
            "kernel-explorer",
            self._state_of,
            kernel_controls(settings, images) | {"input": self._stages.input},
            actions={"kernel_name": self._choose_kernel, "kernel_size": self._choose_size},
            buttons={"undo": ("Undo", self.undo), "reset": ("Reset", self.reset), "reveal": ("Reveal", self.reveal)},
            below=["sizes", "code"],
        )

    @property
    def settings(self) -> KernelSettings:
        """Everything that decides what the output is, as it is shown now."""
        return self.view.state.settings

    @property
    def image(self) -> Floats:
        """The image (height, width) before padding."""
        return self._images.get(self.settings.image).values

    @property
    def output(self) -> Floats:
        """The numbers of the output (height, width)."""
        return self.view.slid.output

    def prepare(self) -> None:
        """Set every control as the settings say."""
        self._apply(self._start)

    def arranged(self) -> ipywidgets.Widget:
        """Return input, kernel and output side by side, above the buttons, the switches and the sums."""
        self.prediction = box(ipywidgets.HBox, "ck-controls", self.guess, self.reveal_button)
        numbers = (self.kernel_size, self.bias, self.stride, self.padding, self.dilation)
        undoing = (self.step_button, self.play, self.undo_button, self.reset_button)
        return arrangement(
            self._stages.columns([self.image_name], [self.colours]),
            (self.kernel_name, self.weights, *numbers),
            self.element("sums"),
            (*undoing, self.upload, self.element("download")),
            (self.turned, self.relu, self.predict, self.prediction),
        )

    def compute(self, state: KernelState) -> KernelView:
        """Return what is shown in this state."""
        image = self._images.get(state.settings.image)
        figures = self.remember(
            ("figures", state.settings, state.colours),
            lambda: draw_figures(image.values, state.settings, state.colours),
        )
        return view_of(state, figures, image.code)

    def show(self, view: KernelView) -> None:
        """Put what was computed into the widgets."""
        settings, slid = view.state.settings, view.slid
        self._stages.show(
            (view.input, view.output),
            view.sentence,
            view.state.place,
            places=slid.output.shape,
            window=slid.reach,
            step=settings.stride,
            taps=view.taps,
            rim=view.rim,
        )
        self.weights.colours = view.weight_colours
        self.kernel_name.value = kernel_name(settings.weights)
        self.prediction.layout.display = "" if self.predict.value else "none"
        if not self._history or self._history[-1] != settings:
            self._history.append(settings)
        super().show(view)

    def arrays(self) -> dict[str, Floats]:
        """Return the image, the kernel as it is laid on it, and the output."""
        return {"image": self.image, "kernel": self.view.slid.kernel, "output": self.output}

    def undo(self) -> None:
        """Take the last change of the settings back."""
        # Settings that were refused are not in the history: from those, undo goes to the last ones that worked.
        if self.state().settings == self._history[-1] and len(self._history) > 1:
            self._history.pop()
        self.change(lambda: self._apply(self._history[-1]))

    def reset(self) -> None:
        """Go back to the settings that the explorer opened with. Can be undone."""
        self.change(self.prepare)

    def reveal(self) -> None:
        """Show the sum of the present place beside what the person predicted."""
        self._revealed = (self.state().settings, self.state().place)
        self.request()

    def _state_of(self, **says: Any) -> KernelState:
        settings = KernelSettings(**{name: says[name] for name in SETTINGS})
        revealed = self._revealed == (settings, says["input"])
        hidden = says["predict"] and not revealed
        guess = self.guess.value if says["predict"] and revealed else None
        return KernelState(settings, says["input"], hidden, guess, says["colours"])

    def _apply(self, settings: KernelSettings) -> None:
        self.kernel_size.value = np.shape(settings.weights)
        self.weights.weights = [list(row) for row in settings.weights]
        for name in SETTINGS - {"weights"}:
            self.element(name).value = getattr(settings, name)

    def _choose_kernel(self, name: str) -> None:
        if name != OWN_KERNEL:
            rows, columns = (max(3, count) for count in self.kernel_size.value)
            known = dict(self.kernel_size.options).values()
            self.kernel_size.value = (rows, columns) if (rows, columns) in known else (3, 3)
            self.weights.weights = named(name, self.kernel_size.value).tolist()

    def _choose_size(self, shape: tuple[int, int]) -> None:
        name = kernel_name(rows_of(self.weights.weights))
        sized = resized(np.array(self.weights.weights), shape) if name == OWN_KERNEL else named(name, shape)
        self.weights.weights = sized.tolist()
