import hashlib
import importlib
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from scipy import ndimage

from coursekit.synthetic.drawing.canvas import Drawn


def fingerprint(drawn: Drawn) -> str:
    """The SHA-256 of all that was drawn."""
    parts = (drawn.pictures, drawn.labels, drawn.masks)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


@pytest.fixture
def drawn_twice() -> Callable[[str, int, int, int], tuple[str, str]]:
    """Fingerprints of one sample, drawn in this process and in a new one."""

    def draw_twice(name: str, count: int, size: int, seed: int) -> tuple[str, str]:
        module = f"coursekit.synthetic.{name}"
        here = fingerprint(importlib.import_module(module).draw(count, size, seed))
        code = (
            f"import hashlib; from {module} import draw; drawn = draw({count}, {size}, {seed});"
            "parts = (drawn.pictures, drawn.labels, drawn.masks);"
            "print(hashlib.sha256(b''.join(part.tobytes() for part in parts)).hexdigest())"
        )
        there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return here, there.stdout.strip()

    return draw_twice


@pytest.fixture
def changed_outside() -> Callable[[Drawn, Drawn], int]:
    """How much the object changes any pixel that is further than `border` pixels from its mask: 0 to 255."""

    def find(full: Drawn, empty: Drawn, border: int = 4) -> int:
        ring = np.ones((1, 2 * border + 1, 2 * border + 1), dtype=bool)
        outside = ~ndimage.binary_dilation(full.masks, ring)
        difference = np.abs(full.pictures.astype(int) - empty.pictures).max(axis=3)
        return int((difference * outside).max())

    return find
