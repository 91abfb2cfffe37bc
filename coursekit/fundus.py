"""Photographs of the back of the eye: find the field of view, cut it out, and even out its light.

A fundus camera looks through the pupil. The picture shows a disc, the **field of view**, often cut off straight above
and below, on black. `prepare` does all that a network needs: `crop`, `pad_to_square`, `resize`, `clahe`.

Pictures are arrays ``(height, width, 3)``, uint8 from 0 to 255 or floats from 0 to 1, and come back as what they were.
What is told apart here is shape, light and colour, not medicine: a plate on a black table passes for an eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Picture = NDArray[Any]

LEAST_SIDE = 64
"""Pixels that each side of a picture must have."""

# The field is looked for in a copy whose longer side has at most so many pixels.
_LOOKED_AT = 256
# Brightness is the largest of the three channels, from 0 to 255.
_DARKEST_EYE = 30
_BLANK = 6
_GREY = 5
# The field is a disc that touches or crosses its box: it fills 79 % of it, more where it is cut off straight.
_FILLS = (0.60, 0.985)
_LEAST_AREA = 0.10
# How well the bright area and a disc, cut off by the box, must agree (intersection over union).
_AGREEMENT = 0.88
# The longer side of the box is a diameter, for a camera cuts the disc off above and below or not at all.
_WHOLE = 0.85
_TRIPLES = 400


class NoFieldError(ValueError):
    """The picture shows no field of view that could be found. The message says what was seen and what to do."""


@dataclass(frozen=True)
class Field:
    """Where the field of view lies in a picture, in pixels.

    Attributes
    ----------
    top, left, height, width : int
        The smallest box around it.
    centre : tuple of float
        Row and column of the middle of the disc. It may lie off the middle of the box where the disc is cut off.
    radius : float
        Of the disc.
    """

    top: int
    left: int
    height: int
    width: int
    centre: tuple[float, float]
    radius: float

    def mask(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Return where the disc lies within the box, bool ``(height, width)``, for a picture of that shape.

        Examples
        --------
        >>> Field(0, 0, 3, 5, (1.0, 2.0), 2.0).mask((3, 5, 3)).sum(axis=0).tolist()
        [1, 3, 3, 3, 1]
        """
        rows, columns = np.ogrid[: shape[0], : shape[1]]
        disc = (rows - self.centre[0]) ** 2 + (columns - self.centre[1]) ** 2 <= self.radius**2
        box = np.zeros(shape[:2], dtype=bool)
        box[self.top : self.top + self.height, self.left : self.left + self.width] = True
        return box & disc


