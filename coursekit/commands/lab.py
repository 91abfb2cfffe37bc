"""``coursekit lab``: JupyterLab on the course, at the welcome lesson."""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
import webbrowser
from pathlib import Path

from coursekit.commands.port import port
from coursekit.commands.serving import end_after_serving

HELP = "open the course in JupyterLab"

# A window of 1,280 pixels has room for three figures beside each other only where the side bar is folded away.
_FOLDED = {"collapsed": True, "visible": True}
_WORKSPACE = {
    "data": {"layout-restorer:data": {"main": {}, "left": _FOLDED, "right": _FOLDED}},
    "metadata": {"id": "default"},
}

# No pop-up asks whether to fetch news, and nbgrader's tools for authors stay out of the learners' way.
_CONFIG = Path(__file__).with_name("lab_config")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=port, help="port to listen on (default: the first free one from 8888)")


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    from coursekit import settings

    browser = not arguments.no_browser and has_browser()
    if settings.is_installed_copy():
        options = options_for_own_copies(Path.cwd(), arguments.port, browser)
    else:
        options = server_options(settings.course_folder(), arguments.port, browser)
    # A kernel called python3 in the user's home must not come before the one of this environment.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    # Kernels read and write UTF-8 whatever the system's language: names of folders may hold any letter.
    os.environ.setdefault("PYTHONUTF8", "1")
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        filter(None, [str(_CONFIG), os.environ.get("JUPYTER_CONFIG_PATH")])
    )
    options += workspace_options(settings.home() / "lab")
    # Jupyter's own, about a setting of its own that nobody has made here.
    warnings.filterwarnings("ignore", message="ServerApp.token config is deprecated", category=DeprecationWarning)
    print("JupyterLab is starting. To stop it, press Ctrl-C here.", flush=True)
    LabApp.launch_instance(argv=options)
    end_after_serving()


def workspace_options(folder: Path) -> list[str]:
    """Return the option that keeps the lab's layout in a folder, which holds one with folded side bars at first.

    What a person unfolds is kept there. Where nothing can be written the lab opens as JupyterLab does.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> [option.split("=")[0] for option in workspace_options(folder)], len(list(folder.iterdir()))
    (['--LabApp.workspaces_dir'], 1)
    """
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    workspaces = WorkspacesManager(str(folder))
    try:
        if not workspaces.load("default")["data"]:
            workspaces.save("default", json.dumps(_WORKSPACE))
    except (OSError, ValueError):
        return []
    return [f"--LabApp.workspaces_dir={folder}"]


def has_browser() -> bool:
    """Return whether there is a browser with windows, here."""
    if sys.platform.startswith("linux") and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def server_options(course: Path, port: int | None, browser: bool) -> list[str]:
    """Return JupyterLab's command line, for the course folder and its first lesson.

    Raises
    ------
    ValueError
        If the folder holds no lesson.
    """
    from coursekit.authoring.lesson_names import lesson_names

    names = lesson_names(course / "notebooks", ".ipynb")
    if not names:
        raise ValueError(
            f"there is no lesson in {course / 'notebooks'}. Get the course again, or run `coursekit build`."
        )
    return _options(course, f"/lab/tree/notebooks/{names[0]}.ipynb", port, browser)


def options_for_own_copies(folder: Path, port: int | None, browser: bool) -> list[str]:
    """Return JupyterLab's command line for a folder in which `coursekit start` puts copies, where a wheel is installed.

    Raises
    ------
    ValueError
        If the folder holds no copy yet.
    """
    from coursekit.authoring.lesson_names import lesson_names

    names = lesson_names(folder / "work", ".ipynb")
    if not names:
        raise ValueError(
            f"there is no lesson in {folder / 'work'} yet. Get one first: coursekit start 00. "
            "Then coursekit lab opens it, from the same folder."
        )
    return _options(folder, f"/lab/tree/work/{names[0]}.ipynb", port, browser)


def _options(root: Path, first_page: str, port: int | None, browser: bool) -> list[str]:
    options = [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url={first_page}",
        "--Application.log_level=WARN",
    ]
    if port is not None:
        options.append(f"--ServerApp.port={port}")
    if not browser:
        options.append("--no-browser")
    # Containers run everything as root.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    return options
