import hashlib
import importlib
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from scipy import ndimage

from coursekit.synthetic.drawing.canvas import SyntheticImages


def fingerprint(drawn: SyntheticImages) -> str:
    """The SHA-256 of all that was drawn."""
    parts = (drawn.images, drawn.labels, drawn.masks)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


NAMES = ("pets", "objects", "flowers", "scenes", "fundus")
ELSEWHERE = """
import hashlib, importlib, sys
for name in sys.argv[1:]:
    drawn = importlib.import_module(f"coursekit.synthetic.{name}").draw(10, 48, 3)
    parts = (drawn.images, drawn.labels, drawn.masks)
    print(name, hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest())
"""


@pytest.fixture(scope="session")
def drawn_elsewhere() -> dict[str, str]:
    """Fingerprints of each sample, drawn in one new process, in the other order."""
    command = [sys.executable, "-c", ELSEWHERE, *reversed(NAMES)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(line.split() for line in said.splitlines())


@pytest.fixture
def drawn_twice(drawn_elsewhere) -> Callable[[str], tuple[str, str]]:
    """Fingerprints of ten images of a sample, drawn in this process and in a new one."""

    def draw_twice(name: str) -> tuple[str, str]:
        here = importlib.import_module(f"coursekit.synthetic.{name}").draw(10, 48, 3)
        return fingerprint(here), drawn_elsewhere[name]

    return draw_twice


@pytest.fixture
def changed_outside() -> Callable[[SyntheticImages, SyntheticImages], int]:
    """How much the object changes any pixel that is further than `border` pixels from its mask: 0 to 255."""

    def find(full: SyntheticImages, empty: SyntheticImages, border: int = 4) -> int:
        ring = np.ones((1, 2 * border + 1, 2 * border + 1), dtype=bool)
        outside = ~ndimage.binary_dilation(full.masks, ring)
        difference = np.abs(full.images.astype(int) - empty.images).max(axis=3)
        return int((difference * outside).max())

    return find
