"""Seconds of every explainer on EfficientNet-Lite0 at 160 pixels, for one image and for eight, and of Score-CAM.

    python benchmarks/explainers_on_lite0.py --write

Each method has the options of `coursekit.explain.presets` for images of this size: those that sample take about 128
passes. Seconds are those of the processor, on all of its cores together. The first call builds and traces what the next
ones run. The second table is Score-CAM's default against all maps, here and on ConvNeXtTiny with random weights.
``--write`` puts the tables into coursekit/explain/README.md.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from coursekit import data, explain, networks
from coursekit.backend import import_keras

keras = import_keras()
README = Path(explain.__file__).with_name("README.md")
SIDE, BUDGET, SEVERAL = 160, 128, 8
PHOTOGRAPHS = ("coffee", "cat", "astronaut", "flower", "rocket")
TABLES = ("lite0", "score_cam")


def photographs(count: int) -> np.ndarray:
    """Return so many photographs of the course (count, 160, 160, 3), some of them mirrored."""
    own = np.stack([data.load_image(name, size=SIDE) for name in PHOTOGRAPHS])
    return np.concatenate([own, own[:, :, ::-1]])[:count].astype(np.float32)


def seconds(explainer: Callable[..., object], *arguments: object, **options: object) -> float:
    """Return the processor seconds of one call."""
    start = time.process_time()
    with warnings.catch_warnings(action="ignore"):
        explainer(*arguments, **options)
    return time.process_time() - start


def every_explainer() -> str:
    """Return the table of all methods."""
    model = networks.full_network("efficientnet_lite0", SIDE)
    explain.scores(model, photographs(1))
    presets = explain.presets(SIDE, BUDGET)
    presets["HiResCAM"] = explain.hires_cam
    rows = [
        "| method | passes for an image | first call, s | one image, s | eight images, s |",
        "|---|---|---|---|---|",
    ]
    print("\n".join(rows), flush=True)
    for title, method in presets.items():
        one, several = photographs(1), photographs(SEVERAL)
        with explain.counted_passes() as counted:
            first = seconds(method, model, one, 1)
        again = seconds(method, model, one, 1)
        many = seconds(method, model, several, 1)
        passes = f"{counted.forward:.0f}" + (f", {counted.backward:.0f} back" if counted.backward else "")
        rows.append(f"| {title} | {passes} | {first:.2f} | {again:.2f} | {many:.2f} |")
        print(rows[-1], flush=True)
    return "\n".join(rows)


def score_cam() -> str:
    """Return the table of Score-CAM with its default and with all maps."""
    rows = ["| network | maps in all | 128 maps (default), s | all maps, s |", "|---|---|---|---|"]
    keras.utils.set_random_seed(0)
    built = {
        "EfficientNet-Lite0, 160 px": lambda: networks.full_network("efficientnet_lite0", SIDE),
        "ConvNeXtTiny, random weights, 160 px": lambda: keras.applications.ConvNeXtTiny(
            weights=None, input_shape=(SIDE, SIDE, 3), classes=10
        ),
    }
    print("\n".join(rows), flush=True)
    for name, build in built.items():
        model, one = build(), photographs(1)
        count = explain.feature_maps(model, one).shape[-1]
        explain.score_cam(model, one, 1, maps=1)  # traces what both run
        times = [seconds(explain.score_cam, model, one, 1, maps=maps) for maps in (128, None)]
        rows.append(f"| {name} | {count:,} | {times[0]:.1f} | {times[1]:.1f} |")
        print(rows[-1], flush=True)
    return "\n".join(rows)


def write(table: str, name: str) -> None:
    """Put a table between its marks in the page of the explainers."""
    begin, end = f"<!-- {name}: written by benchmarks/explainers_on_lite0.py -->\n", f"<!-- end of {name} -->"
    before, found, rest = README.read_text(encoding="utf-8").partition(begin)
    if not found:
        raise SystemExit(f"{README} has no mark {begin!r}")
    README.write_text(f"{before}{begin}\n{table}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    parser.add_argument("--write", action="store_true", help="put the tables into coursekit/explain/README.md")
    arguments = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors", flush=True)
    for name in arguments.tables:
        table = {"lite0": every_explainer, "score_cam": score_cam}[name]()
        if arguments.write:
            write(table, name)


if __name__ == "__main__":
    main()
