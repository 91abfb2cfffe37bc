"""What the app on kernel spectra shows: kernels drawn at random, above their spectra. No widget."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from coursekit.widgets.sources.kernel_sets import KernelSet, Part, part_code, part_of, spectrum_of
from coursekit.widgets.toolkit.colors import Scale
from coursekit.widgets.toolkit.panels import Panel, number_panel, panels_html, rows_still
from coursekit.widgets.toolkit.pixels import Pixels

FREQUENCIES = 32
"""Spectra have so many frequencies each way, or as many as the kernel has weights."""

_SIDE = 112


@dataclass(frozen=True)
class SpectraState:
    """What the controls say: which network, layer and part of the spectrum, how many kernels, and which seed."""

    network: str
    layer: str
    part: Part
    count: int
    seed: int


@dataclass(frozen=True)
class SpectraView:
    """What is shown: kernels above, their spectra below."""

    sentence: str
    state: SpectraState
    chosen: tuple[tuple[int, int], ...]
    above: tuple[Panel, ...]
    below: tuple[Panel, ...]
    code: str

    @property
    def images_html(self) -> str:
        """Both rows, each with one legend, because all of a row have one scale."""
        rows = zip(self._headings, (self.above, self.below), strict=True)
        return "".join(_row_html(heading, panels) for heading, panels in rows)

    @property
    def _headings(self) -> tuple[str, str]:
        return "In space: red adds, blue takes away", f"In frequency: {self.state.part}"

    @property
    def still(self) -> Pixels:
        """The kernels above their spectra."""
        return rows_still((self.above, self.below), _SIDE, self._headings)


def view_of(state: SpectraState, kernels: KernelSet, model_code: str) -> SpectraView:
    """Return what is shown in a state."""
    height, width, channels, count = kernels.kernels.shape
    shape = max(FREQUENCIES, height), max(FREQUENCIES, width)
    chosen = drawn_pairs(channels, count, state.count, state.seed)
    drawn = [kernels.kernels[:, :, channel, kernel] for channel, kernel in chosen]
    spectra = [spectrum_of(one, shape) for one in drawn]
    # One scale a row, so that strong and weak kernels look it.
    space = Scale.up_to(max(float(np.abs(one).max()) for one in drawn))
    parts = [part_of(one, state.part) for one in spectra]
    scale = max((scale for _, scale in parts), key=lambda scale: scale.highest)
    titles = [f"{kernel}, channel {channel}" if channels > 1 else str(kernel) for channel, kernel in chosen]
    size = f"{height} × {width}"
    above = tuple(
        number_panel(title, "", one, space, f"kernel {title}") for title, one in zip(titles, drawn, strict=True)
    )
    below = tuple(
        number_panel("", "", values, scale, f"{state.part} of kernel {title}")
        for title, (values, _) in zip(titles, parts, strict=True)
    )
    strongest = [float(np.abs(spectrum).max()) for spectrum in spectra]
    keep = sum(bool(abs(one.sum()) >= most / 2) for one, most in zip(drawn, strongest, strict=True))
    sentence = (
        f"{len(chosen)} of the {channels * count:,} kernels of {kernels.name} in {state.network}, {size}, drawn with "
        f"seed {state.seed}: above in space, below the {state.part} of their spectra, frequency 0 in the middle. "
        f"{keep} of them answer{'s' * (keep == 1)} to an even grey at least half as strongly as to their favourite "
        "frequency."
    )
    pairs = ", ".join(map(str, chosen))
    code = "\n".join(
        [
            *(model_code, kernels.code),
            f"chosen = np.stack([kernels[:, :, channel, kernel] for channel, kernel in [{pairs}]])",
            f"spectra = np.fft.fftshift(np.fft.fft2(chosen[:, ::-1, ::-1], {shape}), axes=(1, 2))",
            f"titles = {titles}",
            f"axes = ck.plot.kernel_spectra(chosen, {part_code('spectra', state.part)}, titles)",
        ]
    )
    return SpectraView(sentence, state, chosen, above, below, code)


def drawn_pairs(channels: int, kernels: int, count: int, seed: int) -> tuple[tuple[int, int], ...]:
    """Draw pairs of a channel and a kernel, no pair twice.

    Examples
    --------
    >>> len(set(drawn_pairs(3, 4, 5, seed=0))), len(drawn_pairs(1, 2, 8, seed=0))
    (5, 2)
    """
    drawn = np.random.default_rng(seed).permutation(channels * kernels)[:count]
    return tuple((int(number) // kernels, int(number) % kernels) for number in drawn)


def _row_html(heading: str, panels: tuple[Panel, ...]) -> str:
    scale = panels[0].scale
    legend = "" if scale is None else f'<div style="width:{2 * _SIDE}px">{scale.legend_html()}</div>'
    return panels_html([replace(panel, scale=None) for panel in panels], _SIDE, heading) + legend
