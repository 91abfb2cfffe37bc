"""Files and folders are written whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from coursekit.atomic_write import remove_leftovers, write_whole


def test_file_takes_the_place_of_the_old_one_at_the_end(tmp_path: Path):
    path = tmp_path / "new" / "run.json"
    for content in ("old", "new"):
        with write_whole(path) as unfinished:
            unfinished.write_text(content)
            assert unfinished.name == path.name
            assert not path.exists() or path.read_text() == "old"
        assert path.read_text() == content
    assert list(tmp_path.rglob("*")) == [path.parent, path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_error_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: type[BaseException]):
    path = tmp_path / "run.json"
    path.write_text("old")

    def write_half() -> None:
        with write_whole(path) as unfinished:
            unfinished.write_text("half")
            raise error

    with pytest.raises(error):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_block_that_writes_nothing_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError), write_whole(tmp_path / "run.json"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_folder_appears_with_all_that_is_in_it(tmp_path: Path):
    with write_whole(tmp_path / "epoch-0001") as unfinished:
        unfinished.mkdir()
        (unfinished / "weights").write_text("1")
        assert not (tmp_path / "epoch-0001").exists()
    assert (tmp_path / "epoch-0001" / "weights").read_text() == "1"
    assert len(list(tmp_path.iterdir())) == 1


def test_others_may_read_it_as_they_may_any_file(tmp_path: Path):
    (tmp_path / "plain").write_text("")
    with write_whole(tmp_path / "whole") as unfinished:
        unfinished.write_text("")
    plain, whole = (stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "whole"))
    assert whole == plain


def test_file_in_place_of_the_folder(tmp_path: Path):
    (tmp_path / "folder").write_text("in the way")
    with pytest.raises(OSError, match="folder"), write_whole(tmp_path / "folder" / "run.json"):
        pass


def test_leftovers_of_a_killed_process_are_removed_by_name(tmp_path: Path):
    for number, name in enumerate(("a.npy", "b.npy")):
        (tmp_path / "deep" / f".unfinished-{number}").mkdir(parents=True)
        (tmp_path / "deep" / f".unfinished-{number}" / name).write_text("half")
    (tmp_path / "deep" / "whole.npy").write_text("whole")
    remove_leftovers(tmp_path, "a.npy")
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == [".unfinished-1", "whole.npy"]
    remove_leftovers(tmp_path)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["whole.npy"]
