"""Find the field of view of a fundus camera: a disc, perhaps cut off, on black."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from coursekit.fundus.pixels import LEAST_SIDE, NoFieldError, Pixels, pixels_of

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
# Where they agree less than so well, a halo or noise may be taken for the field: stricter thresholds are tried too.
_WELL = 0.97
_STRICTER = (1, 2, 3)
# The longer side of the box is a diameter, for a camera cuts the disc off above and below or not at all.
_WHOLE = 0.85
_TRIPLES = 400


@dataclass(frozen=True)
class Field:
    """Where the field of view lies in an image, in pixels.

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
        """Return where the disc lies within the box.

        Parameters
        ----------
        shape : tuple of int
            Of the image: height and width come first.

        Returns
        -------
        bool array (height, width)

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


def field_of_view(image: ArrayLike) -> Field:
    """Find the field of view of a fundus photograph.

    The bright part of the image is taken; through its edge the circle is laid that most of the edge agrees with. A
    disc, cut off by the box of the bright part, must then look like that part. If it does so badly, that may be due to
    a halo or to noise around it: higher thresholds are tried, and count where the agreement is good.

    Parameters
    ----------
    image : array_like (height, width, 3)
        uint8, or floats from 0 to 1; at least 64 pixels each way.

    Returns
    -------
    Field

    Raises
    ------
    NoFieldError
        If the image is too small, blank, too dark or grey, or shows no bright disc on black.
    ValueError
        If it is no image.

    Examples
    --------
    >>> from coursekit.photographs import load_image
    >>> field = field_of_view(load_image("retina", size=256))
    >>> 235 < field.height <= 256, 120 < field.radius < 130
    (True, True)
    """
    pixels = pixels_of(image)
    if min(pixels.shape[:2]) < LEAST_SIDE:
        raise NoFieldError(
            f"the image is {pixels.shape[0]}x{pixels.shape[1]} pixels: at least {LEAST_SIDE} are needed each way to "
            "tell a disc from a square. Use the original, not a thumbnail."
        )
    factor = max(1, -(-max(pixels.shape[:2]) // _LOOKED_AT))
    small = np.asarray(Image.fromarray(pixels).reduce(factor)) if factor > 1 else pixels
    brightness = np.maximum(np.maximum(small[..., 0], small[..., 1]), small[..., 2])
    _must_be_lit_and_coloured(small, brightness)
    best, reason = None, NoFieldError()
    for times in _STRICTER:
        try:
            found, agreement = _disc(_bright_part(brightness, times))
        except NoFieldError as error:
            reason = error if times == 1 else reason
            continue
        if times == 1 or agreement >= _WELL:
            best = found
        if agreement >= _WELL:
            break
    if best is None:
        raise reason
    height, width = pixels.shape[:2]
    # What is found in the small copy may begin a pixel earlier or later in the image itself.
    spare = factor - 1
    top, bottom = max(factor * best.top - spare, 0), min(factor * (best.top + best.height) + spare, height)
    left, right = max(factor * best.left - spare, 0), min(factor * (best.left + best.width) + spare, width)
    row, column = (factor * (middle + 0.5) - 0.5 for middle in best.centre)
    return Field(top, left, bottom - top, right - left, (row, column), factor * best.radius)


def _disc(bright: NDArray[np.bool_]) -> tuple[Field, float]:
    """Return the disc that a bright part is, cut off by its box, and how well they agree, or say why it is none."""
    if bright.mean() < _LEAST_AREA:
        raise NoFieldError(
            f"only {bright.mean():.0%} of the image is bright: a field of view covers at least {_LEAST_AREA:.0%} of "
            "it. Cut away most of the black, or leave the image out."
        )
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    box = bright[top : rows[-1] + 1, left : columns[-1] + 1]
    fills = float(box.mean())
    if fills > _FILLS[1]:
        raise NoFieldError(
            "the image is bright up to its corners: a fundus photograph shows a disc on black. This is none, or it "
            "is a part from the inside of one."
        )
    row, column, radius = _circle(bright)
    found = Field(top, left, box.shape[0], box.shape[1], (row, column), radius)
    disc = found.mask(bright.shape)
    agreement = float(np.count_nonzero(disc & bright) / np.count_nonzero(disc | bright))
    if fills < _FILLS[0] or agreement < _AGREEMENT or max(box.shape) < _WHOLE * 2 * radius:
        raise NoFieldError(
            f"the bright part of the image is not a disc (it agrees with the best one by {agreement:.0%}, and spans "
            f"{min(max(box.shape) / 2 / radius, 1):.0%} of it). This is no fundus photograph, it is damaged, or too "
            "much of the field lies in the dark: leave it out."
        )
    return found, agreement


def _must_be_lit_and_coloured(pixels: Pixels, brightness: Pixels) -> None:
    low, high = (float(value) for value in np.percentile(brightness, (1, 99)))
    if high - low < _BLANK:
        raise NoFieldError(
            f"the image is blank: its brightness goes from {low:.0f} to {high:.0f} of 255. Look at the file, and "
            "leave it out."
        )
    if high < _DARKEST_EYE:
        raise NoFieldError(
            f"the image is too dark: its brightest parts reach {high:.0f} of 255, and {_DARKEST_EYE} are needed. The "
            "flash may have failed: leave it out."
        )
    darkest = np.minimum(np.minimum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])
    colour = float(np.percentile(brightness - darkest, 99))
    if colour < _GREY:
        raise NoFieldError(
            f"the image is grey: its channels differ by {colour:.0f} of 255 at most. A colour photograph is needed, "
            "not an angiogram or a single channel."
        )


def _bright_part(brightness: Pixels, times: float) -> NDArray[np.bool_]:
    """Return the largest part above so many times the threshold, and what lies between: an eye is convex."""
    from scipy import ndimage

    smooth = ndimage.uniform_filter(brightness.astype(np.float32), 3)
    # A camera's black is not quite 0, and JPEG blurs the edge. A dim eye has a low threshold.
    high = float(np.percentile(smooth, 90))
    threshold = min(max(0.10 * high, 5.0), 20.0)
    # Where contrast was raised before, the black is noise: the darkest corner tells how strong.
    side = max(4, min(brightness.shape) // 20)
    ends = (slice(side), slice(-side, None))
    noise = 1.8 * min(float(np.median(smooth[rows, columns])) for rows in ends for columns in ends)
    threshold = max(threshold, noise) if noise < high / 2 else threshold
    threshold *= times
    labels, count = ndimage.label(ndimage.binary_opening((smooth > threshold) & (brightness > threshold), iterations=2))
    if not count:
        return np.zeros(brightness.shape, dtype=bool)
    largest = np.bincount(labels.ravel())[1:].argmax() + 1
    return _convex_hull(labels == largest)


def _convex_hull(part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels whose middles lie in the convex hull of a part, half a pixel around it included."""
    from scipy.spatial import ConvexHull

    rows = np.flatnonzero(part.any(axis=1))
    first = part[rows].argmax(axis=1)
    last = part.shape[1] - 1 - part[rows, ::-1].argmax(axis=1)
    ends = np.concatenate([np.stack([rows, first], axis=1), np.stack([rows, last], axis=1)]).astype(np.float64)
    around = np.array([[0.5, 0], [-0.5, 0], [0, 0.5], [0, -0.5]])
    down, right, beyond = ConvexHull((ends[:, np.newaxis] + around).reshape(-1, 2)).equations.T
    inside = np.arange(rows[0], rows[-1] + 1)
    # A row of pixels enters the hull at the last edge that it crosses inwards, and leaves at the first one outwards.
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed = -(inside[:, np.newaxis] * down + beyond) / right
    left = np.where(right < 0, crossed, -np.inf).max(axis=1, keepdims=True)
    end = np.where(right > 0, crossed, np.inf).min(axis=1, keepdims=True)
    columns = np.arange(part.shape[1])
    hull = np.zeros_like(part)
    hull[inside] = (columns >= left - 1e-9) & (columns <= end + 1e-9)
    return hull


def _circle(bright: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return row, column and radius of the circle that most of the edge agrees with.

    Circles are laid through many triples of points of the edge (M. A. Fischler and R. C. Bolles, "Random sample
    consensus", 1981). Where the image itself ends is no edge. The random numbers are always the same.
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
    # Squared distances, |p|² - 2 p·c + |c|²: one product of matrices, and no roots.
    away = (points**2).sum(axis=1) - 2 * centres @ points.T + (centres**2).sum(axis=1)[:, np.newaxis]
    close = (away > ((radii - 1.5) ** 2)[:, np.newaxis]) & (away < ((radii + 1.5) ** 2)[:, np.newaxis])
    best = int(close.sum(axis=1).argmax())
    near = points[np.abs(np.hypot(*(points - centres[best]).T) - radii[best]) < 2.5]
    # Least squares (I. Kåsa, 1976): |p|² = 2 p·c + (r² - |c|²) is linear in what is sought.
    matrix = np.column_stack([2 * near, np.ones(len(near))])
    row, column, rest = np.linalg.lstsq(matrix, (near**2).sum(axis=1), rcond=None)[0]
    return float(row), float(column), float(np.sqrt(max(rest + row**2 + column**2, 1.0))) + 0.5
