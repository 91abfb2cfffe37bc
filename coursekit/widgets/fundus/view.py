"""What the fundus explorer shows: the photograph with its field marked, what becomes of it, and code. No widget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from coursekit import fundus
from coursekit.arrays import Floats
from coursekit.widgets.toolkit.code import drawing_code
from coursekit.widgets.toolkit.html import image_html
from coursekit.widgets.toolkit.pixels import Pixels, side_by_side, to_pixels


@dataclass(frozen=True)
class FundusState:
    """What the controls of the fundus explorer say."""

    image: str
    cropped: bool
    equalised: bool
    clip_limit: float
    tiles: int


@dataclass(frozen=True)
class FundusView:
    """What the fundus explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : FundusState
        What the controls say.
    marked : uint8 array (height, width, 3)
        The photograph, with the box and the circle that were found.
    result : uint8 array (height, width, 3)
    images_html, code : str
    """

    sentence: str
    state: FundusState
    marked: Pixels
    result: Pixels
    images_html: str
    code: str

    @property
    def still(self) -> Pixels:
        """The photograph beside the result, uint8 (height, width, 4)."""
        return side_by_side([self.marked, self.result], titles=("found in the photograph", "prepared"))


def found_or_why(image: Floats) -> fundus.Field | str:
    """Return the field of view of an image (height, width, 3), or the sentence that says why there is none."""
    try:
        return fundus.field_of_view(image)
    except fundus.NoFieldError as error:
        return str(error)


def contrast(pixels: Pixels) -> float:
    """Return how far brightness lies from its mean over a small square around, on average, as a share of its range.

    The squares are a twentieth of the image (height, width, 3) wide. Those that reach into the black around the field
    do not count.

    Examples
    --------
    >>> stripes = np.full((40, 40, 3), 100, np.uint8)
    >>> stripes[::2] = 151
    >>> round(contrast(stripes), 2)
    0.13
    """
    brightness = pixels.max(axis=2).astype(np.float32) / 255
    side = max(3, min(brightness.shape) // 20)
    whole = ndimage.minimum_filter(brightness, side) > 0
    away = np.abs(brightness - ndimage.uniform_filter(brightness, side))
    return float(away[whole].mean()) if whole.any() else 0.0


def view_of(state: FundusState, image: Floats, field: fundus.Field | str, image_code: str) -> FundusView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : FundusState
        What the controls say.
    image : array (height, width, 3)
        Floats from 0 to 1.
    field : Field or str
        See `found_or_why`.
    image_code : str
        The expression that gives the image.
    """
    original = to_pixels(image)
    cut = state.cropped and isinstance(field, fundus.Field)
    result = fundus.pad_to_square(fundus.crop(original, field)) if cut else original  # type: ignore[arg-type]
    if state.equalised:
        result = fundus.clahe(result, state.clip_limit, min(state.tiles, min(result.shape[:2]) // 2))
    marked = _marked(original, field)
    sentence = _sentence(state, original, result, field)
    return FundusView(
        sentence, state, marked, result, _images_html(marked, result, state.image), _code(state, cut, image_code)
    )


def _sentence(state: FundusState, original: Pixels, result: Pixels, field: fundus.Field | str) -> str:
    if isinstance(field, str):
        place = f'"{state.image}": no field of view: {field} Nothing is cut off.'
    else:
        place = (
            f'"{state.image}": a field of {field.height}×{field.width} pixels, radius {field.radius:.0f}, found in '
            f"{original.shape[0]}×{original.shape[1]}{'' if state.cropped else ', not cut out'}."
        )
    if not state.equalised:
        return f"{place} The local contrast is as it was, {contrast(result):.3f}."
    limited = f"limit {state.clip_limit:g}" if 0 < state.clip_limit < 1 else "no limit"
    return (
        f"{place} CLAHE with {state.tiles}×{state.tiles} tiles and {limited}: local contrast {contrast(original):.3f} "
        f"before, {contrast(result):.3f} after."
    )


def _marked(original: Pixels, field: fundus.Field | str) -> Pixels:
    if isinstance(field, str):
        return original
    image = Image.fromarray(original)
    pen = ImageDraw.Draw(image)
    row, column = field.centre
    circle = [column - field.radius, row - field.radius, column + field.radius, row + field.radius]
    box = [field.left, field.top, field.left + field.width - 1, field.top + field.height - 1]
    for colour, width in (("black", 3), ("white", 1)):  # visible on every image
        pen.rectangle(box, outline=colour, width=width)
        pen.ellipse(circle, outline=colour, width=width)
    return np.asarray(image)


def _images_html(marked: Pixels, result: Pixels, name: str) -> str:
    figures = ((marked, f"{name} with the field that was found", "found"), (result, f"{name}, prepared", "prepared"))
    return (
        '<div class="ck-variations">'
        + "".join(
            f"<figure>{image_html(pixels, alt, pixels.shape[1], pixels.shape[0])}<figcaption>{caption}</figcaption>"
            "</figure>"
            for pixels, alt, caption in figures
        )
        + "</div>"
    )


def _code(state: FundusState, cut: bool, image_code: str) -> str:
    lines = ["from coursekit.synthetic import fundus as drawn", ""] if image_code.startswith("(drawn.") else []
    lines += [f"photograph = np.rint(255 * {image_code}).astype(np.uint8)"]
    lines.append(f"image = {'ck.fundus.pad_to_square(ck.fundus.crop(photograph))' if cut else 'photograph'}")
    if state.equalised:
        lines.append(f"image = ck.fundus.clahe(image, clip_limit={state.clip_limit:g}, tiles={state.tiles})")
    return "\n".join([*lines, drawing_code(("photograph", "photograph"), ("image", "prepared"))])
