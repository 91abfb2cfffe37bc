"""``coursekit apps``: every explorer and app on a page of its own, served by Voilà."""

from __future__ import annotations

import argparse
import os
import socket

HELP = "open every explorer and app on a page of its own"

_FIRST_PORT = 8866
_TRIED_PORTS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=int, help=f"port to listen on (default: the first free one from {_FIRST_PORT})")
    parser.add_argument("--dark", action="store_true", help="begin with dark pages")


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C, on this machine only."""
    from coursekit import settings
    from coursekit.commands.lab import has_browser
    from coursekit.gallery.notebooks import FOLDER
    from coursekit.gallery.server import TEMPLATES, Gallery, options

    folder = settings.course_folder() / FOLDER
    if not any(folder.glob("*.ipynb")):
        raise ValueError(f"there is no notebook in {folder}. Get the course again, or run `coursekit build`.")
    port = first_free(_FIRST_PORT) if arguments.port is None else arguments.port
    # A kernel called python3 in the user's home must not come before the one of this environment.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(TEMPLATES), os.environ.get("JUPYTER_PATH")]))
    browser = not arguments.no_browser and has_browser()
    Gallery.launch_instance(argv=options(folder, port, browser, "dark" if arguments.dark else "light"))
    return 0


def first_free(port: int) -> int:
    """Return the first port from this one on that nothing on this machine listens on.

    Raises
    ------
    ValueError
        If none of the next fifty is free.
    """
    for candidate in range(port, port + _TRIED_PORTS):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    raise ValueError(f"no port from {port} to {port + _TRIED_PORTS - 1} is free. Pass another one: --port 9000.")
