"""``coursekit data``: what data there are, fetch them, check them."""

from __future__ import annotations

import argparse
import sys

HELP = "list, fetch or verify the data sets"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="name, title, size, licence, and where each would be loaded from now")
    fetch = actions.add_parser("fetch", help="get data sets from the mirror or their public home into the cache")
    fetch.add_argument("names", nargs="+", metavar="NAME")
    verify = actions.add_parser("verify", help="check the hashes of what is in the cache again")
    verify.add_argument("names", nargs="*", metavar="NAME", help="default: all that are in the cache")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit status: 1 if a data set cannot be had or is damaged."""
    if arguments.action == "list":
        return _list()
    return _fetch(arguments.names) if arguments.action == "fetch" else _verify(arguments.names)


def _list() -> int:
    from coursekit.data import loading
    from coursekit.data.catalogue import CATALOGUE

    rows = [("name", "title", "size", "state", "licence")]
    for name, entry in CATALOGUE.items():
        size = sum(file.size for file in entry.home or entry.mirror)
        rows.append((name, entry.title, f"{size / 1e6:.1f} MB", loading.state(name), entry.licence))
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _fetch(names: list[str]) -> int:
    from coursekit.data import catalogue, loading
    from coursekit.data.errors import DataError

    for name in names:
        catalogue.entry(name)  # a wrong name is an error before any download
    status = 0
    for name in names:
        try:
            stored = loading.fetch(name)
        except DataError as error:
            print(f"{name}: not fetched: {error}", file=sys.stderr)
            status = 1
        else:
            print(f"{name}: in the cache {stored.folder}, from {stored.origin}")
    return status


def _verify(names: list[str]) -> int:
    from coursekit.data import catalogue, store

    for name in names:
        catalogue.entry(name)
    damaged = False
    for name in names or catalogue.CATALOGUE:
        states = store.verify(name)
        if not states:
            print(f"{name}: not in the cache")
        for path, state in states.items():
            print(f"{name}: {path}: {state}")
        if any(state != "ok" for state in states.values()):
            damaged = True
            print(f"{name}: mend it with: coursekit data fetch {name}", file=sys.stderr)
    return int(damaged)
