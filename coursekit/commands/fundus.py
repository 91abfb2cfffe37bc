"""``coursekit fundus``: prepare a folder of fundus photographs; after an interruption, go on."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HELP = "cut out, resize and even out a folder of fundus photographs, class by class"
_EVERY = 5.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("source", metavar="IN", type=Path, help="a folder for each class with images in it")
    parser.add_argument("target", metavar="OUT", type=Path, help="the same folders, with the images prepared")
    parser.add_argument("--labels", type=Path, help="table (image, level) of the images, where IN has no class folders")
    parser.add_argument("--size", type=int, default=512, help="height and width in pixels (default: 512)")
    parser.add_argument("--clip-limit", type=float, default=0.01, help="of CLAHE, 0 to 1 (default: 0.01)")
    parser.add_argument("--tiles", type=int, default=8, help="of CLAHE, along a side (default: 8)")
    parser.add_argument("--format", choices=("jpg", "png"), default="jpg", help="default: jpg")
    parser.add_argument("--workers", type=int, help="processes (default: one a processor)")


def run(arguments: argparse.Namespace) -> int:
    """Prepare the folder, print what became of it, and return 1 if images were left out."""
    from coursekit.data.prepared_folder import LEFT_OUT, Preparation, prepare_folder

    preparation = Preparation(arguments.size, arguments.clip_limit, arguments.tiles, arguments.format)
    begun = shown = time.monotonic()
    first: int | None = None

    def report(done: int, count: int) -> None:
        nonlocal first, shown
        first = done - 1 if first is None else first
        now = time.monotonic()
        if now - shown >= _EVERY:
            shown = now
            print(f"{done:,} of {count:,}, {(done - first) / (now - begun):.1f} a second", file=sys.stderr)

    outcome = prepare_folder(
        arguments.source, arguments.target, preparation, arguments.labels, arguments.workers, report
    )
    seconds = time.monotonic() - begun
    print(f"{outcome.prepared:,} prepared in {seconds:.0f} s, {outcome.before:,} were there before: {arguments.target}")
    for name, reason in outcome.left_out.items():
        print(f"left out: {name}: {reason}", file=sys.stderr)
    if outcome.left_out:
        print(f"{len(outcome.left_out):,} left out, listed in {arguments.target / LEFT_OUT}")
    return int(bool(outcome.left_out))
