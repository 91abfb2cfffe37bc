"""What the descent explorer shows: the steps on the loss, and a sentence that judges the learning rate. No widget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coursekit.descent import Descent, descend
from coursekit.widgets.toolkit.code import quoted
from coursekit.widgets.toolkit.html import image_html
from coursekit.widgets.toolkit.pixels import Pixels

_INCHES = (7.2, 3.3)


@dataclass(frozen=True)
class DescentState:
    """What the controls of the descent explorer say: the loss, the first weight, the learning rate and the steps."""

    landscape: str
    start: float
    rate: float
    steps: int


@dataclass(frozen=True)
class DescentView:
    """What the descent explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the figure.
    descent : Descent
    still : uint8 array (height, width, 4)
        The figure.
    code : str
    """

    sentence: str
    descent: Descent
    still: Pixels
    code: str

    @property
    def chart_html(self) -> str:
        """The figure as an image."""
        height, width = self.still.shape[:2]
        return image_html(self.still, self.sentence, width, height)


def view_of(state: DescentState) -> DescentView:
    """Return what is shown in a state.

    Examples
    --------
    >>> print(view_of(DescentState("one weight", start=-1.5, rate=0.125, steps=1)).sentence)
    One weight, learning rate 0.125, 1 step from −1.5 to 0.5: the loss goes from 16 to 0. Right: 100% of the loss is \
gone.
    """
    descent = descend(state.landscape, state.start, state.rate, state.steps)
    return DescentView(_sentence(state, descent), descent, _drawn(descent), _code(state))


def _sentence(state: DescentState, descent: Descent) -> str:
    done = len(descent.losses) - 1
    where = ", ".join(_number(weight) for weight in descent.weights[-1])
    stops = "" if done == state.steps else f" of {state.steps} (then it is too far away to go on)"
    verdict = descent.verdict
    return (
        f"{state.landscape.capitalize()}, learning rate {state.rate:g}, {done} step{'s' * (done != 1)}{stops} from "
        f"{_number(state.start)} to {where}: the loss goes from {_number(descent.losses[0])} to "
        f"{_number(descent.losses[-1])}. {verdict[0].upper()}{verdict[1:]}."
    )


def _number(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _code(state: DescentState) -> str:
    return (
        f"descent = ck.descent.descend({quoted(state.landscape)}, start={state.start:g}, rate={state.rate:g}, "
        f"steps={state.steps})\nck.plot.gradient_descent(descent)"
    )


def _drawn(descent: Descent) -> Pixels:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from coursekit.plot import gradient_descent

    figure = Figure(figsize=_INCHES, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    gradient_descent(descent, figure.subplots(1, 2, width_ratios=[3, 2]))
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.array(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
