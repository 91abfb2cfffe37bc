"""Curves as SVG: real text, colours that suit light and dark pages, and a marker and a dash pattern for each line."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator

from coursekit.arrays import Floats
from coursekit.widgets.training_curves.curves import CurveLine, CurveSettings

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 14, 46

COLOURS = ("#2f7fd6", "#cf5b14", "#1d8f5f", "#d2437b", "#8a63d2", "#8f7417", "#0f8d9b", "#808080")
"""Each has a contrast of at least 3 to 1 on white and on nearly black."""

MARKERS = ("circle", "square", "triangle", "diamond", "triangle down", "plus", "cross")
_MOST_MARKED = 30
_TEXT = 'fill="var(--jp-ui-font-color1, currentColor)" font-size="13"'
_GRID = 'stroke="var(--jp-border-color2, #8886)" stroke-width="1"'
_GROUND = "var(--jp-layout-color0, #fff)"


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
    across = _across(places, settings.by_seconds)
    up = _up(curves, settings.log)
    body = [*(_vertical(tick, across) for tick in _ticks_across(places, settings.by_seconds))]
    body += [_horizontal(tick, up) for tick in up.ticks]
    body += [_line_svg(curve, across, up, settings.smoothing > 0) for curve in curves]
    body += [_star_svg(curve, across, up) for curve in curves if curve.best is not None and _is_judged(curve, curves)]
    name = html.escape(settings.metric.replace("_", " "))
    across_name = "seconds of training" if settings.by_seconds else "epoch"
    middle = TOP + (HEIGHT - TOP - BOTTOM) / 2
    body.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle" {_TEXT}>{across_name}</text>'
    )
    body.append(
        f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})" {_TEXT}>{name}'
        f"{' (log scale)' if settings.log else ''}</text>"
    )
    svg = (
        f'<svg role="img" aria-label="{html.escape(alt, quote=True)}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="var(--jp-ui-font-family, sans-serif)">{"".join(body)}</svg>'
    )
    return Chart(svg, [round(across(place), 2) for place in places.tolist()], places)


def swatch_svg(curve: CurveLine) -> str:
    """Return a piece of the line as it is drawn, to stand beside its numbers."""
    return (
        f'<svg aria-hidden="true" width="36" height="14" viewBox="0 0 36 14">'
        f'<path d="M1 7H35" {_stroke(curve)}/>{_marks_svg(curve, [(18.0, 7.0)])}</svg>'
    )


@dataclass(frozen=True)
class _Axis:
    """From numbers to units of the drawing."""

    low: float
    high: float
    start: float
    end: float
    log: bool
    ticks: list[float]

    def __call__(self, value: float) -> float:
        low, high, number = (np.log10(part) if self.log else part for part in (self.low, self.high, value))
        return float(self.start + (self.end - self.start) * (number - low) / (high - low))


def _across(places: Floats, by_seconds: bool) -> _Axis:
    low, high = (0.0, 1.0) if len(places) == 0 else (0.0 if by_seconds else 1.0, float(places.max()))
    margin = 0.03 * (high - low) or 0.5
    return _Axis(low - (0 if by_seconds else margin), high + margin, LEFT, WIDTH - RIGHT, False, [])


def _ticks_across(places: Floats, by_seconds: bool) -> list[float]:
    if len(places) == 0:
        return []
    low, high = 0.0 if by_seconds else 1.0, float(places.max())
    ticks = MaxNLocator(nbins=8, integer=not by_seconds, steps=[1, 2, 5, 10]).tick_values(low, high)
    # Counting begins at 1, and so does the axis.
    half = (ticks[1] - ticks[0]) / 2
    return [low, *(float(tick) for tick in ticks if low + half <= tick <= high)]


def _up(curves: Sequence[CurveLine], log: bool) -> _Axis:
    drawn = [array for curve in curves for array in (curve.smooth, curve.values)]
    numbers = np.concatenate(
        [array[np.isfinite(array) & ((array > 0) | (not log))] for array in drawn] or [np.zeros(0)]
    )
    low, high = (float(numbers.min()), float(numbers.max())) if len(numbers) else (0.1, 1.0)
    if log:
        share = max((high / low) ** 0.05, 1.02)
        low, high = low / share, high * share
        ticks = LogLocator(subs=(1.0, 2.0, 5.0) if high / low < 1000 else (1.0,)).tick_values(low, high)
    else:
        margin = 0.05 * (high - low) or 0.05 * abs(high) or 0.5
        low, high = low - margin, high + margin
        ticks = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    inside = [float(tick) for tick in ticks if low <= tick <= high]
    return _Axis(low, high, HEIGHT - BOTTOM, TOP, log, inside)


def _vertical(tick: float, across: _Axis) -> str:
    x, foot = round(across(tick), 2), HEIGHT - BOTTOM
    return (
        f'<path d="M{x} {TOP}V{foot}" {_GRID}/>'
        f'<text x="{x}" y="{foot + 18}" text-anchor="middle" {_TEXT}>{tick:g}</text>'
    )


def _horizontal(tick: float, up: _Axis) -> str:
    y = round(up(tick), 2)
    return (
        f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" {_GRID}/>'
        f'<text x="{LEFT - 6}" y="{y + 4.5}" text-anchor="end" {_TEXT}>{f"{tick:.4g}".replace("-", "−")}</text>'
    )


def _line_svg(curve: CurveLine, across: _Axis, up: _Axis, is_smoothed: bool) -> str:
    measured = (
        f'<path d="{_path(curve.at, curve.values, across, up)}" fill="none" stroke="{_colour(curve)}" opacity="0.35"/>'
        if is_smoothed
        else ""
    )
    points = [(across(x), up(y)) for x, y in zip(curve.at, curve.smooth, strict=True) if _drawable(y, up)]
    every = 1 if len(points) <= _MOST_MARKED else -(-len(points) // 20)
    return (
        f'{measured}<path d="{_path(curve.at, curve.smooth, across, up)}" {_stroke(curve)}/>'
        f"{_marks_svg(curve, points[::every])}"
    )


def _path(at: Floats, values: Floats, across: _Axis, up: _Axis) -> str:
    """Moves and lines, with a gap where there is no number."""
    parts, pen = [], "M"
    for x, y in zip(at.tolist(), values.tolist(), strict=True):
        if _drawable(y, up):
            parts.append(f"{pen}{across(x):.2f} {up(y):.2f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(parts)


def _drawable(value: float, up: _Axis) -> bool:
    return bool(np.isfinite(value)) and (value > 0 or not up.log)


def _colour(curve: CurveLine) -> str:
    return COLOURS[curve.run % len(COLOURS)]


def _stroke(curve: CurveLine) -> str:
    dashes = ' stroke-dasharray="7 5"' if curve.part == "validation" else ""
    return f'fill="none" stroke="{_colour(curve)}" stroke-width="2" stroke-linejoin="round"{dashes}'


def _marks_svg(curve: CurveLine, points: Sequence[tuple[float, float]]) -> str:
    """Markers: hollow for training, filled for validation."""
    shape = {
        "circle": "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
        "square": "m-3.5 -3.5h7v7h-7z",
        "triangle": "m0 -4.5l4.5 8h-9z",
        "diamond": "m0 -5l5 5l-5 5l-5 -5z",
        "triangle down": "m0 4.5l4.5 -8h-9z",
        "plus": "m-4.5 0h9m-4.5 -4.5v9",
        "cross": "m-3.5 -3.5l7 7m-7 0l7 -7",
    }[MARKERS[curve.run % len(MARKERS)]]
    path = "".join(f"M{x:.2f} {y:.2f}{shape}" for x, y in points)
    fill = _colour(curve) if curve.part == "validation" else _GROUND
    return f'<path d="{path}" fill="{fill}" stroke="{_colour(curve)}" stroke-width="1.5"/>'


def _is_judged(curve: CurveLine, curves: Sequence[CurveLine]) -> bool:
    """Whether the best epoch of this line counts: that of the validation, where there is one."""
    return curve.part == "validation" or all(other.part == "training" or other.name != curve.name for other in curves)


def _star_svg(curve: CurveLine, across: _Axis, up: _Axis) -> str:
    value = float(curve.values[curve.best or 0])
    if not _drawable(value, up):
        return ""
    angles = np.pi * (np.arange(10) / 5 - 0.5)
    lengths = np.where(np.arange(10) % 2, 4.2, 10.0)
    x, y = across(float(curve.at[curve.best or 0])) + lengths * np.cos(angles), up(value) + lengths * np.sin(angles)
    path = "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in zip(x, y, strict=True)) + "z"
    return f'<path class="ck-star" d="{path}" fill="{_colour(curve)}" stroke="{_GROUND}" stroke-width="1.5"/>'
