"""A cache of its own for each test, a web server that misbehaves on demand, and a small stand-in for MNIST."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from coursekit.data import loading, sets
from coursekit.data.catalogue_entry import DataSource, RemoteFile
from coursekit.data.fetching import download

REAL_MIRROR = os.environ.get("COURSEKIT_MIRROR", "")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture
def refused_url() -> str:
    """An address on this machine where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/mnist.npz"


@pytest.fixture
def set_mnist_home(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace MNIST's public home by an address, and by the content that it should have."""

    def replace_home(url: str, content: bytes = b"") -> None:
        home = RemoteFile("mnist.npz", url, hashlib.sha256(content).hexdigest(), len(content))
        monkeypatch.setitem(sets.CATALOGUE, "mnist", replace(sets.MNIST, homes=(DataSource((home,)),)))

    return replace_home


@pytest.fixture
def set_homes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Replace the public homes of a data set."""

    def replace_homes(name: str, *homes: object) -> None:
        monkeypatch.setitem(sets.CATALOGUE, name, replace(sets.CATALOGUE[name], homes=homes))

    return replace_homes


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_mnist_home, refused_url: str) -> Path:
    """An empty cache, default settings, no mirror, and a public home that nobody can reach."""
    for variable in ("COURSEKIT_DATA", "COURSEKIT_MIRROR", *PROXIES):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(download, "RETRY_PAUSES", (0.01, 0.01))
    monkeypatch.setattr(loading, "_told", set())
    download.forget_unreachable()
    set_mnist_home(refused_url)
    for name, entry in sets.CATALOGUE.items():
        if name != "mnist":
            monkeypatch.setitem(sets.CATALOGUE, name, replace(entry, homes=()))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def mnist_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of MNIST's shape: image i is grey i % 256, its label i % 10."""
    path = tmp_path_factory.mktemp("mnist") / "mnist.npz"
    arrays = {}
    for name, count in (("train", 60_000), ("test", 10_000)):
        numbers = np.arange(count)
        arrays[f"x_{name}"] = np.tile((numbers % 256).astype(np.uint8)[:, None, None], (1, 28, 28))
        arrays[f"y_{name}"] = (numbers % 10).astype(np.uint8)
    np.savez_compressed(path, **arrays)
    return path.read_bytes()


@pytest.fixture
def write_mirror(tmp_path: Path) -> Callable[..., Path]:
    """Write a mirror; `listed` is what index.json says where that is not what is there."""

    def write(files: dict[str, bytes], listed: dict[str, bytes] | None = None) -> Path:
        folder = tmp_path / "mirror"
        folder.mkdir()
        for path, content in files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(content)
        entries = [
            {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for path, content in (files if listed is None else listed).items()
        ]
        (folder / "index.json").write_text(json.dumps({"data_sets": [{"name": "any", "files": entries}]}))
        return folder

    return write


@pytest.fixture
def mirror(write_mirror, mnist_bytes: bytes) -> Path:
    return write_mirror({"mnist.npz": mnist_bytes})


@pytest.fixture
def real_mirror() -> str:
    if not REAL_MIRROR:
        pytest.skip("COURSEKIT_MIRROR is not set")
    return REAL_MIRROR


class Handler(BaseHTTPRequestHandler):
    """Serves `Server.files`; a fault in `Server.faults` for a path takes the next answer over."""

    server: Server

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        faults = self.server.faults.get(self.path, [])
        if faults:
            faults.pop(0)(self)
        elif self.path in self.server.files:
            self.answer(self.server.files[self.path])
        else:
            self.send_error(404)

    def answer(self, content: bytes, promised: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) if promised is None else promised))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *values: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A web server; its methods plant faults, which take over the next answers for a path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.faults: dict[str, list[Callable[[Handler], None]]] = {}
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def fault(self, path: str, answer: Callable[[Handler], None], times: int = 1) -> None:
        self.faults[path] = [answer] * times

    def status(self, path: str, code: int, times: int = 1) -> None:
        self.fault(path, lambda handler: handler.send_error(code), times)

    def cut(self, path: str, after: int, times: int = 1) -> None:
        content = self.files[path]
        self.fault(path, lambda handler: handler.answer(content[:after], promised=len(content)), times)

    def silence(self, path: str, seconds: float, times: int = 1) -> None:
        self.fault(path, lambda handler: time.sleep(seconds), times)

    def drip(self, path: str, bytes_a_time: int, pause: float) -> None:
        content = self.files[path]

        def send(handler: Handler) -> None:
            handler.answer(b"", promised=len(content))
            for start in range(0, len(content), bytes_a_time):
                handler.wfile.write(content[start : start + bytes_a_time])
                time.sleep(pause)

        self.fault(path, send)

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), OSError):  # clients that hang up are part of the tests
            super().handle_error(request, client_address)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.shutdown()
