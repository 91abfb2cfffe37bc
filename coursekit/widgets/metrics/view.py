"""What the metrics explorer shows: formulas filled in, images, code and a sentence, computed without a widget."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from coursekit.metrics import Counts
from coursekit.widgets.metrics.figures import SIDE, ScoreImages, counts_image
from coursekit.widgets.toolkit.html import image_html, table_html
from coursekit.widgets.toolkit.pixels import Pixels, side_by_side

FORMULAS = {
    "prevalence": "(TP + FN) / (TP + FN + FP + TN)",
    "accuracy": "(TP + TN) / (TP + FN + FP + TN)",
    "balanced accuracy": "(sensitivity + specificity) / 2",
    "sensitivity": "TP / (TP + FN)",
    "specificity": "TN / (TN + FP)",
    "precision": "TP / (TP + FP)",
    "negative predictive value": "TN / (TN + FN)",
    "f1": "2·TP / (2·TP + FP + FN)",
}
"""Every metric of `coursekit.metrics.Counts.metrics`, in letters."""

EXAMPLES = {
    "case 1: a fair share of both": (70, 10, 50, 50),
    "case 2: positives are rare": (1, 9, 2, 988),
    "always says no": (0, 10, 0, 990),
    "always says yes": (10, 0, 990, 0),
}
"""True positives, false negatives, false positives, true negatives, by name; the first two are those of lesson 04."""

_NAMES = {"sensitivity": "sensitivity (recall)", "f1": "F1"}
_LETTERS = re.compile(r"TP|FN|FP|TN|sensitivity|specificity")
_IN_SENTENCE = ("accuracy", "balanced accuracy", "sensitivity", "specificity", "precision")


@dataclass(frozen=True)
class MetricsState:
    """What the controls of the metrics explorer say.

    Attributes
    ----------
    counts : (int, int, int, int)
        True positives, false negatives, false positives, true negatives, as they were typed.
    threshold : float or None
        Where the counts come from the scores instead.
    asked : str
        The metric to predict; empty where nothing is to be predicted.
    guess : float or None
        What the person predicted, once the metrics are revealed.
    """

    counts: tuple[int, int, int, int]
    threshold: float | None = None
    asked: str = ""
    guess: float | None = None

    @property
    def hidden(self) -> bool:
        """Whether the metrics wait to be revealed."""
        return bool(self.asked) and self.guess is None


@dataclass(frozen=True)
class MetricsView:
    """What the metrics explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : MetricsState
        What the controls say.
    counts : Counts
    areas : uint8 array (height, width, 3)
        The counts as an image.
    curves : tuple of two uint8 arrays (SIDE, SIDE, 3), or ()
        ROC and precision-recall curve with the dot of the threshold; nothing where the counts are typed.
    table_html, areas_html, roc_html, precision_recall_html, code : str
    """

    sentence: str
    state: MetricsState
    counts: Counts
    areas: Pixels
    curves: tuple[Pixels, ...]
    table_html: str
    areas_html: str
    roc_html: str
    precision_recall_html: str
    code: str


def view_of(state: MetricsState, images: ScoreImages, scores_code: str) -> MetricsView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : MetricsState
        What the controls say.
    images : ScoreImages
    scores_code : str
        The lines that give ``labels`` and ``scores``.

    Raises
    ------
    ValueError
        If all four counts are 0.
    """
    counts = Counts(*state.counts) if state.threshold is None else images.curve.at(state.threshold)
    if counts.total == 0:
        raise ValueError("All four counts are 0: there is nothing to judge. Set at least one of them.")
    sentence, areas = _sentence(state, counts), counts_image(counts)
    curves: tuple[Pixels, ...] = ()
    roc = precision_recall = ""
    if state.threshold is not None:
        curves = images.roc_at(counts), images.precision_recall_at(counts)
        of, place = f" of area {images.area:.3f}", f"the dot marks threshold {_threshold(state)}"
        roc = image_html(curves[0], f"ROC curve{of}; {place}", SIDE, SIDE)
        precision_recall = image_html(curves[1], f"Precision-recall curve; {place}", SIDE, SIDE)
    height, width = areas.shape[:2]
    return MetricsView(
        sentence=sentence,
        state=state,
        counts=counts,
        areas=areas,
        curves=curves,
        table_html=_table(state, counts),
        areas_html=image_html(areas, _areas_alt(counts), width, height),
        roc_html=roc,
        precision_recall_html=precision_recall,
        code=_code(state, scores_code),
    )


