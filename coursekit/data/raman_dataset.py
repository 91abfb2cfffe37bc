"""The Raman spectra of mouse tissue with where they came from: what `load` gives for ``"raman_mice"``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from coursekit.data.raman import RamanSpectra


@dataclass(frozen=True)
class RamanDataset:
    """Spectra, ready to be split by mouse.

    Attributes
    ----------
    name, title, source, origin, licence, citation
        As in `Dataset`.
    table
        All spectra, with their labels and mice. A split by mouse is chosen by the lesson.
    """

    name: str
    title: str
    table: RamanSpectra
    source: Literal["real", "sample"]
    origin: str
    licence: str
    citation: str

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; a label is a position in this tuple."""
        return self.table.classes

    def describe(self) -> str:
        """Return a short text: what the data set holds, where it came from, its licence."""
        counts = np.bincount(self.table.labels, minlength=len(self.classes))
        axis, mice = self.table.wavenumbers, len(np.unique(self.table.mouse))
        return "\n".join(
            [
                f"{self.title}: {len(self.table):,} spectra of {mice} mice, {len(axis)} points from {axis[0]:g} to "
                f"{axis[-1]:g} 1/cm",
                *(f"  {name:<11}{count:>7,}" for name, count in zip(self.classes, counts, strict=True)),
                f"Data: {self.source} ({self.origin})",
                f"Licence: {self.licence}",
                f"Cite: {self.citation}",
            ]
        )
