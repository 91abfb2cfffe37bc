"""``coursekit apps``: every explorer and app on a page of its own, served by Voilà."""

from __future__ import annotations

import argparse
import os
import socket

from coursekit.commands.port import port
from coursekit.commands.serving import end_after_serving

HELP = "open every explorer and app on a page of its own"

_FIRST_PORT = 8866
_TRIED_PORTS = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=port, help=f"port to listen on (default: the first free one from {_FIRST_PORT})")
    parser.add_argument(
        "--base-url",
        metavar="PATH",
        help="what stands before every page's path, behind a proxy (default: / or, in a JupyterHub, its "
        "proxy/absolute/PORT/)",
    )
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
    chosen = first_free(_FIRST_PORT) if arguments.port is None else arguments.port
    if not is_free(chosen):
        # Before the address is told: nobody should open what another program answers.
        raise ValueError(f"port {chosen} is taken. Pass another one, or none: then a free one is found.")
    base_url = base_url_from(arguments.base_url, chosen, os.environ.get("JUPYTERHUB_SERVICE_PREFIX", ""))
    # A kernel called python3 in the user's home must not come before the one of this environment.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(TEMPLATES), os.environ.get("JUPYTER_PATH")]))
    browser = not arguments.no_browser and has_browser()
    theme = "dark" if arguments.dark else "light"
    Gallery.launch_instance(argv=options(folder, chosen, browser, theme, base_url))
    end_after_serving()


def base_url_from(given: str | None, port: int, hub: str) -> str:
    """Return the path before every page's path, with a slash at both ends.

    Parameters
    ----------
    given : str or None
        As the user wrote it; None takes what fits.
    port : int
    hub : str
        A JupyterHub's prefix of this user's server, ``"/user/ada/"``; empty outside of a hub. There the way to the
        port is jupyter-server-proxy's ``proxy/absolute/PORT/``, which hands the whole path on.

    Returns
    -------
    str

    Examples
    --------
    >>> base_url_from(None, 8866, ""), base_url_from("class/a", 8866, "")
    ('/', '/class/a/')
    >>> base_url_from(None, 8866, "/user/ada/")
    '/user/ada/proxy/absolute/8866/'
    """
    chosen = given if given is not None else f"{hub.rstrip('/')}/proxy/absolute/{port}" if hub else ""
    return "/".join(["", *filter(None, chosen.split("/")), ""])


def first_free(port: int) -> int:
    """Return the first port from this one on that nothing on this machine listens on.

    Raises
    ------
    ValueError
        If none of the next fifty is free.
    """
    for candidate in range(port, port + _TRIED_PORTS):
        if is_free(candidate):
            return candidate
    raise ValueError(f"no port from {port} to {port + _TRIED_PORTS - 1} is free. Pass another one: --port 9000.")


def is_free(port: int) -> bool:
    """Return whether nothing on this machine listens on a port."""
    with socket.socket() as probe:
        if os.name == "posix":
            # As the server binds: a port used a moment ago is free. On Windows the option means another thing.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
