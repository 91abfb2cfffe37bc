"""What the relevance-map explorer shows: images, a table, numbers on request, and a sentence. No widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.relevance.map import RelevanceMap, RootName, Slope, in_blocks, with_gamma
from coursekit.widgets.sources.images import SourceImage
from coursekit.widgets.sources.own import array_code
from coursekit.widgets.toolkit.code import drawing_code
from coursekit.widgets.toolkit.colors import Scale
from coursekit.widgets.toolkit.html import number_table, table_html
from coursekit.widgets.toolkit.numbers import by, number
from coursekit.widgets.toolkit.panels import (
    Panel,
    PanelsView,
    equation,
    image_panel,
    number_panel,
    panels_html,
    rows_still,
)
from coursekit.widgets.toolkit.pixels import Pixels

_LARGE, _SMALL = 250, 122
_FORMULA = "Relevance = (image − root point) × gradient"

MOST_NUMBERS = 14
"""Relevance is written in so many rows and columns at most; of larger images, in sums over blocks."""


@dataclass(frozen=True)
class RelevanceState:
    """What the controls say.

    Attributes
    ----------
    network, image : str
    root : {"blur", "sharpen", "pixelate", "nearest"}
    sigma : float
        Width of the blur, or half the side of a square, in pixels.
    gamma : float
        Power that the relevance is raised to when it is drawn.
    slope : {"root", "image", "mean"}
    target : int
        Class; -1 is the predicted one.
    softmax, numbers : bool
    """

    network: str
    image: str
    root: RootName
    sigma: float
    gamma: float
    slope: Slope
    target: int
    softmax: bool
    numbers: bool


@dataclass(frozen=True)
class RelevanceView(PanelsView):
    """What is shown."""

    state: RelevanceState
    relevance: RelevanceMap
    large: tuple[Panel, ...]
    facts_html: str
    table_html: str

    @property
    def large_html(self) -> str:
        """The image and its relevance, large."""
        return panels_html(self.large, _LARGE)

    @property
    def panels_html(self) -> str:
        """How the map comes about, as a formula."""
        return panels_html(self.panels, _SMALL, _FORMULA)

    @property
    def still(self) -> Pixels:
        """Both rows, one below the other."""
        return rows_still((self.large, self.panels), headings=("", _FORMULA))


def view_of(
    state: RelevanceState,
    relevance: RelevanceMap,
    image: SourceImage,
    root_name: str,
    classes: Sequence[str],
    model_code: str,
) -> RelevanceView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : RelevanceState
        What the controls say.
    relevance : RelevanceMap
        How the answer is shared out.
    image : SourceImage
        What was explained.
    root_name : str
        The root point in words.
    classes : sequence of str
        Names of the classes.
    model_code : str
        A line that makes ``model``.
    """
    heatmap, name = relevance.heatmap, classes[relevance.target]
    size = by(relevance.image.shape)
    changed = (relevance.image - relevance.root).sum(axis=-1)
    shown = image_panel("Image", size, relevance.image, f"the image {state.image}")
    drawn = with_gamma(heatmap, state.gamma)
    words = f"for {name}, gamma {state.gamma:g}"
    root = image_panel("Root point", root_name, np.clip(relevance.root, 0, 1), f"the root point: {root_name}")
    panels = equation(
        *(shown, "−", root, "=", number_panel("Difference", "channels summed", changed)),
        *("×", number_panel("Gradient", f"at {_WHERE[state.slope]}", relevance.gradient.sum(axis=-1))),
        *("=", number_panel("Relevance", "on its own scale", heatmap)),
    )
    large = shown, number_panel("Relevance", words, drawn, Scale.up_to(1), f"relevance of {state.image}")
    return RelevanceView(
        sentence=_sentence(state, relevance, root_name, name),
        state=state,
        relevance=relevance,
        panels=panels,
        large=large,
        facts_html=_facts_html(state, relevance, name),
        table_html=_numbers_html(heatmap) if state.numbers else "",
        code="\n".join([model_code, f"image = {image.code}", *_code(state, relevance)]),
    )


_WHERE: dict[Slope, str] = {"root": "the root point", "image": "the image", "mean": "both, their mean"}


def _sentence(state: RelevanceState, relevance: RelevanceMap, root_name: str, name: str) -> str:
    what = "probability" if state.softmax else "logit"
    (here, there), shared = relevance.answers, float(relevance.heatmap.sum())
    place = np.unravel_index(int(np.argmax(np.abs(relevance.heatmap))), relevance.heatmap.shape)
    where = ", ".join(
        f"{word} {index}"
        for word, index in zip(("row", "column") if len(place) == 2 else ("place",), place, strict=True)
    )
    difference, strongest = number(here - there, 3), number(float(relevance.heatmap[place]), 4)
    return (
        f'For "{state.image}" the {what} of {name} is {number(here, 3)}, at the root point ({root_name}) '
        f"{number(there, 3)}. Of the difference of {difference} the map shares out {number(shared, 3)}; the strongest "
        f"relevance, {strongest}, lies at {where}."
    )


def _facts_html(state: RelevanceState, relevance: RelevanceMap, name: str) -> str:
    what = "probability" if state.softmax else "logit"
    (here, there), heatmap = relevance.answers, relevance.heatmap
    rows = [
        [f"{what} of {name}, image", number(here, 4)],
        [f"{what} of {name}, root point", number(there, 4)],
        ["their difference", number(here - there, 4)],
        ["positive relevance", number(float(heatmap[heatmap > 0].sum()), 4)],
        ["negative relevance", number(float(heatmap[heatmap < 0].sum()), 4)],
        ["what the straight line misses", number(relevance.remainder, 4)],
    ]
    return table_html("How the answer is shared out", ["what", "value"], rows)


def _numbers_html(heatmap: Floats) -> str:
    table = heatmap[np.newaxis] if heatmap.ndim == 1 else heatmap
    if max(table.shape) > MOST_NUMBERS:
        table = in_blocks(table, MOST_NUMBERS)
        side = -(-max(heatmap.shape) // MOST_NUMBERS)
        caption = f"Relevance, summed over blocks of {side} × {side} pixels"
    else:
        caption = "Relevance of each pixel"
    return number_table(table, Scale.up_to(float(np.abs(table).max())).colours(table), caption)


def _code(state: RelevanceState, relevance: RelevanceMap) -> list[str]:
    if state.root == "nearest":
        root = f"{array_code(relevance.root)}[np.newaxis]"
    else:
        root = f'ck.explain.root_points(image[np.newaxis], "{state.root}", {state.sigma:g})'
    options = f'root=root, slope="{state.slope}"'
    call = f"ck.explain.taylor_decomposition(model, image[np.newaxis], {relevance.target}, {options})[0]"
    if state.softmax:
        options += ", probability=True"
        call = f"ck.explain.taylor_relevance(model, image[np.newaxis], {relevance.target}, {options}).maps[0]"
    lines = [f"root = {root}", f"heatmap = {call}"]
    if relevance.image.ndim < 3:
        return [*lines, "_, axes = plt.subplots(2, 1)", "axes[0].plot(image)", "axes[1].plot(heatmap)"]
    scale = Scale.up_to(float(np.abs(relevance.heatmap).max()) or 1.0)
    first = "" if relevance.image.shape[2] in (1, 3) else "[..., 0]"
    root = f"np.clip(root[0], 0, 1){first}"
    drawn = drawing_code((f"image{first}", "image"), (root, "root point"), ("heatmap", "relevance", scale))
    return [*lines, drawn]
