"""The start of every lesson: seeds, plot style, profile, and one line that says what this notebook runs on."""

from __future__ import annotations

import platform
import random
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import numpy as np

from coursekit import backend, settings
from coursekit.processors import usable_processors

T = TypeVar("T")

# Every class comes up, a batch is filled.
_LEAST_IMAGES = 24
_STYLE = Path(__file__).with_name("lesson.mplstyle")
_NO_LESSON = "no lesson"
_begun = _NO_LESSON


@dataclass(frozen=True)
class Lesson:
    """A lesson that has been started: its name, its seed, and how much work it does.

    Attributes
    ----------
    name : str
        For example ``"03_mnist_convnet"``.
    profile : {"smoke", "quick", "lesson", "full"}
    seed : int
    """

    name: str
    profile: settings.Profile
    seed: int

    def epochs(self, quick: int, lesson: int, full: int) -> int:
        """Return how many epochs to train, by profile: one for a smoke test.

        Parameters
        ----------
        quick, lesson, full : int
            Of each profile.

        Returns
        -------
        int

        Examples
        --------
        >>> Lesson("03_mnist_convnet", profile="quick", seed=0).epochs(quick=1, lesson=3, full=5)
        1
        """
        return 1 if self.profile == "smoke" else self.choose(quick, lesson, full)

    def limit(self, quick: int | None, lesson: int | None, full: int | None) -> int | None:
        """Return how many images to use, by profile; None is all. A smoke test takes a tenth of the quick number.

        Parameters
        ----------
        quick, lesson, full : int or None
            Of each profile.

        Returns
        -------
        int or None

        Examples
        --------
        >>> Lesson("03_mnist_convnet", profile="full", seed=0).limit(quick=500, lesson=None, full=None) is None
        True
        """
        if self.profile == "smoke" and quick:
            return min(quick, max(quick // 10, _LEAST_IMAGES))
        return self.choose(quick, lesson, full)

    def repeats(self, count: int) -> int:
        """Return how often to repeat something that takes long: `count` times, twice in a smoke test.

        Parameters
        ----------
        count : int
            1 or more.

        Returns
        -------
        int

        Examples
        --------
        >>> Lesson("07_cifar10_residual", profile="smoke", seed=0).repeats(50)
        2
        """
        return min(count, 2) if self.profile == "smoke" else count

    def side(self, pixels: int) -> int:
        """Return how large images are made: `pixels` a side, at most 64 in a smoke test.

        Parameters
        ----------
        pixels : int
            Height and width of the images.

        Returns
        -------
        int

        Examples
        --------
        >>> Lesson("11_seeing_inside", profile="quick", seed=0).side(224)
        224
        >>> Lesson("11_seeing_inside", profile="smoke", seed=0).side(224)
        64
        """
        return min(pixels, 64) if self.profile == "smoke" else pixels

    def choose(self, quick: T, lesson: T, full: T) -> T:
        """Return a setting of any other kind, by profile: an image size, a width, a rate. A smoke test takes quick's.

        Parameters
        ----------
        quick, lesson, full : any
            Of each profile.

        Returns
        -------
        any
            One of the three.

        Examples
        --------
        >>> Lesson("05_cats_vs_dogs", profile="lesson", seed=0).choose(quick=64, lesson=96, full=150)
        96
        """
        return {"smoke": quick, "quick": quick, "lesson": lesson, "full": full}[self.profile]


def start(name: str, seed: int = 0, keras: bool = False) -> Lesson:
    """Begin a lesson: seed all randomness, set the plot style, print one status line.

    Parameters
    ----------
    name : str
        The lesson's file name without ending.
    seed : int
        The seed of Python's, NumPy's and Keras' randomness.
    keras : bool
        Whether the lesson uses Keras: it is imported now (some seconds), without TensorFlow's log lines.

    Returns
    -------
    Lesson
        Its profile, and how much to do on it.

    Examples
    --------
    >>> lesson = start("01_convolution_by_hand")  # doctest: +ELLIPSIS
    01_convolution_by_hand · profile ...
    """
    global _begun
    lesson = Lesson(name, settings.profile(), seed)
    _begun = name
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - libraries that a learner may call still draw from it
    _set_plot_style()
    facts = [name, f"profile {lesson.profile}", f"data {_data_status()}", f"Python {platform.python_version()}"]
    if keras:
        backend.import_keras().utils.set_random_seed(seed)
        facts.append(f"Keras {version('keras')} on {_device()}")
    print(" · ".join(facts))
    return lesson


def current() -> str:
    """Return the name of the lesson that was last started here, or ``"no lesson"``: predictions are kept under it.

    Returns
    -------
    str
    """
    return _begun


def _set_plot_style() -> None:
    import matplotlib.pyplot as plt

    plt.style.use(_STYLE)


def _data_status() -> str:
    preference = settings.data_preference()
    if preference == "sample":
        return "built-in samples"
    return f"{preference}, {'from the classroom mirror' if settings.mirror() else 'from the public homes'}"


def _device() -> str:
    import tensorflow

    graphics_processors = tensorflow.config.list_physical_devices("GPU")
    if graphics_processors:
        return f"{len(graphics_processors)} GPU"
    cores = usable_processors()
    return f"{cores} CPU core{'s' * (cores != 1)}"
