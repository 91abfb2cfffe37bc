"""The fundus explorer: find the field of view of an eye, cut it out, and even out its contrast with CLAHE."""

from __future__ import annotations

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from coursekit import fundus
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.fundus.view import FundusState, FundusView, found_or_why, view_of
from coursekit.widgets.sources.images import ImageList, SourceImage, image_choice
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.pixels import Pixels

SIDE = 320
MOST_TILES = 32
_DRAWN = 192


def explore_fundus(image: str | ArrayLike | None = None) -> FundusExplorer:
    """See where the field of view of an eye is found, and what CLAHE makes of it.

    Parameters
    ----------
    image : str or array (height, width, 3), optional
        A name in `coursekit.data.PHOTOGRAPHS` ("retina" by default), "synthetic eye", or your own image, floats 0..1 or
        uint8. Where it is larger than 320 pixels along a side it is shrunk.

    Returns
    -------
    FundusExplorer
        Put it on the last line of a cell. Its ``field``, ``image`` and ``result`` can be used in later cells.

    Raises
    ------
    ValueError
        If the image is unknown, or none.

    Examples
    --------
    >>> explorer = explore_fundus("cat")
    >>> print(explorer.view.sentence[:56])
    "cat": no field of view: the image is bright up to its c
    """
    made = {"synthetic eye": _synthetic_eye}
    return FundusExplorer(image_choice("retina" if image is None else image, side=SIDE, made=made, grey=False))


class FundusExplorer(Explorer[FundusState, FundusView]):
    """The widget that `explore_fundus` returns."""

    def __init__(self, images: ImageList[SourceImage]) -> None:
        self._images = images
        super().__init__(
            "fundus-explorer",
            FundusState,
            {
                "image": images,
                "cropped": ipywidgets.Checkbox(True, description="Cut out and pad", indent=False),
                "equalised": ipywidgets.Checkbox(True, description="CLAHE", indent=False),
                "clip_limit": Slider(description="Clip limit", value=0.01, max=0.1, step=0.002),
                "tiles": Slider(description="Tiles", min=1, max=MOST_TILES, step=1, value=8),
            },
            rows=[["image", "clip_limit", "tiles"], ["cropped", "equalised", "reset", "upload", "download"]],
            figures=["images"],
        )

    @property
    def field(self) -> fundus.Field | None:
        """Where the field of view lies in `image`; None where there is none."""
        found = self._found(self.view.state.image)
        return found if isinstance(found, fundus.Field) else None

    @property
    def image(self) -> Pixels:
        """The photograph, uint8 (height, width, 3)."""
        return np.rint(255 * self._images.get(self.view.state.image).values).astype(np.uint8)

    @property
    def result(self) -> Pixels:
        """The prepared image, uint8 (height, width, 3)."""
        return self.view.result

    def compute(self, state: FundusState) -> FundusView:
        """Return what is shown in this state."""
        chosen = self._images.get(state.image)
        return view_of(state, chosen.values, self._found(state.image), chosen.code)

    def arrays(self) -> dict[str, Pixels]:
        """Return the photograph and what was made of it."""
        return {"image": self.image, "result": self.result}

    def _found(self, name: str) -> fundus.Field | str:
        return self.remember(("field", name), lambda: found_or_why(self._images.get(name).values))


def _synthetic_eye() -> SourceImage:
    from coursekit.synthetic import fundus as drawn

    eyes = drawn.draw(8, size=_DRAWN)
    sickest = int(eyes.labels.argmax())
    return SourceImage(
        eyes.images[sickest] / np.float32(255), f"(drawn.draw(8, size={_DRAWN}).images[{sickest}] / 255)"
    )
