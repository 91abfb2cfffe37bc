"""Networks that were trained on ImageNet, each with the preparation of the images that it was trained with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np
from keras import layers
from numpy.typing import ArrayLike

from coursekit import data, settings
from coursekit.networks.arguments import check_size
from coursekit.networks.course_backbone import course_backbone

Weights = Literal["imagenet"] | None


@dataclass(frozen=True)
class _Family:
    build: Callable[..., keras.Model]
    least: int
    top_size: int
    # From -1 to 1; or blue, green, red from 0 to 255 less their means over ImageNet.
    values: Literal["symmetric", "caffe"]


_FAMILIES = {
    "mobilenet": _Family(keras.applications.MobileNet, 32, 224, "symmetric"),
    "mobilenet_v2": _Family(keras.applications.MobileNetV2, 32, 224, "symmetric"),
    "vgg16": _Family(keras.applications.VGG16, 32, 224, "caffe"),
    "resnet50": _Family(keras.applications.ResNet50, 32, 224, "caffe"),
    "inception_v3": _Family(keras.applications.InceptionV3, 75, 299, "symmetric"),
    "xception": _Family(keras.applications.Xception, 71, 299, "symmetric"),
}
BACKBONES = ("auto", *_FAMILIES, "course")
_FULL = tuple(name for name in _FAMILIES if name != "mobilenet_v2")


def backbone(
    network: str, size: int, weights: Weights = "imagenet", pooling: Literal["avg"] | None = None
) -> keras.Model:
    """Return a pretrained network without its head: images in, feature maps out.

    Input (size, size, 3) with values from 0 to 1, for every network: its own preparation of the values is part of the
    model. Output maps, or with pooling one number a map.

    Parameters
    ----------
    network : str
        ``"mobilenet"``, ``"mobilenet_v2"``, ``"vgg16"``, ``"resnet50"``, ``"inception_v3"``, ``"xception"``, or
        ``"course"``, the small one that ships with the course. ``"auto"`` takes MobileNetV2 where its weights can be
        had, else ``"course"``, and prints which.
    size : int
        Height and width of the images in pixels; 8 to 75 or more, depending on the network.
    weights : {"imagenet"} or None
        ``"imagenet"``, or None for random ones.
    pooling : {"avg"} or None
        ``"avg"`` for the mean of each map, None for the maps.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, feature maps (n, height, width,
        channels) out, or with pooling (n, channels).

    Raises
    ------
    ValueError
        If the network is unknown, or if the images are too small for it.
    DataError
        If the weights cannot be had.

    Examples
    --------
    >>> backbone("mobilenet", size=64, weights=None).output_shape
    (None, 2, 2, 1024)
    >>> backbone("course", size=64, pooling="avg").output_shape
    (None, 96)
    """
    if network not in BACKBONES:
        raise ValueError(f"there is no network {network!r}. Choose one of: {', '.join(BACKBONES)}.")
    if weights not in ("imagenet", None):
        raise ValueError(f'weights is {weights!r}. Pass "imagenet", or None for random weights.')
    if pooling not in ("avg", None):
        raise ValueError(f'pooling is {pooling!r}. Pass "avg" for the mean of each map, or None for the maps.')
    least = 8 if network == "course" else _FAMILIES["mobilenet_v2" if network == "auto" else network].least
    check_size(size, least, network)
    if network == "auto":
        model = _first_to_be_had(size, weights)
    elif network == "course":
        model = _course(size, weights)
    else:
        model = _without_head(network, size, weights)
    if pooling == "avg":
        model = keras.Model(model.input, layers.GlobalAveragePooling2D()(model.output), name=model.name)
    return model


def full_network(network: str, weights: Weights = "imagenet") -> keras.Model:
    """Return a network with the head that it was trained with: it names the 1,000 classes of ImageNet.

    Input (224, 224, 3), for Xception and InceptionV3 (299, 299, 3), with values from 0 to 1; output 1,000
    probabilities, which `decode` reads.

    Parameters
    ----------
    network : {"mobilenet", "vgg16", "resnet50", "inception_v3", "xception"}
    weights : {"imagenet"} or None
        None for random ones.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images from 0 to 1, (n, 224, 224, 3) or (n, 299, 299, 3), in, (n, 1000)
        probabilities out.

    Raises
    ------
    ValueError
        If the network is unknown.
    DataError
        If the weights cannot be had.

    Examples
    --------
    >>> full_network("mobilenet", weights=None).count_params()
    4253864
    """
    if network not in _FULL:
        raise ValueError(f"there is no network {network!r} with its head. Choose one of: {', '.join(_FULL)}.")
    family = _FAMILIES[network]
    images = keras.Input((family.top_size, family.top_size, 3))
    file = data.weights(network if network == "mobilenet" else f"{network}_top") if weights else None
    built = family.build(include_top=True, input_tensor=_prepared(images, family), weights=file)
    return keras.Model(images, built.output, name=network)


def decode(probabilities: ArrayLike, top: int = 5) -> list[list[tuple[str, float]]]:
    """Return for each image the names of the most probable classes of ImageNet with their probabilities.

    Parameters
    ----------
    probabilities : array_like (n, 1000)
        From a `full_network`.
    top : int
        How many names an image, 1 to 1,000.

    Returns
    -------
    list of list of (str, float)
        For each image ``(name, probability)``, the most probable first.

    Raises
    ------
    ValueError
        If there are not 1,000 columns, or if top is not between 1 and 1,000.
    DataError
        If the names cannot be had.
    """
    values = np.asarray(probabilities)
    if values.ndim != 2 or values.shape[1] != 1000:
        raise ValueError(
            f"probabilities has shape {values.shape}, but must have shape (n, 1000), a column a class of ImageNet. "
            "Pass what full_network(...).predict(images) returns."
        )
    if not 1 <= top <= 1000:
        raise ValueError(f"top is {top}: pass how many names to return, 1 to 1000.")
    names = data.imagenet_classes()
    return [
        [(names[index].replace("_", " "), float(row[index])) for index in np.argsort(-row, kind="stable")[:top]]
        for row in values
    ]


def _without_head(network: str, size: int, weights: Weights) -> keras.Model:
    family = _FAMILIES[network]
    # The course's mirror holds MobileNet with its head, which stands behind all other weights.
    cut = full_network(network).get_weights() if weights and network == "mobilenet" else None
    file = data.weights(network) if weights and cut is None else None
    images = keras.Input((size, size, 3))
    built = family.build(include_top=False, input_tensor=_prepared(images, family), weights=file)
    if cut is not None:
        built.set_weights(cut[: len(built.weights)])
    return keras.Model(images, built.output, name=network)


def _prepared(images: keras.KerasTensor, family: _Family) -> keras.KerasTensor:
    if family.values == "symmetric":
        return layers.Rescaling(2.0, offset=-1.0, name="preparation")(images)
    means = [-103.939, -116.779, -123.68]
    return layers.Rescaling(255.0, offset=means, name="preparation")(images[..., ::-1])


def _first_to_be_had(size: int, weights: Weights) -> keras.Model:
    try:
        model = _without_head("mobilenet_v2", size, weights)
    except data.DataError:
        asked = settings.data_preference() != "sample"
        reason = "could not be fetched" if asked else "are real data, and COURSEKIT_DATA=sample allows none"
        print(f"Backbone: the course's own small one, trained on CIFAR-10, for MobileNetV2's weights {reason}.")
        return _course(size, weights)
    if weights:
        print("Backbone: MobileNetV2, trained on ImageNet.")
    return model


def _course(size: int, weights: Weights) -> keras.Model:
    """Return `course_backbone` layer by layer, with names that tell the blocks."""
    source = course_backbone()
    if weights:
        path = settings.course_folder() / "data" / "models" / "cifar10_backbone.keras"
        source = keras.saving.load_model(path, compile=False).layers[0]
    images = maps = keras.Input((size, size, 3))
    for index, layer in enumerate(source.layers):
        name = f"block{index // 4 + 1}_{('conv', 'bn', 'relu', 'pool')[index % 4]}"
        copy = type(layer).from_config({**layer.get_config(), "name": name})
        maps = copy(maps)
        copy.set_weights(layer.get_weights())
    return keras.Model(images, maps, name="course_backbone")
