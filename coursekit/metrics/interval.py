"""A metric and the interval around it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A metric and the interval around it.

    Attributes
    ----------
    value : float
        The metric.
    low, high : float
        The ends of the interval.
    level : float
        Its level, above 0 and below 1.
    """

    value: float
    low: float
    high: float
    level: float

    def figures(self, name: str) -> dict[str, float]:
        """Return the metric and both ends, as a record holds them.

        Parameters
        ----------
        name : str
            Of the metric.

        Returns
        -------
        dict of str to float
            ``name``, ``name_low`` and ``name_high``.

        Examples
        --------
        >>> Interval(0.8, 0.7, 0.9, 0.95).figures("accuracy")
        {'accuracy': 0.8, 'accuracy_low': 0.7, 'accuracy_high': 0.9}
        """
        return {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high}

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.level:.0%} interval {self.low:.3f} to {self.high:.3f})"


def checked_level(level: float) -> None:
    """Raise ValueError unless a level lies between 0 and 1.

    Parameters
    ----------
    level : float
        Such as 0.95.
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level!r}: it must lie between 0 and 1, for example 0.95.")
