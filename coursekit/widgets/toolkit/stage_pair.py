"""Two stages side by side: what a sliding window reads, and what it gives."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

from coursekit.widgets.controls.grid_stage import GridStage, play_button, step_button
from coursekit.widgets.toolkit.stage_figure import Figure


class StagePair:
    """An input with a window that is moved, an output with a window of one cell that goes along, and their headings.

    Attributes
    ----------
    input, output : GridStage
        Their ``place`` is the same: row and column of the output.
    step_button : ipywidgets.Button
        Moves on by one place.
    play : ipywidgets.ToggleButton
        Moves on by itself.
    """

    def __init__(self) -> None:
        self.input, self.output = GridStage(label="Input"), GridStage(label="Output")
        self.step_button, self.play = step_button(self.input), play_button(self.input)
        self._areas = [ipywidgets.HTML() for _ in range(4)]
        self.output.observe(lambda event: self.input.set_trait("place", event["new"]), "place")

    def columns(
        self, above_input: Sequence[ipywidgets.Widget], above_output: Sequence[ipywidgets.Widget] = ()
    ) -> tuple[list[ipywidgets.Widget], list[ipywidgets.Widget]]:
        """Return the widgets of both columns, with others between a heading and its stage."""
        first, second, first_legend, second_legend = self._areas
        return [first, *above_input, self.input, first_legend], [second, *above_output, self.output, second_legend]

    def show(
        self,
        figures: tuple[Figure, Figure],
        alt: str,
        place: tuple[int, int],
        *,
        places: tuple[int, ...],
        window: tuple[int, int],
        step: int,
        taps: list[list[int]],
        rim: list[int],
    ) -> None:
        """Show input and output.

        Parameters
        ----------
        figures : (Figure, Figure)
            Input and output.
        alt : str
            What both show, in a sentence.
        place, places : (int, int)
            Where the window stands, and how many places it has, in rows and columns of the output.
        window : (int, int)
            Rows and columns of the input that it covers.
        step : int
            Cells of the input from one place to the next.
        taps, rim
            See `GridStage`.
        """
        with self.input.hold_sync(), self.output.hold_sync():
            for stage, figure in zip((self.input, self.output), figures, strict=True):
                stage.rows, stage.columns = figure.shape
                stage.source, stage.cells, stage.alt = figure.source, figure.cells, alt
                stage.places, stage.place = list(places), list(place)
            self.input.window, self.input.step = list(window), step
            self.input.taps, self.input.rim = taps, rim
        titles = [figure.title_html for figure in figures]
        for area, words in zip(self._areas, titles + [figure.scale.legend_html() for figure in figures], strict=True):
            area.value = words
