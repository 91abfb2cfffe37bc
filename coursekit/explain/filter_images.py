"""Images that filters and classes of EfficientNet-Lite0 answer to most, as they ship with the course."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from coursekit import settings
from coursekit.arrays import Floats

GAP = 2  # white pixels between the tiles of the stored sheet


@dataclass(frozen=True, eq=False)
class FilterImages:
    """What `recorded_filter_images` returns.

    Attributes
    ----------
    layer : str
        Of EfficientNet-Lite0; empty for classes.
    filters : tuple of int
        The filters, or the classes.
    images : array float32 (n, side, side, 3)
        From 0 to 1, one for each filter, as stored: in eight bits, compressed.
    climb : dict of int to array (n,)
        Steps taken, and what each had reached by then: the filter's mean activation on its own image, or the score of
        the class. Where the last doubling of the steps gains little, the climb has arrived.
    ascent : dict
        The options of `Ascent` that they were made with.
    """

    layer: str
    filters: tuple[int, ...]
    images: Floats
    climb: dict[int, Floats]
    ascent: dict[str, Any]

    @property
    def activation(self) -> Floats:
        """What each image reached in the end, (n,)."""
        return self.climb[max(self.climb)]

    def of(self, index: int) -> Floats:
        """Return the image (side, side, 3) of a filter or a class.

        Parameters
        ----------
        index : int
            The number of the filter or of the class.

        Returns
        -------
        array float32 (side, side, 3)
            0 to 1.

        Raises
        ------
        ValueError
            If it was not recorded; the message lists those that were.
        """
        if index not in self.filters:
            raise ValueError(
                f"filter {index} of {self.layer or 'the classes'} was not recorded. These were: {self.filters}. Make "
                "others with ck.explain.maximise_filters or maximise_classes."
            )
        image: Floats = self.images[self.filters.index(index)]
        return image


def recorded_filter_images(name: str) -> FilterImages:
    """Return images that ship with the course, for which a lesson has no time: hundreds of steps each.

    ``python benchmarks/filter_images.py`` makes them again.

    Parameters
    ----------
    name : str
        ``"block_3"``, ``"block_8"``, ``"block_11"`` or ``"block_14"``: the first filters of that block;
        ``"last_conv"``: those that give most to the answers on photographs of the course; ``"classes"``: eight of the
        thousand classes.

    Returns
    -------
    FilterImages

    Raises
    ------
    ValueError
        If there are none of that name.

    Examples
    --------
    >>> found = recorded_filter_images("block_8")
    >>> found.layer, found.images.shape == (len(found.filters), 128, 128, 3)
    ('block_8_project_bn', True)
    """
    folder = settings.course_folder() / "data" / "filter_images"
    known = sorted(path.stem for path in folder.glob("*.json"))
    if name not in known:
        raise ValueError(f"there are no recorded filter images {name!r}. There are: {', '.join(known) or 'none'}.")
    facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with Image.open(folder / f"{name}.webp") as opened:
        sheet = np.asarray(opened.convert("RGB"), np.float32) / 255
    side = sheet.shape[0]
    starts = [number * (side + GAP) for number in range(len(facts["filters"]))]
    images = np.stack([sheet[:, start : start + side] for start in starts])
    climb = {int(steps): np.array(reached) for steps, reached in facts["climb"].items()}
    return FilterImages(facts["layer"], tuple(facts["filters"]), images, climb, facts["ascent"])
