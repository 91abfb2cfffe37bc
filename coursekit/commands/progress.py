"""``coursekit progress``: which exercises are solved, and with how many hints."""

from __future__ import annotations

import argparse

HELP = "show which exercises are solved"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--reset", action="store_true", help="forget all progress (with --yes)")
    parser.add_argument("--yes", action="store_true", help="do not ask again")


def run(arguments: argparse.Namespace) -> int:
    """Print one line for each lesson and each exercise, or forget them."""
    from coursekit.check import progress

    if not arguments.reset:
        _print_table()
        return 0
    if not arguments.yes:
        raise ValueError(f"--reset deletes {progress.path()}, and with it all progress. Add --yes to do it.")
    progress.forget()
    print(f"Progress forgotten: {progress.path()} is deleted.")
    return 0


def _print_table() -> None:
    from coursekit import check
    from coursekit.check import progress
    from coursekit.check.result import SIGNS

    kept = progress.read()
    exercises = [(lesson.lesson, name) for lesson in check.LESSONS for name in lesson.all]
    entries = {key: kept.get(key[0], {}).get(key[1], progress.Entry()) for key in exercises}
    width = max(len(name) for _, name in exercises)
    for lesson in check.LESSONS:
        names = lesson.names()
        solved = sum(entries[lesson.lesson, name].status == "correct" for name in names)
        print(f"{lesson.lesson}: {solved} of {len(names)} correct")
        for name in names:
            entry = entries[lesson.lesson, name]
            hints = f"  hints: {entry.hints}" if entry.hints else ""
            print(f"  {SIGNS[entry.status]} {name:<{width}}  {entry.status:<13}{hints}".rstrip())
    solved = sum(entry.status == "correct" for entry in entries.values())
    used = sum(entry.hints for entry in entries.values())
    print(f"Together: {solved} of {len(entries)} correct, hints used: {used}. Kept in {progress.path()}")
