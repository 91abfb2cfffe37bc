"""Test images of the data sets that the course's networks know, each as the network takes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coursekit import data
from coursekit.arrays import Floats
from coursekit.widgets.sources.images import SourceImage
from coursekit.widgets.sources.models import NamedModel

SAMPLES = 24
"""So many test images of a data set are offered."""

_OPENS_ON = {"mnist_convnet": 3, "small_graded_eyes": 2}
"""By network the test image to begin with, chosen by eye in the sample."""


class Samples:
    """Test images by network, read when they are first asked for.

    Examples
    --------
    >>> from coursekit.widgets.sources.models import course_model
    >>> Samples().images(course_model("small_eyes")).shape
    (24, 96, 96, 3)
    """

    def __init__(self) -> None:
        self._read: dict[str, tuple[Floats, tuple[str, ...], tuple[str, ...]]] = {}

    def images(self, named: NamedModel) -> Floats:
        """Return the images (n, height, width, channels) of a network whose data set is known."""
        return self._of(named)[0]

    def classes(self, named: NamedModel) -> tuple[str, ...]:
        """Return the names of the classes of that data set."""
        return self._of(named)[2]

    def makers(self, named: NamedModel) -> dict[str, Callable[[], SourceImage]]:
        """Return what makes each image, by its name: its number and its class."""
        labels = self._of(named)[1] if named.dataset else ()
        return {f"test {index}: {label}": partial(self.get, named, index) for index, label in enumerate(labels)}

    def first(self, named: NamedModel) -> str | None:
        """Return the name of the image to begin with; None where no data set is known."""
        names = list(self.makers(named))
        return names[_OPENS_ON.get(named.name, 0)] if names else None

    def get(self, named: NamedModel, index: int) -> SourceImage:
        """Return one image with the expression that gives it."""
        size = "" if named.size is None else f", size={named.size}"
        drawn = named.dataset in data.GROUND_TRUTH
        call = f'ground_truth_dataset("{named.dataset}", {SAMPLES})' if drawn else f'load("{named.dataset}")'
        source = f"ck.data.{call}"
        if named.prepare is not None:
            source = f'ck.training.recipe("{named.name}").transform({source})'
        return SourceImage(self.images(named)[index], f"{source}.test.arrays(limit={SAMPLES}{size})[0][{index}]")

    def _of(self, named: NamedModel) -> tuple[Floats, tuple[str, ...], tuple[str, ...]]:
        if named.name not in self._read:
            drawn = named.dataset in data.GROUND_TRUTH
            loaded = data.ground_truth_dataset(named.dataset, SAMPLES) if drawn else data.load(named.dataset)
            if named.prepare is not None:
                loaded = named.prepare(loaded)
            images, labels = loaded.test.arrays(limit=SAMPLES, size=named.size)
            names = tuple(loaded.classes[label] for label in labels)
            self._read[named.name] = images, names, tuple(loaded.classes)
        return self._read[named.name]