def field_of_view(picture: ArrayLike) -> Field:
    """Find the field of view of a fundus photograph.

    The bright part of the picture is taken; through its edge the circle is laid that most of the edge agrees with. A
    disc, cut off by the box of the bright part, must then look like that part.

    Parameters
    ----------
    picture : array (height, width, 3)
        uint8, or floats from 0 to 1; at least 64 pixels each way.

    Returns
    -------
    Field

    Raises
    ------
    NoFieldError
        If the picture is too small, blank, too dark or grey, or shows no bright disc on black.
    ValueError
        If it is no picture.

    Examples
    --------
    >>> from coursekit.data.pictures import load_picture
    >>> field = field_of_view(load_picture("retina", size=256))
    >>> 235 < field.height <= 256, 120 < field.radius < 130
    (True, True)
    """
    pixels = _pixels(picture)
    if min(pixels.shape[:2]) < LEAST_SIDE:
        raise NoFieldError(
            f"the picture is {pixels.shape[0]}x{pixels.shape[1]} pixels: at least {LEAST_SIDE} are needed each way to "
            "tell a disc from a square. Use the original, not a thumbnail."
        )
    factor = max(1, -(-max(pixels.shape[:2]) // _LOOKED_AT))
    small = np.asarray(Image.fromarray(pixels).reduce(factor)) if factor > 1 else pixels
    _must_be_lit_and_coloured(small)
    bright = _bright_part(small.max(axis=2))
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    if bright.mean() < _LEAST_AREA:
        raise NoFieldError(
            f"only {bright.mean():.0%} of the picture is bright: a field of view covers at least {_LEAST_AREA:.0%} of "
            "it. Cut away most of the black, or leave the picture out."
        )
    top, left = int(rows[0]), int(columns[0])
    box = bright[top : rows[-1] + 1, left : columns[-1] + 1]
    fills = float(box.mean())
    if fills > _FILLS[1]:
        raise NoFieldError(
            "the picture is bright up to its corners: a fundus photograph shows a disc on black. This is none, or it "
            "is a part from the inside of one."
        )
    row, column, radius = _circle(bright)
    found = Field(top, left, box.shape[0], box.shape[1], (row, column), radius)
    disc = found.mask(bright.shape)
    agreement = np.count_nonzero(disc & bright) / np.count_nonzero(disc | bright)
    if fills < _FILLS[0] or agreement < _AGREEMENT or max(box.shape) < _WHOLE * 2 * radius:
        raise NoFieldError(
            f"the bright part of the picture is not a disc (it agrees with the best one by {agreement:.0%}, and spans "
            f"{min(max(box.shape) / 2 / radius, 1):.0%} of it). This is no fundus photograph, it is damaged, or too "
            "much of the field lies in the dark: leave it out."
        )
    height, width = pixels.shape[:2]
    # What is found in the small copy may begin a pixel earlier or later in the picture itself.
    spare = factor - 1
    top, bottom = max(factor * top - spare, 0), min(factor * (int(rows[-1]) + 1) + spare, height)
    left, right = max(factor * left - spare, 0), min(factor * (int(columns[-1]) + 1) + spare, width)
    centre = (factor * (row + 0.5) - 0.5, factor * (column + 0.5) - 0.5)
    return Field(top, left, bottom - top, right - left, centre, factor * radius)


def crop(picture: ArrayLike, field: Field | None = None) -> Picture:
    """Cut out the box around the field of view.

    Parameters
    ----------
    picture : array (height, width, 3)
    field : Field, optional
        What `field_of_view` found; None looks for it.

    Raises
    ------
    NoFieldError
        If no field of view is found.

    Examples
    --------
    >>> picture = np.zeros((200, 250, 3), np.uint8)
    >>> picture[Field(20, 45, 160, 160, (99.5, 124.5), 80).mask(picture.shape)] = (200, 120, 40)
    >>> crop(picture).shape
    (160, 160, 3)
    """
    array = _checked(picture)
    field = field or field_of_view(array)
    return array[field.top : field.top + field.height, field.left : field.left + field.width]


def pad_to_square(picture: ArrayLike) -> Picture:
    """Add black above and below, or left and right, until a picture is square. Nothing is stretched or lost.

    Examples
    --------
    >>> pad_to_square(np.ones((2, 5, 3)))[:, 0, 0].tolist()
    [0.0, 1.0, 1.0, 0.0, 0.0]
    """
    array = _checked(picture)
    height, width = array.shape[:2]
    side = max(height, width)
    above, before = (side - height) // 2, (side - width) // 2
    return np.pad(array, ((above, side - height - above), (before, side - width - before), (0, 0)))


def resize(picture: ArrayLike, size: int) -> Picture:
    """Scale a square picture without aliasing (Lanczos), to 8 bits a channel.

    Parameters
    ----------
    picture : array (side, side, 3)
    size : int
        Height and width of what comes back.

    Raises
    ------
    ValueError
        If the picture is not square, which would change its proportions, or size is less than 1.

    Examples
    --------
    >>> resize(np.full((8, 8, 3), 200, np.uint8), 4).shape
    (4, 4, 3)
    """
    array = _checked(picture)
    if array.shape[0] != array.shape[1]:
        raise ValueError(
            f"the picture is {array.shape[0]}x{array.shape[1]}: a square one is needed, or a round eye becomes oval. "
            "Call pad_to_square first."
        )
    if size < 1:
        raise ValueError(f"size is {size}, but a picture has at least one pixel each way.")
    scaled = Image.fromarray(_pixels(array)).resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _like(array, np.asarray(scaled))


def clahe(picture: ArrayLike, clip_limit: float = 0.01, tiles: int = 8) -> Picture:
    """Even out the contrast place by place: contrast-limited adaptive histogram equalisation.

    Each tile of the picture gets its own curve from old to new brightness, the cumulated histogram of the tile. To
    limit the contrast the histogram is cut off at a height first, and what was cut off is spread over all bins. Between
    the middles of the tiles the curves are interpolated. In colour, brightness is the largest of the three channels;
    all three are scaled by the same factor, so that hue and saturation stay.

    It is scikit-image's `equalize_adapthist`, called on the brightness alone: the same numbers as its own way over the
    colour space HSV, in a fraction of the time.

    Parameters
    ----------
    picture : array (height, width, 3) or (height, width)
        uint8, or floats from 0 to 1.
    clip_limit : float
        From 0 to 1: the height at which a histogram is cut off, as a share of the pixels of a tile. Higher is more
        contrast, and more noise. 0 and 1 limit nothing.
    tiles : int
        How many tiles along a side. More are more local.

    Raises
    ------
    ValueError
        If it is no picture, or if clip limit or tiles are out of range.

    References
    ----------
    K. Zuiderveld (1994), "Contrast limited adaptive histogram equalization", Graphics Gems IV, 474-485.

    Examples
    --------
    >>> dim = np.linspace(0.2, 0.3, 64 * 64).reshape(64, 64)
    >>> even = clahe(dim)
    >>> float(np.ptp(dim)) < 0.11, float(np.ptp(even))
    (True, 1.0)
    """
    from skimage.exposure import equalize_adapthist

    array = np.asarray(picture)
    array = array if array.ndim == 2 and _is_picture(array[..., np.newaxis]) else _checked(array)
    if not 0 <= clip_limit <= 1:
        raise ValueError(
            f"clip_limit is {clip_limit:g}: it is a share of the pixels of a tile. Pass 0.01, for example."
        )
    shorter = min(array.shape[:2])
    if not 1 <= tiles <= shorter // 2:
        raise ValueError(
            f"tiles is {tiles}: along {shorter} pixels there can be 1 to {shorter // 2}, for a tile has at least 2 "
            "pixels each way."
        )
    values = array / 255 if array.dtype == np.uint8 else array.astype(np.float64)
    brightness = values if values.ndim == 2 else values.max(axis=2)
    even = equalize_adapthist(brightness, [side // tiles for side in brightness.shape], clip_limit)
    if values.ndim == 2:
        return _like(array, even)
    lit = brightness > 0
    result = values * np.divide(even, brightness, out=np.zeros_like(even), where=lit)[..., np.newaxis]
    # Black has no hue: it becomes grey where it is made brighter.
    result[~lit] = even[~lit][:, np.newaxis]
    return _like(array, result)


def prepare(picture: ArrayLike, size: int = 512, clip_limit: float = 0.01, tiles: int = 8) -> Picture:
    """Make a photograph ready for a network: cut out the field, pad, resize, even out the contrast, black around it.

    CLAHE makes grey of the black around the field, and that depends on the picture: it is set back to black.

    Parameters
    ----------
    picture : array (height, width, 3)
    size : int
        Height and width of what comes back.
    clip_limit, tiles
        As in `clahe`.

    Returns
    -------
    array (size, size, 3)
        uint8 or floats, as the picture was.

    Raises
    ------
    NoFieldError
        If no field of view is found.
    ValueError
        If it is no picture, or a number is out of range.

    Examples
    --------
    >>> from coursekit.data.pictures import load_picture
    >>> ready = prepare(load_picture("retina"), size=128)
    >>> ready.shape, ready[0, 0].tolist()
    ((128, 128, 3), [0.0, 0.0, 0.0])
    """
    array = _checked(picture)
    field = field_of_view(array)
    ready = clahe(resize(pad_to_square(crop(array, field)), size), clip_limit, tiles)
    side = max(field.height, field.width)
    above, before = (side - field.height) // 2, (side - field.width) // 2
    scale = size / side
    moved = Field(
        round(scale * above),
        round(scale * before),
        round(scale * field.height),
        round(scale * field.width),
        (
            scale * (field.centre[0] - field.top + above + 0.5) - 0.5,
            scale * (field.centre[1] - field.left + before + 0.5) - 0.5,
        ),
        scale * field.radius,
    )
    ready[~moved.mask(ready.shape)] = 0
    return ready


def _must_be_lit_and_coloured(pixels: Pixels) -> None:
    brightness = pixels.max(axis=2)
    low, high = (float(value) for value in np.percentile(brightness, (1, 99)))
    if high - low < _BLANK:
        raise NoFieldError(
            f"the picture is blank: its brightness goes from {low:.0f} to {high:.0f} of 255. Look at the file, and "
            "leave it out."
        )
    if high < _DARKEST_EYE:
        raise NoFieldError(
            f"the picture is too dark: its brightest parts reach {high:.0f} of 255, and {_DARKEST_EYE} are needed. The "
            "flash may have failed: leave it out."
        )
    colour = float(np.percentile(brightness.astype(np.int16) - pixels.min(axis=2), 99))
    if colour < _GREY:
        raise NoFieldError(
            f"the picture is grey: its channels differ by {colour:.0f} of 255 at most. A colour photograph is needed, "
            "not an angiogram or a single channel."
        )


def _bright_part(brightness: Pixels) -> NDArray[np.bool_]:
    """Return the largest connected bright part and what lies between its parts: an eye is convex."""
    from scipy import ndimage
    from skimage.morphology import convex_hull_image

    smooth = ndimage.uniform_filter(brightness.astype(np.float32), 3)
    # A camera's black is not quite 0, and JPEG blurs the edge. A dim eye has a low threshold.
    high = float(np.percentile(smooth, 90))
    threshold = min(max(0.10 * high, 5.0), 20.0)
    # Where contrast was raised before, the black is noise: the darkest corner tells how strong.
    side = max(4, min(brightness.shape) // 20)
    ends = (slice(side), slice(-side, None))
    noise = 1.8 * min(float(np.median(smooth[rows, columns])) for rows in ends for columns in ends)
    threshold = max(threshold, noise) if noise < high / 2 else threshold
    labels, count = ndimage.label(ndimage.binary_opening((smooth > threshold) & (brightness > threshold), iterations=2))
    if not count:
        return np.zeros(brightness.shape, dtype=bool)
    largest = np.bincount(labels.ravel())[1:].argmax() + 1
    hull = convex_hull_image(labels == largest)  # type: ignore[no-untyped-call]
    return cast(NDArray[np.bool_], hull)


def _circle(bright: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return row, column and radius of the circle that most of the edge agrees with.

    Circles are laid through many triples of points of the edge (M. A. Fischler and R. C. Bolles, "Random sample
    consensus", 1981). Where the picture itself ends is no edge. The random numbers are always the same.
    """
    from scipy import ndimage

    inner = ndimage.binary_erosion(bright, border_value=1)
    points = np.argwhere(bright & ~inner).astype(np.float64)
    height, width = bright.shape
    if len(points) < 3:
        return (height - 1) / 2, (width - 1) / 2, max(height, width) / 2
    rng = np.random.default_rng(0)
    first, second, third = points[rng.integers(0, len(points), (3, _TRIPLES))]
    a, b = second - first, third - first
    cross = 2 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    usable = np.abs(cross) > 1
    a, b, cross, first = a[usable], b[usable], cross[usable], first[usable]
    square_a, square_b = (a**2).sum(axis=1), (b**2).sum(axis=1)
    offset = np.stack([b[:, 1] * square_a - a[:, 1] * square_b, a[:, 0] * square_b - b[:, 0] * square_a], axis=1)
    offset /= cross[:, np.newaxis]
    radii = np.hypot(offset[:, 0], offset[:, 1])
    sensible = (radii > 0.2 * max(height, width)) & (radii < 1.5 * max(height, width))
    if not sensible.any():
        return (height - 1) / 2, (width - 1) / 2, max(height, width) / 2
    centres, radii = (first + offset)[sensible], radii[sensible]
    away = np.hypot(points[:, 0] - centres[:, :1], points[:, 1] - centres[:, 1:])
    best = int((np.abs(away - radii[:, np.newaxis]) < 1.5).sum(axis=1).argmax())
    near = points[np.abs(away[best] - radii[best]) < 2.5]
    # Least squares (I. Kåsa, 1976): |p|² = 2 p·c + (r² - |c|²) is linear in what is sought.
    matrix = np.column_stack([2 * near, np.ones(len(near))])
    row, column, rest = np.linalg.lstsq(matrix, (near**2).sum(axis=1), rcond=None)[0]
    return float(row), float(column), float(np.sqrt(max(rest + row**2 + column**2, 1.0))) + 0.5


def _is_picture(array: Picture) -> bool:
    if array.ndim != 3 or not array.size:
        return False
    if array.dtype == np.uint8:
        return True
    return array.dtype.kind == "f" and bool(array.min() >= -1e-6 and array.max() <= 1 + 1e-6)


def _checked(picture: ArrayLike) -> Picture:
    array = np.asarray(picture)
    if array.ndim == 2:
        raise NoFieldError(
            f"the picture has shape {array.shape} and is grey: a colour photograph (height, width, 3) is needed."
        )
    if array.ndim != 3 or array.shape[2] != 3 or not array.size:
        raise ValueError(f"the picture has shape {array.shape}: (height, width, 3) is needed, one picture in colour.")
    if not _is_picture(array):
        raise ValueError(
            f"the picture holds {array.dtype} values: uint8, or floats from 0 to 1, are needed. Divide by 255, or "
            "leave out what scaled it."
        )
    return array


def _pixels(picture: ArrayLike) -> Pixels:
    array = _checked(picture)
    return array if array.dtype == np.uint8 else np.rint(255 * np.clip(array, 0, 1)).astype(np.uint8)


def _like(array: Picture, result: Picture) -> Picture:
    """Return a result as uint8 where the picture was, else as float32."""
    if array.dtype == np.uint8:
        return result if result.dtype == np.uint8 else np.rint(255 * result).astype(np.uint8)
    return (result / np.float32(255)).astype(np.float32) if result.dtype == np.uint8 else result.astype(np.float32)
