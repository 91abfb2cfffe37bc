"""Recorded runs: what was trained, on which data, how each epoch went, and what came out. Stored as JSON."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from coursekit import settings


@dataclasses.dataclass(frozen=True)
class Run:
    """The record of one training.

    Attributes
    ----------
    name : str
        The recipe that was followed.
    network, dataset : str
    source : str
        ``"real"`` or ``"sample"``: which form of the data set.
    profile : str
    seed : int
    parameters : int
        Number of weights that the network holds.
    pictures : int
        Number of pictures trained on.
    epochs : int
    seconds : float
        Wall-clock time of the training alone.
    history : dict of str to list of float
        One value an epoch for each metric; names that begin with ``val_`` are measured on pictures not trained on.
    test : dict of str to float
        Metrics on the test set, after the last epoch, with the 95 % Wilson interval of the accuracy.
    versions : dict of str to str
        Python and the packages that did the work.
    """

    name: str
    network: str
    dataset: str
    source: str
    profile: str
    seed: int
    parameters: int
    pictures: int
    epochs: int
    seconds: float
    history: dict[str, list[float]]
    test: dict[str, float]
    versions: dict[str, str]

    def save(self, path: Path) -> None:
        """Write the run as JSON, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n", encoding="utf-8")
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> Run:
        """Read a run from JSON.

        Raises
        ------
        ValueError
            If the file is not a run; the message names it and what is missing or too much.
        """
        try:
            values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return cls(**values)
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"{path} is not a recorded run ({error}). Train it again: coursekit train {path.stem}."
            ) from error


def recorded_runs() -> list[str]:
    """Return the names of the runs that ship with the course, in alphabetical order."""
    return sorted(path.stem for path in _folder().glob("*.json"))


def load_run(name: str) -> Run:
    """Return a run that ships with the course.

    Raises
    ------
    ValueError
        If there is no such run; the message lists those there are.

    Examples
    --------
    >>> load_run("mnist_convnet").parameters
    93322
    """
    if name not in recorded_runs():
        raise ValueError(f"there is no recorded run {name!r}. The recorded runs are: {', '.join(recorded_runs())}.")
    return Run.read(_folder() / f"{name}.json")


def _folder() -> Path:
    return settings.course_folder() / "data" / "runs"
