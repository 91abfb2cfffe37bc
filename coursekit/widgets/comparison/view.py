"""What the comparison explorer shows: the image, two heatmaps, their scores, a sentence and the code. No widget."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from coursekit.arrays import Floats
from coursekit.widgets.toolkit.colors import heat, hexadecimal
from coursekit.widgets.toolkit.html import image_html, table_html
from coursekit.widgets.toolkit.numbers import number
from coursekit.widgets.toolkit.pixels import Pixels, enlarge, side_by_side, to_pixels

_SIDE = 256
_FULL_COLOUR = 99.5
_UNKNOWN = "–"


@dataclass(frozen=True)
class ComparisonState:
    """What the controls of the comparison explorer say.

    Attributes
    ----------
    network : str
        The name of the network.
    image : str
        The name of the image.
    target : int or None
        The class to explain; None is the predicted one.
    left, right : str
        Titles of the two methods.
    layer : str or None
        For methods that take one; None is the last.
    random_layers : int
        So many of the last layers have random weights.
    overlay, hidden : bool
        Whether the maps lie over the image, and whether they are still hidden.
    """

    network: str
    image: str
    target: int | None
    left: str
    right: str
    layer: str | None
    random_layers: int
    overlay: bool
    hidden: bool


@dataclass(frozen=True)
class ComparedMethod:
    """One method's heatmap and what it scores.

    Attributes
    ----------
    title : str
        Of the method.
    heatmap : array (height, width)
        As large as the image, in the method's own units.
    measures : dict of str to float
        In words; nan where unknown.
    """

    title: str
    heatmap: Floats
    measures: dict[str, float]


@dataclass(frozen=True)
class ComparisonView:
    """What the comparison explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : ComparisonState
        What the controls say.
    image : array (height, width, channels)
        As the model takes it, in 0..1.
    mask : bool array (height, width) or None
        The ground truth; None where it is not known.
    sides : two of ComparedMethod
        Left and right.
    figures_html, table_html, code : str
    """

    sentence: str
    state: ComparisonState
    image: Floats
    mask: NDArray[np.bool_] | None
    sides: tuple[ComparedMethod, ComparedMethod]
    figures_html: str
    table_html: str
    code: str

    @property
    def still(self) -> Pixels:
        """The image beside both heatmaps, uint8 (height, width, 4)."""
        shown, titles = [_outlined(self.image, self.mask)], [self.state.image]
        if not self.state.hidden:
            shown += [_coloured(side.heatmap, self.image, self.state.overlay)[0] for side in self.sides]
            titles += [side.title for side in self.sides]
        return side_by_side([enlarge(pixels, _factor(self.image)) for pixels in shown], titles=titles)


def agreement(first: Floats, second: Floats) -> float:
    """Return Spearman's rank correlation of two heatmaps' absolute values; nan where one is flat.

    Parameters
    ----------
    first, second : array (height, width)
        Signed or not.

    Returns
    -------
    float
        -1 to 1.

    Examples
    --------
    >>> agreement(np.eye(3), 5 * np.eye(3))
    1.0
    """
    from coursekit.explain.evaluate.similarity import rank_correlation

    return round(float(rank_correlation(np.abs(first)[np.newaxis], np.abs(second)[np.newaxis])[0]), 6)


def view_of(
    state: ComparisonState,
    image: Floats,
    mask: NDArray[np.bool_] | None,
    sides: tuple[ComparedMethod, ComparedMethod],
    subject: str,
    randomised: str,
    code: str,
) -> ComparisonView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : ComparisonState
        What the controls say.
    image : array (height, width, channels)
        From 0 to 1.
    mask : bool array (height, width), or None
        The ground truth, where it is known.
    sides : two of ComparedMethod
        Left and right.
    code : str
        What computes both heatmaps.
    subject : str
        Which class is explained for which image, in words.
    randomised : str
        Which layers are random, in words; "" if none.
    """
    return ComparisonView(
        sentence=_sentence(state, sides, subject, randomised, mask is not None),
        state=state,
        image=image,
        mask=mask,
        sides=sides,
        figures_html=_figures_html(state, image, mask, sides),
        table_html="" if state.hidden else _table_html(sides),
        code=code,
    )


def _sentence(
    state: ComparisonState, sides: tuple[ComparedMethod, ComparedMethod], subject: str, randomised: str, with_mask: bool
) -> str:
    left, right = sides
    if state.hidden:
        return f"{subject} Where will {left.title} and {right.title} be hot? Say it, then press Reveal."
    same = agreement(left.heatmap, right.heatmap)
    parts = [subject]
    if randomised:
        kept = [_kept(side) for side in sides]
        parts.append(f"{randomised} {left.title} keeps {kept[0]} of its order, {right.title} {kept[1]}.")
    elif with_mask:
        shares = [number(side.measures["hottest pixels on the ground-truth mask"]) for side in sides]
        parts.append(
            f"Of the hottest pixels {shares[0]} lie on the ground-truth mask with {left.title}, "
            f"{shares[1]} with {right.title}."
        )
    if np.isfinite(same):
        parts.append(f"The two maps agree by {number(same)} (rank correlation; 1 is the same order).")
    flat = [side.title for side in sides if not side.heatmap.any()]
    parts += [f"{' and '.join(dict.fromkeys(flat))}: zero everywhere."] if flat else []
    return " ".join(parts)


