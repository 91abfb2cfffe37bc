"""What the convolution-theorem explorer shows: one image and one kernel, in space and in frequency. No widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.fft
import scipy.signal

from coursekit.arrays import Floats
from coursekit.widgets.sources.kernel_sets import Part, Spectrum, part_code, part_of
from coursekit.widgets.toolkit.code import drawing_code
from coursekit.widgets.toolkit.colors import Scale
from coursekit.widgets.toolkit.numbers import by
from coursekit.widgets.toolkit.panels import Panel, equation, image_panel, number_panel, panels_html, rows_still
from coursekit.widgets.toolkit.pixels import Pixels

Border = Literal["same", "valid", "circle"]
BORDERS: tuple[tuple[str, Border], ...] = (
    ("same: zeros around it", "same"),
    ("valid: none", "valid"),
    ("no zeros: the circle", "circle"),
)
_NAMES = ("Image", "Kernel, turned", "Product of both")
_HEADINGS = (
    "In space: sums of products",
    "In frequency: the FFT of both, one product per frequency, and back by the inverse FFT",
)


@dataclass(frozen=True)
class TheoremState:
    """What the controls say.

    Attributes
    ----------
    network, layer : str
        Where the kernel comes from.
    kernel_number, channel : int
    image : str
    size : int
        Height and width of the image.
    seed : int
        Of a random image.
    border : {"same", "valid", "circle"}
    part : str
        Of the spectra.
    """

    network: str
    layer: str
    kernel_number: int
    channel: int
    image: str
    size: int
    seed: int
    border: Border
    part: Part


@dataclass(frozen=True)
class Theorem:
    """One kernel on one image, both ways.

    Attributes
    ----------
    image, kernel : array (height, width)
        The kernel as Keras holds it, not turned.
    spectra : three complex arrays
        Of image, turned kernel and their product; frequency 0 first.
    in_space, by_frequency : array (height, width)
        The output, by sums of products and by one product a frequency.
    """

    image: Floats
    kernel: Floats
    spectra: tuple[Spectrum, Spectrum, Spectrum]
    in_space: Floats
    by_frequency: Floats

    @property
    def difference(self) -> Floats:
        """By how much the two ways differ, a number a pixel."""
        return np.abs(self.in_space - self.by_frequency)


@dataclass(frozen=True)
class TheoremView:
    """What is shown: the way in space above, the way in frequency below."""

    sentence: str
    state: TheoremState
    theorem: Theorem
    space: tuple[Panel, ...]
    frequency: tuple[Panel, ...]
    kernels: int
    channels: int
    code: str

    @property
    def images_html(self) -> str:
        """Both rows."""
        rows = zip((self.space, self.frequency), _HEADINGS, strict=True)
        return "".join(panels_html(panels, heading=heading) for panels, heading in rows)

    @property
    def still(self) -> Pixels:
        """Both rows, one below the other."""
        return rows_still((self.space, self.frequency), headings=_HEADINGS)


def both_ways(image: Floats, kernel: Floats, border: Border) -> Theorem:
    """Correlate an image with a kernel in space and in frequency.

    Parameters
    ----------
    image, kernel : array (height, width)
        The kernel as Keras holds it, not turned.
    border : {"same", "valid", "circle"}
        With "circle" the spectra are as large as the image: what the kernel carries over an edge comes in again at
        the other side. In space it is held against zeros around the image.

    Raises
    ------
    ValueError
        If the kernel is larger than the image and the border is "valid" or "circle".

    Examples
    --------
    >>> noise = np.random.default_rng(0).random((9, 8))
    >>> float(both_ways(noise, np.ones((3, 3)), "same").difference.max().round(6))
    0.0
    >>> bool(both_ways(noise, np.ones((3, 3)), "circle").difference[1:-1, 1:-1].max() < 1e-9)
    True
    """
    # Keras comes with this package: it is loaded when it is needed.
    from coursekit.fourier.transforms import check_layer, kept, padded_shape

    height, width = image.shape
    rows, columns = kernel.shape
    padding: Literal["same", "valid"] = "valid" if border == "valid" else "same"
    needed: Literal["same", "valid"] = "same" if border == "same" else "valid"
    check_layer((1, height, width, 1), (rows, columns, 1, 1), needed)
    row_slice, column_slice = kept((height, width), [(rows, columns)], [padding])
    in_space = scipy.signal.correlate2d(image, kernel, "full")[row_slice, column_slice]
    shape = (height, width) if border == "circle" else padded_shape((height, width), (rows, columns))
    first, second = scipy.fft.fft2(image, shape), scipy.fft.fft2(kernel[::-1, ::-1], shape)
    product = first * second
    whole = scipy.fft.ifft2(product).real
    if border == "circle":
        by_frequency = np.roll(whole, (-(rows // 2), -(columns // 2)), axis=(0, 1))
    else:
        by_frequency = whole[row_slice, column_slice]
    return Theorem(image, kernel, (first, second, product), in_space, by_frequency)


def view_of(
    state: TheoremState, theorem: Theorem, kernels: int, channels: int, kernel_name: str, code: str
) -> TheoremView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : TheoremState
        What the controls say.
    theorem : Theorem
        From `both_ways`.
    kernels, channels : int
        How many there are to choose from.
    kernel_name : str
        How the kernel is called in a sentence.
    code : str
        Lines that make ``image`` and ``kernel``.
    """
    largest = float(theorem.difference.max())
    size, scale = by(theorem.image.shape), Scale.of(np.stack([theorem.in_space, theorem.by_frequency]))
    space = (
        *equation(
            image_panel("Image", size, theorem.image[..., np.newaxis], f"the image {state.image}, {size}"),
            "∗",
            number_panel("Kernel, turned", by(theorem.kernel.shape), theorem.kernel[::-1, ::-1]),
            "=",
            number_panel("Output, by sums", by(theorem.in_space.shape), theorem.in_space, scale),
        ),
        number_panel("Difference of both", f"largest {largest:.0e}".replace("e-", "e−"), theorem.difference),
    )
    image, kernel, product = (
        _spectrum_panel(name, one, state.part) for name, one in zip(_NAMES, theorem.spectra, strict=True)
    )
    back = number_panel("Output, by frequency", by(theorem.by_frequency.shape), theorem.by_frequency, scale)
    frequency = equation(image, "·", kernel, "=", product, "→", back)
    products = theorem.kernel.size * theorem.in_space.size
    return TheoremView(
        sentence=_sentence(state, theorem, kernel_name, largest, products),
        state=state,
        theorem=theorem,
        space=space,
        frequency=frequency,
        kernels=kernels,
        channels=channels,
        code=_code(state, theorem, code),
    )