def still_of(view: MetricsView, histogram: Pixels) -> Pixels:
    """Return the images side by side; ``histogram`` is that of the scores, (height, width, 4).

    Returns
    -------
    uint8 array (height, width, 4)
    """
    return side_by_side([view.areas, *([histogram, *view.curves] if view.curves else [])])


def filled_in(formula: str, counts: Counts) -> str:
    """Return a formula with numbers in place of its letters.

    Examples
    --------
    >>> filled_in("TP / (TP + FN)", Counts(70, 10, 50, 50))
    '70 / (70 + 10)'
    >>> filled_in("(sensitivity + specificity) / 2", Counts(70, 10, 50, 50))
    '(0.8750 + 0.5000) / 2'
    """
    values = {
        "TP": str(counts.true_positives),
        "FN": str(counts.false_negatives),
        "FP": str(counts.false_positives),
        "TN": str(counts.true_negatives),
        "sensitivity": written(counts.sensitivity, decimals=4),
        "specificity": written(counts.specificity, decimals=4),
    }
    return _LETTERS.sub(lambda letters: values[letters[0]], formula)


def written(value: float, decimals: int = 2) -> str:
    """Write a metric, with two decimals where nothing is computed from it, or the word "undefined".

    Examples
    --------
    >>> written(0.6875), written(float("nan"))
    ('0.69', 'undefined')
    """
    return "undefined" if np.isnan(value) else f"{value:.{decimals}f}"


def _table(state: MetricsState, counts: Counts) -> str:
    values = counts.metrics()
    rows = []
    for name, formula in FORMULAS.items():
        # A filled-in balanced accuracy would give two of the others away.
        numbers = "?" if state.hidden and "TP" not in formula and "TN" not in formula else filled_in(formula, counts)
        rows.append([_NAMES.get(name, name), formula, numbers, "?" if state.hidden else written(values[name])])
    chosen = list(FORMULAS).index(state.asked) if state.asked else None
    return table_html("Every metric, with its formula filled in", ["metric", "formula", "here", "value"], rows, chosen)


def _sentence(state: MetricsState, counts: Counts) -> str:
    four = (
        f"{counts.true_positives:,} found (TP), {counts.false_negatives:,} missed (FN), {counts.false_positives:,} "
        f"false alarms (FP), {counts.true_negatives:,} left alone (TN)"
    )
    where = "" if state.threshold is None else f"At threshold {_threshold(state)}: "
    if state.hidden:
        return f"{where}{four}. Predict: what is the {_NAMES.get(state.asked, state.asked)}?"
    values = counts.metrics()
    told = ", ".join(f"{name} {written(values[name])}" for name in _IN_SENTENCE)
    return f"{where}{four}: {told}.{_judged(state, values)}"


def _judged(state: MetricsState, values: dict[str, float]) -> str:
    if state.guess is None:
        return ""
    true, name = values[state.asked], _NAMES.get(state.asked, state.asked)
    if np.isnan(true):
        return f" The {name} is undefined: 0 of 0."
    off = abs(state.guess - true)
    verdict = "right!" if off < 0.005 else f"{off:.3f} off: it is {written(true)}."
    return f" You predicted {name} {state.guess:g}: {verdict}"


def _areas_alt(counts: Counts) -> str:
    found, alone = counts.true_positives, counts.true_negatives
    return (
        f"The counts as areas: of {found + counts.false_negatives:,} positives {found:,} found, "
        f"of {alone + counts.false_positives:,} negatives {alone:,} left alone"
    )


def _threshold(state: MetricsState) -> str:
    return f"{state.threshold:g}".replace("-", "−")


def _code(state: MetricsState, scores_code: str) -> str:
    if state.threshold is None:
        found, missed, alarms, alone = state.counts
        lines = [
            "counts = ck.metrics.Counts(",
            f"    true_positives={found}, false_negatives={missed}, false_positives={alarms}, true_negatives={alone}",
            ")",
        ]
    else:
        lines = [scores_code, f"counts = ck.metrics.threshold_curve(labels, scores).at({state.threshold:g})"]
    lines += ["for name, value in counts.metrics().items():", '    print(f"{name:26} {value:.4f}")']
    if state.threshold is None:
        return "\n".join([*lines, "ax = ck.plot.counts(counts)"])
    drawn = [
        f"ck.plot.{name}(labels, scores, threshold={state.threshold:g}, ax=axes[{index}])"
        for index, name in enumerate(("scores_by_class", "roc_curve", "precision_recall_curve"), start=1)
    ]
    figure = '_, axes = plt.subplots(1, 4, figsize=(15, 3.6), layout="constrained")'
    return "\n".join([*lines, figure, "ck.plot.counts(counts, ax=axes[0])", *drawn])
