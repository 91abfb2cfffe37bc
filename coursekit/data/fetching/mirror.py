"""A classroom mirror: a folder (or web server) that holds the data sets, with an ``index.json`` that lists them.

``index.json`` says the size and sha256 of each file: these count, so a mirror made from other copies works too. In a
mirror without ``index.json`` (someone copied just one file to a stick) the hashes of the course's own catalogue count.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from coursekit.data.catalogue_entry import RemoteFile
from coursekit.data.errors import DamagedError, MissingError, UnavailableError
from coursekit.data.fetching import download


def locate(mirror: str, wanted: Sequence[RemoteFile]) -> list[RemoteFile]:
    """Return where a mirror holds the wanted files, with the size and hash that they have there.

    Parameters
    ----------
    mirror : str
        A folder, or a ``file://``, ``http://`` or ``https://`` address.
    wanted : sequence of RemoteFile
        Files with the path inside a mirror as their address.

    Returns
    -------
    list of RemoteFile
        The wanted files in their order, each with its address in this mirror.

    Raises
    ------
    UnavailableError
        If the mirror cannot be reached, or does not hold one of the files.
    MissingError
        If a file that the mirror's index lists is not there.
    DamagedError
        If the index cannot be understood.
    ValueError
        If `mirror` is an address of another kind.
    """
    root = _root(mirror)
    if isinstance(root, Path) and not root.is_dir():
        raise UnavailableError(f"the mirror {mirror} is not there: no such folder")
    listed = _index(root)
    located = []
    for file in wanted:
        address = _join(root, file.address)
        # On the web this shows only when the file is fetched.
        gone = isinstance(root, Path) and not Path(address).is_file()
        if listed is None:
            if gone:
                raise UnavailableError(f"the mirror {mirror} has no {file.address}")
            located.append(replace(file, address=address))
        else:
            if file.address not in listed:
                raise UnavailableError(f"the mirror {mirror} has no {file.address}: its index.json does not list it")
            if gone:
                raise MissingError(f"its index.json lists {file.address}, but there is no such file")
            size, sha256 = listed[file.address]
            located.append(replace(file, address=address, size=size, checksum=sha256))
    return located


def _root(mirror: str) -> Path | str:
    if download.is_web(mirror):
        return mirror
    parts = urlsplit(mirror)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    # One letter before the colon is a drive of Windows.
    if len(parts.scheme) > 1 and "://" in mirror:
        raise ValueError(
            f"COURSEKIT_MIRROR is {mirror!r}, but a mirror is a folder or an address that starts with "
            "file://, http:// or https://. Set it to one of these, or unset it."
        )
    return Path(mirror).expanduser()


def _join(root: Path | str, path: str) -> str:
    return str(root / path) if isinstance(root, Path) else f"{root.rstrip('/')}/{quote(path)}"


def _index(root: Path | str) -> dict[str, tuple[int, str]] | None:
    address = _join(root, "index.json")
    try:
        content = download.read(address)
    except MissingError:
        return None
    try:
        files = [file for data_set in json.loads(content)["data_sets"] for file in data_set["files"]]
        return {str(file["path"]): (int(file["bytes"]), str(file["sha256"])) for file in files}
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedError(
            f"{address} cannot be understood ({type(error).__name__}: {error}); needed is a JSON object with "
            '"data_sets", each with "files", each with "path", "bytes" and "sha256"'
        ) from error
