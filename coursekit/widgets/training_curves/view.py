"""What the training-curve explorer shows: a chart, a table of values and a sentence. No widget."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coursekit.widgets.toolkit.code import quoted
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.training_curves.curves import PARTS, RATE, CurveLine, CurveSettings, Record
from coursekit.widgets.training_curves.svg import Chart, swatch_svg

_STILL_INCHES = (7.2, 4.2)


@dataclass(frozen=True)
class RunState:
    """What the controls of the training-curve explorer say: the drawing, and the place of the cursor in it."""

    settings: CurveSettings
    place: int = 0


@dataclass(frozen=True)
class RunView:
    """What the training-curve explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : RunState
        With a place that exists.
    curves : list of CurveLine
    chart : Chart
    words : list of str
        What each place is: "epoch 3" or "40 seconds".
    table_html, code : str
    """

    sentence: str
    state: RunState
    curves: list[CurveLine]
    chart: Chart
    words: list[str]
    table_html: str
    code: str

    @property
    def values(self) -> dict[str, dict[str, float]]:
        """For each run and part the recorded value at the cursor."""
        found: dict[str, dict[str, float]] = {}
        for curve in self.curves:
            index = curve.index_at(float(self.chart.places[self.state.place]))
            if index is not None:
                found.setdefault(curve.name, {})[curve.part] = float(curve.values[index])
        return found


def overview(settings: CurveSettings) -> str:
    """Return what the chart shows, wherever the cursor stands.

    Examples
    --------
    >>> overview(CurveSettings(("a", "b"), "loss", ("validation",), log=True))
    'loss of a and b by epoch, validation, on a log scale'
    """
    names = settings.names
    who = names[0] if len(names) == 1 else f"{len(names)} runs" if len(names) > 2 else " and ".join(names)
    parts = [f"{_metric(settings)} of {who} by {'seconds' if settings.by_seconds else 'epoch'}"]
    parts += [", ".join(settings.parts)] if len(settings.parts) == 1 else []
    parts += ["on a log scale"] if settings.log else []
    parts += [f"smoothed by {settings.smoothing:.2f}"] if settings.smoothing else []
    return ", ".join(parts)


def view_of(state: RunState, curves: list[CurveLine], chart: Chart, runs_code: str = "runs") -> RunView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : RunState
        Its place may lie beyond the last one.
    curves : list of CurveLine
        From `curves.curves_of`.
    chart : Chart
        From `svg.chart_of`.
    runs_code : str
        The expression that gives all runs: for each its name, its history and its seconds.

    Examples
    --------
    >>> from coursekit.widgets.training_curves.svg import chart_of
    >>> from coursekit.widgets.training_curves.curves import curves_of, records_of
    >>> settings = CurveSettings(("net",), "loss")
    >>> curves = curves_of(records_of({"net": {"loss": [2.0, 1.0], "val_loss": [2.0, 3.0]}}), settings)
    >>> print(view_of(RunState(settings, 1), curves, chart_of(curves, settings, "two lines")).sentence)
    loss of net by epoch. At epoch 2: training 1, validation 3. Best validation (★): 2 in epoch 1 of 2.
    """
    settings = state.settings
    words = [f"{place:.3g} seconds" if settings.by_seconds else f"epoch {place:g}" for place in chart.places.tolist()]
    place = max(0, min(state.place, len(words) - 1))
    return RunView(
        sentence=_sentence(settings, curves, float(chart.places[place]), words[place])
        if curves
        else _nothing(settings),
        state=replace(state, place=place),
        curves=curves,
        chart=chart,
        words=words,
        table_html=_table_html(settings, curves, float(chart.places[place]), words[place]) if curves else "",
        code=_code(settings, runs_code),
    )


