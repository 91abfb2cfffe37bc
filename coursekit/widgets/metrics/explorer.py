"""The metrics explorer: change the four counts, or a threshold on real scores, and see every metric follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.metrics import Counts
from coursekit.widgets.controls.grid_stage import GridStage
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.metrics.breast_cancer import BREAST_CANCER_CODE, breast_cancer_scores
from coursekit.widgets.metrics.figures import SIDE, score_images
from coursekit.widgets.metrics.view import EXAMPLES, FORMULAS, MetricsState, MetricsView, still_of, view_of
from coursekit.widgets.sources.own import array_code
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.html import data_uri
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.stage_figure import FRAME, title_html

MOST_SAMPLES = 100_000
_OWN = "your own"
_COUNTS, _THRESHOLD = "the four counts", "the threshold on scores"
_FOUR = ("TP found", "FN missed", "FP alarms", "TN left alone")


def explore_metrics(labels: ArrayLike | None = None, scores: ArrayLike | None = None) -> MetricsExplorer:
    """Change the four counts, or the threshold on scores, and watch every metric with its formula filled in.

    Parameters
    ----------
    labels : array (n,), optional
        1 is positive, any other number negative.
    scores : array (n,), optional
        Higher the more likely positive. Without labels and scores: whether each of 285 breast tumours is malignant, as
        judged by a logistic regression from two measurements of its cells.

    Returns
    -------
    MetricsExplorer
        Put it on the last line of a cell. Its ``counts``, ``labels`` and ``scores`` can be used in later cells.

    Raises
    ------
    ValueError
        If only one of the two is given, they do not belong together, or only one class occurs.

    Examples
    --------
    >>> explorer = explore_metrics()
    >>> print(explorer.view.sentence)
    70 found (TP), 10 missed (FN), 50 false alarms (FP), 50 left alone (TN): accuracy 0.67, \
