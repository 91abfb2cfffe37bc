"""What the learning-rate explorer shows: the losses of one training, and how all rates end. No widget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from coursekit.training.rates.small_network import GUESSING, Optimizer, SmallTraining, train_small_network
from coursekit.widgets.toolkit.html import image_html
from coursekit.widgets.toolkit.pixels import Pixels

LOWEST, HIGHEST = -6.0, 1.0
"""Powers of ten of the smallest and the largest rate."""

_TRIED = np.arange(LOWEST, HIGHEST + 0.01, 0.5)
_WIDTH, _HEIGHT, _DPI = 760, 320, 100
_NAMES: dict[Optimizer, str] = {"sgd": "SGD", "adam": "Adam"}


@dataclass(frozen=True)
class RateState:
    """What the controls of the learning-rate explorer say.

    Attributes
    ----------
    rate : float
    optimizer : {"sgd", "adam"}
    scale : float
        The largest value of the inputs: 1 or 255.
    """

    rate: float
    optimizer: Optimizer
    scale: float


@dataclass(frozen=True)
class RateView:
    """What the learning-rate explorer shows.

    Attributes
    ----------
    sentence, code : str
    training : SmallTraining
        The one of this state.
    still : uint8 array (height, width, 3)
        Both curves.
    curves_html : str
        The same for a page.
    """

    sentence: str
    code: str
    training: SmallTraining
    still: Pixels
    curves_html: str


def rate_of(power: float) -> float:
    """Return ten to this power, in two digits, as people write learning rates.

    Examples
    --------
    >>> rate_of(-0.75), rate_of(-3)
    (0.18, 0.001)
    """
    return float(f"{10.0**power:.2g}")


def view_of(state: RateState) -> RateView:
    """Train in this state, and say and draw how it went.

    Examples
    --------
    >>> print(view_of(RateState(1e-5, "sgd", 1.0)).sentence[:56])
    SGD at learning rate 1e-05, inputs from 0 to 1: too smal
    """
    training = train_small_network(state.rate, state.optimizer, state.scale)
    ladder = {rate_of(power): train_small_network(rate_of(power), state.optimizer, state.scale) for power in _TRIED}
    ends = {rate: one.last_loss for rate, one in ladder.items()}
    sentence = _sentence(state, training, ends)
    still = _drawn(state, training, ends)
    return RateView(
        sentence=sentence,
        code=_code(state),
        training=training,
        still=still,
        curves_html=image_html(still, sentence, _WIDTH, _HEIGHT),
    )


def verdict(rate: float, last_loss: float, ends: dict[float, float]) -> str:
    """Return what a rate is in words, beside how the others end.

    Examples
    --------
    >>> ends = {0.001: 2.2, 0.1: 0.2, 1.0: 0.6, 10.0: 2.4}
    >>> [verdict(rate, loss, ends) for rate, loss in ends.items()]
    ['too small', 'about right', 'too large', 'far too large, for it ends no better than guessing']
    """
    best = min(ends, key=lambda one: ends[one])
    if last_loss <= max(2 * ends[best], GUESSING / 10):
        return "about right"
    if rate < best:
        return "too small"
    return "too large" if last_loss < 0.9 * GUESSING else "far too large, for it ends no better than guessing"


def _sentence(state: RateState, training: SmallTraining, ends: dict[float, float]) -> str:
    words = verdict(state.rate, training.last_loss, ends)
    right = training.accuracies[-1]
    known = "no number any more" if np.isnan(right) else f"{right:.0%} of 797 unseen digits right"
    return (
        f"{_NAMES[state.optimizer]} at learning rate {state.rate:g}, inputs from 0 to {state.scale:g}: {words}. "
        f"The loss goes from {training.losses[0]:.3g} to {training.last_loss:.2g} in 10 epochs (guessing: "
        f"{GUESSING:.2f}), at most {np.nanmax(training.losses):.3g}; {known}."
    )


def _drawn(state: RateState, training: SmallTraining, ends: dict[float, float]) -> Pixels:
    """Draw with matplotlib, without pyplot: a callback may come on any thread."""
    figure = Figure(figsize=(_WIDTH / _DPI, _HEIGHT / _DPI), dpi=_DPI, facecolor="white", layout="constrained")
    canvas = FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    left.plot(np.arange(1, len(training.losses) + 1), training.losses, "o", markersize=2.5, color="C0")
    left.set(xlabel="step", ylabel="loss of the batch", title="This training")
    finite = {rate: loss for rate, loss in ends.items() if np.isfinite(loss)}
    right.plot(list(finite), list(finite.values()), "o-", markersize=4, color="C0")
    if np.isfinite(training.last_loss):
        right.plot([state.rate], [training.last_loss], "D", markersize=11, fillstyle="none", color="C1", mew=2)
    right.axvline(state.rate, color="C1", linewidth=1)
    right.set(xscale="log", xlabel="learning rate", ylabel="loss of the last epoch", title="All rates")
    for ax in (left, right):
        _guessing(ax)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()  # type: ignore[no-untyped-call]


def _guessing(ax: Axes) -> None:
    ax.set_yscale("log")
    ax.axhline(GUESSING, color="0.35", linestyle="--", linewidth=1.2)
    low, high = ax.get_ylim()
    # Room above the line, so that its name stands on no curve.
    ax.set_ylim(low, max(high, 2.2 * GUESSING))
    ax.annotate(
        "guessing", (0.98, 1.06 * GUESSING), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=9
    )


def _code(state: RateState) -> str:
    return "\n".join(
        [
            f'training = ck.training.train_small_network({state.rate:g}, "{state.optimizer}", scale={state.scale:g})',
            "_, ax = plt.subplots(figsize=(7, 4))",
            'ax.plot(training.losses, "o", markersize=3)',
            'ax.axhline(np.log(10), linestyle="--", label="guessing")',
            'ax.set(yscale="log", xlabel="step", ylabel="loss of the batch")',
            "ax.legend()",
        ]
    )
