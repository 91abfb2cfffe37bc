"""Where `load` takes a data set from, and what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from coursekit.data import DataError, load
from coursekit.data.fetching import download


def assert_is_stand_in(dataset) -> None:
    assert dataset.source == "real"
    assert (len(dataset.train), len(dataset.test), dataset.validation) == (60_000, 10_000, None)
    assert dataset.train.labels[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert dataset.test.images[:, 0, 0, 0].tolist() == (np.arange(10_000) % 256).tolist()


def test_mirror_folder(mirror: Path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    dataset = load("mnist")
    assert_is_stand_in(dataset)
    assert str(mirror) in dataset.describe()


def test_mirror_file_address(mirror: Path, monkeypatch):
    spaced = mirror.rename(mirror.with_name("a mirror"))
    monkeypatch.setenv("COURSEKIT_MIRROR", spaced.as_uri())
    assert_is_stand_in(load("mnist"))


@pytest.mark.parametrize("ending", ["/class", "/class/"])
def test_mirror_on_the_web(mirror: Path, server, monkeypatch, ending: str):
    server.files = {f"/class/{path.name}": path.read_bytes() for path in mirror.iterdir()}
    monkeypatch.setenv("COURSEKIT_MIRROR", server.url + ending)
    assert_is_stand_in(load("mnist"))


def test_public_home(mnist_bytes: bytes, server, set_mnist_home):
    server.files["/mnist.npz"] = mnist_bytes
    set_mnist_home(f"{server.url}/mnist.npz", mnist_bytes)
    dataset = load("mnist")
    assert_is_stand_in(dataset)
    assert server.url in dataset.describe()


def test_cache_needs_no_other_place(mirror: Path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    load("mnist")
    shutil.rmtree(mirror)
    assert_is_stand_in(load("mnist"))


def test_mirror_goes_before_home(mirror: Path, mnist_bytes: bytes, server, set_mnist_home, monkeypatch):
    set_mnist_home(f"{server.url}/mnist.npz", mnist_bytes)
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    load("mnist")
    assert server.requests == []


def test_home_where_the_mirror_does_not_hold_it(write_mirror, mnist_bytes: bytes, server, set_mnist_home, monkeypatch):
    server.files["/mnist.npz"] = mnist_bytes
    set_mnist_home(f"{server.url}/mnist.npz", mnist_bytes)
    monkeypatch.setenv("COURSEKIT_MIRROR", str(write_mirror({"other.zip": b"other"})))
    assert_is_stand_in(load("mnist"))


def test_sample_says_so_in_one_line_once(capsys):
    assert load("mnist").source == "sample"
    assert load("mnist").source == "sample"
    said = capsys.readouterr()
    assert said.err == ""
    (line,) = said.out.splitlines()
    for part in ("sample", "5,000 real digits", "COURSEKIT_MIRROR", "127.0.0.1", "coursekit data fetch mnist"):
        assert part in line


def test_sample_setting_touches_neither_mirror_nor_network_nor_cache(
    server, home: Path, set_mnist_home, monkeypatch, capsys
):
    set_mnist_home(f"{server.url}/mnist.npz")
    monkeypatch.setenv("COURSEKIT_MIRROR", server.url)
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    assert load("mnist").source == "sample"
    assert server.requests == []
    assert not home.exists()
    assert capsys.readouterr().out == ""


def test_real_setting_refuses_the_sample_and_says_what_was_tried(tmp_path: Path, home: Path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "unplugged"))
    with pytest.raises(DataError) as raised:
        load("mnist")
    for part in (str(home), str(tmp_path / "unplugged"), "no such folder", "127.0.0.1", "refused", "COURSEKIT_DATA"):
        assert part in str(raised.value)


def test_unknown_host_is_not_waited_for(set_mnist_home):
    set_mnist_home("http://no-such-host.invalid/mnist.npz")
    assert load("mnist").source == "sample"


def test_silent_home_is_given_up_soon_and_asked_only_once(server, set_mnist_home, monkeypatch):
    monkeypatch.setattr(download, "OPEN_SECONDS", 0.2)
    server.silence("/mnist.npz", seconds=1.0, times=9)
    set_mnist_home(f"{server.url}/mnist.npz")
    assert load("mnist").source == "sample"
    assert load("mnist").source == "sample"
    assert server.requests == ["/mnist.npz"]


def test_real_setting_asks_a_lost_home_again(server, mnist_bytes: bytes, set_mnist_home, monkeypatch):
    monkeypatch.setattr(download, "OPEN_SECONDS", 0.2)
    server.silence("/mnist.npz", seconds=1.0)
    server.files["/mnist.npz"] = mnist_bytes
    set_mnist_home(f"{server.url}/mnist.npz", mnist_bytes)
    assert load("mnist").source == "sample"
    monkeypatch.setattr(download, "OPEN_SECONDS", 5.0)
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    assert_is_stand_in(load("mnist"))


@pytest.mark.parametrize("code", [404, 403, 500])
def test_home_without_the_file_leads_to_the_sample(server, home: Path, set_mnist_home, code: int):
    server.status("/mnist.npz", code, times=3)
    set_mnist_home(f"{server.url}/mnist.npz")
    assert load("mnist").source == "sample"
    assert not (home / "data" / "mnist").exists()


def test_login_page_in_place_of_home_leads_to_the_sample(
    server, home: Path, mnist_bytes: bytes, set_mnist_home, capsys
):
    server.files["/mnist.npz"] = b"<html>Log in to the guest network</html>"
    set_mnist_home(f"{server.url}/mnist.npz", mnist_bytes)
    assert load("mnist").source == "sample"
    assert "another file" in capsys.readouterr().out
    assert not (home / "data" / "mnist").exists()


def test_unreachable_mirror_leads_to_the_sample(refused_url: str, monkeypatch, capsys):
    monkeypatch.setenv("COURSEKIT_MIRROR", refused_url)
    assert load("mnist").source == "sample"
    assert "refused" in capsys.readouterr().out


def test_unknown_name_is_answered_with_the_names():
    with pytest.raises(ValueError, match=r"no data set 'minst'.*mnist"):
        load("minst")
