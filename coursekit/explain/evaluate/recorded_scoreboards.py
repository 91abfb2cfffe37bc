"""Recorded scoreboards: every method on several trainings of one network, kept as JSON in ``data/scoreboards``."""

from __future__ import annotations

import dataclasses
import json
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from coursekit import settings
from coursekit.arrays import Floats
from coursekit.atomic_write import write_whole
from coursekit.docstrings import entries_from
from coursekit.explain.evaluate.faithfulness import Explainer
from coursekit.explain.evaluate.scoreboard import Row, scoreboard
from coursekit.explain.evaluate.similarity import rank_correlation
from coursekit.metrics.interval import Interval

MEASURES: Mapping[str, str] = {
    "ranking": "hottest pixels on the evidence",
    "pointing": "hottest pixel on the evidence",
    "energy": "positive heat on the evidence",
    "overlap": "overlap with the evidence",
    "deletion": "area under the deletion curve",
    "insertion": "area under the insertion curve",
    "similarity": "similarity on random weights",
    "seconds": "seconds an image",
}
"""What is measured, in words."""

LESS_IS_BETTER = ("deletion", "similarity", "seconds")
BASELINES = ("random", "centre blob", "edges")
"""Heatmaps that do not look at the network."""


@dataclasses.dataclass(frozen=True)
class Scoreboard:
    """What every method scored on each of several networks that differ in their seed only.

    Attributes
    ----------
    name : str
        The synthetic set, one of `coursekit.data.GROUND_TRUTH`.
    evidence : str
        What the mask shows.
    images : int
        Explained for each network.
    area : float
        Mean share of the image that is evidence: what chance scores in `ranking`, `pointing` and `energy`.
    seeds : list of int
    accuracy : list of float
        Test accuracy of each network.
    scores : dict of method to dict of measure to list of float
        One mean over the images for each network; nan where it is not defined.
    passes : dict of method to list of two floats
        Forward and backward passes an image.
    calls : dict of method to str
        How it was called.
    versions : dict of str to str
    note : str
    """

    name: str
    evidence: str
    images: int
    area: float
    seeds: list[int]
    accuracy: list[float]
    scores: dict[str, dict[str, list[float]]]
    passes: dict[str, list[float]]
    calls: dict[str, str]
    versions: dict[str, str]
    note: str = ""

    def interval(self, method: str, measure: str = "ranking") -> Interval:
        """Return the mean over the networks and Student's 95 % interval of it.

        Parameters
        ----------
        method : str
            A key of `scores`.
        measure : str
            A key of `MEASURES`.

        Returns
        -------
        coursekit.metrics.Interval
        """
        return mean_interval(self._values(method, measure))

    def difference(self, first: str, second: str, measure: str = "ranking") -> Interval:
        """Return by how much the first method scores more than the second: the networks compared one by one.

        Parameters
        ----------
        first, second : str
            Methods, keys of `scores`.
        measure : str
            A key of `MEASURES`.

        Returns
        -------
        coursekit.metrics.Interval
            The mean difference, and Student's 95 % interval of it.
        """
        return mean_interval(np.subtract(self._values(first, measure), self._values(second, measure)))

    def ranked(self, measure: str = "ranking") -> list[str]:
        """Return the methods that have this measure, the best first.

        Parameters
        ----------
        measure : str
            A key of `MEASURES`.

        Returns
        -------
        list of str
        """
        sign = 1 if measure in LESS_IS_BETTER else -1
        means = {method: self.interval(method, measure).value for method in self.scores if self._has(method, measure)}
        return sorted(means, key=lambda method: sign * means[method])

    def save(self, path: Path) -> None:
        """Write the board as JSON, whole or not at all.

        Parameters
        ----------
        path : pathlib.Path
            Of the file; its folder is made.
        """
        with write_whole(path) as unfinished:
            unfinished.write_text(json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Scoreboard:
        """Read a board from JSON.

        Raises
        ------
        ValueError
            If the file is not a board.
        """
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"{path} is not a recorded scoreboard ({error}). Make it again: coursekit scoreboard {path.stem}."
            ) from error

    def _has(self, method: str, measure: str) -> bool:
        return measure in self.scores[method] and bool(np.isfinite(self.scores[method][measure]).all())

    def _values(self, method: str, measure: str) -> Floats:
        if method not in self.scores or measure not in self.scores[method]:
            known = ", ".join(self.scores) if method not in self.scores else ", ".join(self.scores[method])
            what = f"method {method!r}" if method not in self.scores else f"measure {measure!r} of {method}"
            raise ValueError(f"scoreboard {self.name!r} has no {what}. It has: {known}.")
        return np.asarray(self.scores[method][measure])


