"""The stage: an image over which a window is moved by pointer and by arrow keys."""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets
import traitlets


class GridStage(anywidget.AnyWidget):
    """An image of ``rows`` × ``columns`` cells with a window. It knows where the window is, not what that means.

    The window has ``places[0]`` × ``places[1]`` places, ``step`` cells apart, and stands at ``place``: that is what the
    person changes. An image with ``cells``, each ``[text, background, ink]``, is drawn as numbers, any other as
    ``source``. ``taps`` are the cells that count within a window with gaps; ``rim`` tells how many cells at the top,
    right, bottom and left are padding.
    """

    changed = "place"
    _esm = Path(__file__).with_name("grid_stage.js")
    _css = Path(__file__).with_name("grid_stage.css")
    label = traitlets.Unicode("image").tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    size = traitlets.Int(280).tag(sync=True)
    rows = traitlets.Int(1).tag(sync=True)
    columns = traitlets.Int(1).tag(sync=True)
    source = traitlets.Unicode().tag(sync=True)
    cells: traitlets.List[list[list[str]]] = traitlets.List().tag(sync=True)
    window = traitlets.List(traitlets.Int(), [1, 1]).tag(sync=True)
    step = traitlets.Int(1).tag(sync=True)
    places = traitlets.List(traitlets.Int(), [1, 1]).tag(sync=True)
    place = traitlets.List(traitlets.Int(), [0, 0]).tag(sync=True)
    taps = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    rim = traitlets.List(traitlets.Int(), [0, 0, 0, 0]).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)

    def advance(self) -> None:
        """Move the window to the next place, row by row; after the last one comes the first."""
        (row, column), (rows, columns) = self.place, self.places
        following = (row * columns + column + 1) % (rows * columns)
        self.place = [following // columns, following % columns]


def step_button(stage: GridStage) -> ipywidgets.Button:
    """Return a button that moves the window of a stage to the next place."""
    button = ipywidgets.Button(description="Step")
    button.on_click(lambda _button: stage.advance())
    return button


def play_button(stage: GridStage) -> ipywidgets.ToggleButton:
    """Return a button that lets the window of a stage move by itself, until it is pressed again."""
    button = ipywidgets.ToggleButton(description="Play")

    def play(event: dict[str, bool]) -> None:
        stage.playing = event["new"]
        button.description = "Pause" if event["new"] else "Play"

    button.observe(play, "value")
    return button
