"""Prepare a folder of fundus photographs, class by class: go on after an interruption, lose none quietly."""

from __future__ import annotations

import csv
import dataclasses
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coursekit import fundus
from coursekit.atomic_write import remove_leftovers, write_whole
from coursekit.data.errors import DamagedError
from coursekit.data.images import decoding
from coursekit.data.sets import retina

Format = Literal["jpg", "png"]
SETTINGS, LEFT_OUT = "prepared.json", "left_out.csv"


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
    """

    size: int = 512
    clip_limit: float = 0.01
    tiles: int = 8
    format: Format = "jpg"


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
        Images that could not be prepared, by their path in the folder, and why. Also in ``left_out.csv``.
    """

    prepared: int
    before: int
    left_out: dict[str, str]


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
    goes on. An image that cannot be prepared stops nothing; it is listed.

    Parameters
    ----------
    source : Path
        A folder for each class with images in it; or, with labels, one folder of images.
    target : Path
        Folder for the result, ``<class>/<name>.jpg``. One folder holds images of one preparation only.
    preparation : Preparation, optional
        How the images are prepared; by default as `Preparation` has it.
    labels : Path, optional
        A table with the columns ``image`` and ``level``, as `coursekit.data.sets.retina.read_grades` reads it.
    workers : int, optional
        Processes; by default as many as there are processors. 1 stays in this process.
    report : callable, optional
        Called with how many images are done and how many there are, after each.

    Returns
    -------
    Outcome

    Raises
    ------
    ValueError
        If the source holds no images, if two of them have one name, or if the target holds images of another
        preparation.
    DamagedError
        If the labels cannot be read.
    """
    preparation = preparation or Preparation()
    jobs = _jobs(source, target, labels, preparation.format)
    target.mkdir(parents=True, exist_ok=True)
    _claim(target, preparation)
    remove_leftovers(target)
    waiting = [job for job in jobs if not job[1].exists()]
    before, left_out = len(jobs) - len(waiting), {}
    for done, ((path, _), reason) in enumerate(zip(waiting, _reasons(waiting, preparation, workers), strict=True), 1):
        if reason:
            left_out[path.relative_to(source).as_posix()] = reason
        if report:
            report(before + done, len(jobs))
    _write_left_out(target / LEFT_OUT, left_out)
    return Outcome(len(waiting) - len(left_out), before, left_out)


def _jobs(source: Path, target: Path, labels: Path | None, ending: str) -> list[tuple[Path, Path]]:
    if not source.is_dir():
        raise ValueError(f"{source} is no folder. Pass the folder that holds the images.")
    if labels is None:
        found = [(path, path.parent.name) for path in sorted(source.glob("*/*"))]
    else:
        grades = retina.read_grades(labels)
        found = [(path, str(grades[path.stem])) for path in sorted(source.glob("*")) if path.stem in grades]
    jobs = [
        (path, target / name / f"{path.stem}.{ending}")
        for path, name in found
        if path.suffix.lower() in decoding.SUFFIXES and target not in path.parents
    ]
    if not jobs:
        needed = "a folder for each class with images in it" if labels is None else f"images that {labels} names"
        raise ValueError(f"{source} holds nothing to prepare: it must hold {needed}.")
    origins: dict[Path, Path] = {}
    for path, result in jobs:
        if result in origins:
            raise ValueError(f"{path} and {origins[result]} would both become {result}: rename one of them.")
        origins[result] = path
    return jobs


def _claim(target: Path, preparation: Preparation) -> None:
    path, wanted = target / SETTINGS, dataclasses.asdict(preparation)
    if path.exists():
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found = "settings that cannot be read"
        if found != wanted:
            raise ValueError(
                f"{target} holds images that were prepared with {found}, not with {wanted}. Choose another folder, "
                "or delete this one."
            )
        return
    with write_whole(path) as unfinished:
        unfinished.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")


def _reasons(jobs: list[tuple[Path, Path]], preparation: Preparation, workers: int | None) -> Iterator[str]:
    """Prepare in order, and yield for each image "" or why it could not be prepared."""
    work = partial(_prepare_file, preparation=preparation)
    count = min(workers or os.cpu_count() or 1, len(jobs))
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
    except (DamagedError, fundus.NoFieldError) as error:
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
        csv.writer(file).writerows([("image", "reason"), *left_out.items()])
