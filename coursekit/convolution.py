"""Convolution and cross-correlation in two dimensions, in NumPy, as convolutional networks compute them.

A convolutional layer slides its kernel over the image *without* turning it: mathematics calls that cross-correlation,
Keras calls it convolution. `correlate2d` is that; `convolve2d` turns the kernel by 180 degrees first.

The conventions are those of Keras: ``"valid"`` adds nothing, ``"same"`` pads so that the output has
``ceil(size / stride)`` rows and columns (where the number of rings is odd, the extra one goes below and to the right).

References
----------
V. Dumoulin and F. Visin (2016), "A guide to convolution arithmetic for deep learning", arXiv:1603.07285.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one, checked_floats, checked_plane
from coursekit.docstrings import entries_from

Padding = Literal["valid", "same"] | int | tuple[tuple[int, int], tuple[int, int]]
PaddingMode = Literal["constant", "reflect", "symmetric", "edge", "wrap"]
CorrelationMethod = Literal["auto", "loops", "im2col", "windows", "shifts", "fft"]

# From this number of weights on the FFT is surely the fastest way; below, shifts are exact on whole numbers.
_FFT_FROM = 9 * 9


def output_size(
    size: int, kernel_size: int, stride: int = 1, padding: Literal["valid", "same"] | int = 0, dilation: int = 1
) -> int:
    """Return how many places a kernel has along one side of an image.

    ``floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride) + 1``

    Parameters
    ----------
    size, kernel_size : int
        Pixels along that side of the image and of the kernel.
    stride : int
        Pixels from one place to the next.
    padding : int, "valid" or "same"
        Rings of pixels added around the image; ``"valid"`` is 0 and ``"same"`` gives ``ceil(size / stride)``.
    dilation : int
        Distance between neighbouring kernel weights; 1 leaves no gap.

    Returns
    -------
    int
        1 or more.

    Raises
    ------
    ValueError
        If the kernel does not fit, or a number is too small.

    Examples
    --------
    >>> output_size(28, kernel_size=3)
    26
    >>> output_size(28, kernel_size=3, stride=2, padding="same")
    14
    """
    before, after = _padding_along(size, kernel_size, stride, padding, dilation)
    return _places(size + before + after, kernel_size, stride, dilation, "image")


def pad2d(
    image: ArrayLike, padding: int | tuple[tuple[int, int], tuple[int, int]], mode: PaddingMode = "constant"
) -> Floats:
    """Add rings of pixels around an image.

    Parameters
    ----------
    image : array (height, width)
    padding : int or ((top, bottom), (left, right))
        How many rows and columns to add.
    mode : str
        What the new pixels hold: ``"constant"`` zeros, ``"edge"`` the nearest pixel, ``"reflect"`` the mirrored image
        without its edge, ``"symmetric"`` with its edge, ``"wrap"`` the other side.

    Returns
    -------
    array (top + height + bottom, left + width + right)
        Of the image's kind of numbers.

    Raises
    ------
    ValueError
        If the image is not two-dimensional, or the padding is negative.

    Examples
    --------
    >>> pad2d([[1, 2], [3, 4]], 1).astype(int)
    array([[0, 0, 0, 0],
           [0, 1, 2, 0],
           [0, 3, 4, 0],
           [0, 0, 0, 0]])
    """
    plane = checked_plane(image, "image")
    if mode not in ("constant", "reflect", "symmetric", "edge", "wrap"):
        raise ValueError(f'mode is {mode!r}: choose "constant", "reflect", "symmetric", "edge" or "wrap".')
    pairs = ((padding, padding), (padding, padding)) if isinstance(padding, int | np.integer) else padding
    if min(min(pair) for pair in pairs) < 0:
        raise ValueError(f"padding is {padding}: it must be 0 or more. To cut pixels away, slice the image.")
    return cast(Floats, np.pad(plane, pairs, mode=mode))


def correlate2d(
    image: ArrayLike,
    kernel: ArrayLike,
    stride: int = 1,
    padding: Padding = "valid",
    dilation: int = 1,
    mode: PaddingMode = "constant",
    method: CorrelationMethod = "auto",
) -> Floats:
    """Slide a kernel over an image and sum the products at every place: ``y[i, j] = Σ x[i + m, j + n] · k[m, n]``.

    Parameters
    ----------
    image : array (height, width)
        Any real numbers. Integers are turned into floats first, so that nothing overflows.
    kernel : array (kernel_height, kernel_width)
    stride : int
        Pixels from one place to the next, down and to the right.
    padding : "valid", "same", int or ((top, bottom), (left, right))
        Pixels added around the image before.
    dilation : int
        Distance between neighbouring kernel weights; 1 leaves no gap.
    mode : str
        What the added pixels hold, see `pad2d`.
    method : str
        ``"loops"``, ``"im2col"``, ``"windows"``, ``"shifts"`` or ``"fft"``: five ways to the same numbers.
        ``"auto"`` takes shifts for small kernels and the FFT for large ones.

    Returns
    -------
    array (output_height, output_width)
        float32 for float32 and 8 or 16 bit images, else float64.

    Raises
    ------
    ValueError
        If the kernel does not fit, holds no centre for ``"same"``, or anything is not a finite number.

    Examples
    --------
    >>> correlate2d([[3, 1, 1], [1, 0, 6], [2, 5, 7]], [[1, 0, 0], [1, 0, -1], [0, 0, -1]])
    array([[-9.]])
    """
    if method not in ("auto", *_METHODS):
        raise ValueError(f"method is {method!r}: choose one of auto, {', '.join(_METHODS)}.")
    plane, weights = checked_plane(image, "image"), checked_plane(kernel, "kernel")
    weights = weights.astype(plane.dtype)
    padded = pad2d(plane, _paddings(plane.shape, weights.shape, stride, padding, dilation), mode)
    for size, kernel_size in zip(padded.shape, weights.shape, strict=True):
        _places(size, kernel_size, stride, dilation, "padded image" if padded.shape != plane.shape else "image")
    if method == "auto":
        method = "fft" if weights.size >= _FFT_FROM else "shifts"
    return _METHODS[method](padded, weights, stride, dilation)


@entries_from(correlate2d)
def convolve2d(
    image: ArrayLike,
    kernel: ArrayLike,
    stride: int = 1,
    padding: Padding = "valid",
    dilation: int = 1,
    mode: PaddingMode = "constant",
    method: CorrelationMethod = "auto",
) -> Floats:
    """Convolve as mathematics (and SciPy) define it: `correlate2d` with the kernel turned by 180 degrees.

    Parameters
    ----------
    {image}
    {kernel}
    {stride}
    {padding}
    {dilation}
    {mode}
    {method}

    Returns
    -------
    array (output_height, output_width)
        float32 for float32 and 8 or 16 bit images, else float64.

    Examples
    --------
    >>> convolve2d([[0, 0, 0], [0, 1, 0], [0, 0, 0]], [[1, 2, 3], [4, 5, 6], [7, 8, 9]], padding="same")
    array([[1., 2., 3.],
           [4., 5., 6.],
           [7., 8., 9.]])
    """
    return correlate2d(image, checked_plane(kernel, "kernel")[::-1, ::-1], stride, padding, dilation, mode, method)


@entries_from(correlate2d)
def convolution_layer(
    images: ArrayLike,
    kernels: ArrayLike,
    bias: ArrayLike | None = None,
    stride: int = 1,
    padding: Padding = "valid",
    dilation: int = 1,
) -> Floats:
    """Compute what ``keras.layers.Conv2D`` computes, before its activation.

    Every output channel is the sum, over the input channels, of one `correlate2d` each, plus one bias.

    Parameters
    ----------
    images : array (n, height, width, channels_in)
    kernels : array (kernel_height, kernel_width, channels_in, channels_out)
        As ``layer.get_weights()[0]`` gives them.
    bias : array (channels_out,), optional
    {stride}
    {padding}
    {dilation}

    Returns
    -------
    array (n, output_height, output_width, channels_out)

    Raises
    ------
    ValueError
        If the shapes do not belong together, or anything is not a finite number.

    Examples
    --------
    >>> convolution_layer(np.ones((1, 28, 28, 3)), np.ones((3, 3, 3, 32))).shape
    (1, 26, 26, 32)
    """
    x, weights = checked_floats(images, "images", 4), checked_floats(kernels, "kernels", 4)
    if x.shape[3] != weights.shape[2]:
        raise ValueError(
            f"images have {x.shape[3]} channels but the kernels expect {weights.shape[2]}: "
            "images are (n, height, width, channels) and kernels (height, width, channels_in, channels_out)."
        )
    if bias is not None and np.shape(bias) != weights.shape[3:]:
        raise ValueError(
            f"bias has shape {np.shape(bias)}: there are {weights.shape[3]} kernels, pass as many numbers."
        )
    rings = _paddings(x.shape[1:3], weights.shape[:2], stride, padding, dilation)
    padded = np.pad(x, ((0, 0), *rings, (0, 0)))
    for size, kernel_size in zip(padded.shape[1:3], weights.shape[:2], strict=True):
        _places(size, kernel_size, stride, dilation, "padded images")
    extent = tuple(dilation * (n - 1) + 1 for n in weights.shape[:2])
    windows = sliding_window_view(padded, extent, axis=(1, 2))
    windows = windows[:, ::stride, ::stride, :, ::dilation, ::dilation]
    maps = np.tensordot(windows, weights.astype(x.dtype), axes=([4, 5, 3], [0, 1, 2]))
    return cast(Floats, maps if bias is None else maps + np.asarray(bias, x.dtype))


def _by_loops(x: Floats, kernel: Floats, stride: int, dilation: int) -> Floats:
    """The definition, one output after the other: slow, and easy to believe."""
    height, width = _grid(x, kernel, stride, dilation)
    reach = tuple(dilation * (n - 1) + 1 for n in kernel.shape)
    y = np.empty((height, width), x.dtype)
    for i in range(height):
        for j in range(width):
            window = x[i * stride : i * stride + reach[0] : dilation, j * stride : j * stride + reach[1] : dilation]
            y[i, j] = (window * kernel).sum()
    return y


def _by_windows(x: Floats, kernel: Floats, stride: int, dilation: int) -> Floats:
    """A view that shows every window without copying one, contracted with the kernel."""
    return cast(Floats, np.einsum("ijmn,mn->ij", _windows(x, kernel, stride, dilation), kernel))


def _by_im2col(x: Floats, kernel: Floats, stride: int, dilation: int) -> Floats:
    """One window a row of a tall matrix, then a single matrix product."""
    windows = _windows(x, kernel, stride, dilation)
    return (windows.reshape(-1, kernel.size) @ kernel.ravel()).reshape(windows.shape[:2])


def _by_shifts(x: Floats, kernel: Floats, stride: int, dilation: int) -> Floats:
    """One weight after the other: the whole image, shifted and scaled, added up.

    A block of rows at a time, so that the sums stay in the processor's cache.
    """
    height, width = _grid(x, kernel, stride, dilation)
    y = np.zeros((height, width), x.dtype)
    block = max(1, 2**15 // width)
    product = np.empty((min(block, height), width), x.dtype)
    for top in range(0, height, block):
        total = y[top : top + block]
        scaled = product[: len(total)]
        for (m, n), weight in np.ndenumerate(kernel):
            if weight:
                row, column = top * stride + m * dilation, n * dilation
                rows = slice(row, row + stride * (len(total) - 1) + 1, stride)
                columns = slice(column, column + stride * (width - 1) + 1, stride)
                np.multiply(x[rows, columns], weight, out=scaled)
                total += scaled
    return y


def _by_fft(x: Floats, kernel: Floats, stride: int, dilation: int) -> Floats:
    """The convolution theorem: one product per frequency.

    The circle is as long as the image, so the places where the kernel would wrap around are wrong: exactly the ones
    that ``"valid"`` leaves out.
    """
    spread = np.zeros(tuple(dilation * (n - 1) + 1 for n in kernel.shape), x.dtype)
    spread[::dilation, ::dilation] = kernel
    shape = [scipy.fft.next_fast_len(n, real=True) for n in x.shape]
    spectrum = scipy.fft.rfft2(x, shape) * np.conj(scipy.fft.rfft2(spread, shape))
    height, width = (n - k + 1 for n, k in zip(x.shape, spread.shape, strict=True))
    return cast(Floats, scipy.fft.irfft2(spectrum, shape)[:height:stride, :width:stride].astype(x.dtype, order="C"))


_METHODS: dict[str, Callable[[Floats, Floats, int, int], Floats]] = {
    "loops": _by_loops,
    "im2col": _by_im2col,
    "windows": _by_windows,
    "shifts": _by_shifts,
    "fft": _by_fft,
}


def _windows(x: Floats, kernel: Floats, stride: int, dilation: int) -> Floats:
    extent = tuple(dilation * (n - 1) + 1 for n in kernel.shape)
    return sliding_window_view(x, extent)[::stride, ::stride, ::dilation, ::dilation]


def _grid(x: Floats, kernel: Floats, stride: int, dilation: int) -> tuple[int, int]:
    height, width = (
        _places(size, kernel_size, stride, dilation, "image")
        for size, kernel_size in zip(x.shape, kernel.shape, strict=True)
    )
    return height, width


def _places(size: int, kernel_size: int, stride: int, dilation: int, what: str) -> int:
    extent = dilation * (kernel_size - 1) + 1
    if extent > size:
        spread = f" (spread over {extent} pixels by dilation {dilation})" if dilation > 1 else ""
        raise ValueError(
            f"kernel has {kernel_size} pixels along a side{spread} but the {what} has {size}: the kernel must fit "
            'inside. Pass padding="same", more padding, or a smaller kernel.'
        )
    return (size - extent) // stride + 1


def _paddings(
    sizes: tuple[int, ...], kernel_sizes: tuple[int, ...], stride: int, padding: Padding, dilation: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    if isinstance(padding, tuple):
        for kernel_size in kernel_sizes:
            _padding_along(1, kernel_size, stride, 0, dilation)
        return padding
    rows, columns = (
        _padding_along(size, kernel_size, stride, padding, dilation)
        for size, kernel_size in zip(sizes, kernel_sizes, strict=True)
    )
    return rows, columns


def _padding_along(
    size: int, kernel_size: int, stride: int, padding: Literal["valid", "same"] | int, dilation: int
) -> tuple[int, int]:
    for number, name in ((size, "size"), (kernel_size, "kernel_size"), (stride, "stride"), (dilation, "dilation")):
        at_least_one(number, name)
    if padding == "valid":
        return 0, 0
    if padding == "same":
        if kernel_size % 2 == 0:
            raise ValueError(
                f'kernel has {kernel_size} pixels along a side: padding="same" needs an odd number, so that the kernel '
                "has a centre. Pass an odd-sized kernel, or padding=((top, bottom), (left, right))."
            )
        missing = max((-(-size // stride) - 1) * stride + dilation * (kernel_size - 1) + 1 - size, 0)
        return missing // 2, missing - missing // 2
    if isinstance(padding, int | np.integer) and not isinstance(padding, bool) and padding >= 0:
        return int(padding), int(padding)
    raise ValueError(
        f'padding is {padding!r}: it must be "valid", "same", or a whole number of 0 or more '
        "(for an image also ((top, bottom), (left, right)))."
    )
