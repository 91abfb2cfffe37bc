"""All explainers on EfficientNet-Lite0 and photographs, on one sheet to look at, and the seconds that each takes.

    python benchmarks/contact_sheet_methods.py sheet.png
    python benchmarks/contact_sheet_methods.py sheet.png --batches 1 8

Seconds are processor time of this process, tracing included: the first call is what a user waits for.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from coursekit import data, explain, networks

PHOTOGRAPHS = ("cat", "coffee", "rocket", "astronaut", "flower")
SIDE = 224
BUDGET = 64  # passes of the methods that sample: a sheet to look at, no benchmark of their noise


def main() -> None:
    """Draw the sheet, and print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--batches", type=int, nargs="*", default=[], help="also time batches of so many images")
    chosen = parser.parse_args()
    model = networks.efficientnet_lite0()
    images = np.stack([data.load_image(name, size=SIDE) for name in PHOTOGRAPHS])
    methods = explain.presets(SIDE, BUDGET)
    figure, axes = plt.subplots(len(images), len(methods) + 1, figsize=(1.4 * len(methods), 1.5 * len(images)))
    for ax, image in zip(axes[:, 0], images, strict=True):
        ax.imshow(image)
    for column, (title, method) in zip(axes[:, 1:].T, methods.items(), strict=True):
        start = time.process_time()
        with warnings.catch_warnings(action="ignore"):
            heatmaps = method(model, images)
        print(f"{title:28} {time.process_time() - start:6.1f} s for {len(images)} images, the first call", flush=True)
        column[0].set_title(title, fontsize=7)
        for ax, heatmap in zip(column, heatmaps, strict=True):
            limit = np.percentile(np.abs(heatmap), 99.5) or 1
            ax.imshow(heatmap, cmap="RdBu_r", vmin=-limit, vmax=limit)
        for size in chosen.batches:
            batch = np.resize(images, (size, *images.shape[1:]))
            start = time.process_time()
            method(model, batch)
            print(f"{title:28} {time.process_time() - start:6.2f} s, batch of {size}", flush=True)
    for ax in axes.flat:
        ax.axis("off")
    figure.tight_layout(pad=0.3)
    figure.savefig(chosen.file, dpi=90)


if __name__ == "__main__":
    main()