def still_of(view: RunView, records: Sequence[Record]) -> Pixels:
    """Return the curves as `coursekit.plot.learning_curves` draws them, over epochs.

    Returns
    -------
    uint8 array (height, width, 4)
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from coursekit.plot import learning_curves

    settings = view.state.settings
    histories: Mapping[str, Mapping[str, Sequence[float]]] = {
        record.name: {metric: values.tolist() for metric, values in record.history.items()}
        for record in records
        if record.name in settings.names and settings.metric in record.history
    }
    figure = Figure(figsize=_STILL_INCHES, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    if histories:
        learning_curves(histories, settings.metric, figure.subplots(), smoothing=settings.smoothing, log=settings.log)
    canvas.draw()  # type: ignore[no-untyped-call]
    return np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]


def _code(settings: CurveSettings, runs_code: str) -> str:
    """The lines that draw the curves: with stars and a legend where all is as `learning_curves` draws it."""
    names = f"[{', '.join(map(quoted, settings.names))}]"
    head = [f"chosen = {names}", f"runs = {runs_code}"]
    if not settings.names:
        return head[0]
    if not settings.by_seconds and settings.parts == PARTS:
        options = f", smoothing={settings.smoothing:g}" if settings.smoothing else ""
        options += ", log=True" if settings.log else ""
        histories = f'{{name: runs[name][0] for name in chosen if "{settings.metric}" in runs[name][0]}}'
        return "\n".join(
            [
                *head,
                f"histories = {histories}",
                f'ax = ck.plot.learning_curves(histories, "{settings.metric}"{options})',
            ]
        )
    metrics = [settings.metric if part == "training" else f"val_{settings.metric}" for part in settings.parts]
    place = "np.arange(1, len(values) + 1)" + (" * seconds / len(values)" if settings.by_seconds else "")
    values = f"smoothed(values, {settings.smoothing:g})" if settings.smoothing else "values"
    lines = [
        *(["from coursekit.plot.curves import smoothed", ""] if settings.smoothing else []),
        *head,
        "_, ax = plt.subplots(figsize=(8, 4))",
        "for name in chosen:",
        "    history, seconds = runs[name]",
        f"    for metric in {metrics}:",
        "        values = history.get(metric, [])",
        f'        ax.plot({place}, {values}, label=f"{{name}}, {{metric}}")',
        f'ax.set(xlabel="{"seconds" if settings.by_seconds else "epoch"}", ylabel="{_metric(settings)}")',
        *(['ax.set_yscale("log")'] if settings.log else []),
        "ax.legend()",
    ]
    return "\n".join(lines)


def _metric(settings: CurveSettings) -> str:
    return settings.metric.replace("_", " ")


def _nothing(settings: CurveSettings) -> str:
    if not settings.names:
        return "No run is chosen: tick at least one."
    return (
        f"No chosen run has recorded {_metric(settings)} for {' or '.join(settings.parts)}: choose another metric, "
        "other curves, or other runs."
    )


def _value(value: float) -> str:
    return f"{value:.4g}".replace("-", "−") if np.isfinite(value) else "no finite number"


def _shown(curve: CurveLine, place: float) -> str:
    index = curve.index_at(place)
    return "–" if index is None else _value(float(curve.values[index]))


def _sentence(settings: CurveSettings, curves: Sequence[CurveLine], place: float, where: str) -> str:
    start = f"{overview(settings)}. At {where}: "
    if len({curve.name for curve in curves}) == 1:
        now = ", ".join(f"{curve.part} {_shown(curve, place)}" for curve in curves)
    else:
        now = _ranked(curves, place)
    best = _best(settings, curves)
    return f"{start}{now}.{best}"


def _ranked(curves: Sequence[CurveLine], place: float) -> str:
    """The highest and the lowest of the lines at the cursor."""
    known = [(float(curve.values[index]), curve) for curve in curves if (index := curve.index_at(place)) is not None]
    finite = sorted((pair for pair in known if np.isfinite(pair[0])), key=lambda pair: pair[0])
    if not finite:
        return "no run has a number yet"
    (low, last), (high, first) = finite[0], finite[-1]
    return f"from {_value(low)} ({last.name}, {last.part}) to {_value(high)} ({first.name}, {first.part})"


def _best(settings: CurveSettings, curves: Sequence[CurveLine]) -> str:
    """The best epoch of all, of validation where it is shown."""
    judged = [curve for curve in curves if curve.best is not None]
    validated = [curve for curve in judged if curve.part == "validation"]
    judged = validated or judged
    if not judged or settings.metric == RATE:
        return ""
    numbers = [float(curve.values[curve.best or 0]) for curve in judged]
    lower = "loss" in settings.metric or "error" in settings.metric
    best = judged[int(np.argmin(numbers) if lower else np.argmax(numbers))]
    who = "" if len({curve.name for curve in curves}) == 1 else f"{best.name}, "
    index = best.best or 0
    return (
        f" Best {best.part} (★): {who}{_value(float(best.values[index]))} in epoch {index + 1} of {len(best.values)}."
    )


def _table_html(settings: CurveSettings, curves: Sequence[CurveLine], place: float, where: str) -> str:
    names = list(dict.fromkeys(curve.name for curve in curves))
    rows = []
    for name in names:
        own = {curve.part: curve for curve in curves if curve.name == name}
        any_curve = next(iter(own.values()))
        index = any_curve.index_at(place)
        last = len(any_curve.at) - 1
        epoch = "–" if index is None else f"{index + 1}{' (last)' if index == last else ''}"
        cells = [epoch]
        cells += [
            f"{swatch_svg(own[part].run, part)} {_shown(own[part], place)}" if part in own else "–"
            for part in settings.parts
        ]
        judged = own.get("validation", any_curve)
        cells.append(
            "–" if judged.best is None else f"★ {_value(float(judged.values[judged.best]))} in {judged.best + 1}"
        )
        rows.append(f'<tr><th scope="row">{html.escape(name)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>')
    head = ["run", "epoch", *settings.parts, "best epoch"]
    note = "; the lines are smoothed, these numbers are as recorded" if settings.smoothing else ""
    return (
        f'<table class="ck-readings"><caption>{html.escape(_metric(settings))} at {where}{note}</caption><thead><tr>'
        f"{''.join(f'<th scope=col>{cell}</th>' for cell in head)}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
