"""The images of the metrics explorer: the counts as areas, and scores and curves, to which a dot is added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from coursekit import metrics, plot
from coursekit.metrics import Counts, ThresholdCurve
from coursekit.plot.judging import score_limits
from coursekit.widgets.toolkit.pixels import Pixels

SIDE = 280
"""Pixels along each side of an image of scores or of a curve."""

_COUNTS_WIDTH = 380
_DPI = 100
_PLACES = 100
_DOT, _RING, _RADIUS = np.array([213, 94, 0]), np.array([0, 0, 0]), 6.0


@dataclass(frozen=True)
class Axis:
    """The thresholds that can be chosen: ``places`` of them, ``step`` apart, from ``low`` on."""

    low: float
    step: float
    places: int

    @property
    def high(self) -> float:
        """The last threshold."""
        return self.threshold(self.places - 1)

    def threshold(self, place: int) -> float:
        """Return the threshold at a place, counted from 0."""
        return round(self.low + place * self.step, 12)

    def place(self, threshold: float) -> int:
        """Return the place nearest to a threshold."""
        return int(np.clip(round((threshold - self.low) / self.step), 0, self.places - 1))


def axis_for(scores: NDArray[np.float64]) -> Axis:
    """Return thresholds for scores (n,) in round steps: hundredths for probabilities, else about a hundred of them.

    Examples
    --------
    >>> axis_for(np.array([0.2, 0.9])), axis_for(np.array([-3.1, 4.2]))
    (Axis(low=0.0, step=0.01, places=101), Axis(low=-3.1, step=0.1, places=74))
    """
    low, high = score_limits(scores)
    exact = (high - low) / _PLACES
    power = 10.0 ** np.floor(np.log10(exact) + 1e-9)
    step = float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= exact * (1 - 1e-9)))
    first = np.floor(low / step + 1e-9)
    return Axis(round(float(first * step), 12), step, int(np.ceil(high / step - 1e-9) - first) + 1)


@dataclass(frozen=True, eq=False)
class ScoreImages:
    """Scores with everything that does not depend on the threshold, drawn once.

    Attributes
    ----------
    axis : Axis
    curve : ThresholdCurve
    histogram : uint8 array (SIDE, SIDE, 3)
        As wide as the axis with half a step at both ends, so that a threshold stands in the middle of its column.
    roc, precision_recall : uint8 array (SIDE, SIDE, 3)
    area : float
        Under the ROC curve.
    """

    axis: Axis
    curve: ThresholdCurve
    histogram: Pixels
    roc: Pixels
    precision_recall: Pixels
    area: float
    _to_pixels: Callable[[tuple[float, float]], tuple[float, float]]

    def roc_at(self, counts: Counts) -> Pixels:
        """Return the ROC curve, (height, width, 4), with a dot where these counts stand."""
        return self._dotted(self.roc, 1 - counts.specificity, counts.sensitivity)

    def precision_recall_at(self, counts: Counts) -> Pixels:
        """Return the precision-recall curve, (height, width, 4), with a dot at these counts where it is defined."""
        return self._dotted(self.precision_recall, counts.recall, counts.precision)

    def _dotted(self, image: Pixels, across: float, up: float) -> Pixels:
        if np.isnan(up):
            return image
        column, row = self._to_pixels((across, up))
        rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
        distance = np.hypot(rows - row, columns - column)[..., np.newaxis]
        ring, dot = (np.clip(radius - distance + 0.5, 0, 1) for radius in (_RADIUS, _RADIUS - 1.5))
        dotted: Pixels = np.rint(dot * _DOT + (1 - dot) * (ring * _RING + (1 - ring) * image)).astype(np.uint8)
        return dotted


def score_images(labels: NDArray[Any], scores: NDArray[Any]) -> ScoreImages:
    """Draw scores and their curves.

    Parameters
    ----------
    labels : array (n,)
        1 is positive.
    scores : array (n,)

    Raises
    ------
    ValueError
        As `coursekit.metrics.roc`.
    """
    curve, axis, area = (
        metrics.threshold_curve(labels, scores),
        axis_for(np.asarray(scores, np.float64)),
        metrics.area_under_roc(labels, scores),
    )

    def to_pixels(point: tuple[float, float]) -> tuple[float, float]:
        column, row = roc_axes.transData.transform(point)
        return float(column), SIDE - float(row)

    def draw_roc(ax: Axes) -> None:
        plot.roc_curve(labels, scores, ax=ax)

    def draw_precision_recall(ax: Axes) -> None:
        plot.precision_recall_curve(labels, scores, ax=ax)

    roc, roc_axes = _drawn(draw_roc, SIDE)
    precision_recall, _ = _drawn(draw_precision_recall, SIDE)
    histogram, _ = _drawn(lambda ax: _draw_scores(ax, labels, scores, axis), SIDE, (0, 0.17, 1, 0.81))
    return ScoreImages(axis, curve, histogram, roc, precision_recall, area, to_pixels)


def counts_image(counts: Counts) -> Pixels:
    """Return the counts as areas, (height, width, 4); see `coursekit.plot.counts`."""

    def draw(ax: Axes) -> None:
        plot.counts(counts, ax=ax)

    return _drawn(draw, _COUNTS_WIDTH, (0.24, 0.17, 0.43, 0.81), SIDE - 60)[0]


def _draw_scores(ax: Axes, labels: NDArray[Any], scores: NDArray[Any], axis: Axis) -> None:
    plot.scores_by_class(labels, scores, ax=ax)
    margin = axis.step / 2
    ax.set(xlim=(axis.low - margin, axis.high + margin), ylabel="")
    ax.set_xlabel("score", loc="right")
    ax.set_yticks([])
    span = axis.high - axis.low
    # None at the ends, where its number would be cut off.
    ax.set_xticks([axis.threshold(round(share * (axis.places - 1))) for share in (0.2, 0.4, 0.6, 0.8)])
    tallest = ax.get_ylim()[1]
    corners = (("FN", 0, 1), ("TP", 1, 1), ("TN", 0, -1), ("FP", 1, -1))
    for name, right, up in corners:
        place = axis.low + (0.97 if right else 0.03) * span
        ax.text(place, 0.9 * up * tallest, name, ha="right" if right else "left", va="center", fontweight="bold")
    for words, up in (("positive", 1), ("negative", -1)):
        ax.text(axis.low + 0.3 * span, 0.9 * up * tallest, words, ha="center", va="center")


def _drawn(
    draw: Callable[[Axes], None],
    width: int,
    place: tuple[float, float, float, float] = (0.17, 0.17, 0.79, 0.79),
    height: int = SIDE,
) -> tuple[Pixels, Axes]:
    """Draw with matplotlib, without pyplot: a callback may come on any thread."""
    figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor="white")
    figure.set_layout_engine("none")
    canvas = FigureCanvasAgg(figure)
    ax = figure.add_axes(place)
    draw(ax)
    for text in (*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label, ax.yaxis.label):
        text.set_fontsize(9)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())[..., :3].copy(), ax  # type: ignore[no-untyped-call]
