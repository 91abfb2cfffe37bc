"""Curves as SVG, drawn by matplotlib: real text, colours that suit light and dark pages, dashes and markers."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from coursekit.arrays import Floats
from coursekit.widgets.training_curves.curves import CurveLine, CurveSettings, Part

WIDTH, HEIGHT = 640, 360
TOP, BOTTOM = 14, 46
_LEFT, _RIGHT = 64, 16

COLOURS = ("#2f7fd6", "#cf5b14", "#1d8f5f", "#d2437b", "#8a63d2", "#8f7417", "#0f8d9b", "#808080")
"""Each has a contrast of at least 3 to 1 on white and on nearly black."""

MARKERS = "os^Dv>P"
_MOST_MARKED = 30
# What the page decides: matplotlib draws in a colour that stands for it.
_TEXT, _GRID, _GROUND = "#010203", "#040506", "#070809"
_OF_THE_PAGE = {
    _TEXT: "var(--jp-ui-font-color1, currentColor)",
    _GRID: "var(--jp-border-color2, #8886)",
    _GROUND: "var(--jp-layout-color0, #fff)",
}
_LOOKS = {
    "svg.fonttype": "none",
    # Names of parts are made from what they hold: two charts of a page may share them.
    "svg.hashsalt": "coursekit",
    "font.size": 13,
    "text.color": _TEXT,
    "axes.labelcolor": _TEXT,
    "axes.edgecolor": _GRID,
    "axes.axisbelow": True,
    "xtick.labelcolor": _TEXT,
    "ytick.labelcolor": _TEXT,
    "xtick.color": _GRID,
    "ytick.color": _GRID,
    "grid.color": _GRID,
}
_FONT = "var(--jp-ui-font-family, sans-serif)"
_SVG = "{http://www.w3.org/2000/svg}"
_ADDRESS = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class Chart:
    """Curves, drawn.

    Attributes
    ----------
    svg : str
    positions : list of float
        Where a cursor can stand, in units of the drawing.
    places : float array
        The same in epochs or seconds.
    """

    svg: str
    positions: list[float]
    places: Floats


def chart_of(curves: Sequence[CurveLine], settings: CurveSettings, alt: str) -> Chart:
    """Draw curves.

    Parameters
    ----------
    curves : sequence of CurveLine
        All with the same metric; none gives empty axes.
    settings : CurveSettings
    alt : str
        What the drawing shows.

    Examples
    --------
    >>> from coursekit.widgets.training_curves.curves import curves_of, records_of
    >>> settings = CurveSettings(("net",), "loss")
    >>> chart = chart_of(curves_of(records_of({"net": {"loss": [2.0, 1.0]}}), settings), settings, "the loss falls")
    >>> chart.places
    array([1., 2.])
    """
    places = np.unique(np.concatenate([curve.at for curve in curves])) if curves else np.array([])
    with matplotlib.style.context(_LOOKS, after_reset=True):
        figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72))
        ax = figure.subplots()
        figure.subplots_adjust(_LEFT / WIDTH, BOTTOM / HEIGHT, 1 - _RIGHT / WIDTH, 1 - TOP / HEIGHT)
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(True)
        for curve in curves:
            _draw(ax, curve, settings.smoothing > 0, is_judged=_is_judged(curve, curves))
        _scale(ax, settings)
        svg = _as_svg(figure, alt)
        pixels = [float(ax.transData.transform((place, 1))[0]) for place in places.tolist()]
    return Chart(svg, [round(72 * x / figure.dpi, 2) for x in pixels], places)


@functools.cache
def swatch_svg(run: int, part: Part) -> str:
    """Return a piece of a run's line as it is drawn, to stand beside its numbers."""
    with matplotlib.style.context(_LOOKS, after_reset=True):
        figure = Figure(figsize=(36 / 72, 14 / 72))
        ax = figure.add_axes((0, 0, 1, 1))
        ax.axis("off")
        ax.set(xlim=(0, 1), ylim=(-1, 1))
        ax.plot([0, 0.5, 1], [0, 0, 0], markevery=[1], **_style(run, part))
        return _as_svg(figure)


def _draw(ax: Axes, curve: CurveLine, is_smoothed: bool, is_judged: bool) -> None:
    if is_smoothed:
        ax.plot(curve.at, curve.values, color=_colour(curve.run), alpha=0.35)
    every = 1 if len(curve.at) <= _MOST_MARKED else -(-len(curve.at) // 20)
    (line,) = ax.plot(curve.at, curve.smooth, markevery=every, **_style(curve.run, curve.part))
    line.set_gid(f"line-{curve.run}-{curve.part}")
    if curve.best is not None and is_judged:
        best = (curve.at[curve.best], curve.values[curve.best])
        (star,) = ax.plot(*best, "*", color=_colour(curve.run), markeredgecolor=_GROUND, markersize=18, zorder=4)
        star.set_gid("star")


def _scale(ax: Axes, settings: CurveSettings) -> None:
    # Time begins at 0, and counting at 1.
    ax.set_xlim(left=0 if settings.by_seconds else 0.4)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=not settings.by_seconds, steps=[1, 2, 5, 10], min_n_ticks=1))
    ax.set_xlabel("seconds of training" if settings.by_seconds else "epoch")
    ax.set_ylabel(f"{settings.metric.replace('_', ' ')}{' (log scale)' if settings.log else ''}")
    if settings.log:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_formatter("{x:g}")


def _style(run: int, part: Part) -> dict[str, Any]:
    """Training is a line with hollow markers, validation a dashed one with filled markers."""
    colour = _colour(run)
    return {
        "color": colour,
        "linewidth": 2,
        "linestyle": (0, (3.5, 2.5)) if part == "validation" else "-",
        "marker": MARKERS[run % len(MARKERS)],
        "markersize": 8,
        "markerfacecolor": colour if part == "validation" else _GROUND,
        "markeredgecolor": colour,
    }


def _colour(run: int) -> str:
    return COLOURS[run % len(COLOURS)]


def _is_judged(curve: CurveLine, curves: Sequence[CurveLine]) -> bool:
    """Whether the best epoch of this line counts: that of the validation, where there is one."""
    return curve.part == "validation" or all(other.part == "training" or other.name != curve.name for other in curves)


def _as_svg(figure: Figure, alt: str = "") -> str:
    """Return a figure as SVG that may stand inside a page: its style sheet would hold for the whole page."""
    figure.patch.set_visible(False)
    for ax in figure.axes:
        ax.patch.set_visible(False)
    file = io.StringIO()
    FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None})  # type: ignore[no-untyped-call]
    ElementTree.register_namespace("", _SVG.strip("{}"))
    root = ElementTree.fromstring(file.getvalue())
    for element in root.findall(f"{_SVG}metadata") + root.findall(f"{_SVG}defs/{_SVG}style/.."):
        root.remove(element)
    for element in root.iter():
        # A page's parser knows no namespaces.
        if (address := element.attrib.pop(_ADDRESS, None)) is not None:
            element.set("href", address)
    # As wide as the page has room for.
    del root.attrib["width"], root.attrib["height"]
    root.attrib |= {"role": "img", "aria-label": alt} if alt else {"aria-hidden": "true", "width": "36", "height": "14"}
    svg = re.sub("font-family: [^;]*;", f"font-family: {_FONT};", ElementTree.tostring(root, encoding="unicode"))
    for stands, means in _OF_THE_PAGE.items():
        svg = svg.replace(stands, means)
    return svg
