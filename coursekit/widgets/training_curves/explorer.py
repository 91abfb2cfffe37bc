"""The training-curve explorer: compare recorded runs, epoch by epoch or second by second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets

from coursekit.widgets.controls.curve_chart import CurveChart
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.sources.own import given_code
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.training_curves.curves import (
    PARTS,
    CurveSettings,
    Record,
    choices_of,
    curves_of,
    metrics_of,
    records_of,
)
from coursekit.widgets.training_curves.svg import BOTTOM, HEIGHT, TOP, chart_of
from coursekit.widgets.training_curves.view import RunState, RunView, overview, still_of, view_of

if TYPE_CHECKING:
    from coursekit.training import Run

TICKED = 6
"""Runs that are drawn at first, at most."""

_ALL = "all data sets"
_ANY = "any"
_END = 10**6
_RECORDED_CODE = "{run.name: (run.history, run.seconds) for run in map(ck.training.load_run, chosen)}"


def explore_runs(
    runs: Sequence[str | Run] | Mapping[str, Mapping[str, Sequence[float]]] | None = None,
) -> RunExplorer:
    """Compare how trainings went: choose runs and a metric, and read every value along the epochs.

    Runs of one family, such as ``ck.training.recorded_runs("raman")``, can also be chosen by what tells them apart: the
    learning rate, the schedule, the network.

    Parameters
    ----------
    runs : sequence of str or Run, or mapping of str to history, optional
        Names of recorded runs or runs themselves; or your own histories, as ``model.fit(...).history`` gives them, by
        names of your choice. By default all runs that ship with the course.

    Returns
    -------
    RunExplorer
        Put it on the last line of a cell. Its ``values`` are what the table shows.

    Raises
    ------
    ValueError
        If there is no run, no recorded run of that name, or a history is not one number an epoch for each metric.

    Examples
    --------
    >>> explorer = explore_runs({"mine": {"accuracy": [0.7, 0.9], "val_accuracy": [0.6, 0.8]}})
    >>> print(explorer.view.sentence)
    accuracy of mine by epoch. At epoch 2: training 0.9, validation 0.8. Best validation (★): 0.8 in epoch 2 of 2.
    """
    if isinstance(runs, Mapping):
        return RunExplorer(records_of(runs))
    from coursekit.training import load_run, recorded_runs

    chosen = recorded_runs() if runs is None else [runs] if isinstance(runs, str) else list(runs)
    recorded = all(isinstance(run, str) for run in chosen) and len(set(chosen)) == len(chosen)
    records = records_of([load_run(run) if isinstance(run, str) else run for run in chosen])
    return RunExplorer(records, _RECORDED_CODE if recorded else "")


class RunExplorer(Explorer[RunState, RunView]):
    """The widget that `explore_runs` returns."""

    def __init__(self, records: list[Record], code: str = "") -> None:
        self._records = records
        given = {record.name: (record.history, record.seconds) for record in records}
        self._runs_code = code or given_code(given, "runs")
        datasets = list(dict.fromkeys(record.dataset for record in records if record.dataset))
        metrics = [(metric.replace("_", " "), metric) for metric in metrics_of(records)]
        parts = [("training and validation", PARTS), *((part, (part,)) for part in PARTS)]
        super().__init__(
            "run-explorer",
            self._state_of,
            {
                "dataset": ipywidgets.Dropdown(options=[_ALL, *datasets], description="Data set"),
                "choices": {
                    name: ipywidgets.Dropdown(options=[_ANY, *values], description=name.capitalize())
                    for name, values in choices_of(records).items()
                },
                "runs": {record.name: ipywidgets.Checkbox(description=record.name, indent=False) for record in records},
                "metric": ipywidgets.Dropdown(options=metrics, description="Metric"),
                "parts": ipywidgets.Dropdown(options=parts, description="Curves"),
                "across": ipywidgets.Dropdown(options=[("epochs", False), ("seconds", True)], description="Across"),
                "log_scale": ipywidgets.Checkbox(description="Log scale", indent=False),
                "smoothing": Slider(description="Smoothing", max=0.95, step=0.05),
                "chart": CurveChart(label="Cursor along the curves", top=TOP, bottom=HEIGHT - BOTTOM),
            },
            actions={
                "dataset": lambda _name: self._choose_offered(),
                "choices": lambda _value: self._choose_offered(),
                # Epochs and seconds have nothing in common but their end.
                "across": lambda _by_seconds: self._go(_END),
            },
            below=["table", "code"],
            archive="runs",
        )

    @property
    def values(self) -> dict[str, dict[str, float]]:
        """For each run and part the recorded value at the cursor."""
        return self.view.values if self.view.curves else {}

    def prepare(self) -> None:
        """Tick the first runs of the data set that most runs are on, because others have little to say to them."""
        datasets = [record.dataset for record in self._records]
        most = max(datasets, key=datasets.count)
        if most:
            # One family at first: the others are a choice away.
            self.dataset.value = most
        self._tick([record.name for record in self._records if record.dataset == most][:TICKED])
        self._go(_END)

    def arranged(self) -> ipywidgets.Widget:
        """Return the choice of runs and of the drawing beside the curves."""
        runs = box(ipywidgets.VBox, "ck-runs-list", *self.runs.values())
        drawing = [self.metric, self.parts, self.across, self.smoothing, self.log_scale]
        drawing.append(box(ipywidgets.HBox, "ck-controls", self.element("reset"), self.element("download")))
        choice = box(ipywidgets.VBox, "ck-runs-choice", self.dataset, *self.choices.values(), runs, *drawing)
        return box(ipywidgets.HBox, "ck-runs-body", choice, self.chart)

    def compute(self, state: RunState) -> RunView:
        """Return what is shown in this state."""
        settings = state.settings

        def draw() -> RunView:
            curves = curves_of(self._records, settings)
            return view_of(state, curves, chart_of(curves, settings, overview(settings)))

        drawn = self.remember(("drawn", settings), draw)
        return view_of(state, drawn.curves, drawn.chart, self._runs_code)

    def show(self, view: RunView) -> None:
        """Put what was computed into the widgets."""
        with self.chart.hold_sync():
            self.chart.svg, self.chart.positions, self.chart.words = view.chart.svg, view.chart.positions, view.words
            self.chart.place = view.state.place
        offered = {record.name for record in self._offered()}
        for name, control in self.runs.items():
            control.layout.display = "" if name in offered else "none"
        super().show(view)

    def still(self, view: RunView) -> Pixels:
        """Return the curves over epochs."""
        return still_of(view, self._records)

    def _state_of(self, chart: int, across: bool, **says: Any) -> RunState:
        names = tuple(record.name for record in self._offered() if self.runs[record.name].value)
        drawn = {name: says[name] for name in ("metric", "parts", "smoothing")}
        return RunState(CurveSettings(names, by_seconds=across, log=says["log_scale"], **drawn), chart)

    def _choose_offered(self) -> None:
        offered = [record.name for record in self._offered()]
        if not any(self.runs[name].value for name in offered):
            self._tick(offered[:TICKED])

    def _tick(self, names: Sequence[str]) -> None:
        for name, control in self.runs.items():
            control.value = name in names

    def _go(self, place: int) -> None:
        self.chart.place = place

    def _offered(self) -> list[Record]:
        chosen = self.dataset.value
        return [
            record
            for record in self._records
            if chosen in (_ALL, record.dataset)
            and all(control.value in (_ANY, record.choices[name]) for name, control in self.choices.items())
        ]
