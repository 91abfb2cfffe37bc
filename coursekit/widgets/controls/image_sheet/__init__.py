"""A sheet of many small images in rows, of which one is chosen by a click or by arrow keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import anywidget
import traitlets


@dataclass(frozen=True)
class Page:
    """The form of a sheet: of how many columns, and at most how many rows.

    Examples
    --------
    >>> page = Page(columns=8, rows=4)
    >>> page.size, page.first(33), page.range(33, count=40), page.rows_for(24), page.rows_for(300)
    (32, 32, range(32, 40), 3, 4)
    """

    columns: int
    rows: int

    @property
    def size(self) -> int:
        """How many places it has at most."""
        return self.columns * self.rows

    def first(self, index: int) -> int:
        """Return the place that the page of this one begins with."""
        return index - index % self.size

    def range(self, index: int, count: int) -> range:
        """Return the places on the page of this one, of so many in all."""
        return range(self.first(index), min(self.first(index) + self.size, count))

    def rows_for(self, count: int) -> int:
        """Return how many rows a page has, the same for all pages of a list of so many."""
        return min(self.rows, -(-count // self.columns))


class ImageSheet(anywidget.AnyWidget):
    """One image, ``source``, that holds ``rows`` × ``columns`` squares, of which the person changes ``selected``.

    The squares are a page of a longer list of ``total`` and begin at ``first``; ``selected`` counts from the beginning
    of the list and may point to another page, which is then to be put into ``source``.
    """

    changed = "selected"
    _esm = Path(__file__).with_name("image_sheet.js")
    _css = Path(__file__).with_name("image_sheet.css")
    label = traitlets.Unicode("images").tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    rows = traitlets.Int(1).tag(sync=True)
    columns = traitlets.Int(16).tag(sync=True)
    width = traitlets.Int(640).tag(sync=True)
    first = traitlets.Int(0).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    selected = traitlets.Int(0).tag(sync=True, echo_update=False)

    def turn_to(self, page: Page, selected: int, total: int, source: str, alt: str, what: str) -> None:
        """Show the page that holds the chosen place.

        Parameters
        ----------
        page : Page
            The form of the sheet.
        selected, total : int
            The chosen place, and how many there are on all pages.
        source : str
            Address of the page's image.
        alt : str
            What the page shows, in a sentence.
        what : str
            What is listed, such as ``"Maps"``.
        """
        shown = page.range(selected, total)
        with self.hold_sync():
            self.source, self.first, self.total, self.alt = source, shown.start, total, alt
            self.columns, self.rows, self.selected = page.columns, page.rows_for(total), selected
            self.label = f"{what} {shown.start} to {shown.stop - 1} of {total}"
