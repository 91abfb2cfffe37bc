"""``coursekit lab``: a real server on the course, in a second process."""

import json
import os
import re
import socket
import sys
import time
import urllib.request

import pytest

from coursekit.commands.lab import has_browser, options_for_own_copies, server_options

BEGIN = """
import argparse, pathlib, sys
from coursekit import settings
from coursekit.commands import lab
settings.course_folder = pathlib.Path.cwd
lab.run(argparse.Namespace(no_browser=True, port=int(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory, free_port, in_background):
    """Return the address that the command prints, with its token."""
    course = tmp_path_factory.mktemp("course")
    (course / "notebooks").mkdir()
    for name in ("01_more", "00_welcome"):
        (course / "notebooks" / f"{name}.ipynb").write_text(
            '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
        )
    # The user's own Jupyter settings must not matter here.
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(course / "none"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", BEGIN, str(free_port)]
    with in_background(command, cwd=course, env=environment) as server:
        printed = server.first(r"http://localhost:\S+(?=\s)")
        wait_until_it_listens(printed)
        yield printed


def wait_until_it_listens(address):
    """Wait for the server, which prints its address a moment before it listens."""
    port = int(re.search(r":(\d+)/", address)[1])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.1)


def get(address, path):
    begin, token = re.fullmatch(r"(http://localhost:\d+)\S*\?token=(\w+)", address).groups()
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with directly.open(f"{begin}{path}?token={token}", timeout=30) as answer:
        return json.load(answer)


@pytest.mark.slow
def test_the_address_is_that_of_the_first_lesson(address):
    assert "/lab/tree/notebooks/00_welcome.ipynb?token=" in address


@pytest.mark.slow
def test_the_course_folder_is_served(address):
    listed = get(address, "/api/contents/notebooks")["content"]
    assert {entry["name"] for entry in listed} == {"00_welcome.ipynb", "01_more.ipynb"}


@pytest.mark.slow
def test_no_pop_up_asks_about_news(address):
    settings = get(address, "/lab/api/settings/@jupyterlab/apputils-extension:notification")
    assert settings["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_a_port_can_be_chosen(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_welcome.ipynb").touch()
    assert "--ServerApp.port=9876" in server_options(tmp_path, port=9876, browser=True)


def test_an_installed_copy_opens_the_learners_own_lessons(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "01_convolution.ipynb").touch()
    options = options_for_own_copies(tmp_path, port=None, browser=True)
    assert f"--ServerApp.root_dir={tmp_path}" in options
    assert "--LabApp.default_url=/lab/tree/work/01_convolution.ipynb" in options


def test_an_installed_copy_without_lessons_says_how_to_get_one(tmp_path):
    with pytest.raises(ValueError, match="coursekit start 00"):
        options_for_own_copies(tmp_path, port=None, browser=True)


def test_a_course_without_lessons_is_refused(tmp_path):
    with pytest.raises(ValueError, match="there is no lesson in"):
        server_options(tmp_path, port=None, browser=True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there are always windows")
def test_without_a_screen_there_is_no_browser(monkeypatch):
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(variable, raising=False)
    assert not has_browser()
