"""The augmentation explorer: turn the random changes of training images up and down, and see what comes out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import ipywidgets
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.widgets.augmentation.view import (
    AugmentationSettings,
    AugmentationState,
    AugmentationView,
    state_of,
    vary,
    view_of,
)
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.sources.images import ImageList, SourceImage, image_choice
from coursekit.widgets.toolkit.explorer import Explorer

if TYPE_CHECKING:
    import keras

VARIATIONS = 8
SIDE = 128
START = AugmentationSettings(rotation=40.0, zoom=0.2, flip="horizontal")
"""What is on when the explorer opens."""

_MOST_SEED = 9999
_FLIPS = [
    ("none", ""),
    ("left and right", "horizontal"),
    ("top and bottom", "vertical"),
    ("both", "horizontal_and_vertical"),
]
_EDGES = [
    ("nearest pixel", "nearest"),
    ("mirror image", "reflect"),
    ("opposite side", "wrap"),
    ("black", "constant"),
]


def explore_augmentation(image: str | ArrayLike | None = None) -> AugmentationExplorer:
    """See an image beside eight random variations of it, and choose what may vary and by how much.

    Parameters
    ----------
    image : str or array (height, width) or (height, width, 3), optional
        A name in `coursekit.data.PHOTOGRAPHS` ("cat" by default), or your own image, floats 0..1 or uint8. Where it
        is larger than 128 pixels along a side it is shrunk.

    Returns
    -------
    AugmentationExplorer
        Put it on the last line of a cell. Its ``settings``, ``layers`` and ``variations`` can be used in later cells.

    Raises
    ------
    ValueError
        If the image is unknown, or none.

    Examples
    --------
    >>> explorer = explore_augmentation("coffee")
    >>> print(explorer.view.sentence)
    8 random variations of "coffee" with seed 0: rotation up to 40° either way, zoom 20 % in or out, left and right \
swapped half of the time; the edge is filled with the nearest pixel.
    """
    choice = image_choice("cat" if image is None else image, side=SIDE, grey=False)
    import_keras()
    return AugmentationExplorer(choice)


class AugmentationExplorer(Explorer[AugmentationState, AugmentationView]):
    """The widget that `explore_augmentation` returns."""

    def __init__(self, images: ImageList[SourceImage]) -> None:
        self._images = images
        self._amounts = amounts = {
            "rotation": Slider(description="Rotation", max=180, step=5, unit="°", value=START.rotation),
            "shift": Slider(description="Shift", max=0.5, step=0.05),
            "shear": Slider(description="Shear", max=45, step=1, unit="°"),
            "zoom": Slider(description="Zoom", max=0.9, step=0.05, value=START.zoom),
            "brightness": Slider(description="Brightness", max=1, step=0.05),
            "contrast": Slider(description="Contrast", max=1, step=0.05),
            "channel_shift": Slider(description="Channel shift", max=0.5, step=0.05),
            "hue": Slider(description="Hue", max=0.5, step=0.05),
        }
        flip = ipywidgets.Dropdown(options=_FLIPS, value=START.flip, description="Flip")
        fill_mode = ipywidgets.Dropdown(options=_EDGES, description="Fill edge")
        seed = WholeNumber(0, min=0, max=_MOST_SEED, description="Seed")
        super().__init__(
            "augmentation-explorer",
            state_of,
            {"image": images, "flip": flip, "fill_mode": fill_mode, **amounts, "seed": seed},
            buttons={"seed": ("New seed", lambda: self.advance("seed")), "off": ("All off", self._all_off)},
            rows=[
                ["image", "flip", "fill_mode", *amounts],
                ["seed", "seed_button", "off", "reset", "upload", "download"],
            ],
            figures=["images"],
        )

    @property
    def settings(self) -> AugmentationSettings:
        """What is on, as it is shown now."""
        return self.view.state.settings

    @property
    def layers(self) -> keras.Sequential:
        """New Keras layers that do what is on, with the same seed."""
        return self._layers(self.view.state)

    @property
    def image(self) -> Floats:
        """The original (height, width, 3)."""
        return self.view.original

    @property
    def variations(self) -> Floats:
        """The variations shown (8, height, width, 3)."""
        return vary(self.layers, self.image, VARIATIONS)

    def compute(self, state: AugmentationState) -> AugmentationView:
        """Return what is shown in this state."""
        chosen = self._images.get(state.image)
        layers = self._layers(state)
        return view_of(state, chosen.values, vary(layers, chosen.values, VARIATIONS), layers, chosen.code)

    def arrays(self) -> dict[str, Floats]:
        """Return the original and its variations."""
        return {"image": self.image, "variations": self.variations}

    def _layers(self, state: AugmentationState) -> keras.Sequential:
        from coursekit.networks.augment.augmentation import augmentation

        return augmentation(**state.settings.arguments(), seed=state.seed)

    def _all_off(self) -> None:
        self.change(lambda: self._apply(AugmentationSettings()))

    def _apply(self, settings: AugmentationSettings) -> None:
        for name, value in asdict(settings).items():
            self.element(name).value = value or "" if name == "flip" else value
