"""Voilà with the gallery's own front page, on this machine only, behind a token."""

from __future__ import annotations

import os
import secrets
import tempfile
import threading
import webbrowser
from pathlib import Path
from typing import Any
from urllib.request import pathname2url

from jupyter_server.utils import url_path_join
from voila.app import Voila

from coursekit.gallery.exhibits import EXHIBITS

_HUB = "JUPYTERHUB_SERVICE_PREFIX"
TEMPLATES = Path(__file__).with_name("share")
IDLE_SECONDS = 600
"""A kernel whose page is closed is ended after so long without a message."""

EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")
"""All that the exhibits need of JupyterLab: others, such as nbgrader's, want parts of it that Voilà has not."""


class Gallery(Voila):  # type: ignore[misc]
    """The server: Voilà's pages of notebooks, and a front page that knows the exhibits."""

    def init_settings(self) -> dict[str, Any]:
        """Give the front page the table of exhibits."""
        settings: dict[str, Any] = super().init_settings()
        groups = [
            (heading, [exhibit for exhibit in EXHIBITS if exhibit.kind == kind])
            for heading, kind in (("Explorers", "explorer"), ("Apps", "app"))
        ]
        settings["voila_jinja2_env"].globals["groups"] = groups
        return settings

    def init_handlers(self) -> list[Any]:
        """Let the page that asks for the token stand below the prefix too: Voilà expects it there, but puts it at /."""
        return [
            (url_path_join(self.server_url, path), *rest) if path in ("/login", "/logout") else (path, *rest)
            for path, *rest in super().init_handlers()
        ]

    def listen(self) -> None:
        """Say where the gallery is, then serve until Ctrl-C."""
        where = f" below your hub's address: {self.path}" if os.environ.get(_HUB) else f" {self.address}"
        print(f"The gallery is at{where}\nTo stop it, press Ctrl-C here.", flush=True)
        super().listen()

    @property
    def address(self) -> str:
        """The front page's address with its token."""
        return f"http://{self.ip}:{self.port}{self.path}"

    @property
    def path(self) -> str:
        """The front page's path with its token."""
        return f"{self.base_url}?token={self.token}"

    def launch_browser(self) -> None:
        """Open the front page by way of a file that only its owner may read: a command line would show the token."""
        descriptor, path = tempfile.mkstemp(suffix=".html")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f'<!DOCTYPE html><meta http-equiv="refresh" content="0;url={self.address}">')
        threading.Thread(target=webbrowser.open, args=(f"file:{pathname2url(path)}",)).start()


def options(folder: Path, port: int, browser: bool, theme: str, base_url: str = "/") -> list[str]:
    """Return Voilà's command line.

    Parameters
    ----------
    folder : Path
        With the notebooks.
    port : int
    browser : bool
        Whether to open one.
    theme : {"light", "dark"}
    base_url : str
        Before every page's path, with a slash at both ends.
    """
    chosen = [
        str(folder),
        "--Voila.ip=127.0.0.1",
        f"--Voila.port={port}",
        "--Voila.port_retries=0",
        f"--Voila.base_url={base_url}",
        f"--Voila.token={secrets.token_urlsafe(24)}",
        "--Voila.log_level=WARN",
        "--VoilaConfiguration.template=coursekit",
        f"--VoilaConfiguration.theme={theme}",
        *(f"--VoilaConfiguration.extension_allowlist={name}" for name in EXTENSIONS),
        "--MappingKernelManager.cull_interval=60",
        f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
    ]
    return chosen if browser else [*chosen, "--no-browser"]
