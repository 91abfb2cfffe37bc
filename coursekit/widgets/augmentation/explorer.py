"""The augmentation explorer: turn the random changes of training pictures up and down, and see what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets
from numpy.typing import ArrayLike

from coursekit.backend import import_keras
from coursekit.widgets.augmentation.view import (
    AugmentationSettings,
    AugmentationState,
    AugmentationView,
    Floats,
    still_of,
    vary,
    view_of,
)
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.sources.images import ImageList, SourceImage, image_choice
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.layout import below_controls
from coursekit.widgets.toolkit.pixels import Pixels

if TYPE_CHECKING:
    import keras

VARIATIONS = 8
SIDE = 128
START = AugmentationSettings(rotation=40.0, zoom=0.2, flip="horizontal")
"""What is on when the explorer opens."""

_MOST_SEED = 9999


def explore_augmentation(picture: str | ArrayLike | None = None) -> AugmentationExplorer:
    """See a picture beside eight random variations of it, and choose what may vary and by how much.

    Parameters
    ----------
    picture : str or array (height, width) or (height, width, 3), optional
        A name in `coursekit.data.PICTURES` ("cat" by default), or your own picture, floats 0..1 or uint8. Where it is
        larger than 128 pixels along a side it is shrunk.

    Returns
    -------
    AugmentationExplorer
        Put it on the last line of a cell. Its ``settings``, ``layers`` and ``variations`` can be used in later cells.

    Raises
    ------
    ValueError
        If the picture is unknown, or none.

    Examples
    --------
    >>> explorer = explore_augmentation("coffee")
    >>> print(explorer.view.sentence)
    8 random variations of "coffee" with seed 0: rotation up to 40° either way, zoom 20 % in or out, left and right \
swapped half of the time; the edge is filled with the nearest pixel.
    """
    choice = image_choice("cat" if picture is None else picture, "explore_augmentation", side=SIDE, grey=False)
    import_keras()
    return AugmentationExplorer(choice)


class AugmentationExplorer(Explorer[AugmentationState, AugmentationView]):
    """The widget that `explore_augmentation` returns."""

    def __init__(self, choice: ImageList[SourceImage]) -> None:
        self._choice, self.picture_name, self.upload = choice, choice, choice.upload
        self.rotation = Slider(description="Rotation", max=180, step=5, unit="°")
        self.shift = Slider(description="Shift", max=0.5, step=0.05)
        self.shear = Slider(description="Shear", max=45, step=1, unit="°")
        self.zoom = Slider(description="Zoom", max=0.9, step=0.05)
        self.brightness = Slider(description="Brightness", max=1, step=0.05)
        self.contrast = Slider(description="Contrast", max=1, step=0.05)
        self.channel_shift = Slider(description="Channel shift", max=0.5, step=0.05)
        self.hue = Slider(description="Hue", max=0.5, step=0.05)
        self.flip = ipywidgets.Dropdown(
            options=[
                ("none", ""),
                ("left and right", "horizontal"),
                ("top and bottom", "vertical"),
                ("both", "horizontal_and_vertical"),
            ],
            description="Flip",
        )
        self.fill_mode = ipywidgets.Dropdown(
            options=[
                ("nearest pixel", "nearest"),
                ("mirror image", "reflect"),
                ("opposite side", "wrap"),
                ("black", "constant"),
            ],
            description="Fill edge",
        )
        self.seed = ipywidgets.BoundedIntText(0, min=0, max=_MOST_SEED, description="Seed")
        self.seed_button = ipywidgets.Button(description="New seed")
        self.off_button = ipywidgets.Button(description="All off")
        self.reset_button = ipywidgets.Button(description="Reset")
        self.pictures, self.code = ipywidgets.HTML(), CodeBox()
        super().__init__("augmentation-explorer", [self._arranged()], below=[self.code])
        self._apply(START)
        for control in (*self._amounts().values(), self.flip, self.fill_mode, self.seed, self.picture_name):
            control.observe(self.request, "value")
        self.when(self.upload, choice.take)
        self.seed_button.on_click(self.next_seed)
        self.off_button.on_click(lambda _button: self.change(lambda: self._apply(AugmentationSettings())))
        self.reset_button.on_click(self.reset)
        self.request()

    @property
    def settings(self) -> AugmentationSettings:
        """What is on, as it is shown now."""
        return self.view.state.settings

    @property
    def layers(self) -> keras.Sequential:
        """New Keras layers that do what is on, with the same seed."""
        return self._layers(self.view.state)

    @property
    def picture(self) -> Floats:
        """The original (height, width, 3)."""
        return self.view.original

    @property
    def variations(self) -> Floats:
        """The variations shown (8, height, width, 3)."""
        return vary(self.layers, self.picture, VARIATIONS)

    def state(self) -> AugmentationState:
        """Return what the controls say now."""
        settings = AugmentationSettings(
            **{name: control.value for name, control in self._amounts().items()},
            flip=self.flip.value or False,
            fill_mode=self.fill_mode.value,
        )
        return AugmentationState(self.picture_name.value, settings, self.seed.value)

    def compute(self, state: AugmentationState) -> AugmentationView:
        """Return what is to be seen in this state."""
        chosen = self._choice.get(state.picture)
        layers = self._layers(state)
        return view_of(state, chosen.values, vary(layers, chosen.values, VARIATIONS), layers, chosen.code)

    def show(self, view: AugmentationView) -> None:
        """Put what was computed into the widgets."""
        self.pictures.value, self.code.code = view.pictures_html, view.code

    def still(self, view: AugmentationView) -> Pixels:
        """Return the original beside its variations."""
        return still_of(view)

    def next_seed(self, _button: object = None) -> None:
        """Draw other variations."""
        self.seed.value = (self.seed.value + 1) % (_MOST_SEED + 1)

    def reset(self, _button: object = None) -> None:
        """Go back to what was on when the explorer opened."""

        def start() -> None:
            self._apply(START)
            self.seed.value = 0

        self.change(start)

    def _layers(self, state: AugmentationState) -> keras.Sequential:
        from coursekit.networks.augmentation import augmentation

        return augmentation(**state.settings.arguments(), seed=state.seed)

    def _amounts(self) -> dict[str, Slider]:
        names = ("rotation", "shift", "shear", "zoom", "brightness", "contrast", "channel_shift", "hue")
        return {name: getattr(self, name) for name in names}

    def _apply(self, settings: AugmentationSettings) -> None:
        for name, control in self._amounts().items():
            control.value = getattr(settings, name)
        self.flip.value, self.fill_mode.value = settings.flip or "", settings.fill_mode

    def _arranged(self) -> ipywidgets.Widget:
        choices = [self.picture_name, self.flip, self.fill_mode, *self._amounts().values()]
        buttons = [self.seed, self.seed_button, self.off_button, self.reset_button, self.upload]
        return below_controls([choices, buttons], self.pictures)
