"""The prediction browser: look through what a classifier said, picture by picture."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.plot.answers import Answers, answers_of
from coursekit.widgets.controls.image_grid import PictureGrid
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.predictions.filter import PictureFilter, chosen
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
from coursekit.widgets.toolkit.layout import below_controls, box
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.unconverted import Unconverted

_ANY = -1


def browse_predictions(
    pictures: Images, labels: ArrayLike, probabilities: ArrayLike, classes: Sequence[str]
) -> PredictionBrowser:
    """Look through the answers of a classifier: by class, right or wrong, by confidence.

    Only the pictures of the visible page are drawn, so there may be many thousands.

    Parameters
    ----------
    pictures : array (n, height, width), (n, height, width, 1 or 3), or a sequence of pictures
        Floats 0..1 or uint8, as they were before a network's own preprocessing.
    labels : int array (n,)
        True classes, 0 ... classes - 1.
    probabilities : array (n, classes), or (n, 1)
        What ``model.predict`` returned. One column is the probability of the second of two classes.
    classes : sequence of str

    Returns
    -------
    PredictionBrowser
        Put it on the last line of a cell. Its ``numbers`` and ``number`` can be used in later cells.

    Raises
    ------
    ValueError
        If the four do not belong together, or a picture is none.

    Examples
    --------
    >>> browser = browse_predictions(np.zeros((3, 8, 8)), [0, 1, 1], [[0.1], [0.2], [0.7]], ["cat", "dog"])
    >>> print(browser.view.sentence)
    3 of 3 pictures (100.0 %) pass: no filter is set. Shown: the 1st of them, number 0, a cat, rightly named with \
probability 0.90.
    >>> browser.outcome.value = "wrong"
    >>> browser.numbers
    array([1])
    """
    predictions = answers_of(labels, probabilities, classes)
    if len(pictures) != len(predictions.labels):
        raise ValueError(
            f"there are {len(pictures)} pictures but {len(predictions.labels)} labels: pass as many of both, "
            "in the same order."
        )
    pixels_of(pictures[0], "picture 0")
    return PredictionBrowser(pictures, predictions)


class PredictionBrowser(Unconverted[BrowserState, BrowserView]):
    """The widget that `browse_predictions` returns."""

    def __init__(self, pictures: Images, predictions: Answers) -> None:
        self._pictures, self._predictions = pictures, predictions
        # Dropdowns take None for "nothing is chosen" and stay blank.
        named = [("any", _ANY), *((name, index) for index, name in enumerate(predictions.classes))]
        self.true = ipywidgets.Dropdown(options=named, description="True class")
        self.answer = ipywidgets.Dropdown(options=named, description="Predicted")
        self.outcome = ipywidgets.Dropdown(
            options=[("right and wrong", "all"), ("only right", "right"), ("only wrong", "wrong")],
            description="Answers",
        )
        self.lowest = Slider(description="Confidence ≥", value=0)
        self.highest = Slider(description="Confidence ≤", value=1)
        self.order = ipywidgets.Dropdown(
            options=["as given", "most confident first", "least confident first"], description="Order"
        )
        self.reset_button = ipywidgets.Button(description="Reset")
        self.previous_button = ipywidgets.Button(description="Previous page")
        self.next_button = ipywidgets.Button(description="Next page")
        self.page = ipywidgets.BoundedIntText(1, min=1, max=1, description="Page")
        self.pages = ipywidgets.HTML()
        self.grid, self.detail = PictureGrid(page=PAGE), ipywidgets.HTML()
        super().__init__("prediction-browser", [self._arranged()])
        self._filters = (self.true, self.answer, self.outcome, self.lowest, self.highest, self.order)
        for control in self._filters:
            # Another list begins at its beginning.
            self.when(control, lambda _value: self._go(0))
        self.grid.observe(self.request, "selected")
        self.when(self.page, lambda page: self._go(PAGE * (page - 1)))
        self.previous_button.on_click(lambda _button: self._turn(-1))
        self.next_button.on_click(lambda _button: self._turn(1))
        self.reset_button.on_click(self.reset)
        self.request()

    @property
    def numbers(self) -> NDArray[np.intp]:
        """The numbers of the pictures that pass the filter, in the order shown."""
        return self.view.numbers

    @property
    def number(self) -> int | None:
        """The number of the picture that is shown large; None where none passes."""
        return int(self.numbers[self.view.state.place]) if len(self.numbers) else None

    def state(self) -> BrowserState:
        """Return what the controls say now."""
        wanted = PictureFilter(
            true=None if self.true.value == _ANY else self.true.value,
            answer=None if self.answer.value == _ANY else self.answer.value,
            outcome=self.outcome.value,
            lowest=self.lowest.value,
            highest=self.highest.value,
            order=self.order.value,
        )
        return BrowserState(wanted, self.grid.selected)

    def compute(self, state: BrowserState) -> BrowserView:
        """Return what is to be seen in this state."""
        numbers = self.remember(("chosen", state.filter), lambda: chosen(self._predictions, state.filter))
        place = max(0, min(state.place, len(numbers) - 1))
        first = first_on_page(place)
        tiles = self.remember(
            ("page", state.filter, first),
            lambda: tiles_of(self._predictions, self._pictures, numbers[first : first + PAGE].tolist()),
        )
        return view_of(BrowserState(state.filter, place), self._predictions, self._pictures, numbers, tiles)

    def show(self, view: BrowserView) -> None:
        """Put what was computed into the widgets."""
        total = len(view.numbers)
        with self.grid.hold_sync():
            self.grid.tiles, self.grid.first, self.grid.total = view.tiles, view.first, total
            self.grid.selected = view.state.place
            self.grid.label = f"Images {view.first + 1} to {view.first + len(view.tiles)} of {total}"
        pages = max(1, -(-total // PAGE))
        self.page.max = pages
        self.page.value = view.first // PAGE + 1
        self.pages.value = f"of {pages:,}"
        self.previous_button.disabled, self.next_button.disabled = self.page.value == 1, self.page.value == pages
        self.detail.value = view.detail_html

    def still(self, view: BrowserView) -> Pixels:
        """Return the pictures of the page in rows."""
        return still_of(view, self._pictures)

    def reset(self, _button: object = None) -> None:
        """Take every filter away."""
        self.change(self._unset)

    def _unset(self) -> None:
        self.true.value = self.answer.value = _ANY
        self.outcome.value, self.order.value = "all", "as given"
        self.lowest.value, self.highest.value = 0, 1
        self._go(0)

    def _go(self, place: int) -> None:
        self.grid.selected = place

    def _turn(self, pages: int) -> None:
        self.change(lambda: self._go(max(0, first_on_page(self.grid.selected) + pages * PAGE)))

    def _arranged(self) -> ipywidgets.Widget:
        self.detail.add_class("ck-detail")
        self.pages.add_class("ck-pages")
        filters = [self.true, self.answer, self.outcome, self.order, self.lowest, self.highest]
        pages = [self.previous_button, self.next_button, self.page, self.pages, self.reset_button]
        return below_controls([filters, pages], box(ipywidgets.HBox, "ck-browser", self.grid, self.detail))
