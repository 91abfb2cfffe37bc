"""CLAHE: the course's against scikit-image's, which gives the same numbers. ``python benchmarks/clahe.py``.

The fundus explorer equalises the image anew at each move of a slider, and that must stay below 250 ms. Measured on two
cores (seconds; 8 tiles, clip limit 0.01):

| side | course | scikit-image |
|-----:|-------:|-------------:|
|  256 |   0.02 |         0.16 |
|  512 |   0.03 |         0.65 |
| 1024 |   0.14 |         1.17 |
"""

from __future__ import annotations

import time

import numpy as np
from skimage.exposure import equalize_adapthist

from coursekit.data import load_image
from coursekit.fundus import clahe

TILES, CLIP_LIMIT, REPEATS = 8, 0.01, 5


def seconds(function):
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    print("| side | course | scikit-image |\n|-----:|-------:|-------------:|")
    for side in (256, 512, 1024):
        image = np.rint(255 * load_image("retina", size=side)).astype(np.uint8)
        ours = seconds(lambda image=image: clahe(image, CLIP_LIMIT, TILES))
        theirs = seconds(lambda image=image, tile=side // TILES: equalize_adapthist(image, tile, CLIP_LIMIT))
        print(f"| {side:4} | {ours:6.2f} | {theirs:12.2f} |")


if __name__ == "__main__":
    main()
