"""Take the stills of all explorers from the real gallery: `python docs/site/stills.py FOLDER [NAME ...]`.

Each page is opened in Chromium, light and dark, as anybody would see it, and kept as FOLDER/NAME.THEME.png.
`docs/site/contact_sheets.py` makes thumbnails and contact sheets of them.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from coursekit.commands.apps import first_free
from coursekit.gallery.exhibits import EXHIBITS

WIDTH, HEIGHT, SECONDS = 1120, 1400, 240
READY = '.ck-status[data-ck-state="ready"]'
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]


@contextmanager
def gallery() -> Iterator[str]:
    """Serve the gallery with sample data, and give its address with the token."""
    environment = os.environ | {"COURSEKIT_PROFILE": "quick", "COURSEKIT_DATA": "sample", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "coursekit", "apps", "--no-browser", "--port", str(first_free(9400))]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    ) as server:
        assert server.stdout is not None
        try:
            yield next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
        finally:
            os.killpg(server.pid, signal.SIGTERM)


@contextmanager
def chromium() -> Iterator[Any]:
    """Give a browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=OPTIONS
        )
        yield browser
        browser.close()


def entered(browser: Any, address: str, theme: str) -> Any:
    """Return a page on the gallery's front, with the cookie that the token gives."""
    from playwright.sync_api import Error

    page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce").new_page()
    page.set_default_timeout(1000 * SECONDS)
    for _ in range(600):
        try:
            page.goto(f"{address}&theme={theme}")
            return page
        except Error as refused:
            if "ERR_CONNECTION_REFUSED" not in str(refused):
                raise
            page.wait_for_timeout(200)
    raise RuntimeError("the gallery does not listen.")


def opened(page: Any, address: str, name: str, theme: str) -> Any:
    """Open an exhibit and return its explorer, once it has answered."""
    page.goto(f"{address.split('?')[0]}voila/render/{name}.ipynb?theme={theme}")
    page.wait_for_selector(READY)
    page.wait_for_timeout(500)
    page.mouse.move(0, 0)
    return page.locator(".ck-explorer")


def main() -> None:
    """Take the stills that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with gallery() as address, chromium() as browser:
        for theme in ("light", "dark"):
            page = entered(browser, address, theme)
            for exhibit in EXHIBITS:
                if not chosen.names or exhibit.name in chosen.names:
                    explorer = opened(page, address, exhibit.name, theme)
                    explorer.screenshot(path=chosen.folder / f"{exhibit.name}.{theme}.png")
                    print(exhibit.name, theme, flush=True)
            page.context.close()


if __name__ == "__main__":
    main()
