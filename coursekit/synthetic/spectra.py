"""Synthetic Raman spectra of tissue: bands of proteins, lipids and nucleic acids, a baseline, noise, mice that differ.

They stand in for the spectra of mouse tissue (`coursekit.data.sets.raman_mice`) and have the same axis, classes and
fields. What makes the classes differ is known (`SHIFTS`), and so is what makes a random split flatter a model: each
mouse has a composition and a health of its own, so whoever knows the mouse half knows the class.

Band positions and what they belong to follow Z. Movasaghi, S. Rehman, I. U. Rehman: Raman spectroscopy of biological
tissues, Applied Spectroscopy Reviews 42 (2007) 493-541. Heights and widths are set by eye to look like tissue.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import numpy as np

from coursekit.arrays import Floats
from coursekit.spectra import RamanSpectra, wavenumber_axis

Substance = Literal["protein", "collagen", "lipid", "nucleic acid", "phenylalanine"]

SPECTRA_PER_MOUSE = 10


class Band(NamedTuple):
    """A band of a spectrum.

    Attributes
    ----------
    wavenumber : float
        Where its peak is, in 1/cm.
    width : float
        Full width at half its height, in 1/cm.
    height : float
        Relative to the highest band, from 0 to 1.
    substance : str
        What it is of: protein, collagen, lipid, nucleic acid or phenylalanine.
    assignment : str
        The vibration that it belongs to.
    """

    wavenumber: float
    width: float
    height: float
    substance: Substance
    assignment: str


BANDS = (
    Band(538, 75, 0.26, "protein", "disulphide S-S stretch, and the glass below"),
    Band(621, 12, 0.04, "phenylalanine", "phenylalanine C-C twist"),
    Band(643, 14, 0.05, "protein", "tyrosine C-C twist"),
    Band(719, 20, 0.18, "lipid", "phosphatidylcholine C-N stretch"),
    Band(756, 22, 0.15, "protein", "tryptophan ring breathing"),
    Band(782, 14, 0.13, "nucleic acid", "cytosine, thymine, uracil ring breathing"),
    Band(828, 22, 0.20, "protein", "tyrosine ring breathing"),
    Band(853, 24, 0.28, "collagen", "proline, hydroxyproline, tyrosine C-C stretch"),
    Band(876, 22, 0.18, "collagen", "hydroxyproline C-C stretch"),
    Band(898, 24, 0.20, "protein", "C-C skeleton"),
    Band(936, 36, 0.38, "collagen", "C-C stretch of the protein backbone"),
    Band(967, 30, 0.22, "lipid", "C-H bend"),
    Band(1002, 11, 0.55, "phenylalanine", "phenylalanine ring breathing"),
    Band(1032, 18, 0.20, "phenylalanine", "phenylalanine C-H bend"),
    Band(1064, 24, 0.24, "lipid", "C-C stretch of straight chains"),
    Band(1095, 28, 0.40, "nucleic acid", "phosphate PO2 stretch of the backbone"),
    Band(1127, 18, 0.22, "lipid", "C-C stretch, C-N stretch"),
    Band(1174, 14, 0.08, "protein", "tyrosine, phenylalanine C-H bend"),
    Band(1208, 24, 0.22, "protein", "tryptophan, phenylalanine C-C stretch"),
    Band(1252, 46, 0.60, "protein", "amide III"),
    Band(1304, 36, 0.50, "lipid", "CH2 twist"),
    Band(1338, 34, 0.48, "nucleic acid", "adenine, guanine; CH2 and CH3 wag"),
    Band(1400, 40, 0.12, "protein", "COO stretch"),
    Band(1448, 32, 1.00, "lipid", "CH2 and CH3 bend"),
    Band(1578, 24, 0.12, "nucleic acid", "adenine, guanine"),
    Band(1606, 16, 0.10, "phenylalanine", "phenylalanine, tyrosine C=C stretch"),
    Band(1620, 40, 0.12, "protein", "tryptophan, tyrosine"),
    Band(1658, 38, 0.58, "protein", "amide I; C=C stretch of lipids"),
)

# By how much the classes' share of a substance differs from that of normal tissue: dividing cells hold more nucleic
# acid, and tumours less collagen and lipid.
SHIFTS: Mapping[str, Mapping[Substance, float]] = MappingProxyType(
    {
        "Normal": MappingProxyType({}),
        "Hp": MappingProxyType({"nucleic acid": 0.04, "collagen": -0.02, "phenylalanine": 0.03}),
        "Adenom": MappingProxyType({"nucleic acid": 0.11, "collagen": -0.07, "lipid": -0.03}),
        "Karzinom": MappingProxyType(
            {"nucleic acid": 0.15, "collagen": -0.10, "lipid": -0.06, "phenylalanine": 0.04, "protein": 0.02}
        ),
    }
)

CLASSES = tuple(SHIFTS)

# How many mice have which disease, and which share of a mouse's spectra is of that tissue and not of normal tissue.
_DISEASES = (0.28, 0.20, 0.36, 0.16)
_SICK_SHARE = 0.7
# Relative deviations, by mouse and by spectrum: of the substances, of each band, of the baseline and of the noise.
_SUBSTANCE_SPREAD = (0.05, 0.05)
_BAND_SPREAD = (0.05, 0.03)
_BASELINE_SPREAD = (0.012, 0.012)
_ROUGHNESS = 0.016
_STRENGTH = 400.0


def draw(count: int = 600, seed: int = 0) -> RamanSpectra:
    """Draw spectra of 696 points; ten in a row are of one mouse.

    Spectrum i depends on `seed` and i only, so that a longer table begins with the shorter one.

    Parameters
    ----------
    count : int
        How many spectra, at least 1.
    seed : int
        Not negative. The same seed gives the same bytes.

    Returns
    -------
    RamanSpectra
        All are called preparations. As in the real table, about half are of normal tissue.

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> table = draw(20)
    >>> table.spectra.shape, table.wavenumbers[[0, -1]].tolist(), np.unique(table.mouse).tolist()
    ((20, 696), [400.0, 1790.0], ['S001', 'S002'])
    """
    if count < 1:
        raise ValueError(f"count is {count}, but at least 1 spectrum is needed. Pass a larger count.")
    if seed < 0:
        raise ValueError(f"seed is {seed}, but a seed is 0 or larger. Pass another seed.")
    axis = wavenumber_axis()
    shapes = _band_shapes(axis)
    mice = [_Mouse(seed, number) for number in range(-(-count // SPECTRA_PER_MOUSE))]
    spectra = np.empty((count, len(axis)), dtype=np.float32)
    labels = np.empty(count, dtype=np.int64)
    for i in range(count):
        mouse, rng = mice[i // SPECTRA_PER_MOUSE], np.random.default_rng([seed, i])
        labels[i] = mouse.disease if rng.random() < _SICK_SHARE else 0
        heights = _HEIGHTS * (1 + _SHIFTS[labels[i]]) * mouse.bands * _bands(rng, 1)
        spectrum = heights @ shapes + mouse.baseline + _baseline(rng, 1) + _noise(rng)
        spectra[i] = _STRENGTH * mouse.strength * np.exp(rng.normal(0, 0.25)) * spectrum
    numbers = np.arange(count) // SPECTRA_PER_MOUSE + 1
    return RamanSpectra(
        spectra,
        axis,
        labels,
        CLASSES,
        np.array([f"S{number:03d}" for number in numbers]),
        np.full(count, "preparation"),
        np.array([f"S{number:03d}_{i % SPECTRA_PER_MOUSE + 1:02d}" for i, number in enumerate(numbers)]),
    )


class _Mouse:
    """What all spectra of a mouse share."""

    def __init__(self, seed: int, number: int) -> None:
        # The last number keeps these generators apart from the spectra's own.
        rng = np.random.default_rng([seed, number, 1])
        self.disease = int(rng.choice(len(CLASSES), p=_DISEASES))
        self.strength = float(np.exp(rng.normal(0, 0.3)))
        self.bands = _bands(rng, 0)
        self.baseline = _baseline(rng, 0)


_SUBSTANCES: tuple[Substance, ...] = ("protein", "collagen", "lipid", "nucleic acid", "phenylalanine")
_MEMBER = np.array([_SUBSTANCES.index(band.substance) for band in BANDS])
_HEIGHTS = np.array([band.height for band in BANDS])
_SHIFTS = np.array([[SHIFTS[name].get(band.substance, 0.0) for band in BANDS] for name in CLASSES])


def _band_shapes(axis: Floats) -> Floats:
    """Gaussian bands of height 1, shape (bands, points)."""
    centres = np.array([[band.wavenumber] for band in BANDS])
    widths = np.array([[band.width] for band in BANDS])
    shapes: Floats = np.exp(-4 * np.log(2) * ((axis - centres) / widths) ** 2)
    return shapes


def _bands(rng: np.random.Generator, level: int) -> Floats:
    """Factors for the bands, by substance and by band: of a mouse (level 0) or of a spectrum (1)."""
    substances = rng.normal(0, _SUBSTANCE_SPREAD[level], len(_SUBSTANCES))[_MEMBER]
    factors: Floats = np.exp(substances + rng.normal(0, _BAND_SPREAD[level], len(BANDS)))
    return factors


def _baseline(rng: np.random.Generator, level: int) -> Floats:
    """What a baseline correction leaves: slow waves around zero."""
    turns = np.linspace(0, np.pi, len(wavenumber_axis()))
    waves = np.arange(1, 9)[:, np.newaxis]
    rest: Floats = rng.normal(0, _BASELINE_SPREAD[level], 8) @ np.cos(waves * turns)
    return rest


def _noise(rng: np.random.Generator) -> Floats:
    """Noise with a grain of a few points, as calibration and despiking leave it."""
    white = rng.normal(0, _ROUGHNESS, len(wavenumber_axis()) + 4)
    noise: Floats = np.convolve(white, np.array([1, 4, 6, 4, 1]) / np.sqrt(70), mode="valid")
    return noise