balanced accuracy 0.69, sensitivity 0.88, specificity 0.50, precision 0.58.
    """
    if (labels is None) != (scores is None):
        raise ValueError("labels and scores belong together: pass both, or neither for the scores that come with it.")
    if labels is None or scores is None:
        return MetricsExplorer(*breast_cancer_scores(), BREAST_CANCER_CODE, _COUNTS)
    true = np.asarray(labels)
    if true.dtype.kind in "OU":
        raise ValueError('labels hold names: pass which are positive, for example labels == "cat".')
    own = np.asarray(scores)
    return MetricsExplorer(true, own, f"labels, scores = {array_code(true)}, {array_code(own)}", _THRESHOLD)


class MetricsExplorer(Explorer[MetricsState, MetricsView]):
    """The widget that `explore_metrics` returns."""

    def __init__(self, labels: NDArray[Any], scores: NDArray[Any], scores_code: str, half: str) -> None:
        self._images = score_images(labels, scores)
        self._scores_code = scores_code
        self._revealed: MetricsState | None = None
        self.labels, self.scores = labels, scores
        self.guess = ipywidgets.FloatText(description="Your value", step=0.01)
        axis, wide = self._images.axis, {"description_width": "88px"}
        middle = axis.threshold(axis.places // 2)
        super().__init__(
            "metrics-explorer",
            self._state_of,
            {
                "half": ipywidgets.ToggleButtons(options=[_COUNTS, _THRESHOLD], value=half, description="Change"),
                "example": ipywidgets.Dropdown(options=[*EXAMPLES, _OWN], description="Example", style=wide),
                "four": [
                    WholeNumber(value, min=0, max=MOST_SAMPLES, description=name, label_width="88px")
                    for name, value in zip(_FOUR, next(iter(EXAMPLES.values())), strict=True)
                ],
                "threshold": Slider(description="Threshold", min=axis.low, max=axis.high, step=axis.step, value=middle),
                "stage": GridStage(
                    label="Scores by class, with the threshold",
                    rows=axis.places,
                    columns=axis.places,
                    window=[axis.places, 1],
                    places=[1, axis.places],
                    source=data_uri(self._images.histogram),
                ),
                "predict": ipywidgets.Checkbox(description="Predict first: hide the metrics", indent=False),
                "asked": ipywidgets.Dropdown(options=list(FORMULAS), value="balanced accuracy", description="Metric"),
            },
            actions={
                "example": self._take_example,
                "stage": lambda place: self.threshold.set_trait("value", axis.threshold(place[1])),
                # Whoever switches to predicting wants to predict: what an earlier prediction revealed is hidden again.
                "predict": lambda _on: self._reveal(None),
            },
            buttons={"reveal": ("Reveal", self.reveal)},
            below=["table", "code"],
        )

    @property
    def counts(self) -> Counts:
        """The four counts, as they are shown now."""
        return self.view.counts

    def arranged(self) -> ipywidgets.Widget:
        """Return the choice of what to change, the scores with their curves, the counts, and the prediction."""
        self.prediction = box(ipywidgets.HBox, "ck-controls", self.asked, self.guess, self.reveal_button)
        self.typed = box(ipywidgets.VBox, "ck-figure", _title("The four counts"), self.example, *self.four)
        heading = _title("The counts as areas", "right answers are full")
        areas = box(ipywidgets.VBox, "ck-areas", heading, self.element("areas"))
        scores = [_title("Scores", "answered positive: right of the line"), self.stage, self.threshold]
        roc = [_title("ROC curve", f"area {self._images.area:.3f}"), self.element("roc")]
        precision_recall = [_title("Precision and recall"), self.element("precision_recall")]
        columns = [box(ipywidgets.VBox, "ck-figure", *column) for column in (scores, roc, precision_recall)]
        self.by_scores = box(ipywidgets.HBox, "ck-figures", *columns)
        standard = self.element("reset"), self.element("download")
        return ipywidgets.VBox(
            [
                self.half,
                self.by_scores,
                box(ipywidgets.HBox, "ck-figures", self.typed, areas),
                box(ipywidgets.HBox, "ck-controls", self.predict, self.prediction, *standard),
            ]
        )

    def compute(self, state: MetricsState) -> MetricsView:
        """Return what is shown in this state."""
        return view_of(state, self._images, self._scores_code)

    def show(self, view: MetricsView) -> None:
        """Put what was computed into the widgets."""
        by_threshold = view.state.threshold is not None
        self.typed.layout.display = "none" if by_threshold else ""
        self.by_scores.layout.display = "" if by_threshold else "none"
        self.prediction.layout.display = "" if self.predict.value else "none"
        named = [name for name, four in EXAMPLES.items() if four == view.state.counts]
        self.example.value = named[0] if named else _OWN
        if view.state.threshold is not None:
            with self.stage.hold_sync():
                self.stage.place = [0, self._images.axis.place(view.state.threshold)]
                self.stage.alt = view.sentence
        super().show(view)

    def still(self, view: MetricsView) -> Pixels:
        """Return the counts as areas; beside them, where there is a threshold, the scores and both curves."""
        histogram = self._images.histogram.copy()
        if view.state.threshold is not None:
            axis = self._images.axis
            column = round((axis.place(view.state.threshold) + 0.5) * SIDE / axis.places)
            histogram[:, max(column - 1, 0) : column + 2] = FRAME
        return still_of(view, histogram)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the labels and the scores."""
        return {"labels": self.labels, "scores": self.scores}

    def reveal(self) -> None:
        """Show the metrics beside what the person predicted."""
        self._reveal(replace(self.state(), guess=None))
        self.request()

    def _state_of(
        self, half: str, four: Any, threshold: float, predict: bool, asked: str, **_says: Any
    ) -> MetricsState:
        axis = self._images.axis
        state = MetricsState(
            counts=four,
            # Without the last digits, which sliders invent.
            threshold=axis.threshold(axis.place(threshold)) if half == _THRESHOLD else None,
            asked=asked if predict else "",
        )
        return replace(state, guess=self.guess.value) if state == self._revealed else state

    def _reveal(self, state: MetricsState | None) -> None:
        self._revealed = state

    def _take_example(self, name: str) -> None:
        for control, count in zip(self.four, EXAMPLES.get(name, ()), strict=False):
            control.value = count


def _title(name: str, note: str = "") -> ipywidgets.HTML:
    return ipywidgets.HTML(title_html(name, note=note))
