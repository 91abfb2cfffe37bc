"""Prepare a folder of fundus photographs, class by class: go on after an interruption, lose none quietly."""

from __future__ import annotations

import csv
import dataclasses
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from coursekit import fundus
from coursekit.atomic_write import remove_leftovers, write_whole
from coursekit.data.errors import DamagedError
from coursekit.data.images import decoding
from coursekit.data.images.listing import composed, list_folder
from coursekit.data.sets import retina
from coursekit.fundus.contrast import check_contrast
from coursekit.processors import usable_processors

Format = Literal["jpg", "png"]
SETTINGS, LEFT_OUT = "prepared.json", "left_out.csv"
# Windows waits for 63 things at once at most, of which the pool needs two.
_MOST_PROCESSES_OF_WINDOWS = 61


@dataclasses.dataclass(frozen=True)
class Preparation:
    """How images are prepared: the arguments of `coursekit.fundus.prepare`, and the format of the files.

    Attributes
    ----------
    size : int
        Side of the square images in pixels.
    clip_limit : float
        From 0 to 1: where a histogram is cut off, as a share of the pixels of a tile. Higher is more contrast.
    tiles : int
        How many tiles along a side; contrast is raised in each by itself.
    format : {"jpg", "png"}
        Format of the files.

    Raises
    ------
    ValueError
        If no image can be prepared like this.

    Examples
    --------
    >>> Preparation(size=8, tiles=4)
    Preparation(size=8, clip_limit=0.01, tiles=4, format='jpg')
    """

    size: int = 512
    clip_limit: float = 0.01
    tiles: int = 8
    format: Format = "jpg"

    def __post_init__(self) -> None:
        if self.size < 2:
            raise ValueError(f"size is {self.size}: an image is prepared with 2 pixels or more along a side, say 512.")
        if self.format not in get_args(Format):
            raise ValueError(f"format is {self.format!r}, but it must be one of: {', '.join(get_args(Format))}.")
        check_contrast(self.size, self.clip_limit, self.tiles)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a folder.

    Attributes
    ----------
    prepared : int
        Images prepared now.
    before : int
        Images that an earlier run had prepared.
    left_out : dict of str to str
        What was not prepared, and why, by its path in the folder: images that could not be, other files, and rows of
        the table without an image. Also in ``left_out.csv``.
    litter : tuple of str
        Hidden files and what systems leave behind (``Thumbs.db``), by their paths. Also in ``left_out.csv``.
    counts : dict of str to int
        Images of each class that are there now.
    """

    prepared: int
    before: int
    left_out: dict[str, str]
    litter: tuple[str, ...]
    counts: dict[str, int]


def prepare_folder(
    source: Path,
    target: Path,
    preparation: Preparation | None = None,
    labels: Path | None = None,
    workers: int | None = None,
    report: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Prepare every image of a folder, and save it in a folder for its class.

    A file is written whole or not at all, and what is there is not made again: after an interruption, the same call
    goes on. An image that cannot be prepared stops nothing; it is listed. So is every other file of the folder.

    Parameters
    ----------
    source : Path
        A folder for each class with images in it; or, with labels, one folder of images.
    target : Path
        Folder for the result, ``<class>/<name>.jpg``. One folder holds images of one preparation only. It may lie
        in the source.
    preparation : Preparation, optional
        How the images are prepared; by default as `Preparation` has it.
    labels : Path, optional
        A table with the columns ``image`` and ``level``, as `coursekit.data.sets.retina.read_grades` reads it.
    workers : int, optional
        Processes; by default as many as this process may use processors. 1 stays in this process.
    report : callable, optional
        Called with how many images are done and how many there are, after each.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If the source holds no images, if two of them have one name, if the target holds images of another
        preparation or of none, or if `workers` is less than 1. Nothing is written then.
    DamagedError
        If the labels cannot be read.
    """
    preparation = preparation or Preparation()
    if workers is not None and workers < 1:
        raise ValueError(
            f"workers is {workers}: at least one process is needed. Pass 1, or nothing for all processors."
        )
    jobs, left_out, litter = _jobs(source, target, labels, preparation.format)
    _claim(target, preparation)
    remove_leftovers(target)
    waiting = [job for job in jobs if not job[1].exists()]
    before = len(jobs) - len(waiting)
    failed = 0
    for done, ((path, _), reason) in enumerate(zip(waiting, _reasons(waiting, preparation, workers), strict=True), 1):
        if reason:
            failed += 1
            left_out[path.relative_to(source).as_posix()] = reason
        if report:
            report(before + done, len(jobs))
    _write_left_out(target / LEFT_OUT, left_out | dict.fromkeys(litter, "hidden, or left behind by the system"))
    counts = dict.fromkeys((result.parent.name for _, result in jobs), 0)
    for _, result in jobs:
        counts[result.parent.name] += result.exists()
    return Outcome(len(waiting) - failed, before, left_out, tuple(litter), counts)


_Jobs = list[tuple[Path, Path]]


