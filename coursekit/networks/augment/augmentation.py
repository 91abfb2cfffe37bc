"""Augmentation: random changes of training images that leave the class as it is."""

from __future__ import annotations

import math
from typing import Literal

import keras
from keras import layers

Flip = Literal["horizontal", "vertical", "horizontal_and_vertical"]
FillMode = Literal["nearest", "reflect", "wrap", "constant"]


def augmentation(
    rotation: float = 0,
    shift: float = 0,
    shear: float = 0,
    zoom: float = 0,
    flip: bool | Flip = False,
    brightness: float = 0,
    contrast: float = 0,
    channel_shift: float = 0,
    hue: float = 0,
    fill_mode: FillMode = "nearest",
    seed: int | None = None,
) -> keras.Sequential:
    """Return Keras' preprocessing layers for these changes; each image of a batch is changed in its own way.

    Images (n, height, width, 3) with values from 0 to 1 go in and come out. As first layers of a model the
    layers do something in ``fit``, and nothing in ``evaluate`` and ``predict``; called by hand, or in ``tf.data``, say
    ``training=True``. In ``map``, leave ``num_parallel_calls`` out where two runs with one seed
    must be equal: several workers draw from one random state in any order.

    Every number is the largest change; it is drawn evenly between its negative and itself. An argument of 0 adds no
    layer. Each of rotation, shear and zoom interpolates between pixels and so softens the image a little: use few
    of them on small images. Shifts are by whole pixels and leave images sharp.

    Parameters
    ----------
    rotation : float
        Degrees, 0 to 180. (Keras' RandomRotation takes a fraction of a full turn, up to 1.)
    shift : float
        Fraction of the height and of the width, 0 to 1, drawn for each of them.
    shear : float
        Degrees, 0 to 45: the slant of vertical lines. They lean around the upper left corner.
    zoom : float
        Fraction, 0 to below 1: 0.2 shows between 80 % (larger) and 120 % (smaller) of the image's height and width.
        (In Keras' RandomZoom positive numbers make the image smaller.)
    flip : bool or {"horizontal", "vertical", "horizontal_and_vertical"}
        True for left and right, ``"vertical"``, or ``"horizontal_and_vertical"`` for either, independently: half of the
        images are mirrored.
    brightness : float
        Fraction of the range of values that is added, 0 to 1. (Keras' RandomBrightness expects values up to 255 unless
        told: images from 0 to 1 would come out black or white.)
    contrast : float
        Fraction, 0 to 1: 0.5 multiplies the distance to the mean by 0.5 to 1.5. (Keras' RandomContrast, given one
        number, only raises the contrast: it takes a pair for down and up.)
    channel_shift : float
        As brightness. The old generator's argument of this name added one number to all three channels.
    hue : float
        Fraction of the colour circle, 0 to 0.5.
    fill_mode : {"nearest", "reflect", "wrap", "constant"}
        What fills the edge: ``"nearest"``, ``"reflect"``, ``"wrap"`` or ``"constant"`` (black).
    seed : int, optional
        For the same changes again; the layers get different seeds made from it.

    Returns
    -------
    keras.Sequential
        (n, height, width, 3) from 0 to 1 in and out; a single layer that changes nothing if all arguments are 0.

    Raises
    ------
    ValueError
        If a number is outside its range.

    Examples
    --------
    >>> [layer.name for layer in augmentation(rotation=40, flip=True).layers]
    ['horizontal_flip', 'rotation']
    """
    ranges = (
        ("rotation", rotation, 180.0, "degrees"),
        ("shift", shift, 1.0, "a fraction"),
        ("shear", shear, 45.0, "degrees"),
        ("zoom", zoom, 0.999, "a fraction"),
        ("brightness", brightness, 1.0, "a fraction"),
        ("contrast", contrast, 1.0, "a fraction"),
        ("channel_shift", channel_shift, 1.0, "a fraction"),
        ("hue", hue, 0.5, "a fraction of the colour circle"),
    )
    for name, number, most, unit in ranges:
        if not 0 <= number <= most:
            raise ValueError(
                f"{name} is {number}: it is {unit}, 0 (no change) to {most:g}. Pass a number in that range."
            )
    if flip not in (False, True, "horizontal", "vertical", "horizontal_and_vertical"):
        raise ValueError(f'flip is {flip!r}. Pass True, "horizontal", "vertical" or "horizontal_and_vertical".')
    if fill_mode not in ("nearest", "reflect", "wrap", "constant"):
        raise ValueError(f'fill_mode is {fill_mode!r}. Pass "nearest", "reflect", "wrap" or "constant".')

    # A seed for each kind: with one and the same the angle would give away the shift, and a kind that is switched on
    # must not change what the others draw.
    kinds = (
        "horizontal_flip",
        "vertical_flip",
        "rotation",
        "shift",
        "shear",
        "zoom",
        "brightness",
        "contrast",
        "channel_shift",
        "hue",
    )
    seeds = {kind: None if seed is None else seed + number for number, kind in enumerate(kinds)}
    filled = {"fill_mode": fill_mode}
    bright = {"value_range": (0, 1)}
    steps: list[layers.Layer] = []
    # Two layers: RandomFlip's own "horizontal_and_vertical" draws once for both, so half turns would be all there is.
    if flip in (True, "horizontal", "horizontal_and_vertical"):
        steps.append(layers.RandomFlip("horizontal", seed=seeds["horizontal_flip"], name="horizontal_flip"))
    if flip in ("vertical", "horizontal_and_vertical"):
        steps.append(layers.RandomFlip("vertical", seed=seeds["vertical_flip"], name="vertical_flip"))
    if rotation:
        steps.append(layers.RandomRotation(rotation / 360, seed=seeds["rotation"], name="rotation", **filled))
    if shift:
        # By whole pixels: nothing is blurred that is not blurred in the images to come.
        whole = {"interpolation": "nearest"}
        steps.append(layers.RandomTranslation(shift, shift, seed=seeds["shift"], name="shift", **filled, **whole))
    if shear:
        # It draws the sign by itself. Given one number, the layer could be saved but not loaded.
        slant = (0.0, math.tan(math.radians(shear)))
        steps.append(layers.RandomShear(x_factor=slant, seed=seeds["shear"], name="shear", **filled))
    if zoom:
        steps.append(layers.RandomZoom((-zoom, zoom), seed=seeds["zoom"], name="zoom", **filled))
    if brightness:
        steps.append(layers.RandomBrightness(brightness, seed=seeds["brightness"], name="brightness", **bright))
    if contrast:
        # Down and up. Given one number, the layer would only raise the contrast.
        steps.append(layers.RandomContrast((contrast, contrast), seed=seeds["contrast"], name="contrast", **bright))
    if channel_shift:
        steps.append(
            layers.RandomBrightness(channel_shift, seed=seeds["channel_shift"], name="channel_shift", **bright)
        )
    if hue:
        # Keras turns colours by half of its factor.
        steps.append(layers.RandomHue(2 * hue, seed=seeds["hue"], name="hue", **bright))
    return keras.Sequential(steps or [layers.Identity()], name="augmentation")
