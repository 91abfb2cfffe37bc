"""A question that is asked before its answer is seen: what may be answered, and how near an answer was."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.check.progress import Prediction

Kind = Literal["choice", "number", "place"]

HOTTEST = 0.1
"""A place is right where it lies in the hottest tenth of the image."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    text : str
        The question, in one sentence.
    kind : {"choice", "number", "place"}
    choices : tuple of str
        What can be chosen, for a choice.
    lowest, highest : float
        Bounds of a number.
    unit : str
        What is written behind a number: ``"pixels"``.
    """

    text: str
    kind: Kind = "number"
    choices: tuple[str, ...] = ()
    lowest: float = -math.inf
    highest: float = math.inf
    unit: str = ""

    def accept(self, given: object) -> Prediction:
        """Return what was given as a prediction of the right kind.

        Parameters
        ----------
        given : object
            One of the choices; a number; or a place ``[down, across]``, each from 0 to 1.

        Raises
        ------
        ValueError
            If it is none. The message speaks to the learner.

        Examples
        --------
        >>> Question("How many?", lowest=0).accept("26")
        26.0
        """
        if self.kind == "choice":
            if given in self.choices:
                return str(given)
            raise ValueError(f"Choose one first: {', '.join(self.choices)}.")
        if self.kind == "place":
            place = _numbers(given)
            if len(place) == 2 and all(0 <= one <= 1 for one in place):
                return place
            raise ValueError("Choose a place first: click on the image, or move the cross with the arrow keys.")
        number = _numbers([given])
        if number and self.lowest <= number[0] <= self.highest:
            return number[0]
        bounds = {"from": self.lowest, "to": self.highest}
        words = [f" {word} {shown(end)}" for word, end in bounds.items() if math.isfinite(end)]
        raise ValueError(f"Type a number{''.join(words)} first.")


@dataclass(frozen=True)
class Verdict:
    """How a prediction compares with the answer.

    Attributes
    ----------
    right : bool or None
        None where nobody predicted.
    text : str
        A sentence or two.
    """

    right: bool | None
    text: str


def compare(prediction: Prediction | None, answer: object, within: float = 0.0, unit: str = "") -> Verdict:
    """Say how a prediction compares with the answer.

    Parameters
    ----------
    prediction : str, float, list of two floats, or None
        None where nobody predicted.
    answer : str, number or array (height, width)
        The right choice; the number; or a heatmap, of which the hottest place is asked.
    within : float
        How far a number may be off.
    unit : str
        What is written behind a number.

    Raises
    ------
    ValueError
        If the answer is none of the three, or of another kind than the prediction.

    Examples
    --------
    >>> compare(30.0, 26, unit="pixels").text
    'You predicted 30 pixels. It is 26 pixels: your number is 4 too high.'
    >>> compare(None, "the larger one")
    Verdict(right=None, text='It is: the larger one.')
    """
    kind = kind_of(answer)
    if prediction is not None and kind != kind_of_prediction(prediction):
        raise ValueError(
            f"The answer is a {kind}, but a {kind_of_prediction(prediction)} was predicted. "
            "Let reveal and predict speak of the same thing."
        )
    if kind == "place":
        return _compare_place(prediction, np.asarray(answer, np.float64))
    if kind == "choice":
        if prediction is None:
            return Verdict(None, f"It is: {answer}.")
        right = prediction == answer
        return Verdict(right, f"You predicted: {prediction}. {'So it is.' if right else f'It is: {answer}.'}")
    value, unit = float(np.asarray(answer)), f" {unit}" if unit else ""
    if prediction is None:
        return Verdict(None, f"It is {shown(value)}{unit}.")
    assert isinstance(prediction, float)
    off = prediction - value
    right = abs(off) <= within + 1e-9 * abs(value)
    said = f"You predicted {shown(prediction)}{unit}. It is {shown(value)}{unit}"
    if abs(off) <= 1e-9 * abs(value):
        return Verdict(True, f"{said}: exactly right.")
    direction = f"{shown(abs(off))} too {'high' if off > 0 else 'low'}"
    return Verdict(right, f"{said}: {'near enough' if right else f'your number is {direction}'}.")


def kind_of(answer: object) -> Kind:
    """Return what kind of question has such an answer."""
    if isinstance(answer, str):
        return "choice"
    values = np.asarray(answer)
    if values.dtype.kind in "iuf" and values.ndim in (0, 2) and values.size and np.isfinite(values).all():
        return "place" if values.ndim == 2 else "number"
    raise ValueError(
        f"The answer is {type(answer).__name__} of shape {values.shape}: pass the right choice as str, a finite "
        "number, or a heatmap of finite numbers (height, width)."
    )


def kind_of_prediction(prediction: Prediction) -> Kind:
    """Return what kind of question a kept prediction answers."""
    return "choice" if isinstance(prediction, str) else "place" if isinstance(prediction, list) else "number"


def hottest(heatmap: NDArray[np.float64]) -> list[float]:
    """Return the hottest place of a heatmap, array (height, width), as ``[down, across]``, each from 0 to 1.

    Examples
    --------
    >>> hottest(np.array([[0.0, 0.0], [0.0, 1.0]]))
    [0.75, 0.75]
    """
    place = np.unravel_index(int(np.argmax(heatmap)), heatmap.shape)
    return [(int(at) + 0.5) / length for at, length in zip(place, heatmap.shape, strict=True)]


def shown(value: float) -> str:
    """Return a number as it is read: at most four significant digits, thousands apart.

    Examples
    --------
    >>> shown(15_800_000.0), shown(0.54399), shown(-3)
    ('15,800,000', '0.544', '−3')
    """
    whole = float(value).is_integer() or abs(value) >= 1000
    return (f"{round(value):,}" if whole else f"{value:.3g}").replace("-", "−")


def where(place: Sequence[float]) -> str:
    """Return a place in words: ``"40 % from the left, 25 % from the top"``."""
    return f"{place[1]:.0%} from the left, {place[0]:.0%} from the top".replace("%", " %")


def _compare_place(prediction: Any, heatmap: NDArray[np.float64]) -> Verdict:
    answer = f"The hottest point is {where(hottest(heatmap))}."
    if prediction is None:
        return Verdict(None, answer)
    row, column = (min(int(at * length), length - 1) for at, length in zip(prediction, heatmap.shape, strict=True))
    cooler = float((heatmap < heatmap[row, column]).mean())
    return Verdict(cooler >= 1 - HOTTEST, f"Your point is hotter than {100 * cooler:.0f} % of the image. {answer}")


def _numbers(given: object) -> list[float]:
    """Return finite numbers as a list; an empty one where anything is none."""
    try:
        found = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        return []
    return found.tolist() if found.ndim == 1 and np.isfinite(found).all() else []
