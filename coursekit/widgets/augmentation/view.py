"""What the augmentation explorer shows: images, a sentence, and the Keras layers as code. No widget."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.toolkit.html import image_html
from coursekit.widgets.toolkit.pixels import Pixels, side_by_side, to_pixels

if TYPE_CHECKING:
    import keras

Flip = Literal[False, "horizontal", "vertical", "horizontal_and_vertical"]
FillMode = Literal["nearest", "reflect", "wrap", "constant"]

_FLIPS = {
    "horizontal": "left and right swapped half of the time",
    "vertical": "top and bottom swapped half of the time",
    "horizontal_and_vertical": "left and right, top and bottom swapped half of the time each",
}
_EDGES = {
    "nearest": "the nearest pixel",
    "reflect": "a mirror image",
    "wrap": "the opposite side",
    "constant": "black",
}
# The arguments that make a layer what it is; the others keep their defaults.
_ARGUMENTS = {
    "RandomFlip": ("mode",),
    "RandomRotation": ("factor", "fill_mode"),
    "RandomTranslation": ("height_factor", "width_factor", "fill_mode", "interpolation"),
    "RandomShear": ("x_factor", "fill_mode"),
    "RandomZoom": ("height_factor", "width_factor", "fill_mode"),
    "RandomBrightness": ("factor", "value_range"),
    "RandomContrast": ("factor", "value_range"),
    "RandomHue": ("factor", "value_range"),
}


@dataclass(frozen=True)
class AugmentationSettings:
    """The arguments of `coursekit.networks.augment.augmentation`, but for the seed."""

    rotation: float = 0.0
    shift: float = 0.0
    shear: float = 0.0
    zoom: float = 0.0
    flip: Flip = False
    brightness: float = 0.0
    contrast: float = 0.0
    channel_shift: float = 0.0
    hue: float = 0.0
    fill_mode: FillMode = "nearest"

    @property
    def moves(self) -> bool:
        """Whether something may leave an edge to be filled."""
        return bool(self.rotation or self.shift or self.shear or self.zoom)

    def arguments(self) -> dict[str, Any]:
        """Return what differs from no change at all."""
        given = {name: value for name, value in asdict(self).items() if value and name != "fill_mode"}
        return given | ({"fill_mode": self.fill_mode} if self.moves else {})


@dataclass(frozen=True)
class AugmentationState:
    """What the controls of the augmentation explorer say."""

    image: str
    settings: AugmentationSettings
    seed: int


def state_of(image: str, seed: int, flip: Flip | Literal[""], **settings: Any) -> AugmentationState:
    """Return the state of controls that say so much; ``flip`` may be "" for none."""
    return AugmentationState(image, AugmentationSettings(flip=flip or False, **settings), seed)


@dataclass(frozen=True)
class AugmentationView:
    """What the augmentation explorer shows.

    Attributes
    ----------
    sentence : str
        What is shown, in words: the status line, and the alt text of the still image.
    state : AugmentationState
        What the controls say.
    original : float32 array (height, width, 3)
        In 0..1.
    pixels : uint8 array (n, height, width, 3)
        The variations as they are drawn: views are remembered, and these take a quarter of the room.
    images_html : str
        The original beside its variations.
    code : str
        Lines that compute what is shown.
    """

    sentence: str
    state: AugmentationState
    original: Floats
    pixels: Pixels
    images_html: str
    code: str

    @property
    def still(self) -> Pixels:
        """The original beside the variations in two rows, uint8 (height, width, 4)."""
        tiles = list(self.pixels)
        half = -(-len(tiles) // 2)
        rows = [side_by_side(row, gap=6) for row in (tiles[:half], tiles[half:]) if row]
        gap = np.zeros((6, rows[0].shape[1], 4), np.uint8)
        sheet = np.concatenate(
            [rows[0], *(part for row in rows[1:] for part in (gap, _as_wide(row, rows[0].shape[1])))]
        )
        original = side_by_side([to_pixels(self.original)])
        height = max(len(sheet), len(original))
        room = np.zeros((height, original.shape[1] + 24, 4), np.uint8)
        top = (height - len(original)) // 2
        room[top : top + len(original), : original.shape[1]] = original
        return np.concatenate([room, sheet], axis=1)


def in_words(settings: AugmentationSettings) -> str:
    """Return what is on, in words; "" where nothing is.

    Examples
    --------
    >>> in_words(AugmentationSettings(rotation=40, zoom=0.2))
    'rotation up to 40° either way, zoom 20 % in or out; the edge is filled with the nearest pixel'
    """
    percent = {
        "shift": "shift by up to {} of the height and width",
        "zoom": "zoom {} in or out",
        "brightness": "brightness up to {} up or down",
        "contrast": "contrast {} up or down",
        "channel_shift": "all channels shifted by up to {}",
        "hue": "hue turned by up to {} of the colour circle",
    }
    parts = [f"rotation up to {settings.rotation:g}° either way"] if settings.rotation else []
    parts += [f"shear up to {settings.shear:g}°"] if settings.shear else []
    for name, words in percent.items():
        if value := getattr(settings, name):
            parts.append(words.format(f"{100 * value:g} %"))
    parts += [_FLIPS[settings.flip]] if settings.flip else []
    edge = f"; the edge is filled with {_EDGES[settings.fill_mode]}" if settings.moves else ""
    return ", ".join(parts) + edge


def vary(layers: keras.Sequential, image: Floats, count: int) -> Floats:
    """Return so many variations of an image.

    Parameters
    ----------
    layers : keras.Sequential
        From `coursekit.networks.augment.augmentation`.
    image : array (height, width, 3)
        In 0..1.
    count : int
        How many variations.

    Returns
    -------
    float32 array (count, height, width, 3)
    """
    batch: Any = np.repeat(image[np.newaxis], count, axis=0)
    # Layer by layer it is quicker than through the model, which would first be built for this shape.
    for layer in layers.layers:
        batch = layer(batch, training=True)
    return np.asarray(batch, np.float32)


def view_of(
    state: AugmentationState, original: Floats, variations: Floats, layers: keras.Sequential, image_code: str
) -> AugmentationView:
    """Return what is shown in a state.

    Parameters
    ----------
    state : AugmentationState
        What the controls say.
    original : array (height, width, 3)
        From 0 to 1.
    variations : array (n, height, width, 3)
        See `vary`.
    layers : keras.Sequential
        What made the variations.
    image_code : str
        The expression that gives the image.
    """
    words, count = in_words(state.settings), len(variations)
    if words:
        sentence = f'{count} random variations of "{state.image}" with seed {state.seed}: {words}.'
    else:
        sentence = f'Nothing is on: all {count} images are the same as the original, "{state.image}".'
    return AugmentationView(
        sentence=sentence,
        state=state,
        original=original,
        pixels=to_pixels(variations),
        images_html=_images_html(original, variations, state.image),
        code=_code(layers, image_code, count),
    )


def _as_wide(row: Pixels, width: int) -> Pixels:
    return np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0)))


def _images_html(original: Floats, variations: Floats, name: str) -> str:
    first = _figure_html(original, f"the original, {name}", "original")
    others = "".join(_figure_html(one, f"variation {n} of {name}", str(n)) for n, one in enumerate(variations, start=1))
    return f'<div class="ck-variations">{first}<div>{others}</div></div>'


def _figure_html(image: Floats, alt: str, caption: str) -> str:
    height, width = image.shape[:2]
    return f"<figure>{image_html(to_pixels(image), alt, width, height)}<figcaption>{caption}</figcaption></figure>"


def _code(model: keras.Sequential, image_code: str, count: int) -> str:
    lines = [_layer_code(layer) for layer in model.layers if type(layer).__name__ in _ARGUMENTS]
    body = "".join(f"    layers.{line},\n" for line in lines or ["Identity()"])
    return (
        "import keras\nfrom keras import layers\n\n"
        f"augmentation = keras.Sequential([\n{body}])\n"
        f"image = {image_code}\n"
        f"variations = augmentation(np.repeat(image[np.newaxis], {count}, axis=0), training=True)\n"
        "images = [image, *np.asarray(variations)]\n"
        f'axes = ck.plot.images(images, ["original", *map(str, range(1, {count + 1}))], columns=3)'
    )


def _layer_code(layer: keras.layers.Layer) -> str:
    config, kind = layer.get_config(), type(layer).__name__
    arguments = [f"{name}={_literal(config[name])}" for name in _ARGUMENTS[kind] if config.get(name) is not None]
    seed = config.get("seed")
    return f"{kind}({', '.join([*arguments, *([f'seed={seed}'] if isinstance(seed, int) else [])])})"


def _literal(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"({', '.join(_literal(one) for one in value)})"
    return f'"{value}"' if isinstance(value, str) else f"{value:.6g}" if isinstance(value, float) else repr(value)