def _jobs(source: Path, target: Path, labels: Path | None, ending: str) -> tuple[_Jobs, dict[str, str], list[str]]:
    """Return each image with its result, what is left out already and why, and the litter."""
    if not source.is_dir():
        raise ValueError(f"{source} is no folder. Pass the folder that holds the images.")
    if target.exists() and not target.is_dir():
        raise ValueError(f"{target} is a file, but the result needs a folder. Choose another name.")
    if target.resolve() in (source.resolve(), *source.resolve().parents):
        raise ValueError(f"{target} is or holds {source}: results must not mix with originals. Choose another folder.")
    found = list_folder(source, besides=(target, *([labels] if labels else [])))
    left_out = {_name(path, source): reason for path, reason in found.left_out.items()}
    grades = {} if labels is None else retina.read_grades(labels)
    class_of = _by_folder if labels is None else partial(_by_table, grades, labels.name)
    jobs: _Jobs = []
    origins: dict[Path, Path] = {}
    for path in found.images:
        name, reason = class_of(path.relative_to(source))
        if reason:
            left_out[_name(path, source)] = reason
            continue
        result = target / name / f"{composed(path.stem)}.{ending}"
        if result in origins:
            raise ValueError(f"{path} and {origins[result]} would both become {result}: rename one of them.")
        origins[result] = path
        jobs.append((path, result))
    if labels is not None:
        there = {retina.name_of(path.name) for path in found.images if path.parent == source}
        missing = [name for name in grades if name not in there]
        left_out |= {f"{labels.name}: {name}": "there is no image of this name in the folder" for name in missing}
    if not jobs:
        needed = "a folder for each class with images in it" if labels is None else f"images that {labels} names"
        seen = "".join(f" {name}: {reason}." for name, reason in list(left_out.items())[:3])
        raise ValueError(f"{source} holds nothing to prepare: it must hold {needed}.{seen}")
    return jobs, left_out, [_name(path, source) for path in found.litter]


def _by_folder(path: Path) -> tuple[str, str]:
    """Return the class of an image, by its path in the source, and why it has none."""
    if len(path.parts) == 2:
        return composed(path.parts[0]), ""
    return "", (
        "it stands in no class folder"
        if len(path.parts) == 1
        else f"it stands deeper than in the folder {path.parts[0]}"
    )


def _by_table(grades: Mapping[str, int], table: str, path: Path) -> tuple[str, str]:
    if len(path.parts) > 1:
        return "", "it stands in a folder, but images that a table names stand side by side"
    name = retina.name_of(path.name)
    return (str(grades[name]), "") if name in grades else ("", f"{table} has no row for it")


def _name(path: Path, source: Path) -> str:
    return path.relative_to(source).as_posix()


def _claim(target: Path, preparation: Preparation) -> None:
    """Note in the target how its images are prepared, unless it holds images that were prepared otherwise."""
    path, wanted = target / SETTINGS, dataclasses.asdict(preparation)
    found: object = None
    if path.exists():
        try:
            found = json.loads(path.read_bytes())
        except ValueError:
            found = "settings that cannot be read"
    if found == wanted:
        return
    # What a run has noted that prepared nothing holds nobody back.
    there = next((place for ending in get_args(Format) for place in target.glob(f"*/*.{ending}")), None)
    if there and path.exists():
        raise ValueError(
            f"{target} holds images that were prepared with {found}, not with {wanted}. Choose another folder, or "
            "delete this one."
        )
    if there:
        raise ValueError(
            f"{target} holds images that were not prepared here, {there.relative_to(target)} for one. Choose another "
            "folder."
        )
    with write_whole(path) as unfinished:
        unfinished.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")


def _processes(workers: int | None, jobs: int) -> int:
    """Return how many processes share some jobs: no more than this process may use, or Windows can wait for."""
    most = _MOST_PROCESSES_OF_WINDOWS if sys.platform == "win32" else jobs
    return min(workers or usable_processors(), jobs, most)


def _reasons(jobs: _Jobs, preparation: Preparation, workers: int | None) -> Iterator[str]:
    """Prepare in order, and yield for each image "" or why it could not be prepared."""
    work = partial(_prepare_file, preparation=preparation)
    count = _processes(workers, len(jobs))
    # A forked child of a process with threads (TensorFlow's) may hang, so each starts anew.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=spawned) if count > 1 else nullcontext() as pool:
        yield from pool.map(work, jobs, chunksize=4) if pool else map(work, jobs)


def _prepare_file(job: tuple[Path, Path], preparation: Preparation) -> str:
    from PIL import Image

    path, result = job
    try:
        image, field = _found(path, preparation.size)
        ready = fundus.prepare(image, preparation.size, preparation.clip_limit, preparation.tiles, field)
    except (DamagedError, ValueError) as error:  # how it is prepared was checked before: this image is the cause
        return str(error)
    options = {"quality": 95, "subsampling": 0} if preparation.format == "jpg" else {"compress_level": 3}
    with write_whole(result) as unfinished:
        Image.fromarray(ready).save(unfinished, "JPEG" if preparation.format == "jpg" else "PNG", **options)
    return ""


def _found(path: Path, size: int) -> tuple[NDArray[np.uint8], fundus.Field]:
    """Return an image and its field of view, decoded smaller as long as the field has enough pixels."""
    image = decoding.decode(path, least=size)
    field = fundus.field_of_view(image)
    if max(field.height, field.width) < size:
        whole = decoding.decode(path)
        if whole.shape != image.shape:
            return whole, fundus.field_of_view(whole)
    return image, field


def _write_left_out(path: Path, left_out: dict[str, str]) -> None:
    with write_whole(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file", "reason"), *left_out.items()])
