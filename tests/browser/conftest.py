"""A real JupyterLab in a real Chromium. One server and one page serve the whole run."""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import socket
import statistics
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from PIL import Image

from coursekit.commands import lab as lab_command

# Where the limits of time were set, two hundred thousand numbers were added in so long.
SECONDS_OF_ADDITIONS = 0.005
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
]
LAB_CONFIG = Path(lab_command.__file__).with_name("lab_config")
SERVER_SECONDS = 90
WIDE, NARROW = 1280, 560

RAMP = np.tile(np.arange(100, dtype=np.uint8), (80, 1))
"""Grey pixels, dark on the left: what is uploaded where the image does not matter."""

APP_READY = """async () => {
  const app = window.jupyterapp;
  if (!app) return false;
  await app.started; await app.restored; await (app.allPluginsActivated ?? 0);
  return app.commands.hasCommand('docmanager:open') && app.commands.hasCommand('notebook:run-all-cells');
}"""
# The notebook's own indicator says idle before there is a kernel, and a run-all sent then is lost without an error.
KERNEL_READY = """async () => {
  const widget = window.jupyterapp.shell.currentWidget;
  if (!widget?.sessionContext || !widget.context) return false;
  await widget.context.ready; await widget.sessionContext.ready;
  const kernel = widget.sessionContext.session?.kernel;
  if (!kernel) return false;
  await kernel.info;
  return kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
# Page.wait_for_function takes the promise of an async predicate for a true answer; this waits for what it resolves to.
UNTIL = """async ([source, milliseconds]) => {
  const predicate = eval('(' + source + ')'), end = performance.now() + milliseconds;
  while (!(await predicate())) {
    if (performance.now() > end) throw new Error('waited ' + milliseconds + ' ms for ' + source);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}"""
EVALUATE_SECONDS = 120
WITHIN = """async ([source, arg, seconds]) => {
  const late = new Promise((_, reject) =>
    setTimeout(() => reject(new Error('no answer in ' + seconds + ' s from ' + source)), 1000 * seconds));
  const found = eval('(' + source + ')');
  return Promise.race([typeof found === 'function' ? found(arg) : found, late]);
}"""
CELL_ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap((cell) =>
  (cell.model.sharedModel.outputs ?? []).filter((output) => output.output_type === 'error')
    .map((output) => output.evalue))"""
KERNEL_ROUND_TRIP = """async () => {
  await window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestKernelInfo();
}"""
NEXT_FRAME = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
WATCH_KEY = """() => {
  const status = document.querySelector('.ck-status'), count = status.dataset.ckCount;
  window.ckSettled = new Promise((resolve, reject) => {
    let pressed = 0;
    setTimeout(() => reject(new Error('no answer: a key at the end of its way changes nothing')), 10_000);
    document.addEventListener('keydown', (event) => { pressed = event.timeStamp; }, { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (status.dataset.ckState !== 'ready' || status.dataset.ckCount === count) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - pressed)));
    });
    observer.observe(status, { attributes: true });
  });
}"""


class LabPage:
    """The page, and what a test does with a widget in it."""

    def __init__(self, page: Any, folder: Path, screenshots: Path) -> None:
        self.page = page
        self.problems: list[str] = []
        self._folder = folder
        self._screenshots = screenshots

    def ask(self, source: str, arg: Any = None) -> Any:
        """Return what a function or an expression gives in the page.

        Playwright waits for a promise without end, and a kernel may never answer: not longer than two minutes here.
        """
        return self.page.evaluate(WITHIN, [source, arg, EVALUATE_SECONDS])

    def open(self, *cells: str, shows: str = '.ck-status[data-ck-state="ready"]') -> None:
        """Open a notebook of these cells, run it, and wait until its explorer has answered (or what else it shows)."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        self.file = self._folder / f"{secrets.token_hex(4)}.ipynb"
        nbformat.write(notebook, self.file)
        self._show()
        self.ask("() => window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => 0)")
        assert self.ask(CELL_ERRORS) == []
        self.page.wait_for_selector(shows)
        self.ask(NEXT_FRAME)

    def _show(self) -> None:
        self.ask(
            "path => window.jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'}).then(() => 0)",
            self.file.name,
        )
        self.until(KERNEL_READY)

    def save(self) -> None:
        self.ask("() => window.jupyterapp.commands.execute('docmanager:save').then(() => 0)")

    def reopen(self) -> None:
        """Save the notebook, close it, stop its kernel, and open it again, with a new kernel that has run nothing."""
        self.save()
        self.close()
        self._show()

    def close(self) -> None:
        self.page.set_viewport_size({"width": WIDE, "height": 1400})
        self.ask(
            """async () => {
              const widget = window.jupyterapp.shell.currentWidget;
              await widget.sessionContext?.shutdown();
              widget.dispose();
            }"""
        )
        self.page.wait_for_function("() => !document.querySelector('.jp-NotebookPanel')")

    def until(self, predicate: str, seconds: float = 60) -> None:
        self.ask(UNTIL, [predicate, 1000 * seconds])

    @contextmanager
    def answer(self, state: str = "ready") -> Iterator[None]:
        """Wait, after what is done inside, until the explorer has answered once more."""
        count = self.page.get_attribute(".ck-status", "data-ck-count")
        yield
        self.page.wait_for_function(
            """([state, count]) => {
              const status = document.querySelector('.ck-status');
              return status.dataset.ckState === state && status.dataset.ckCount !== count;
            }""",
            arg=[state, count],
        )
        self.ask(NEXT_FRAME)

    def press_and_time(self, key: str) -> float:
        """Press a key and return the milliseconds until the answer is painted."""
        self.ask(WATCH_KEY)
        self.page.keyboard.press(key)
        return float(self.ask("() => window.ckSettled"))

    def press(self, *keys: str, on: str | None = None) -> None:
        """Press keys in turn where the focus is, or on the control of that label; each of them is answered."""
        for key in keys:
            with self.answer():
                if on is None:
                    self.page.keyboard.press(key)
                else:
                    self.page.get_by_label(on).press(key)

    def push(self, button: str) -> None:
        """Press a button by keyboard, and wait for the answer."""
        with self.answer():
            self.page.get_by_role("button", name=button).press("Enter")

    def choose(self, label: str, option: str | int) -> None:
        """Choose an entry of a list, by its words or its place, and wait for the answer."""
        how = {"index": option} if isinstance(option, int) else {"label": option}
        with self.answer():
            self.page.get_by_label(label, exact=True).select_option(**how)

    def hover(self, selector: str, x: int, y: int) -> None:
        """Point at a place of an element, and wait for the answer."""
        with self.answer():
            self.page.hover(selector, position={"x": x, "y": y})

    def upload(self, name: str, content: bytes | np.ndarray = RAMP, state: str = "ready") -> None:
        """Choose a file under "Own image", its bytes or the pixels of an image, and wait for the answer."""
        if not isinstance(content, bytes):
            file = io.BytesIO()
            Image.fromarray(content).save(file, "PNG")
            content = file.getvalue()
        with self.answer(state):
            with self.page.expect_file_chooser() as opened:
                self.page.get_by_role("button", name="Own image").click()
            opened.value.set_files({"name": name, "mimeType": "image/png", "buffer": content})

    def upload_no_image(self) -> None:
        """Choose a file that is no image: it is refused in place."""
        self.upload("note.png", b"no image", state="error")
        assert self.page.inner_text(".ck-status[role=alert] > p").startswith("Error: note.png is not an image")
        assert self.findings() == []

    def copied_code(self) -> str:
        """Copy the code by keyboard, and return what was copied."""
        self.page.get_by_text("Copy as code").press("Enter")
        self.page.get_by_role("button", name="Copy", exact=True).press("Enter")
        self.page.wait_for_selector("text=Copied.")
        return str(self.ask("() => navigator.clipboard.readText()"))

    def sentence(self) -> str:
        return str(self.page.inner_text(".ck-status > p"))

    def settle(self) -> None:
        """Wait until nothing is on its way between page and kernel: the count of answers stands still."""
        counts = [None, self.page.get_attribute(".ck-status", "data-ck-count")]
        while counts[-1] != counts[-2]:
            self.ask(KERNEL_ROUND_TRIP)
            self.page.wait_for_selector('.ck-status:not([data-ck-state="busy"])')
            self.ask(NEXT_FRAME)
            counts.append(self.page.get_attribute(".ck-status", "data-ck-count"))

    def pixels(self, selector: str) -> np.ndarray:
        """An element as it is painted, without its outermost pixels, which may belong to the ground."""
        self.settle()
        image = Image.open(io.BytesIO(self.page.locator(selector).first.screenshot()))
        return np.asarray(image.convert("RGB")).astype(int)[2:-2, 2:-2]

    def theme(self, name: str) -> None:
        self.ask(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme}).then(() => 0)",
            f"JupyterLab {name.capitalize()}",
        )
        self.page.wait_for_function(
            "light => document.body.dataset.jpThemeLight === light", arg=str(name == "light").lower()
        )
        self.page.wait_for_function("() => !document.querySelector('#jupyterlab-splash')")

    def width(self, pixels: int) -> None:
        self.page.set_viewport_size({"width": pixels, "height": 3200 if pixels < 1000 else 1400})
        self.ask(NEXT_FRAME)

    def height(self) -> float:
        return float(self.page.locator(".ck-explorer").bounding_box()["height"])

    def read_at_all_widths(self, name: str) -> None:
        """On a wide and a narrow screen nothing reaches out and axe finds nothing wrong; screenshots are kept."""
        for width, screen in ((WIDE, "wide"), (NARROW, "narrow")):
            self.width(width)
            assert self.overflow() <= 0
            assert self.findings() == []
            self.screenshot(f"{name}_{screen}")

    def overflow(self) -> float:
        """By how many pixels the explorer reaches out of the cell that holds it."""
        return float(
            self.ask(
                """() => {
                  const inside = document.querySelector('.ck-explorer');
                  const frame = inside.closest('.jp-OutputArea-output').getBoundingClientRect();
                  const right = [...inside.querySelectorAll('*')]
                    .filter((one) => one.checkVisibility() && !one.closest('pre'))
                    .map((one) => one.getBoundingClientRect().right);
                  return Math.max(...right) - frame.right;
                }"""
            )
        )

    def findings(self, within: str = ".ck-explorer") -> list[str]:
        """What axe finds wrong within the explorer, or another part of the page."""
        from axe_playwright_python.sync_playwright import Axe

        results = Axe().run(self.page, context=within).response
        return [f"{one['id']}: {node['html'][:160]}" for one in results["violations"] for node in one["nodes"]]

    def screenshot(self, name: str, of: str = ".ck-explorer") -> None:
        self._screenshots.mkdir(parents=True, exist_ok=True)
        self.page.mouse.move(0, 0)
        self.page.locator(of).screenshot(path=self._screenshots / f"{name}.png")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    missing = "" if CHROMIUM else "Chromium is not installed (on Debian: apt-get install chromium)"
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing = "Playwright is not installed (make browser installs it)"
    if missing:
        if os.environ.get("COURSEKIT_REQUIRE_BROWSER") == "1":
            pytest.fail(f"COURSEKIT_REQUIRE_BROWSER=1, but {missing}")
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(
    chromium: Any, tmp_path_factory: pytest.TempPathFactory, in_background: Callable[..., AbstractContextManager[Any]]
) -> Iterator[tuple[str, Path]]:
    """A JupyterLab server with settings of its own: its address with the token, and its folder."""
    home, folder = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("notebooks")
    quiet = {
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "docmanager-extension/plugin": {"autosave": False},
    }
    for plugin, values in quiet.items():
        path = home / "settings/@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    environment = os.environ | {
        # As `coursekit lab` sets it.
        "JUPYTER_CONFIG_PATH": str(LAB_CONFIG),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "COURSEKIT_HOME": str(home / "coursekit"),
        "COURSEKIT_PROFILE": "quick",
        "COURSEKIT_DATA": "sample",
        "COURSEKIT_STRICT": "0",
    }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.expose_app_in_browser=True", "--LanguageServerManager.autodetect=False"]
    # A cell that moves all explorers in a loop sends more messages a second than a server lets through.
    command += ["--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=1e6"]
    with in_background(command, env=environment) as running:
        end = time.monotonic() + SERVER_SECONDS
        while not _answers(f"http://127.0.0.1:{port}/api/status?token={token}"):
            assert running.process.poll() is None, running.log.read_text()
            assert time.monotonic() < end, f"no answer in {SERVER_SECONDS} s: {running.log.read_text()}"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/lab?reset&token={token}", folder


@pytest.fixture(scope="session")
def lab_page(chromium: Any, server: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabPage]:
    address, folder = server
    # axe is put into the page by the test, which the page's content policy would refuse.
    context = chromium.new_context(
        viewport={"width": WIDE, "height": 1400},
        reduced_motion="reduce",
        bypass_csp=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    chosen = os.environ.get("COURSEKIT_SCREENSHOTS")
    lab = LabPage(page, folder, Path(chosen) if chosen else tmp_path_factory.mktemp("screenshots"))
    inside = (address.split("/lab")[0], "data:", "blob:")
    # A kernel that is stopped while JupyterLab asks its debugger something does not answer: no fault of a widget.
    page.on(
        "console",
        lambda message: (
            message.type == "error" and "debugger state" not in message.text and lab.problems.append(message.text)
        ),
    )
    page.on("pageerror", lambda error: lab.problems.append(str(error)))
    page.on("request", lambda sent: sent.url.startswith(inside) or lab.problems.append(f"outside: {sent.url}"))
    page.on(
        "websocket",
        lambda socket: (
            socket.url.startswith(inside[0].replace("http", "ws")) or lab.problems.append(f"outside: {socket.url}")
        ),
    )
    page.goto(address)
    lab.until(APP_READY)
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    yield lab
    context.close()


@pytest.fixture
def lab(lab_page: LabPage) -> Iterator[LabPage]:
    """The page with no notebook open; afterwards it must have kept a clean console and asked for nothing outside."""
    lab_page.problems.clear()
    yield lab_page
    lab_page.close()
    assert lab_page.problems == []


def slowness() -> float:
    """Return how much slower this machine adds numbers, at this moment, than the one on which limits were set."""
    start, total = time.perf_counter(), 0
    for number in range(200_000):
        total += number
    return (time.perf_counter() - start) / SECONDS_OF_ADDITIONS


@pytest.fixture
def median_answer(lab: LabPage, capsys: pytest.CaptureFixture[str]) -> Callable[..., float]:
    """Press keys in turn, thirty times, print how long the answers took, and return the median in milliseconds.

    They are those of the machine where the limits were set: the median is divided by how much slower this one is now.
    """

    def measure(*keys: str) -> float:
        paces, times = [], []
        for index in range(30):
            paces.append(slowness())
            times.append(lab.press_and_time(keys[index % len(keys)]))
        median, ninetieth, pace = (
            statistics.median(times),
            statistics.quantiles(times, n=10)[-1],
            statistics.median(paces),
        )
        with capsys.disabled():
            print(
                f"\nkey press to settled image: median {median:.0f} ms, 90th percentile {ninetieth:.0f} ms, "
                f"on a machine {pace:.1f} times slower than where the limits were set"
            )
        return median / max(pace, 1)

    return measure


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, lab: LabPage) -> Callable[[], str]:
    """Switch to a theme; returns its name."""

    def switch() -> str:
        lab.theme(request.param)
        return str(request.param)

    return switch


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except OSError:
        return False
