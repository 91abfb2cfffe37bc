"""The answer to a prediction, and how near the learner's own was."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from coursekit import lesson
from coursekit.check import grading, progress
from coursekit.check.predictions.question import Verdict, compare, hottest, kind_of, kind_of_prediction, where
from coursekit.check.result import SIGNS, Status, coloured_box
from coursekit.widgets.toolkit.colors import heat
from coursekit.widgets.toolkit.html import data_uri
from coursekit.widgets.toolkit.pixels import size_within, stretched

_SIDE = 240
_STATUS: dict[bool | None, Status] = {True: "correct", False: "incorrect", None: "not attempted"}
_WORDS = {True: "You saw it coming", False: "A surprise", None: "You made no prediction"}


@dataclass(frozen=True, repr=False)
class Revelation:
    """What `reveal` returns: it shows itself, in Jupyter and in a terminal.

    Attributes
    ----------
    verdict : Verdict
        Whether the prediction was right (None where there is none), with a sentence.
    because : str
        Why the answer is what it is.
    """

    verdict: Verdict
    because: str = ""
    figure: str = ""

    def __repr__(self) -> str:
        title = f"{SIGNS[_STATUS[self.verdict.right]]} {_WORDS[self.verdict.right]}. {self.verdict.text}"
        return f"{title}\n{self.because}".strip()

    def _repr_html_(self) -> str:
        status = _STATUS[self.verdict.right]
        lines = [f"<strong>{SIGNS[status]} {_WORDS[self.verdict.right]}.</strong> {html.escape(self.verdict.text)}"]
        lines += [f"<br>{part}" for part in (html.escape(self.because), self.figure) if part]
        return coloured_box(status, "\n".join(lines))


def reveal(
    name: str, answer: str | float | ArrayLike, *, within: float = 0.0, unit: str = "", because: str = ""
) -> Revelation:
    """Say how a prediction compares with the answer, and remember whether it was right.

    Without a prediction it says so, gives the answer, and the lesson goes on.

    Parameters
    ----------
    name : str
        As in `predict`.
    answer : str, number or array (height, width)
        The right choice; the number; or a heatmap: then the hottest place was asked, and a point in the hottest tenth
        of the image is right. Compute it where you can: what the cell found is what the learner meets.
    within : float
        How far a number may be off and still be right.
    unit : str
        What is written behind a number.
    because : str
        Why it is so, in a sentence or two.

    Returns
    -------
    Revelation
        It shows itself in a notebook.

    Raises
    ------
    ValueError
        If the answer is none of the three, or of another kind than the prediction.

    Examples
    --------
    >>> reveal("parameters", 10, because="Nine weights and one bias.")
    ○ You made no prediction. It is 10.
    Nine weights and one bias.
    """
    # A string or a number is judged by its kind before anything is read, so that an author's mistake shows at once.
    kind = kind_of(answer)
    begun = lesson.current()
    guess = None if grading.GRADED else progress.read().predictions.get(begun, {}).get(name)
    prediction = None if guess is None or kind_of_prediction(guess.prediction) != kind else guess.prediction
    verdict = compare(prediction, answer, within, unit)
    if verdict.right is not None:
        progress.settle(begun, name, verdict.right)
    figure = _map_html(np.asarray(answer, np.float64), prediction) if kind == "place" else ""
    return Revelation(verdict, because, figure)


def _map_html(heatmap: np.ndarray, prediction: object) -> str:
    """Return the heatmap with a ring at its hottest place and a cross where the learner pointed."""
    height, width = size_within(heatmap.shape, _SIDE)
    pixels = heat(stretched(heatmap - heatmap.min(), (height, width)), max(float(np.ptp(heatmap)), 1e-12))
    top, left = hottest(heatmap)
    alt = f"The heatmap, with a ring around its hottest point, {where([top, left])}"
    marks = f'<circle cx="{left * width:.0f}" cy="{top * height:.0f}" r="9"/>'
    if isinstance(prediction, list):
        x, y = prediction[1] * width, prediction[0] * height
        marks += f'<path d="M{x - 8:.0f} {y:.0f}h16M{x:.0f} {y - 8:.0f}v16"/>'
        alt += f", and a cross at your point, {where(prediction)}"
    ink = f'<g fill="none" stroke="#000" stroke-width="5">{marks}</g>'
    ink += f'<g fill="none" stroke="#fff" stroke-width="2.5">{marks}</g>'
    return (
        f'<svg role="img" aria-label="{html.escape(alt, quote=True)}." width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" style="margin-top:0.5em">'
        f'<image width="{width}" height="{height}" href="{data_uri(pixels)}"/>{ink}</svg>'
    )
