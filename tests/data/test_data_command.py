"""``coursekit data list | fetch | verify | mirror | remove``."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

import pytest

from coursekit.commands import data
from coursekit.data import DataError, load, sets


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch):
    """Whatever this terminal, or an earlier test, says."""
    monkeypatch.setenv("COLUMNS", "200")


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    data.add_arguments(parser)
    return data.run(parser.parse_args(words))


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_no_line_of_the_list_is_wider_than_the_screen(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= columns
    assert [name for name in sets.NAMES if not any(line.split()[0] == name for line in lines)] == []


def state(capsys) -> str:
    assert run("list") == 0
    (row,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("mnist ")]
    assert "11.5 MB" in row or "0.0 MB" in row
    assert "CC BY-SA 3.0" in row
    return next(word for word in ("cached", "mirror", "online", "sample") if f" {word} " in row)


def test_list_says_where_each_would_come_from(mirror: Path, monkeypatch, capsys):
    assert state(capsys) == "online"
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    assert state(capsys) == "mirror"
    assert run("fetch", "mnist") == 0
    assert state(capsys) == "cached"
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    assert state(capsys) == "sample"


def test_fetch_says_where_the_data_are(mirror: Path, home: Path, monkeypatch, capsys):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    assert run("fetch", "mnist") == 0
    said = capsys.readouterr().out
    assert str(home / "data" / "mnist") in said
    assert str(mirror) in said


def test_fetch_without_any_place_fails(capsys):
    assert run("fetch", "mnist") == 1
    assert "mnist: not fetched: no classroom mirror is set" in capsys.readouterr().err


def test_fetch_of_an_unknown_name():
    with pytest.raises(ValueError, match="no data set 'minst'"):
        run("fetch", "mnist", "minst")


def test_fetch_is_forbidden_where_only_samples_are_wanted(mirror: Path, monkeypatch, capsys):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    assert run("fetch", "mnist") == 1
    assert "COURSEKIT_DATA is sample" in capsys.readouterr().err


def test_verify_then_mend(mirror: Path, home: Path, monkeypatch, capsys):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    assert run("verify") == 0
    assert "not in the cache" in capsys.readouterr().out
    run("fetch", "mnist")
    assert run("verify", "mnist") == 0
    assert "mnist: 1 file: ok" in capsys.readouterr().out

    with (home / "data" / "mnist" / "mnist.npz").open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    assert run("verify") == 1
    said = capsys.readouterr()
    assert "mnist: mnist.npz: damaged" in said.out
    assert "coursekit data fetch mnist" in said.err

    assert run("fetch", "mnist") == 0
    assert run("verify") == 0


def test_damage_that_load_meets_first_names_the_cure(mirror: Path, home: Path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    run("fetch", "mnist")
    shutil.rmtree(mirror)
    path = home / "data" / "mnist" / "mnist.npz"
    before = path.stat()
    path.write_bytes(bytes(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(DataError, match=r"mnist.npz cannot be read.*coursekit data fetch mnist"):
        load("mnist")


def test_list_has_a_row_for_each_data_set_and_each_file_of_weights(capsys):
    assert run("list") == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["name", "title", "size", "state", "licence"]
    assert [row.split()[0] for row in rows] == list(sets.NAMES)
    assert all(" MB  " in row for row in rows)


def test_fetch_and_remove_take_weights_too(capsys):
    with pytest.raises(ValueError, match=r"no data set 'vgg17'.*vgg16"):
        run("remove", "vgg17")
    assert run("remove", "vgg16") == 0
    assert "vgg16: not in the cache" in capsys.readouterr().out
