"""``coursekit apps``: a real Voilà server in a second process, without a browser."""

import functools
import html
import os
import re
import socket
import sys
import time
import urllib.request

import pytest

from coursekit import cli
from coursekit.commands.apps import first_free
from coursekit.gallery.exhibits import EXHIBITS

SECONDS = 90
KERNEL = "/voila/render/kernel.ipynb?theme=dark"
PREFIX = "/user/ada/proxy/absolute/9100"


@pytest.fixture(scope="module")
def address(tmp_path_factory, free_port, in_background):
    """The address that the command prints, with its token."""
    home = tmp_path_factory.mktemp("home")
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "COURSEKIT_HOME": str(home / "coursekit"),
        "COURSEKIT_DATA": "sample",
        "PYTHONUNBUFFERED": "1",
    }
    # Behind a prefix, as in a hub: a link or a style sheet that forgets it is not found.
    command = [sys.executable, "-m", "coursekit", "apps", "--no-browser", "--port", str(free_port)]
    command += ["--base-url", PREFIX]
    with in_background(command, env=environment) as server:
        printed = server.first(r"http://\S+(?=\s)")
        port = int(re.search(r":(\d+)/", printed)[1])
        end = time.monotonic() + SECONDS
        while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
            assert time.monotonic() < end, "the gallery does not listen"
            time.sleep(0.1)
        yield printed


@pytest.fixture(scope="module")
def visit(address):
    """Read a page as somebody who came in by the address with the token, or without it. Each is made once."""

    @functools.cache
    def read(path, known=True):
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        if known:
            opener.open(address).close()
        with opener.open(address.split("/?")[0] + path, timeout=SECONDS) as page:
            return page.geturl(), html.unescape(page.read().decode())

    return read


@pytest.mark.slow
def test_the_front_page_links_every_exhibit_once(visit):
    _, page = visit("/")
    for exhibit in EXHIBITS:
        assert page.count(f'"{PREFIX}/voila/render/{exhibit.name}.ipynb') == 1
        assert exhibit.promise in page
    assert 'lang="en"' in page


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/voila/render/kernel.ipynb", "/voila/tree/"])
def test_without_the_token_nothing_is_shown(visit, path):
    where, page = visit(path, known=False)
    assert f"{PREFIX}/login" in where
    assert not any(exhibit.promise in page for exhibit in EXHIBITS)


@pytest.mark.slow
def test_pages_ask_for_nothing_on_other_servers(visit):
    for path in ("/", "/?theme=dark", KERNEL):
        _, page = visit(path)
        assert re.findall(r"""(?:src|href|url|from|import)\s*[=(]?\s*["']?(?:https?:)?//[^"' )]+""", page) == []


@pytest.mark.slow
def test_a_page_shows_the_exhibit_and_the_way_back(visit):
    _, page = visit(KERNEL)
    assert "application/vnd.jupyter.widget-view+json" in page
    assert "All explorers and apps" in page
    assert "explore_kernel()" not in page


@pytest.mark.slow
def test_what_a_page_loads_is_below_the_prefix(visit):
    _, page = visit(KERNEL)
    loaded = re.findall(r"""(?:src|href)=["'](/[^"']+)""", page)
    assert loaded
    assert [path for path in loaded if not path.startswith(f"{PREFIX}/")] == []


@pytest.mark.parametrize("port", ["0", "65536", "99999", "-1", "eighty"])
@pytest.mark.parametrize("command", ["apps", "lab"])
def test_what_is_no_port_is_refused(command, port, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main([command, f"--port={port}"])
    assert f"{port!r} is no port: pass a whole number from 1 to 65535" in capsys.readouterr().err


def test_a_chosen_port_that_is_taken_is_refused_before_an_address_is_told(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert cli.main(["apps", "--no-browser", "--port", str(number)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"port {number} is taken" in captured.err


@pytest.mark.slow
def test_it_listens_on_this_machine_only(address):
    assert address.startswith("http://127.0.0.1:")
    port = int(re.search(r":(\d+)/", address)[1])
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for other in others:
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex((other, port)) != 0


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first_free(9300)))
        taken.listen()
        assert first_free(taken.getsockname()[1]) > taken.getsockname()[1]
