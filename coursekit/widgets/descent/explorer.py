"""The descent explorer: choose a start, a learning rate and a number of steps, and watch the loss."""

from __future__ import annotations

from functools import partial

import ipywidgets
import numpy as np
from numpy.typing import NDArray

from coursekit.descent import LANDSCAPES, RATES, STARTS, Descent
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.descent.view import DescentState, DescentView, view_of
from coursekit.widgets.toolkit.explorer import Explorer

LARGEST_RATE = 0.3
MOST_STEPS = 40


def explore_descent(
    landscape: str = "one weight", start: float = -1.5, rate: float = 0.1, steps: int = 5
) -> DescentExplorer:
    """Walk downhill on a loss, and see what the start, the learning rate and the number of steps decide.

    Parameters
    ----------
    landscape : {"one weight", "two valleys", "two weights"}
        The loss: with one valley, with a deep and a shallow one, or of two weights in a long, narrow valley.
    start : float
        The weight at the start, −2 to 2. Of two weights it is the first; the second starts at 1.
    rate : float
        The learning rate, above 0 and at most 0.3.
    steps : int
        How many steps, 0 to 40.

    Returns
    -------
    DescentExplorer
        Put it on the last line of a cell. Its ``descent`` holds weights, gradients and losses.

    Raises
    ------
    ValueError
        If there is no such landscape, or a number is out of range.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton and R. J. Williams (1986), "Learning representations by back-propagating errors",
    Nature 323.

    Examples
    --------
    >>> explore_descent(rate=0.27, steps=3).descent.losses.round(1).tolist()
    [16.0, 21.5, 29.0, 39.0]
    """
    if landscape not in LANDSCAPES:
        raise ValueError(f"there is no landscape {landscape!r}. Choose one of {', '.join(LANDSCAPES)}.")
    # Refused here, because sliders would silently take the nearest number that they know.
    for value, lowest, highest, name in (
        (start, *STARTS, "start"),
        (rate, 0.001, LARGEST_RATE, "rate"),
        (steps, 0, MOST_STEPS, "steps"),
    ):
        if not lowest <= value <= highest:
            raise ValueError(f"{name} is {value}: the explorer takes numbers from {lowest:g} to {highest:g}.")
    return DescentExplorer(DescentState(landscape, start, rate, steps))


class DescentExplorer(Explorer[DescentState, DescentView]):
    """The widget that `explore_descent` returns."""

    def __init__(self, state: DescentState) -> None:
        lowest, highest = STARTS
        controls = {
            "landscape": ipywidgets.Dropdown(options=list(LANDSCAPES), value=state.landscape, description="Loss"),
            "start": Slider(description="Start", min=lowest, max=highest, step=0.1, value=state.start),
            "rate": Slider(description="Rate", min=0.001, max=LARGEST_RATE, step=0.001, value=state.rate),
            "steps": Slider(description="Steps", max=MOST_STEPS, step=1, value=state.steps),
        }
        buttons = {"step": ("One step more", lambda: self.advance("steps"))} | {
            name.lower().replace(" ", "_"): (f"{name}: {rate:g}", partial(self._take, rate))
            for name, rate in RATES.items()
        }
        presets = [name for name in buttons if name != "step"]
        rows = [["landscape", "start"], ["rate", "steps"], ["step", *presets, "reset", "download"]]
        super().__init__(
            "descent-explorer",
            DescentState,
            controls,
            buttons=buttons,
            rows=rows,
            figures=["chart"],
            archive="descent",
        )

    @property
    def descent(self) -> Descent:
        """The path as it is shown now."""
        return self.view.descent

    def compute(self, state: DescentState) -> DescentView:
        """Return what is shown in this state."""
        return view_of(state)

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """Return the weights, the gradients and the losses, before the first step and after each."""
        return {"weights": self.descent.weights, "gradients": self.descent.gradients, "losses": self.descent.losses}

    def _take(self, rate: float) -> None:
        self.rate.value = rate