def _spectrum_panel(title: str, spectrum: Spectrum, part: Part) -> Panel:
    values, scale = part_of(scipy.fft.fftshift(spectrum), part)
    return number_panel(title, f"{by(spectrum.shape)}, {part}", values, scale)


def _sentence(state: TheoremState, theorem: Theorem, kernel_name: str, largest: float, products: int) -> str:
    spectrum = theorem.spectra[0].shape
    what = f'{kernel_name} on "{state.image}", {by(theorem.image.shape)}'
    ways = f"{products:,} products in space, or one at each of {by(spectrum)} frequencies"
    if state.border == "circle":
        rim = max(theorem.kernel.shape) // 2
        return (
            f"{what}: {ways}. Without zeros around the image the far edge comes round: in the outer {rim} rows and "
            f"columns the two ways differ by up to {largest:.3f}."
        )
    return f"{what}: {ways}. Both ways give the same output, to {largest:.0e}.".replace("e-", "e−")


def _code(state: TheoremState, theorem: Theorem, code: str) -> str:
    shape = theorem.spectra[0].shape
    lines = [
        *(code, ""),
        f"spectrum = np.fft.fft2(image, {shape}) * np.fft.fft2(kernel[::-1, ::-1], {shape})",
        "whole = np.fft.ifft2(spectrum).real",
    ]
    rows, columns = theorem.kernel.shape
    if state.border == "circle":
        lines.append(f"output = np.roll(whole, ({-(rows // 2)}, {-(columns // 2)}), axis=(0, 1))")
    else:
        first, second = (rows // 2, columns // 2) if state.border == "same" else (rows - 1, columns - 1)
        height, width = theorem.by_frequency.shape
        lines.append(f"output = whole[{first} : {first + height}, {second} : {second + width}]")
    _, scale = part_of(scipy.fft.fftshift(theorem.spectra[2]), state.part)
    drawn = part_code("np.fft.fftshift(spectrum)", state.part)
    panels = (
        ("image", "image", Scale.of(theorem.image)),
        (drawn, f"product, {state.part}", scale),
        ("output", "output", Scale.of(theorem.by_frequency)),
    )
    return "\n".join([*lines, drawing_code(*panels)])
