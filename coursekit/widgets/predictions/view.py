"""What the prediction browser shows: tiles, one large image, a table of bars and a sentence. No widget."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coursekit.plot.answers import Answers
from coursekit.widgets.predictions.filter import ImageFilter
from coursekit.widgets.sources.images import Images, pixels_of
from coursekit.widgets.toolkit.html import data_uri, image_html, probability_bars_html
from coursekit.widgets.toolkit.pixels import Pixels

PAGE = 24
"""Images on a page."""

TILE_SIDE = 92
LARGE_SIDE = 280
MOST_BARS = 12
_STILL_COLUMNS = 12


@dataclass(frozen=True)
class BrowserState:
    """What the controls of the prediction browser say: the filter, and the place of the chosen image in its list."""

    filter: ImageFilter
    place: int = 0


@dataclass(frozen=True)
class BrowserView:
    """What the prediction browser shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : BrowserState
        With a place that exists, 0 where no image passes.
    numbers : int array
        All images that pass the filter, in its order.
    tiles : list of dict
        The page that holds the chosen image, see `ImageGrid`.
    detail_html, code : str
    """

    sentence: str
    state: BrowserState
    numbers: NDArray[np.intp]
    tiles: list[dict[str, Any]]
    detail_html: str
    code: str

    @property
    def first(self) -> int:
        """Place of the first image on the page."""
        return first_on_page(self.state.place)


def first_on_page(place: int) -> int:
    """Return the place at which the page of this place begins."""
    return place - place % PAGE


def tiles_of(predictions: Answers, images: Images, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Draw one page: the only images that are touched."""
    tiles = []
    for number in numbers:
        right = bool(predictions.right[number])
        true, said, confidence = _names(predictions, number)
        sign = "right" if right else "wrong"
        tiles.append(
            {
                "source": data_uri(_at_most(pixels_of(images[number], f"image {number}"), TILE_SIDE)),
                "lines": [f"{'✓' if right else '✗'} {confidence}", f"said {said}", f"true {true}"],
                "sign": sign,
                "label": f"Image {number}, {sign}: said {said} with {confidence}, true {true}",
            }
        )
    return tiles


def view_of(
    state: BrowserState,
    predictions: Answers,
    images: Images,
    numbers: NDArray[np.intp],
    tiles: list[dict[str, Any]],
    given_code: str = "predictions",
) -> BrowserView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : BrowserState
        With a place in ``numbers``.
    predictions : Answers
        Of the classifier, with the true classes.
    images : array or sequence of arrays
        All of them, as `coursekit.widgets.sources.images.pixels_of` takes each.
    numbers : int array
        From `predictions.chosen`.
    tiles : list of dict
        From `tiles_of`.
    given_code : str
        The expression that gives images, labels, probabilities and classes.

    Examples
    --------
    >>> from coursekit.plot.answers import answers_of
    >>> predictions, images = answers_of([0, 1], [[0.1], [0.2]], ["cat", "dog"]), np.zeros((2, 4, 4))
    >>> state = BrowserState(ImageFilter(outcome="wrong"))
    >>> print(view_of(state, predictions, images, np.array([1]), []).sentence)
    1 of 2 images (50.0 %) passes: answered wrongly. Shown: the 1st of them, number 1, a dog taken for a cat with \
