"""What the catalogue says of a data set: where it comes from, under which terms, its hashes, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from coursekit.data.fetching import archive, kaggle


@dataclass(frozen=True)
class RemoteFile:
    """A file that a data set is fetched as.

    Attributes
    ----------
    name : str
        Its name in the cache.
    address : str
        Where it is: a URL, or its path inside a mirror.
    checksum : str or None
        The hash that it must have before anything reads it: its sha256 (64 hexadecimal digits), or its MD5 (32) where
        that alone is published. None where nothing is: then the reader decides, by what is inside.
    size : int
        Its size in bytes; where no hash is known, the size that it may have at most.
    unpacked_size : int or None
        For an archive, the bytes (at most) of what is kept of it: it is unpacked in the cache. None for other files.
    """

    name: str
    address: str
    checksum: str | None
    size: int
    unpacked_size: int | None = None


@dataclass(frozen=True)
class DataSource:
    """A place on the web or in a mirror, and what is to be done with the files from there.

    Attributes
    ----------
    files : tuple of RemoteFile
        What is fetched.
    unpack : callable
        Puts the content of an archive (first) into a folder (second), in the layout that the reader knows, and stops
        at a number of bytes (third).
    images : int or None
        How many image files come out of it, where no hash of the whole is known. None: the hash says enough.
    """

    files: tuple[RemoteFile, ...]
    unpack: Callable[[Path, Path, int], None] = archive.unpack
    images: int | None = None

    @property
    def name(self) -> str:
        """Where it is, in words."""
        return self.files[0].address

    @property
    def size(self) -> int:
        """What is fetched, in bytes."""
        return sum(file.size for file in self.files)

    @property
    def unpacked_size(self) -> int:
        """What is unpacked, in bytes."""
        return sum(file.unpacked_size or 0 for file in self.files)


@dataclass(frozen=True)
class KaggleSource:
    """A data set of Kaggle.

    Attributes
    ----------
    handle : str
        Its owner and name.
    copy : callable
        Copies what `kaggle.downloader` gives into a folder, in the layout that the reader knows.
    size : int
        What is fetched, in bytes (about).
    unpacked_size : int
        What is kept of it, in bytes (about).
    images : int or None
        How many image files come out of it. None: any number.
    """

    handle: str
    copy: Callable[[kaggle.Downloader, Path], None]
    size: int
    unpacked_size: int
    images: int | None = None

    @property
    def name(self) -> str:
        """Where it is, in words."""
        return f"https://www.kaggle.com/datasets/{self.handle}"


@dataclass(frozen=True)
class InstalledFile:
    """A file inside an installed package: it is there without a network.

    Attributes
    ----------
    package : str
        The package's name on PyPI.
    source : DataSource
        The file, with its path from the folder that packages are installed in as its address, and what is done with it.
    """

    package: str
    source: DataSource

    @property
    def name(self) -> str:
        """Where it is, in words."""
        return f"the package {self.package}"


@dataclass(frozen=True)
class CatalogueEntry:
    """One data set of the catalogue, or the weights of one network.

    Attributes
    ----------
    name : str
        What `load` calls it.
    title : str
        What people call it.
    classes : tuple of str
        The names of its classes; a label is a position in this tuple. Empty for weights.
    counts : mapping of str to int
        How many items each split of the mirrored data has; ``"all"`` for a set that is split here, not by its makers.
    licence, citation : str
        The terms of the real data, and the publication to cite.
    layout : str
        How its file in a mirror is laid out, in words.
    mirror : DataSource
        Its files in a classroom mirror (at least one), with the hashes that count where a mirror has no index.
    homes : tuple of DataSource or KaggleSource
        Its public homes, the first one first. They may hold more or fewer items than the mirror; one reader reads all.
    read : callable
        Reads the data from the folder that it is given, and raises `DamagedError` where they cannot be used. Returns
        `Splits` for images and `RamanSpectra` for spectra; of weights it only checks the file.
    sample : str
        What stands in where the real data cannot be had, in words. Empty: nothing does.
    make_sample : callable, optional
        Returns the sample, of the same type as `read` does.
    pack : callable, optional
        Writes the file of the mirror (second) from the folder in the cache (first), where that is not the file itself
        nor a plain zip of the folder.
    installed : InstalledFile, optional
        An installed package that holds it. It is asked before any other place, also where only samples are allowed.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    counts: Mapping[str, int]
    licence: str
    citation: str
    layout: str
    mirror: DataSource
    homes: tuple[DataSource | KaggleSource, ...]
    read: Callable[[Path], object]
    sample: str = ""
    make_sample: Callable[[], object] | None = None
    pack: Callable[[Path, IO[bytes]], None] | None = None
    installed: InstalledFile | None = None
