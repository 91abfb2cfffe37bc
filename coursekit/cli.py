"""The command ``coursekit``."""

from __future__ import annotations

import argparse
import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence

from coursekit import __version__

_ENDED_BY_READER = 141
_OTHER_FOLDER = (
    "Make its folder writable, or choose others: COURSEKIT_HOME keeps downloads and progress, JUPYTER_DATA_DIR, "
    "JUPYTER_CONFIG_DIR and IPYTHONDIR what Jupyter notes in your home."
)
_NO_SPACE = "The disk is full, or your share of it. Free some space, or set COURSEKIT_HOME to a folder on another disk."
_CURES = {
    errno.EACCES: _OTHER_FOLDER,
    errno.EPERM: _OTHER_FOLDER,
    errno.EROFS: _OTHER_FOLDER,
    errno.ENOSPC: _NO_SPACE,
    errno.EDQUOT: _NO_SPACE,
}

COMMANDS = ("apps", "build", "data", "doctor", "fundus", "lab", "progress", "scoreboard", "start", "train")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``coursekit`` with these arguments and return the exit status.

    Errors that a user can mend (a wrong name, no network, a full disk) are one line on standard error and status 1.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line if not given.

    Returns
    -------
    int
        0 where all went well.
    """
    parser = argparse.ArgumentParser(prog="coursekit", description="The course from the command line.")
    parser.add_argument("--version", action="version", version=f"coursekit {__version__}")
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
        status = int(commands[parsed.command].run(parsed))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Who reads has enough: `coursekit doctor | head`. Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _ENDED_BY_READER
    except (ValueError, OSError, RuntimeError) as error:
        print(f"coursekit {parsed.command}: {_said(error)}", file=sys.stderr)
        return 1


def _said(error: Exception) -> str:
    """Return an error's text, with the cure where a folder cannot be written."""
    cure = _CURES.get(error.errno or 0) if isinstance(error, OSError) else None
    if not isinstance(error, OSError) or not cure or not error.filename:
        return str(error)
    return f"{error.filename} cannot be written ({error.strerror}). {cure}"
