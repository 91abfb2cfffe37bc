"""The feature map that the pooling explorer opens with: what networks pool."""

from __future__ import annotations

import numpy as np

from coursekit import convolution, kernels
from coursekit.data import load_image
from coursekit.widgets.sources.images import SHIPPED_SIDE, SourceImage


def edges_of_the_cat() -> SourceImage:
    """Return a feature map: what both Sobel kernels make of the cat, so bright that its edges are seen."""
    cat = load_image("cat", size=SHIPPED_SIDE, grey=True)
    across, down = (
        convolution.correlate2d(cat, kernels.get(f"sobel {way} edges"), padding="same", mode="edge")
        for way in ("vertical", "horizontal")
    )
    shipped = f'ck.data.load_image("cat", size={SHIPPED_SIDE}, grey=True)'
    both = ", ".join(
        f'ck.convolution.correlate2d({shipped}, ck.kernels.get("sobel {way} edges"), padding="same", mode="edge")'
        for way in ("vertical", "horizontal")
    )
    return SourceImage(np.minimum(np.hypot(across, down), 1), f"np.minimum(np.hypot({both}), 1)")
