"""A kernel at work on an image: the numbers that the kernel explorer shows. NumPy only, no widgets.

References
----------
V. Dumoulin and F. Visin (2016), "A guide to convolution arithmetic for deep learning", arXiv:1603.07285.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coursekit import convolution, kernels
from coursekit.arrays import Floats
from coursekit.widgets.toolkit.code import numbers_code

OWN_KERNEL = "your own"


@dataclass(frozen=True)
class KernelSettings:
    """All that decides what the output is.

    Attributes
    ----------
    image : str
        The name of the image.
    weights : tuple of rows of float
    bias : float
        Added to every sum.
    stride : int
        Pixels from one place of the kernel to the next, 1 or more.
    padding : {"valid", "same"} or int
        Zeros around the image: none, as many as keep its size (at a stride of 1), or so many rings.
    dilation : int
        Pixels from one weight of the kernel to the next, 1 or more; 1 leaves no gaps.
    turned : bool
        Whether the kernel is turned by 180 degrees first: convolution as mathematics defines it.
    relu : bool
        Whether negative results become 0.
    """

    image: str
    weights: tuple[tuple[float, ...], ...]
    bias: float = 0.0
    stride: int = 1
    padding: Literal["valid", "same"] | int = "valid"
    dilation: int = 1
    turned: bool = False
    relu: bool = False


@dataclass(frozen=True)
class KernelSide:
    """One side of the image, rows or columns, and what the settings make of it.

    Attributes
    ----------
    size, kernel_size : int
        Pixels of the image and weights of the kernel along this side.
    padding : (int, int)
        Zeros before and after.
    output_size : int
    """

    size: int
    kernel_size: int
    padding: tuple[int, int]
    output_size: int


@dataclass(frozen=True)
class Slide:
    """A kernel slid over a whole image.

    Attributes
    ----------
    padded : array (height, width)
        The image with its rings of zeros.
    kernel : array (kernel_height, kernel_width)
        The weights as they are laid on the image.
    output : array (output_height, output_width)
    sides : (KernelSide, KernelSide)
        Rows and columns.
    """

    settings: KernelSettings
    padded: Floats
    kernel: Floats
    output: Floats
    sides: tuple[KernelSide, KernelSide]

    @property
    def reach(self) -> tuple[int, int]:
        """How many rows and columns of the image the kernel spans."""
        rows, columns = (self.settings.dilation * (side.kernel_size - 1) + 1 for side in self.sides)
        return rows, columns


@dataclass(frozen=True)
class Sum:
    """What one place of the kernel gives.

    Attributes
    ----------
    window, products : arrays (kernel_height, kernel_width)
    total : float
        The sum of the products.
    result : float
        The sum plus the bias, after ReLU where that is on: the number in the output.
    """

    window: Floats
    products: Floats
    total: float
    result: float


def slide(image: Floats, settings: KernelSettings) -> Slide:
    """Slide the kernel over the image.

    Parameters
    ----------
    image : array (height, width)
        Any real numbers.
    settings : KernelSettings
        The kernel, and how it slides.

    Returns
    -------
    Slide

    Raises
    ------
    ValueError
        If the kernel does not fit, or the output holds numbers beyond what a float can.

    Examples
    --------
    >>> done = slide(np.ones((5, 5)), KernelSettings("ones", ((1.0, 1.0, 1.0),) * 3, padding="same"))
    >>> done.output[:2, :2].tolist(), done.sides[0]
    ([[4.0, 6.0], [6.0, 9.0]], KernelSide(size=5, kernel_size=3, padding=(1, 1), output_size=5))
    """
    kernel = np.asarray(settings.weights, np.float64)
    kernel = kernel[::-1, ::-1] if settings.turned else kernel
    rows, columns = (
        _side(size, kernel_size, settings) for size, kernel_size in zip(image.shape, kernel.shape, strict=True)
    )
    padded = convolution.pad2d(image, (rows.padding, columns.padding))
    with np.errstate(over="ignore", invalid="ignore"):
        output = convolution.correlate2d(padded, kernel, settings.stride, "valid", settings.dilation) + settings.bias
    if not np.isfinite(output).all():
        raise ValueError("the output is too large for a computer's numbers: choose smaller weights and a smaller bias.")
    output = np.maximum(output, 0) if settings.relu else output
    return Slide(settings, padded, kernel, output, (rows, columns))


def sum_at(slid: Slide, place: tuple[int, int]) -> Sum:
    """Return the products and their sum for one number of the output.

    Examples
    --------
    >>> worked = KernelSettings("worked", ((1.0, 0.0, 0.0), (1.0, 0.0, -1.0), (0.0, 0.0, -1.0)))
    >>> image = np.array([[3.0, 1.0, 1.0], [1.0, 0.0, 6.0], [2.0, 5.0, 7.0]])
    >>> sum_at(slide(image, worked), (0, 0)).total
    -9.0
    """
    settings = slid.settings
    rows, columns = (
        slice(index * settings.stride, index * settings.stride + reach, settings.dilation)
        for index, reach in zip(place, slid.reach, strict=True)
    )
    window = slid.padded[rows, columns]
    products = window * slid.kernel
    return Sum(window, products, float(products.sum()), float(slid.output[place]))


def formula(side: KernelSide, settings: KernelSettings) -> str:
    """Return the formula for the size of the output along one side, filled in.

    Examples
    --------
    >>> formula(KernelSide(28, 3, (1, 1), 14), KernelSettings("any", ((1.0,),), stride=2))
    '⌊(28 + 2 − 1·(3 − 1) − 1) / 2⌋ + 1 = 14'
    """
    spread = f"{settings.dilation}·({side.kernel_size} − 1)"
    return f"⌊({side.size} + {sum(side.padding)} − {spread} − 1) / {settings.stride}⌋ + 1 = {side.output_size}"


def code(settings: KernelSettings, image_code: str) -> str:
    """Return the code that computes this output.

    Parameters
    ----------
    settings : KernelSettings
    image_code : str
        The expression that gives the image.

    Examples
    --------
    >>> print(code(KernelSettings("any", ((1.0, -0.5),), relu=True), "np.eye(3)"))
    image = np.eye(3)
    kernel = np.array([
        [1, -0.5],
    ])
    output = ck.convolution.correlate2d(image, kernel, stride=1, padding="valid", dilation=1)
    output = np.maximum(output, 0)
    """
    name = "convolve2d" if settings.turned else "correlate2d"
    padding = f'"{settings.padding}"' if isinstance(settings.padding, str) else settings.padding
    lines = [
        f"image = {image_code}",
        f"kernel = {numbers_code(np.array(settings.weights))}",
        f"output = ck.convolution.{name}(image, kernel, stride={settings.stride}, padding={padding}, "
        f"dilation={settings.dilation})",
    ]
    lines += [f"output = output + {settings.bias!r}"] if settings.bias else []
    lines += ["output = np.maximum(output, 0)"] if settings.relu else []
    return "\n".join(lines)


def resized(kernel: Floats, shape: tuple[int, int]) -> Floats:
    """Return the kernel cut, or filled up with zeros, to another shape, with the same centre.

    Parameters
    ----------
    kernel : array (rows, columns)
        Its weights.
    shape : (int, int)
        The new rows and columns.

    Returns
    -------
    array (rows, columns)

    Examples
    --------
    >>> resized(np.array([[2.0]]), (3, 3)).tolist()
    [[0.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
    """
    result = np.zeros(shape)
    cut = [min(old, new) for old, new in zip(kernel.shape, shape, strict=True)]
    source = tuple(slice((old - n) // 2, (old - n) // 2 + n) for old, n in zip(kernel.shape, cut, strict=True))
    target = tuple(slice((new - n) // 2, (new - n) // 2 + n) for new, n in zip(shape, cut, strict=True))
    result[target] = kernel[source]
    return result


def named(name: str, shape: tuple[int, int]) -> Floats:
    """Return a named kernel in a shape, (rows, columns): blurs spread over all of it, others are filled up with zeros.

    Raises
    ------
    ValueError
        If no kernel has that name.

    Examples
    --------
    >>> named("box blur", (5, 5))[0, 0], named("sharpen", (5, 5))[0].tolist()
    (np.float64(0.04), [0.0, 0.0, 0.0, 0.0, 0.0])
    >>> (256 * named("gaussian blur", (5, 5))[2]).tolist()
    [6.0, 24.0, 36.0, 24.0, 6.0]
    """
    if name == "box blur":
        return np.full(shape, 1 / np.prod(shape))
    if name == "gaussian blur":
        # Rows of Pascal's triangle, of which the kernel of 3 by 3 is the smallest.
        rows, columns = (np.array([math.comb(side - 1, place) for place in range(side)]) for side in shape)
        return np.outer(rows, columns) / 2.0 ** (sum(shape) - 2)
    return resized(kernels.get(name), shape)


def kernel_name(weights: tuple[tuple[float, ...], ...]) -> str:
    """Return the name of a kernel in `coursekit.kernels.NAMED`, whatever zeros surround it, or ``OWN_KERNEL``.

    Examples
    --------
    >>> kernel_name(((0.0, -1.0, 0.0), (-1.0, 5.0, -1.0), (0.0, -1.0, 0.0))), kernel_name(((2.0,),))
    ('sharpen', 'your own')
    """
    kernel = np.array(weights)
    if min(kernel.shape) >= 3:
        shape = kernel.shape[0], kernel.shape[1]
        for name, three_by_three in kernels.NAMED.items():
            if np.allclose(kernel, named(name, shape)) or np.allclose(kernel, resized(three_by_three, shape)):
                return name
    return OWN_KERNEL


def _side(size: int, kernel_size: int, settings: KernelSettings) -> KernelSide:
    stride, padding, dilation = settings.stride, settings.padding, settings.dilation
    places = convolution.output_size(size, kernel_size, stride, padding, dilation)
    if isinstance(padding, int):
        return KernelSide(size, kernel_size, (padding, padding), places)
    missing = max((places - 1) * stride + dilation * (kernel_size - 1) + 1 - size, 0)
    return KernelSide(size, kernel_size, (missing // 2, missing - missing // 2), places)
