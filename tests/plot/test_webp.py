"""What an image looks like that was stored in a notebook."""

import io

import numpy as np
from PIL import Image

from coursekit.plot.webp import webp

LARGE = 40_000


def test_a_stored_image_is_exact_where_it_is_small_and_else_close_in_all_its_colours():
    flat = np.zeros((40, 60, 4), np.uint8)
    flat[:, :30] = (200, 10, 10, 255)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(webp(Image.fromarray(flat), LARGE)))), flat)
    smooth = np.stack(np.broadcast_arrays(*np.ogrid[:256, :256], 128), axis=-1).astype(np.uint8)
    noisy = smooth // 2 + np.random.default_rng(0).integers(0, 9, smooth.shape, np.uint8)
    stored = webp(Image.fromarray(noisy), LARGE)
    assert len(stored) < LARGE
    back = np.asarray(Image.open(io.BytesIO(stored)).convert("RGB")).astype(int)
    assert np.abs(back - noisy).mean() < 4
    assert stored == webp(Image.fromarray(noisy), LARGE)
