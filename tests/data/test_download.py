"""One file from the web: faults of the network, each tried on a real server."""

from __future__ import annotations

import errno
import hashlib
import socket
import sys
from pathlib import Path
from urllib.error import URLError

import pytest
from tqdm import notebook

from coursekit.data.errors import DamagedError, MissingError, UnavailableError
from coursekit.data.fetching import download

CONTENT = bytes(range(256)) * 400
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def fetch(server, tmp_path: Path):
    server.files["/file"] = CONTENT

    def save() -> bytes:
        download.save(f"{server.url}/file", tmp_path / "file", SHA256, len(CONTENT))
        return (tmp_path / "file").read_bytes()

    return save


def redirect_to_itself(handler) -> None:
    handler.send_response(302)
    handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize("code", [500, 503, 429])
def test_server_error_is_tried_again(fetch, server, code: int):
    server.status("/file", code, times=2)
    assert fetch() == CONTENT


def test_cut_line_is_tried_again(fetch, server):
    server.cut("/file", after=1000, times=2)
    assert fetch() == CONTENT


def test_closed_connection_is_tried_again(fetch, server):
    server.silence("/file", seconds=0, times=2)
    assert fetch() == CONTENT


def test_lasting_server_error_is_given_up_after_three_tries(fetch, server):
    server.status("/file", 500, times=9)
    with pytest.raises(UnavailableError, match=r"/file: the server answers 500 .*tried 3 times"):
        fetch()
    assert len(server.requests) == 3


def test_line_that_is_always_cut_is_given_up(fetch, server):
    server.cut("/file", after=1000, times=9)
    with pytest.raises(UnavailableError, match=r"cut after 1,000 of 102,400 bytes"):
        fetch()


def test_file_that_is_not_there_is_not_asked_for_twice(fetch, server):
    server.status("/file", 404, times=9)
    with pytest.raises(MissingError, match="/file: the server answers 404"):
        fetch()
    assert len(server.requests) == 1


def test_redirect_loop_ends(fetch, server):
    server.fault("/file", redirect_to_itself, times=99)
    with pytest.raises(UnavailableError, match="answers 302"):
        fetch()


def test_refused_connection_names_the_host(refused_url: str, tmp_path: Path):
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:\d+ cannot be reached .*refused"):
        download.save(refused_url, tmp_path / "file", SHA256, len(CONTENT))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (socket.gaierror(-3, "Temporary failure in name resolution"), "cannot be looked up: is this machine online"),
        (ConnectionRefusedError(111, "Connection refused"), "refused the connection"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no way to it: is this machine online"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
    ],
)
def test_why_a_host_is_out_of_reach_is_said_in_words(monkeypatch, reason: OSError, words: str):
    def fail(*arguments, **options):
        raise URLError(reason)

    monkeypatch.setattr(download, "urlopen", fail)
    with pytest.raises(UnavailableError, match=words) as found:
        download.read("http://a.test/file")
    assert "rrno" not in str(found.value)


@pytest.fixture
def bars(monkeypatch) -> list[notebook.tqdm]:
    """The bars that a notebook shows, in the order in which they appear."""
    shown = []

    class Recorded(notebook.tqdm):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options, display=False)
            shown.append(self)

    monkeypatch.setattr("tqdm.auto.tqdm", Recorded)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    return shown


def test_no_bar_appears_where_nothing_comes(bars, refused_url: str, tmp_path: Path):
    with pytest.raises(UnavailableError):
        download.save(refused_url, tmp_path / "file", SHA256, len(CONTENT))
    assert bars == []


def test_no_bar_stays_where_a_line_is_cut(bars, fetch, server):
    server.cut("/file", after=1000, times=1)
    assert fetch() == CONTENT
    assert len(bars) == 2
    for bar in bars:
        _, progress, _ = bar.container.children
        assert progress.bar_style != "danger"
        assert bar.container.comm is None  # closed: nothing of it is shown


def test_slow_drip_is_given_up(fetch, server, monkeypatch):
    monkeypatch.setattr(download, "STALL_SECONDS", 0.3)
    server.drip("/file", bytes_a_time=10, pause=0.05)
    with pytest.raises(UnavailableError, match=r"too slow \(\d+ bytes in 0.3 s\)"):
        fetch()


def test_slow_but_steady_is_waited_for(fetch, server, monkeypatch):
    monkeypatch.setattr(download, "STALL_SECONDS", 0.2)
    server.drip("/file", bytes_a_time=10_240, pause=0.05)
    assert fetch() == CONTENT


def test_stall_is_given_up(fetch, server, monkeypatch):
    monkeypatch.setattr(download, "STALL_SECONDS", 0.2)
    server.drip("/file", bytes_a_time=1000, pause=1.0)
    with pytest.raises(UnavailableError, match="nothing came for"):
        fetch()


def test_host_without_an_answer_is_remembered(fetch, server, monkeypatch):
    monkeypatch.setattr(download, "OPEN_SECONDS", 0.2)
    server.silence("/file", seconds=0.5)
    for _ in range(2):
        with pytest.raises(UnavailableError, match="cannot be reached"):
            fetch()
    assert len(server.requests) == 1
    download.forget_unreachable()
    assert fetch() == CONTENT


def test_wrong_bytes_of_the_right_length(fetch, server):
    server.files["/file"] = b"x" * len(CONTENT)
    with pytest.raises(DamagedError, match=SHA256):
        fetch()


def test_endless_file_is_stopped(fetch, server):
    server.files["/file"] = CONTENT * 100
    with pytest.raises(DamagedError, match="more than the expected 102,400 bytes"):
        fetch()


def test_small_file_has_a_limit(server):
    server.files["/file"] = CONTENT
    with pytest.raises(DamagedError, match="more than 1,000 bytes"):
        download.read(f"{server.url}/file", limit=1000)


@pytest.mark.parametrize("url", ["http://", "http://[bad/file", "http://127.0.0.1:99999/file", "http://a b/file"])
def test_address_that_makes_no_sense(url: str):
    with pytest.raises(UnavailableError):
        download.read(url)
