"""Archives are unpacked whole, or refused: nothing leads out of the folder."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from coursekit.data.errors import DamagedError
from coursekit.data.fetching.archive import unpack

FILES = {"train/cats/1.txt": b"cat", "train/dogs/2.txt": b"dog" * 1000, "LICENSE.txt": b"free"}


def pack_zip(path: Path, files: dict[str, bytes], modes: dict[str, int] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("empty/", b"")
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (modes or {}).get(name, stat.S_IFREG | 0o644) << 16
            packed.writestr(info, content)
    return path


def pack_tar(path: Path, files: dict[str, bytes], kinds: dict[str, bytes] | None = None) -> Path:
    with tarfile.open(path, f"w:{path.suffix[1:].replace('tar', '')}") as packed:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.type = (kinds or {}).get(name, tarfile.REGTYPE)
            if info.type != tarfile.REGTYPE:
                info.linkname = "/etc/passwd"
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return path


def pack(path: Path, files: dict[str, bytes]) -> Path:
    return (pack_zip if path.suffix == ".zip" else pack_tar)(path, files)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "outer" / "folder").mkdir(parents=True)
    return tmp_path / "outer" / "folder"


KINDS = ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz"]


@pytest.mark.parametrize("name", KINDS)
def test_whole_archive(tmp_path: Path, folder: Path, name: str):
    unpack(pack(tmp_path / name, FILES), folder, bytes_limit=10_000)
    assert content(folder) == FILES


@pytest.mark.parametrize("name", KINDS)
def test_cut_archive(tmp_path: Path, folder: Path, name: str):
    files = {"a": bytes(range(256)) * 100, "b": bytes(reversed(range(256))) * 100}
    packed = pack(tmp_path / name, files)
    packed.write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
    with pytest.raises(DamagedError, match=f"{name} is cut or damaged"):
        unpack(packed, folder, bytes_limit=100_000)


def test_flipped_bytes_inside_a_zip(tmp_path: Path, folder: Path):
    packed = pack_zip(tmp_path / "a.zip", {"a": bytes(range(256)) * 10})
    spoilt = bytearray(packed.read_bytes())
    spoilt[60:70] = b"\x00" * 10
    packed.write_bytes(spoilt)
    with pytest.raises(DamagedError, match="cut or damaged"):
        unpack(packed, folder, bytes_limit=10_000)


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
@pytest.mark.parametrize("path", ["../stray", "a/../../stray", "/stray", "..\\stray", "C:\\stray", "C:stray"])
def test_path_that_leads_out(tmp_path: Path, folder: Path, name: str, path: str):
    with pytest.raises(DamagedError, match="not safe: the path"):
        unpack(pack(tmp_path / name, {path: b"evil"}), folder, bytes_limit=10_000)
    assert content(folder.parent) == {}


def test_link_in_a_zip(tmp_path: Path, folder: Path):
    packed = pack_zip(tmp_path / "a.zip", {"link": b"/etc/passwd"}, modes={"link": stat.S_IFLNK | 0o777})
    with pytest.raises(DamagedError, match="'link' is a link"):
        unpack(packed, folder, bytes_limit=10_000)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_link_or_device_in_a_tar(tmp_path: Path, folder: Path, kind: bytes):
    packed = pack_tar(tmp_path / "a.tar", {"odd": b""}, kinds={"odd": kind})
    with pytest.raises(DamagedError, match="'odd' is a link or no plain file"):
        unpack(packed, folder, bytes_limit=10_000)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_bomb_is_stopped_before_it_is_written(tmp_path: Path, folder: Path, name: str):
    packed = pack(tmp_path / name, {"bomb": b"\0" * 5_000_000})
    assert packed.stat().st_size < 10_000
    with pytest.raises(DamagedError, match=r"more than the expected .* 10,000 bytes"):
        unpack(packed, folder, bytes_limit=10_000)
    assert list(folder.iterdir()) == []


def test_too_many_files(tmp_path: Path, folder: Path):
    packed = pack_zip(tmp_path / "a.zip", {str(number): b"" for number in range(11)})
    with pytest.raises(DamagedError, match="more than the expected 10 files"):
        unpack(packed, folder, bytes_limit=10_000, files_limit=10)


def test_two_files_of_one_name(tmp_path: Path, folder: Path):
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("same", b"first")
        with pytest.warns(UserWarning, match="Duplicate"):
            opened.writestr("same", b"second")
    with pytest.raises(DamagedError, match="two files of the same name"):
        unpack(packed, folder, bytes_limit=10_000)


def test_something_else_than_an_archive(tmp_path: Path, folder: Path):
    (tmp_path / "a.zip").write_bytes(b"<html>log in first</html>")
    with pytest.raises(DamagedError, match=r"a\.zip is cut or damaged"):
        unpack(tmp_path / "a.zip", folder, bytes_limit=10_000)