def mean_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Return the mean of a few numbers, and Student's interval of it.

    Three numbers make a wide interval, 2.5 standard deviations to either side: little is known from three.

    Examples
    --------
    >>> print(mean_interval([0.5, 0.6, 0.7]))
    0.600 (95% interval 0.352 to 0.848)
    """
    numbers = np.asarray(values, np.float64)
    mean = float(numbers.mean())
    if len(numbers) < 2:
        return Interval(mean, float("nan"), float("nan"), level)
    reach = float(stats.t.ppf((1 + level) / 2, len(numbers) - 1) * numbers.std(ddof=1) / np.sqrt(len(numbers)))
    return Interval(mean, mean - reach, mean + reach, level)


def recorded_scoreboards() -> list[str]:
    """Return the names of the scoreboards that ship with the course.

    Returns
    -------
    list of str
    """
    return sorted(path.stem for path in _folder().glob("*.json"))


def recorded_scoreboard(name: str) -> Scoreboard:
    """Return a scoreboard that ships with the course.

    Parameters
    ----------
    name : str
        One of `recorded_scoreboards`.

    Returns
    -------
    Scoreboard

    Raises
    ------
    ValueError
        If there is no such scoreboard; the message lists those there are.
    """
    known = recorded_scoreboards()
    if name not in known:
        raise ValueError(
            f"there is no recorded scoreboard {name!r}. The recorded ones are: {', '.join(known) or 'none'}."
        )
    return Scoreboard.read(_folder() / f"{name}.json")


def _folder() -> Path:
    return settings.course_folder() / "data" / "scoreboards"


@entries_from(scoreboard)
def network_scores(
    model: keras.Model,
    images: ArrayLike,
    masks: ArrayLike,
    methods: Mapping[str, Explainer],
    target: ArrayLike,
    *,
    untrained: keras.Model | None = None,
    points: int = 11,
) -> tuple[dict[str, dict[str, float]], dict[str, list[float]]]:
    """Score methods on one network.

    Parameters
    ----------
    {model}
    {images}
    {masks}
    {methods}
    {target}
    untrained : keras.Model, optional
        The same network with random weights. With it the similarity of the maps on both is measured: Spearman's
        correlation of their absolute values. Without it that measure is left out.
    points : int
        Of the deletion and insertion curves.

    Returns
    -------
    scores : dict of method to dict of measure to float
        The `MEASURES`.
    passes : dict of method to [forward, backward]
        An image.
    """
    given, classes = np.asarray(images), np.asarray(target)
    seconds: dict[str, float] = {}
    maps: dict[str, Floats] = {}

    def timed(name: str, method: Explainer) -> Explainer:
        def call(model: keras.Model, images: Floats, target: Any) -> Floats:
            method(model, images[:1], target[:1])  # traced here, not in the time that is taken
            start = time.perf_counter()
            heatmaps = method(model, images, target)
            seconds[name], maps[name] = (time.perf_counter() - start) / len(images), heatmaps
            return heatmaps

        return call

    clocked = {name: timed(name, method) for name, method in methods.items()}
    rows: Sequence[Row] = scoreboard(model, given, masks, clocked, classes, points=points)
    scores, passes = {}, {}
    for row in rows:
        values = row.means() | ({"seconds": seconds[row.method]} if row.method in seconds else {})
        if untrained is not None and row.method in methods:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a network that knows nothing may give maps of zeros
                random = methods[row.method](untrained, given, classes)
                same = rank_correlation(np.abs(maps[row.method]), np.abs(random))
                values["similarity"] = float(np.nanmean(same)) if np.isfinite(same).any() else float("nan")
        scores[row.method] = {measure: float(f"{value:.5g}") for measure, value in values.items()}
        # One image more was explained, to trace.
        share = len(given) / (len(given) + (row.method in methods))
        passes[row.method] = [round(row.passes.forward * share, 2), round(row.passes.backward * share, 2)]
    return scores, passes