def _kept(side: ComparedMethod) -> str:
    similar = side.measures["similar to the trained network's map"]
    return number(similar) if np.isfinite(similar) else "nothing, for it is flat,"


def _figures_html(
    state: ComparisonState, image: Floats, mask: NDArray[np.bool_] | None, sides: tuple[ComparedMethod, ComparedMethod]
) -> str:
    longest = max(image.shape[:2])
    scale = _factor(image) if longest <= _SIDE else _SIDE / longest
    height, width = (round(scale * side) for side in image.shape[:2])
    note = "ground-truth mask outlined" if mask is not None else ""
    first = image_html(_outlined(image, mask), f"the image {state.image}", width, height)
    figures = [_figure("Image", note, first, "")]
    for place, side in zip(("left", "right"), sides, strict=True):
        if state.hidden:
            blank = np.full((*image.shape[:2], 3), 128, np.uint8)
            figures.append(_figure(side.title, "hidden", image_html(blank, f"{place}: hidden", width, height), ""))
            continue
        pixels, legend = _coloured(side.heatmap, image, state.overlay)
        peak = np.unravel_index(int(np.argmax(side.heatmap)), side.heatmap.shape)
        where = f"hottest at row {peak[0]}, column {peak[1]}" if side.heatmap.any() else "zero everywhere"
        alt = f"{place}: heatmap by {side.title}, {where}"
        figures.append(_figure(side.title, "", image_html(pixels, alt, width, height), legend))
    return f'<div class="ck-comparison">{"".join(figures)}</div>'


def _figure(title: str, note: str, image: str, legend: str) -> str:
    small = f" <small>{html.escape(note)}</small>" if note else ""
    return f"<figure><figcaption><b>{html.escape(title)}</b>{small}</figcaption>{image}{legend}</figure>"


def _table_html(sides: tuple[ComparedMethod, ComparedMethod]) -> str:
    rows = []
    for measure in sides[0].measures:
        values = [side.measures[measure] for side in sides]
        if np.isfinite(values).any():
            best = _best(measure, values)
            cells = [number(value, 3) if np.isfinite(value) else _UNKNOWN for value in values]
            rows.append([measure, *(f"{cell} ★" if place == best else cell for place, cell in enumerate(cells))])
    return table_html("Scores, ★ the better one", ["measure", *(side.title for side in sides)], rows)


def _best(measure: str, values: list[float]) -> int | None:
    """Which side wins a row; None where one is not known, both are the same, or nothing is better or worse."""
    if not np.isfinite(values).all() or number(values[0], 3) == number(values[1], 3) or "similar" in measure:
        return None
    return int(np.argmin(values) if "less is better" in measure else np.argmax(values))


def _coloured(heatmap: Floats, image: Floats, overlay: bool) -> tuple[Pixels, str]:
    """Return a heatmap in colours, and its scale: its own, full colour at the 99.5th percentile of its sizes."""
    size = np.abs(heatmap)
    limit = float(np.percentile(size, _FULL_COLOUR)) or float(size.max())
    two_sided = bool((heatmap < 0).any())
    ends = np.array([-limit, 0, limit] if two_sided else [0, limit / 2, limit])
    pixels = heat(heatmap, limit)
    if overlay:
        # Where there is no heat the image shows through, and zero keeps no colour of its own.
        cover = np.clip(size / (limit or 1.0), 0, 1)[..., np.newaxis] * 0.8 if two_sided else 0.6
        pixels = np.rint((1 - cover) * to_pixels(image) + cover * pixels).astype(np.uint8)
    return pixels, _legend(ends, heat(ends, limit), limit)


def _legend(ends: NDArray[np.floating], colours: Pixels, limit: float) -> str:
    if limit == 0:
        return '<div class="ck-legend"><p><span>zero everywhere</span></p></div>'
    stops = ", ".join(hexadecimal(one) for one in colours)
    words = "".join(f"<span>{_short(value)}</span>" for value in ends)
    return (
        f'<div class="ck-legend"><div style="background:linear-gradient(to right, {stops})"></div><p>{words}</p></div>'
    )


def _short(value: float) -> str:
    return f"{value:.2g}".replace("-", "−")


def _outlined(image: Floats, mask: NDArray[np.bool_] | None) -> Pixels:
    """Return the image with a white line around the mask."""
    pixels = to_pixels(image)
    if mask is not None:
        pixels[ndimage.binary_dilation(mask) & ~mask] = 255
    return pixels


def _factor(image: Floats) -> int:
    return max(1, _SIDE // int(max(image.shape[:2])))
