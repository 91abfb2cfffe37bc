"""Pooling at work on an image: the numbers that the pooling explorer shows. NumPy only, no widgets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit import pooling
from coursekit.arrays import Floats
from coursekit.pooling import Kind, Padding

LARGEST_SHIFT = 4


@dataclass(frozen=True)
class PoolingSettings:
    """All that decides what the output is.

    Attributes
    ----------
    image : str
        The name of the image.
    kind : {"max", "average"}
        What is kept of a window.
    size, stride : int
        Rows and columns of the window, and pixels from one window to the next.
    padding : {"valid", "same"}
        Whether windows stay inside the image, or the output has size / stride rows and columns, rounded up.
    shift : int
        By how many pixels the image is moved to the right first.
    """

    image: str
    kind: Kind = "max"
    size: int = 2
    stride: int = 2
    padding: Padding = "valid"
    shift: int = 0


@dataclass(frozen=True)
class PooledSide:
    """One side of the image, rows or columns.

    Attributes
    ----------
    size : int
        Pixels of the image.
    padding : (int, int)
        Places before and after that hold no pixel.
    output_size : int
    left_out : int
        Pixels at the end that are in no window.
    """

    size: int
    padding: tuple[int, int]
    output_size: int
    left_out: int


@dataclass(frozen=True)
class Shift:
    """How much the image, and its pooled map, look as they did before the image moved.

    Attributes
    ----------
    pixels : int
        By how many the image moved.
    image, pooled : float
        Correlation with what was there before: 1 is the same, 0 has nothing in common; NaN where nothing varies.
    kept : float
        The fraction of the pooled numbers that are exactly what they were.
    """

    pixels: int
    image: float
    pooled: float
    kept: float


@dataclass(frozen=True)
class Pooled:
    """A whole image, pooled.

    Attributes
    ----------
    padded : array (height, width)
        The image, moved by the shift, with NaN where padding holds no pixel.
    output : array (output_height, output_width)
    change : array (output_height, output_width)
        What the shift has added to the output.
    winners : array (output_height, output_width, 2)
        Row and column of the largest pixel of every window, in `padded`.
    sides : (PooledSide, PooledSide)
        Rows and columns.
    shifts : tuple of Shift
        For every shift from 0 on.
    """

    settings: PoolingSettings
    padded: Floats
    output: Floats
    change: Floats
    winners: NDArray[np.integer]
    sides: tuple[PooledSide, PooledSide]
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class PoolingWindow:
    """What one window holds.

    Attributes
    ----------
    values : array (size, size)
        NaN where padding holds no pixel.
    winner : (int, int)
        Row and column of the largest number within the window.
    result : float
    """

    values: Floats
    winner: tuple[int, int]
    result: float

    @property
    def count(self) -> int:
        """How many pixels it holds."""
        return int(np.isfinite(self.values).sum())


def pool(image: Floats, settings: PoolingSettings) -> Pooled:
    """Pool an image, and the same image moved to the right by 0 to 4 pixels.

    Parameters
    ----------
    image : array (height, width)
        Any real numbers.
    settings : PoolingSettings
        The window, and how it moves.

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        If the window does not fit, or a setting is unknown.

    Examples
    --------
    >>> pooled = pool(np.arange(25.0).reshape(5, 5), PoolingSettings("numbers", padding="same"))
    >>> pooled.output.tolist(), pooled.sides[0]
    ([[6.0, 8.0, 9.0], [16.0, 18.0, 19.0], [21.0, 23.0, 24.0]], \
PooledSide(size=5, padding=(0, 1), output_size=3, left_out=0))
    """
    size, stride, padding = settings.size, settings.stride, settings.padding
    moved = [shifted(image, pixels) for pixels in range(LARGEST_SHIFT + 1)]
    maps = [
        pooling.pooling_layer(one[np.newaxis, :, :, np.newaxis], size, stride, padding, settings.kind)[0, :, :, 0]
        for one in moved
    ]
    output = maps[settings.shift]
    rows, columns = (_side(pixels, places, settings) for pixels, places in zip(image.shape, output.shape, strict=True))
    first_pixel = np.array([rows.padding[0], columns.padding[0]])
    floats = moved[settings.shift].astype(np.result_type(image.dtype, np.float32))
    return Pooled(
        settings=settings,
        padded=np.pad(floats, (rows.padding, columns.padding), constant_values=np.nan),
        output=output,
        change=output - maps[0],
        winners=pooling.winners(moved[settings.shift], size, stride, padding) + first_pixel,
        sides=(rows, columns),
        shifts=tuple(
            Shift(pixels, likeness(image, one), likeness(maps[0], map_), float((map_ == maps[0]).mean()))
            for pixels, (one, map_) in enumerate(zip(moved, maps, strict=True))
        ),
    )


def shifted(image: Floats, pixels: int) -> Floats:
    """Return the image (height, width) moved to the right; what is missing at the left repeats the edge.

    Examples
    --------
    >>> shifted(np.array([[1, 2, 3]]), 2).tolist()
    [[1, 1, 1]]
    """
    return np.pad(image, ((0, 0), (pixels, 0)), mode="edge")[:, : image.shape[1]]


def likeness(first: Floats, second: Floats) -> float:
    """Return the correlation of two maps: 1 where they are the same, about 0 where they have nothing in common.

    Parameters
    ----------
    first, second : array (height, width)
        Of one shape.

    Returns
    -------
    float
        -1 to 1.

    Examples
    --------
    >>> round(likeness(np.eye(3), 2 * np.eye(3)), 6), likeness(np.eye(3), np.zeros((3, 3)))
    (1.0, nan)
    """
    if first.std() == 0 or second.std() == 0:
        return float("nan")
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


def window_at(pooled: Pooled, place: tuple[int, int]) -> PoolingWindow:
    """Return the pixels of one window, and which of them is the largest; of equals, the first.

    Examples
    --------
    >>> window = window_at(pool(np.array([[1.0, 2.0], [4.0, 3.0]]), PoolingSettings("numbers")), (0, 0))
    >>> window.winner, window.result
    ((1, 0), 4.0)
    """
    settings = pooled.settings
    row, column = (index * settings.stride for index in place)
    values = pooled.padded[row : row + settings.size, column : column + settings.size]
    winner = pooled.winners[place] - [row, column]
    return PoolingWindow(values, (int(winner[0]), int(winner[1])), float(pooled.output[place]))


def formula(side: PooledSide, settings: PoolingSettings) -> str:
    """Return the formula for the size of the output along one side, filled in.

    Examples
    --------
    >>> formula(PooledSide(11, (0, 0), 5, 1), PoolingSettings("any"))
    '⌊(11 + 0 − 2) / 2⌋ + 1 = 5'
    """
    return f"⌊({side.size} + {sum(side.padding)} − {settings.size}) / {settings.stride}⌋ + 1 = {side.output_size}"


def code(settings: PoolingSettings, image_code: str) -> str:
    """Return the code that computes this output.

    Parameters
    ----------
    settings : PoolingSettings
    image_code : str
        The expression that gives the image.

    Examples
    --------
    >>> print(code(PoolingSettings("any", "average", shift=1), "np.eye(3)"))
    image = np.eye(3)
    image = np.pad(image, ((0, 0), (1, 0)), mode="edge")[:, :-1]
    output = ck.pooling.average_pool2d(image, size=2, stride=2, padding="valid")
    """
    lines = [f"image = {image_code}"]
    if settings.shift:
        lines.append(f'image = np.pad(image, ((0, 0), ({settings.shift}, 0)), mode="edge")[:, :-{settings.shift}]')
    lines.append(
        f"output = ck.pooling.{settings.kind}_pool2d(image, size={settings.size}, stride={settings.stride}, "
        f'padding="{settings.padding}")'
    )
    return "\n".join(lines)


def _side(pixels: int, places: int, settings: PoolingSettings) -> PooledSide:
    same = settings.padding == "same"
    padding = pooling.same_padding(pixels, settings.size, settings.stride) if same else (0, 0)
    reached = (places - 1) * settings.stride + settings.size
    return PooledSide(pixels, padding, places, max(0, pixels + sum(padding) - reached))
