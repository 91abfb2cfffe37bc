"""The command ``coursekit``."""

from __future__ import annotations

import argparse
import importlib
import io
import sys
from collections.abc import Sequence

COMMANDS = ("apps", "build", "data", "doctor", "fundus", "lab", "progress", "scoreboard", "start", "train")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``coursekit`` with these arguments and return the exit status.

    Errors that a user can mend (a wrong name, no network, a full disk) are one line on standard error and status 1.
    """
    parser = argparse.ArgumentParser(prog="coursekit", description="The course from the command line.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands = {name: importlib.import_module(f"coursekit.commands.{name}") for name in COMMANDS}
    for name, command in commands.items():
        command.add_arguments(subparsers.add_parser(name, help=command.HELP, description=command.HELP))
    parsed = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # An old console on Windows cannot print every sign: a question mark then, and no crash.
            stream.reconfigure(errors="replace")
    try:
        return int(commands[parsed.command].run(parsed))
    except (ValueError, OSError, RuntimeError) as error:
        print(f"coursekit {parsed.command}: {error}", file=sys.stderr)
        return 1
