"""``coursekit data``: what data there are, fetch them, check them, write a mirror, remove them."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from pathlib import Path

HELP = "list, fetch, verify or remove the data sets, or write a classroom mirror"
# More of a licence would make the table wider than a screen.
_LICENCE_WIDTH = 36
# In a file or a pipe a row stays one line.
_NO_SCREEN = 10_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to its parser."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="name, title, size, licence, and where each would be loaded from now")
    fetch = actions.add_parser("fetch", help="get data sets from the mirror or their public home into the cache")
    fetch.add_argument("names", nargs="+", metavar="NAME")
    verify = actions.add_parser("verify", help="check the hashes of what is in the cache again")
    verify.add_argument("names", nargs="*", metavar="NAME", help="default: all that are in the cache")
    mirror = actions.add_parser("mirror", help="write what is in the cache into a folder that a class can load from")
    mirror.add_argument("folder", metavar="DIR", type=Path)
    mirror.add_argument("names", nargs="*", metavar="NAME", help="default: all that are in the cache")
    remove = actions.add_parser("remove", help="remove data sets from the cache")
    remove.add_argument("names", nargs="+", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit status: 1 if a data set cannot be had or is damaged."""
    if arguments.action == "list":
        return _list()
    from coursekit.data import sets

    for name in arguments.names:
        sets.entry(name)  # a wrong name is an error before anything is done
    if arguments.action == "mirror":
        return _mirror(arguments.folder, arguments.names)
    actions = {"fetch": _fetch, "verify": _verify, "remove": _remove}
    return actions[arguments.action](arguments.names)


def _list() -> int:
    from coursekit.data import loading, sets

    rows: list[tuple[str, ...]] = [("name", "title", "size", "state", "licence")]
    for name in sets.NAMES:
        entry = sets.entry(name)
        size = f"{entry.mirror.size / 1e6:.1f} MB"
        licence = entry.licence
        if len(licence) > _LICENCE_WIDTH:
            licence = f"{licence[: _LICENCE_WIDTH - 3].rsplit(' ', 1)[0]} ..."
        rows.append((name, entry.title, size.rjust(8), loading.state(name), licence))
    print("\n".join(_table(rows, shutil.get_terminal_size((_NO_SCREEN, 24)).columns)))
    return 0


def _table(rows: list[tuple[str, ...]], columns: int) -> list[str]:
    """Return lines no wider than the screen: where it is too narrow, title and licence stand below the rest."""
    lines = _aligned(rows)
    if max(map(len, lines)) <= columns:
        return lines
    short = _aligned([(name, size, state) for name, _, size, state, _ in rows])
    found = []
    for line, (_, title, _, _, licence) in zip(short, rows, strict=True):
        found += [
            line,
            *textwrap.wrap(f"{title}; {licence}", max(columns, 20), initial_indent="  ", subsequent_indent="  "),
        ]
    return found


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _fetch(names: list[str]) -> int:
    from coursekit.data import loading
    from coursekit.data.errors import DataError

    status = 0
    for name in names:
        try:
            cached = loading.fetch(name)
        except DataError as error:
            print(f"{name}: not fetched: {error}", file=sys.stderr)
            status = 1
        else:
            print(f"{name}: in the cache {cached.folder}, from {cached.origin}")
    return status


def _verify(names: list[str]) -> int:
    from coursekit.data import sets
    from coursekit.data.fetching import cache

    status = 0
    for name in names or sets.NAMES:
        states = cache.verify(name)
        wrong = {path: state for path, state in states.items() if state != "ok"}
        if not states:
            print(f"{name}: not in the cache")
        elif not wrong:
            print(f"{name}: {len(states):,} {'file' if len(states) == 1 else 'files'}: ok")
        for path, state in wrong.items():
            print(f"{name}: {path}: {state}")
        if wrong:
            status = 1
            print(f"{name}: mend it with: coursekit data fetch {name}", file=sys.stderr)
    return status


def _mirror(folder: Path, names: list[str]) -> int:
    from coursekit.data import mirror_writer

    written = mirror_writer.write(folder, names)
    for name, (path, size) in written.files.items():
        print(f"{name}: written to {folder / path}, {size / 1e6:.1f} MB")
    for name, reason in written.left_out.items():
        print(f"{name}: left out: {reason}")
    if written.files:
        print(f"A class loads from it after: COURSEKIT_MIRROR={folder.resolve()}")
    # What was asked for by name and is not there is a failure.
    return int(bool(names and written.left_out))


def _remove(names: list[str]) -> int:
    from coursekit.data.fetching import cache

    for name in names:
        print(f"{name}: {'removed from' if cache.remove(name) else 'not in'} the cache")
    return 0
