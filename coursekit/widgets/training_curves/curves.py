"""Recorded runs as lines over epochs or seconds, and what they say at one place. No widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from coursekit.arrays import Floats
from coursekit.plot.curves import best_epoch, smoothed

if TYPE_CHECKING:
    from coursekit.training import Run

Part = Literal["training", "validation"]
PARTS: tuple[Part, Part] = ("training", "validation")
RATE = "learning_rate"


@dataclass(frozen=True)
class Record:
    """What is known of one training.

    Attributes
    ----------
    name, dataset : str
        The data set is "" where nobody said which.
    history : mapping of str to float array (epochs,)
        From the metric, such as ``val_loss``, to its number after each epoch.
    seconds : float or None
        All epochs together.
    choices : mapping of str to str
        What tells the run apart from others, in words: ``{"learning rate": "1e-3"}``.
    """

    name: str
    dataset: str
    history: Mapping[str, Floats]
    seconds: float | None
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        """How many epochs were recorded."""
        return len(next(iter(self.history.values())))


@dataclass(frozen=True)
class CurveSettings:
    """What decides how the curves are drawn.

    Attributes
    ----------
    names : tuple of str
        The chosen runs.
    metric : str
    parts : tuple of {"training", "validation"}
    by_seconds : bool
        Whether the horizontal axis is time; else it counts epochs.
    log : bool
    smoothing : float
        Share of the running mean that each epoch keeps, 0 to below 1.
    """

    names: tuple[str, ...]
    metric: str
    parts: tuple[Part, ...] = PARTS
    by_seconds: bool = False
    log: bool = False
    smoothing: float = 0.0


@dataclass(frozen=True)
class CurveLine:
    """One line.

    Attributes
    ----------
    run : int
        Its place among the runs that are offered: that gives it its colour and its marker.
    name : str
    part : {"training", "validation"}
    at : float array (epochs,)
        Epoch or seconds, at the end of each epoch.
    values, smooth : float array (epochs,)
        As recorded, and as drawn.
    best : int or None
        The index of the best epoch; None where the metric has none or no number is finite.
    """

    run: int
    name: str
    part: Part
    at: Floats
    values: Floats
    smooth: Floats
    best: int | None

    def index_at(self, place: float) -> int | None:
        """Return the last epoch that is over at this epoch or second; None while the first one runs."""
        index = int(np.searchsorted(self.at, place + 1e-9, side="right")) - 1
        return None if index < 0 else index


def records_of(runs: Sequence[Run] | Mapping[str, Mapping[str, Sequence[float]]]) -> list[Record]:
    """Return runs, or histories by their names, as records with names of their own.

    Raises
    ------
    ValueError
        If there is none, or one has no epoch or series of different lengths.

    Examples
    --------
    >>> records_of({"net": {"loss": [2.0, 1.0]}})[0].epochs
    2
    """
    if isinstance(runs, Mapping):
        found = [_record(name, "", history, None) for name, history in runs.items()]
    else:
        found, seen = [], dict[str, int]()
        for run in runs:
            seen[run.name] = seen.get(run.name, 0) + 1
            name = run.name if seen[run.name] == 1 else f"{run.name} ({seen[run.name]})"
            found.append(_record(name, run.dataset, run.history, run.seconds, run.choices))
    if not found:
        raise ValueError('there is no run to show: pass names of recorded runs, or {"net": model.fit(...).history}.')
    return found


def choices_of(records: Sequence[Record]) -> dict[str, list[str]]:
    """Return in what the runs differ, and how: the choices that all of them name and that are not the same for all.

    Examples
    --------
    >>> runs = [Record("a", "", {}, None, {"rate": "1e-3", "net": "x"}), Record("b", "", {}, None, {"rate": "1e-4"})]
    >>> choices_of(runs)
    {'rate': ['1e-3', '1e-4']}
    """
    shared = [name for name in records[0].choices if all(name in record.choices for record in records)]
    values = {name: sorted({record.choices[name] for record in records}) for name in shared}
    return {name: found for name, found in values.items() if len(found) > 1}


def metrics_of(records: Sequence[Record]) -> list[str]:
    """Return all metrics, those that most people look for first.

    Examples
    --------
    >>> metrics_of(records_of({"net": {"recall": [0.1], "loss": [1], "val_loss": [1], "val_accuracy": [0.5]}}))
    ['accuracy', 'loss', 'recall']
    """
    names = {metric.removeprefix("val_") for record in records for metric in record.history}
    return sorted(names, key=lambda name: ({"accuracy": 0, "loss": 1}.get(name, 2), name))


def curves_of(records: Sequence[Record], settings: CurveSettings) -> list[CurveLine]:
    """Return the lines that these settings draw.

    Raises
    ------
    ValueError
        If time is asked of a run that did not record it, or logarithms of numbers that have none.

    Examples
    --------
    >>> curve = curves_of(records_of({"net": {"loss": [2.0, 1.0, 1.5]}}), CurveSettings(("net",), "loss"))[0]
    >>> curve.best, curve.index_at(3)
    (1, 2)
    """
    curves = []
    for number, record in enumerate(records):
        if record.name not in settings.names:
            continue
        for part in settings.parts:
            values = record.history.get(settings.metric if part == "training" else f"val_{settings.metric}")
            if values is not None:
                best = None if settings.metric == RATE else best_epoch(values.tolist(), settings.metric)
                curves.append(
                    CurveLine(
                        run=number,
                        name=record.name,
                        part=part,
                        at=_ends(record, settings.by_seconds),
                        values=values,
                        smooth=smoothed(values.tolist(), settings.smoothing),
                        best=None if best is None else best - 1,
                    )
                )
    if settings.log and curves and not any((curve.values > 0).any() for curve in curves):
        raise ValueError(f"no {settings.metric} is above 0: a logarithmic scale cannot show it. Untick the log scale.")
    return curves


def _record(
    name: str,
    dataset: str,
    history: Mapping[str, Sequence[float]],
    seconds: float | None,
    choices: Mapping[str, str] | None = None,
) -> Record:
    lengths = {metric: len(values) for metric, values in history.items()}
    if not lengths or min(lengths.values()) == 0 or len(set(lengths.values())) > 1:
        raise ValueError(
            f"run {name!r} has {lengths or 'no metric'}: each metric needs one number an epoch, and at least one "
            "epoch. Pass what model.fit(...).history holds."
        )
    values = {metric: np.asarray(series, np.float64) for metric, series in history.items()}
    return Record(name, dataset, values, seconds, choices or {})


def _ends(record: Record, by_seconds: bool) -> Floats:
    epochs = np.arange(1, record.epochs + 1, dtype=np.float64)
    if not by_seconds:
        return epochs
    if record.seconds is None:
        raise ValueError(
            f"run {record.name!r} did not record its time: choose epochs as the horizontal axis, or untick the run."
        )
    # Only the time of the whole training is recorded; epochs take equally long, but for the first.
    return epochs * record.seconds / record.epochs
