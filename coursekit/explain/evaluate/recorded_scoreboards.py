"""Recorded scoreboards: every method on several trainings of one network, kept as JSON in ``data/scoreboards``."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from coursekit import settings
from coursekit.arrays import Floats
from coursekit.atomic_write import write_whole
from coursekit.explain.evaluate.intervals import crossed_interval
from coursekit.metrics.interval import Interval

MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "rank_sum": "hottest pixels on the mask, channels summed",
        "rank_norm": "hottest pixels on the mask, sizes summed",
        "mass_sum": "positive heat on the mask, channels summed",
        "mass_norm": "heat on the mask, sizes summed",
        "pointing_sum": "hottest pixel on the mask, channels summed",
        "pointing_norm": "hottest pixel on the mask, sizes summed",
        "road_sum": "ROAD, LeRF minus MoRF, channels summed",
        "road_norm": "ROAD, LeRF minus MoRF, sizes summed",
        "similarity_sum": "similarity on a random network, channels summed",
        "similarity_norm": "similarity on a random network, sizes summed",
        "seconds": "seconds per image",
    }
)
"""What is measured, in words."""

_LESS_IS_BETTER = ("similarity_sum", "similarity_norm", "seconds")


@dataclasses.dataclass(frozen=True)
class Scoreboard:
    """What every method scored on each of several networks that differ in their seed only.

    Attributes
    ----------
    name : str
        The synthetic set, one of `coursekit.data.GROUND_TRUTH`.
    masked : str
        What the ground-truth masks cover, in words.
    area : float
        Mean share of the image that the mask covers: what chance scores in ``rank``, ``mass`` and ``pointing``.
    seeds : list of int
    accuracy : list of float
        Test accuracy of each network.
    scores : dict of method to dict of measure to list of lists of float
        A list for each network with a number for each image; nan where it is not defined. All networks see the same
        images, those that all of them get right. A costly method has fewer networks and images: the first ones.
    passes : dict of method to list of two floats
        Forward and backward passes per image.
    calls : dict of method to str
        How it was called.
    versions : dict of str to str
    note : str
    """

    name: str
    masked: str
    area: float
    seeds: list[int]
    accuracy: list[float]
    scores: dict[str, dict[str, list[list[float]]]]
    passes: dict[str, list[float]]
    calls: dict[str, str]
    versions: dict[str, str]
    note: str = ""

    def interval(self, method: str, measure: str = "rank_norm") -> Interval:
        """Return the mean over networks and images, and how far both might move it: `crossed_interval`.

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
        return crossed_interval(self.values(method, measure))

    def difference(self, first: str, second: str, measure: str = "rank_norm") -> Interval:
        """Return by how much the first method scores more than the second on the networks and images of both.

        Parameters
        ----------
        first, second : str
            Methods, keys of `scores`.
        measure : str
            A key of `MEASURES`.

        Returns
        -------
        coursekit.metrics.Interval
            The mean difference, network by network and image by image, and its interval.
        """
        one, other = (self.values(method, measure) for method in (first, second))
        networks, images = np.minimum(one.shape, other.shape)
        return crossed_interval(one[:networks, :images] - other[:networks, :images])

    def difference_of_poolings(self, method: str, measure: str = "rank") -> Interval:
        """Return by how much a method scores more with the sizes of its channels summed than with their signs.

        Parameters
        ----------
        method : str
            A key of `scores`.
        measure : {"rank", "mass", "pointing", "road", "similarity"}

        Returns
        -------
        coursekit.metrics.Interval
            The mean difference, network by network and image by image, and its interval.
        """
        return crossed_interval(self.values(method, f"{measure}_norm") - self.values(method, f"{measure}_sum"))

    def __str__(self) -> str:
        """Return every column as text: each measure with the channels summed and with their sizes summed, and n."""
        pairs = ("rank", "mass", "pointing", "road", "similarity")
        lines = [f"{'':30}" + "".join(f"{name:^12}" for name in pairs), f"{'':30}" + "  sum  norm " * len(pairs)]
        lines[1] += "   passes  networks × images"
        for method in self.ranked():
            columns = [self._mean(method, f"{name}_{pooled}") for name in pairs for pooled in ("sum", "norm")]
            forward, backward = self.passes[method]
            networks, images = self.size(method)
            cost = f"{forward:.0f}+{backward:.0f}"
            lines.append(f"{method:30}{''.join(columns)}{cost:>9}{networks:>6} × {images}")
        return "\n".join(lines)

    def _mean(self, method: str, measure: str) -> str:
        value = self.interval(method, measure).value if measure in self.scores[method] else float("nan")
        return f"{value:6.2f}" if np.isfinite(value) else f"{'–':>6}"

    def ranked(self, measure: str = "rank_norm") -> list[str]:
        """Return the methods that have this measure, the best first.

        Parameters
        ----------
        measure : str
            A key of `MEASURES`.

        Returns
        -------
        list of str
        """
        sign = 1 if measure in _LESS_IS_BETTER else -1
        known = [method for method in self.scores if measure in self.scores[method]]
        means = {method: self.interval(method, measure).value for method in known}
        return sorted((method for method in means if np.isfinite(means[method])), key=lambda name: sign * means[name])

    def size(self, method: str, measure: str = "rank_norm") -> tuple[int, int]:
        """Return on how many networks and images a method was scored.

        Parameters
        ----------
        method : str
            A key of `scores`.
        measure : str
            A key of `MEASURES`.

        Returns
        -------
        tuple of int
            (networks, images)
        """
        networks, images = self.values(method, measure).shape
        return networks, images

    def values(self, method: str, measure: str = "rank_norm") -> Floats:
        """Return the scores themselves, (networks, images).

        Parameters
        ----------
        method : str
            A key of `scores`.
        measure : str
            A key of `MEASURES`.

        Returns
        -------
        array (networks, images)

        Raises
        ------
        ValueError
            If the scoreboard has no such method or measure; the message lists those it has.
        """
        if method not in self.scores or measure not in self.scores[method]:
            known = ", ".join(self.scores) if method not in self.scores else ", ".join(self.scores[method])
            what = f"method {method!r}" if method not in self.scores else f"measure {measure!r} of {method}"
            raise ValueError(f"scoreboard {self.name!r} has no {what}. It has: {known}.")
        return np.asarray(self.scores[method][measure], np.float64)

    def save(self, path: Path) -> None:
        """Write the scoreboard as JSON, whole or not at all.

        Parameters
        ----------
        path : pathlib.Path
            Of the file; its folder is made.
        """
        with write_whole(path) as unfinished:
            unfinished.write_text(json.dumps(dataclasses.asdict(self), ensure_ascii=False) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Scoreboard:
        """Read a scoreboard from JSON.

        Parameters
        ----------
        path : pathlib.Path
            Of the file.

        Returns
        -------
        Scoreboard

        Raises
        ------
        ValueError
            If the file is not a scoreboard.
        """
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"{path} is not a recorded scoreboard ({error}). Make it again: coursekit scoreboard {path.stem}."
            ) from error


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
