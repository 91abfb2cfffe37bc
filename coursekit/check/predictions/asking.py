"""The card that asks for a prediction: choose, type or point, then commit to it."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import ArrayLike

from coursekit import lesson
from coursekit.check import grading, progress
from coursekit.check.predictions.question import Kind, Question, shown, where
from coursekit.check.progress import Guess, Prediction
from coursekit.widgets.sources.images import pixels_of
from coursekit.widgets.toolkit.html import data_uri
from coursekit.widgets.toolkit.pixels import fitted, size_within

_HERE = Path(__file__).parent
_SIDE = 320
_FEWEST_CHOICES = 2
_MOST_WORDS = 200


class PredictionCard(anywidget.AnyWidget):
    """The widget that `predict` returns. The person changes ``given``, and by the button ``pressed``.

    What was committed is kept in the progress file and cannot be changed: run the cell again, and it stands there.

    Attributes
    ----------
    name, lesson : str
        Under which the prediction is kept.
    question : Question
    """

    _esm = _HERE / "card.js"
    _css = _HERE / "card.css"
    text = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode("number").tag(sync=True)
    choices = traitlets.List(traitlets.Unicode()).tag(sync=True)
    bounds: traitlets.List[float | None] = traitlets.List().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    size = traitlets.List(traitlets.Int()).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    given = traitlets.Any(None, allow_none=True).tag(sync=True, echo_update=False)
    pressed = traitlets.Int(0).tag(sync=True, echo_update=False)
    committed = traitlets.Bool(False).tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)

    def __init__(self, name: str, question: Question, source: str, size: list[int], alt: str) -> None:
        self.name, self.lesson, self.question = name, lesson.current(), question
        ends = [end if math.isfinite(end) else None for end in (question.lowest, question.highest)]
        super().__init__(
            text=question.text,
            kind=question.kind,
            choices=list(question.choices),
            bounds=ends,
            unit=question.unit,
            source=source,
            size=size,
            alt=alt,
        )
        before = self._before()
        if before is not None:
            self.given, self.committed = before.prediction, True
            self.said = f"You committed to this before: {in_words(before.prediction, question.unit)}."
        self.observe(self._take, "pressed")

    def commit(self, prediction: object) -> None:
        """Commit to a prediction, as the button does.

        Parameters
        ----------
        prediction : str, number, or pair of numbers
            A choice; a number; or a place ``[down, across]`` in the image, each from 0 to 1.

        Raises
        ------
        ValueError
            If it is none, or a prediction was committed already.
        """
        if self.committed:
            raise ValueError(self.said)
        self.given = self.question.accept(prediction)
        if not grading.GRADED:
            progress.commit(self.lesson, self.name, self.given)
        self.said = f"Committed: {in_words(self.given, self.question.unit)}. Go on and see."
        self.committed = True

    def __repr__(self) -> str:
        end = self.said or "Run this cell to predict; then go on."
        return "\n".join([f"Predict: {self.text}", *(f"○ {choice}" for choice in self.choices), end])

    def _before(self) -> Guess | None:
        """Return what was committed in an earlier run, if it still answers the question."""
        guess = None if grading.GRADED else progress.read().predictions.get(self.lesson, {}).get(self.name)
        if guess is None:
            return None
        try:
            self.question.accept(guess.prediction)
        except ValueError:  # The question has changed since.
            return None
        return guess

    def _take(self, _change: object) -> None:
        if self.committed:
            return
        try:
            self.commit(self.given)
        except ValueError as error:
            self.said = str(error)

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the card; and, where no kernel runs, the question with what can be answered."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        first, *lines = repr(self).split("\n")
        image = (
            f'<img alt="{html.escape(self.alt, quote=True)}" width="{self.size[0]}" height="{self.size[1]}" '
            f'src="{self.source}"><br>'
            if self.source
            else ""
        )
        *choices, end = map(html.escape, lines)
        still = "".join(f"{choice}<br>" for choice in choices)
        return data | {
            "text/plain": repr(self),
            "text/html": f"<p><strong>{html.escape(first)}</strong><br>{image}{still}<em>{end}</em></p>",
        }, metadata


def predict(
    name: str,
    question: str,
    choices: Sequence[str] = (),
    *,
    lowest: float = -math.inf,
    highest: float = math.inf,
    unit: str = "",
    image: ArrayLike | None = None,
    alt: str = "",
) -> PredictionCard:
    """Ask the learner for a prediction, before the cell that shows the answer; `reveal` compares the two.

    Who predicts and commits learns more from the answer, right or wrong. Nothing waits for the learner: a notebook runs
    from top to bottom, and `reveal` says that nobody predicted. What was committed is kept under the lesson's name in
    the progress file.

    Parameters
    ----------
    name : str
        A short Python name, the same as in `reveal`.
    question : str
        One sentence. Neither it nor the choices may hint at the answer.
    choices : sequence of str
        At least two, to choose one from. Without choices and image, a number is to be typed.
    lowest, highest : float
        Bounds of a number.
    unit : str
        What is written behind a number: ``"pixels"``.
    image : array (height, width) or (height, width, 3), optional
        Floats 0..1 or uint8: the learner points at a place in it.
    alt : str
        What the image shows, for who does not see it.

    Returns
    -------
    PredictionCard
        Put it on the last line of a cell.

    Raises
    ------
    ValueError
        If the name is none, there is one choice, choices are given twice or together with an image, or the image has
        no ``alt``.

    References
    ----------
    R. White and R. Gunstone, "Probing Understanding", 1992: predict, observe, explain.

    Examples
    --------
    >>> card = predict("parameters", "How many numbers does a 3×3 filter learn?", lowest=0)
    >>> card
    Predict: How many numbers does a 3×3 filter learn?
    Run this cell to predict; then go on.
    """
    if not name.isidentifier():
        raise ValueError(f"name is {name!r}: give the prediction a short Python name, such as 'output_size'.")
    if not 0 < len(question) <= _MOST_WORDS * 6:
        raise ValueError(f"question has {len(question)} letters: ask in one sentence.")
    if image is not None and choices:
        raise ValueError("There are choices and an image: pass choices to choose from, or an image to point at.")
    if choices and len(set(choices)) < max(_FEWEST_CHOICES, len(choices)):
        raise ValueError(f"choices are {list(choices)}: pass at least two, each once.")
    source, size = "", [0, 0]
    if image is not None:
        if not alt:
            raise ValueError("The image has no alt: say in one sentence what it shows.")
        pixels = pixels_of(image, "image")
        pixels = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, np.newaxis], 3, axis=2)
        height, width = size_within(pixels.shape, _SIDE)
        source, size = data_uri(fitted(pixels, (height, width))), [width, height]
    kind: Kind = "choice" if choices else "place" if image is not None else "number"
    return PredictionCard(name, Question(question, kind, tuple(choices), lowest, highest, unit), source, size, alt)


def in_words(prediction: Prediction, unit: str = "") -> str:
    """Return a prediction as it is read: the choice, the number with its unit, or the place."""
    if isinstance(prediction, str):
        return prediction
    if isinstance(prediction, list):
        return where(prediction)
    return f"{shown(prediction)} {unit}".strip()
