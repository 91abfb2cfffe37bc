"""The prediction browser: look through what a classifier said, image by image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.plot.answers import Answers, answers_of
from coursekit.widgets.controls.image_grid import ImageGrid
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.predictions.filter import ImageFilter, chosen
from coursekit.widgets.predictions.view import (
    PAGE,
    BrowserState,
    BrowserView,
    first_on_page,
    still_of,
    tiles_of,
    view_of,
)
from coursekit.widgets.sources.images import Images, pixels_of
from coursekit.widgets.sources.own import given_code
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.layout import box
from coursekit.widgets.toolkit.pixels import Pixels

_ANY = -1
_OUTCOMES = [("right and wrong", "all"), ("only right", "right"), ("only wrong", "wrong")]
_ORDERS = ["as given", "most confident first", "least confident first"]


def browse_predictions(
    images: Images, labels: ArrayLike, probabilities: ArrayLike, classes: Sequence[str]
) -> PredictionBrowser:
    """Look through the answers of a classifier: by class, right or wrong, by confidence.

    It opens on the mistakes that the classifier is surest of, or on all images where there is no mistake.
    Only the images of the visible page are drawn, so there may be many thousands.

    Parameters
    ----------
    images : array (n, height, width), (n, height, width, 1 or 3), or a sequence of images
        Floats 0..1 or uint8, as they were before a network's own preprocessing.
    labels : int array (n,)
        True classes, 0 ... classes - 1.
    probabilities : array (n, classes), or (n, 1)
        What ``model.predict`` returned. One column is the probability of the second of two classes.
    classes : sequence of str
        The name of each class.

    Returns
    -------
    PredictionBrowser
        Put it on the last line of a cell. Its ``numbers`` and ``number`` can be used in later cells.

    Raises
    ------
    ValueError
        If the four do not belong together, or an image is none.

    Examples
    --------
    >>> browser = browse_predictions(np.zeros((3, 8, 8)), [0, 1, 1], [[0.1], [0.2], [0.7]], ["cat", "dog"])
    >>> print(browser.view.sentence)
    1 of 3 images (33.3 %) passes: answered wrongly, most confident first. Shown: the 1st of them, number 1, a dog \
taken for a cat with probability 0.80.
    >>> browser.outcome.value = "all"
    >>> browser.numbers
    array([0, 1, 2])
    """
    predictions = answers_of(labels, probabilities, classes)
    if len(images) != len(predictions.labels):
        raise ValueError(
            f"there are {len(images)} images but {len(predictions.labels)} labels: pass as many of both, "
            "in the same order."
        )
    pixels_of(images[0], "image 0")
    return PredictionBrowser(images, predictions)


class PredictionBrowser(Explorer[BrowserState, BrowserView]):
    """The widget that `browse_predictions` returns."""

    def __init__(self, images: Images, predictions: Answers) -> None:
        self._images, self._predictions = images, predictions
        self._given = (images, predictions.labels, predictions.probabilities, predictions.classes)
        # Dropdowns take None for "nothing is chosen" and stay blank.
        first = "all" if predictions.right.all() else "wrong"
        named = [("any", _ANY), *((name, index) for index, name in enumerate(predictions.classes))]
        filters = {
            "true": ipywidgets.Dropdown(options=named, description="True class"),
            "answer": ipywidgets.Dropdown(options=named, description="Predicted"),
            "outcome": ipywidgets.Dropdown(options=_OUTCOMES, value=first, description="Answers"),
            "order": ipywidgets.Dropdown(options=_ORDERS, value=_ORDERS[first == "wrong"], description="Order"),
            "lowest": Slider(description="Confidence ≥", value=0),
            "highest": Slider(description="Confidence ≤", value=1),
        }
        page = WholeNumber(1, min=1, max=1, description="Page")
        super().__init__(
            "prediction-browser",
            _state_of,
            {**filters, "page": page, "grid": ImageGrid(page=PAGE)},
            # Another list begins at its beginning.
            actions={name: lambda _value: self._go(0) for name in filters}
            | {"page": lambda number: self._go(PAGE * (number - 1))},
            buttons={
                "previous": ("Previous page", lambda: self._turn(-1)),
                "next": ("Next page", lambda: self._turn(1)),
            },
            rows=[list(filters), ["previous", "next", "page", "pages", "reset", "download"]],
        )

    @property
    def numbers(self) -> NDArray[np.intp]:
        """The numbers of the images that pass the filter, in the order shown."""
        return self.view.numbers

    @property
    def number(self) -> int | None:
        """The number of the image that is shown large; None where none passes."""
        return int(self.numbers[self.view.state.place]) if len(self.numbers) else None

    def arranged(self) -> ipywidgets.Widget:
        """Return the filters above the page of images and the large one."""
        self.element("detail").add_class("ck-detail")
        self.element("pages").add_class("ck-pages")
        self._figures = [box(ipywidgets.HBox, "ck-browser", self.grid, self.detail)]
        return super().arranged()

    def compute(self, state: BrowserState) -> BrowserView:
        """Return what is shown in this state."""
        numbers = self.remember(("chosen", state.filter), lambda: chosen(self._predictions, state.filter))
        place = max(0, min(state.place, len(numbers) - 1))
        first = first_on_page(place)
        tiles = self.remember(
            ("page", state.filter, first),
            lambda: tiles_of(self._predictions, self._images, numbers[first : first + PAGE].tolist()),
        )
        code = given_code(self._given, "predictions")
        return view_of(BrowserState(state.filter, place), self._predictions, self._images, numbers, tiles, code)

    def show(self, view: BrowserView) -> None:
        """Put what was computed into the widgets."""
        total = len(view.numbers)
        with self.grid.hold_sync():
            self.grid.tiles, self.grid.first, self.grid.total = view.tiles, view.first, total
            self.grid.selected = view.state.place
            self.grid.label = f"Images {view.first + 1} to {view.first + len(view.tiles)} of {total}"
        last = max(1, -(-total // PAGE))
        self.page.max, self.page.value = last, view.first // PAGE + 1
        self.pages.value = f"of {last:,}"
        self.previous_button.disabled, self.next_button.disabled = self.page.value == 1, self.page.value == last
        super().show(view)

    def still(self, view: BrowserView) -> Pixels:
        """Return the images of the page in rows."""
        return still_of(view, self._images)

    def arrays(self) -> dict[str, NDArray[np.intp]]:
        """Return the numbers of the images that pass."""
        return {"numbers": self.numbers}

    def _go(self, place: int) -> None:
        self.grid.selected = place

    def _turn(self, pages: int) -> None:
        self.change(lambda: self._go(max(0, first_on_page(self.grid.selected) + pages * PAGE)))


def _state_of(true: int, answer: int, page: int, grid: int, **says: Any) -> BrowserState:
    true_class, predicted = (None if one == _ANY else one for one in (true, answer))
    return BrowserState(ImageFilter(true_class, predicted, **says), grid)
