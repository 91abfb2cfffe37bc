"""Recorded runs: what was trained, on which data, how each epoch went, and what came out. Stored as JSON."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from coursekit import settings
from coursekit.atomic_write import write_whole


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
    images : int
        Number of images trained on.
    epochs : int
    seconds : float
        Wall-clock time of the training alone.
    history : dict of str to list of float
        One value an epoch for each metric; names that begin with ``val_`` are measured on images not trained on.
    test : dict of str to float
        Metrics on the test set, each with a 95 % interval (``accuracy_low``, ``accuracy_high``).
    versions : dict of str to str
        Python and the packages that did the work.
    best_epoch : int or None
        The epoch whose weights were kept, from 1. None in runs that kept the last without looking.
    precision : str
        ``"float32"``, or ``"mixed_bfloat16"``: products in 16 bits, weights and sums in 32.
    peak_memory : float or None
        The most memory that the training process held, in GB.
    note : str
        What else a reader must know.
    choices : dict of str to str
        What tells it apart from other runs of its family, in words: ``{"learning rate": "1e-3"}``.
    settings : dict
        Optimiser, rates, batch size, augmentation, dropout and so on (`coursekit.training.recorded_settings`). Empty in
        old runs.
    test_looks : int
        How often the test set had been judged while this network was worked on, this time included. From the second
        time on what was seen there may have steered choices, so the figure is a little flattered.
    """

    name: str
    network: str
    dataset: str
    source: str
    profile: str
    seed: int
    parameters: int
    images: int
    epochs: int
    seconds: float
    history: dict[str, list[float]]
    test: dict[str, float]
    versions: dict[str, str]
    best_epoch: int | None = None
    precision: str = "float32"
    peak_memory: float | None = None
    note: str = ""
    choices: dict[str, str] = dataclasses.field(default_factory=dict)
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    test_looks: int = 1

    def save(self, path: Path) -> None:
        """Write the run as JSON, whole or not at all.

        Parameters
        ----------
        path : Path
            A ``.json`` file; its folder is made if it does not exist.
        """
        with write_whole(path) as unfinished:
            unfinished.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Run:
        """Read a run from JSON.

        Parameters
        ----------
        path : Path
            A file that `save` has written.

        Returns
        -------
        Run

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


def recorded_runs(family: str | None = None) -> list[str]:
    """Return the names of the runs that ship with the course, in alphabetical order.

    Parameters
    ----------
    family : str, optional
        Only those of one family, that is, one sub-folder of ``data/runs``, such as ``"raman"``. By default all.

    Returns
    -------
    list of str

    Examples
    --------
    >>> "mnist_convnet" in recorded_runs(), "mnist_convnet" in recorded_runs("raman")
    (True, False)
    """
    return sorted(name for name, path in _paths().items() if family in (None, path.parent.name))


def load_run(name: str) -> Run:
    """Return a run that ships with the course.

    Parameters
    ----------
    name : str
        One of `recorded_runs`.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If there is no such run; the message lists those there are.

    Examples
    --------
    >>> load_run("mnist_convnet").parameters
    93322
    """
    paths = _paths()
    if name not in paths:
        raise ValueError(f"there is no recorded run {name!r}. The recorded runs are: {', '.join(sorted(paths))}.")
    return Run.read(paths[name])


def _paths() -> dict[str, Path]:
    """Return the file of each recorded run, in the folder or in that of its family."""
    return {path.stem: path for path in (settings.course_folder() / "data" / "runs").rglob("*.json")}