probability 0.80.
    """
    if len(numbers) == 0:
        sentence = f"None of {_count(len(predictions.labels))} passes: {_wanted(state.filter, predictions.classes)}."
        empty = '<p class="ck-title"><b>No image</b></p><p>Widen the filter, or press Reset.</p>'
        return BrowserView(sentence, replace(state, place=0), numbers, [], empty, _code(state, 0, given_code))
    number = int(numbers[state.place])
    return BrowserView(
        sentence=_sentence(state, predictions, len(numbers), number),
        state=state,
        numbers=numbers,
        tiles=tiles,
        detail_html=_detail_html(predictions, pixels_of(images[number], f"image {number}"), number),
        code=_code(state, len(numbers), given_code),
    )


def still_of(view: BrowserView, images: Images) -> Pixels:
    """Return the images of the page in rows.

    Returns
    -------
    uint8 array (height, width, 4)
    """
    numbers = view.numbers[view.first : view.first + PAGE]
    side, gap = TILE_SIDE // 2 * 2, 4
    rows = max(1, -(-len(numbers) // _STILL_COLUMNS))
    columns = max(1, min(len(numbers), _STILL_COLUMNS))
    sheet = Image.new("RGBA", (columns * (side + gap) - gap, rows * (side + gap) - gap))
    for index, number in enumerate(numbers):
        tile = Image.fromarray(pixels_of(images[number], f"image {number}")).convert("RGBA")
        scale = side / max(tile.size)
        size = max(1, round(scale * tile.width)), max(1, round(scale * tile.height))
        sheet.paste(
            tile.resize(size, Image.Resampling.NEAREST if scale > 1 else Image.Resampling.LANCZOS),
            (index % _STILL_COLUMNS * (side + gap), index // _STILL_COLUMNS * (side + gap)),
        )
    return np.asarray(sheet)


def _code(state: BrowserState, passing: int, given_code: str) -> str:
    """The lines that filter the answers and draw the page."""
    wanted = state.filter
    conditions = []
    if wanted.outcome != "all":
        conditions.append(f"answers {'==' if wanted.outcome == 'right' else '!='} labels")
    conditions += [f"labels == {wanted.true}"] if wanted.true is not None else []
    conditions += [f"answers == {wanted.answer}"] if wanted.answer is not None else []
    conditions += [f"confidence >= {wanted.lowest:g} - 1e-9"] if wanted.lowest > 0 else []
    conditions += [f"confidence <= {wanted.highest:g} + 1e-6"] if wanted.highest < 1 else []
    mask = " & ".join(f"({one})" for one in conditions) or "answers >= 0"
    lines = [
        f"images, labels, probabilities, classes = {given_code}",
        "answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)",
        f"chosen = np.flatnonzero({mask})",
    ]
    if wanted.order != "as given":
        sign = "-" if wanted.order == "most confident first" else ""
        lines.append(f'chosen = chosen[np.argsort({sign}confidence[chosen], kind="stable")]')
    if not passing:
        return "\n".join([*lines, "print(len(chosen))"])
    first = first_on_page(state.place)
    return "\n".join(
        [
            *lines,
            f"page = chosen[{first} : {first + PAGE}]",
            "shown = [images[number] for number in page]",
            "axes = ck.plot.prediction_grid(shown, labels[page], probabilities[page], classes, columns=8)",
        ]
    )


def _at_most(pixels: Pixels, side: int) -> Pixels:
    """Shrink an image to at most ``side`` pixels along its longer side; smaller ones stay."""
    if max(pixels.shape[:2]) <= side:
        return pixels
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _names(predictions: Answers, number: int) -> tuple[str, str, str]:
    """The true class, the predicted class and the confidence of an image, in words."""
    classes = predictions.classes
    true, said = classes[predictions.labels[number]], classes[predictions.answers[number]]
    return true, said, f"{predictions.confidence[number]:.2f}"


def _count(images: int) -> str:
    return "1 image" if images == 1 else f"{images:,} images"


def _wanted(wanted: ImageFilter, classes: tuple[str, ...]) -> str:
    parts = {"all": [], "right": ["answered rightly"], "wrong": ["answered wrongly"]}[wanted.outcome]
    if wanted.true is not None:
        parts.append(f"truly {classes[wanted.true]}")
    if wanted.answer is not None:
        parts.append(f"taken for {classes[wanted.answer]}")
    if (wanted.lowest, wanted.highest) != (0, 1):
        parts.append(f"confidence {wanted.lowest:.2f} to {wanted.highest:.2f}")
    return ", ".join(parts) or "no filter is set"


def _sentence(state: BrowserState, predictions: Answers, passing: int, number: int) -> str:
    total = len(predictions.labels)
    true, said, confidence = _names(predictions, number)
    if predictions.right[number]:
        answer = f"{_a(true)}, rightly named with probability {confidence}"
    else:
        answer = f"{_a(true)} taken for {_a(said)} with probability {confidence}"
    order = "" if state.filter.order == "as given" else f", {state.filter.order}"
    return (
        f"{passing:,} of {_count(total)} ({100 * passing / total:.1f} %) {'passes' if passing == 1 else 'pass'}: "
        f"{_wanted(state.filter, predictions.classes)}{order}. "
        f"Shown: the {_ordinal(state.place + 1)} of them, number {number}, {answer}."
    )


def _a(name: str) -> str:
    """A class name with its article; plurals, numbers and names of several words stay as they are."""
    if not name.isalpha() or name.endswith("s"):
        return name
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def _detail_html(predictions: Answers, pixels: Pixels, number: int) -> str:
    true, said, confidence = _names(predictions, number)
    right = bool(predictions.right[number])
    height, width = pixels.shape[:2]
    scale = LARGE_SIDE / max(height, width)
    alt = f"image {number}, true class {true}, predicted class {said}"
    image = image_html(
        _at_most(pixels, 2 * LARGE_SIDE), alt, max(1, round(scale * width)), max(1, round(scale * height))
    )
    return (
        f'<p class="ck-title"><b>Image {number}</b> {"✓ right" if right else "✗ wrong"}: said {html.escape(said)} '
        f'with {confidence}, true {html.escape(true)}</p><div class="ck-large">{image}</div>'
        f"{_bars_html(predictions, number)}"
    )


def _bars_html(predictions: Answers, number: int) -> str:
    """The probabilities of all classes; where these are many, of the most probable ones and the true one."""
    row, true, said = predictions.probabilities[number], int(predictions.labels[number]), predictions.answers[number]
    shown, caption = np.arange(len(row)), "Probabilities"
    if len(row) > MOST_BARS:
        best = np.argsort(-row, kind="stable")[:MOST_BARS]
        shown = best if true in best else np.append(best[:-1], true)
        caption = f"Probabilities: {MOST_BARS} of {len(row)} classes"
    marks = {int(said): "← said", true: "← true"} if said != true else {true: "← said, true"}
    places = {int(index): place for place, index in enumerate(shown)}
    return probability_bars_html(
        [predictions.classes[index] for index in shown],
        row[shown],
        {places[index]: mark for index, mark in marks.items()},
        caption,
    )
