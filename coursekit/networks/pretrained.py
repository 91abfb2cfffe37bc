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
from coursekit.networks.arguments import check_size, check_weights
from coursekit.networks.course_backbones import course_backbone
from coursekit.networks.efficientnet import LEAST, efficientnet_lite0

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
_LEAST = {"efficientnet_lite0": LEAST, **{name: family.least for name, family in _FAMILIES.items()}, "course": 8}
_BACKBONES = ("auto", *_LEAST)
_FULL = ("efficientnet_lite0", *(name for name in _FAMILIES if name != "mobilenet_v2"))


def backbone(
    network: str, size: int, weights: Weights = "imagenet", pooling: Literal["avg"] | None = None
) -> keras.Model:
    """Return a pretrained network without its head: images in, feature maps out.

    Input (size, size, 3) with values from 0 to 1, for every network: its own preparation of the values is part of the
    model. Output maps, or with pooling one number a map.

    Parameters
    ----------
    network : str
        ``"efficientnet_lite0"``, whose weights are installed with the course; ``"mobilenet"``, ``"mobilenet_v2"``,
        ``"vgg16"``, ``"resnet50"``, ``"inception_v3"``, ``"xception"``, whose weights are fetched; or ``"course"``, the
        course's own small one. ``"auto"`` takes EfficientNet-Lite0 where its weights can be had, else ``"course"``, and
        prints which.
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
    if network not in _BACKBONES:
        raise ValueError(f"there is no network {network!r}. Choose one of: {', '.join(_BACKBONES)}.")
    check_weights(weights)
    if pooling not in ("avg", None):
        raise ValueError(f'pooling is {pooling!r}. Pass "avg" for the mean of each map, or None for the maps.')
    check_size(size, _LEAST["efficientnet_lite0" if network == "auto" else network], network)
    if network == "auto":
        model = _first_to_be_had(size, weights)
    elif network == "efficientnet_lite0":
        model = efficientnet_lite0(top=False, image_size=size, weights=weights)
    elif network == "course":
        model = _course(size, weights)
    else:
        model = _without_head(network, size, weights)
    if pooling == "avg":
        model = keras.Model(model.input, layers.GlobalAveragePooling2D()(model.output), name=model.name)
    return model


def full_network(network: str, size: int | None = None, weights: Weights = "imagenet") -> keras.Model:
    """Return a network with the head that it was trained with: it names the 1,000 classes of ImageNet.

    Input (size, size, 3) with values from 0 to 1; output 1,000 probabilities, which `decode` reads.

    Parameters
    ----------
    network : {"efficientnet_lite0", "mobilenet", "vgg16", "resnet50", "inception_v3", "xception"}
        The weights of the first are installed with the course.
    size : int, optional
        Height and width of the images in pixels, 32 to 75 or more, depending on the network. None: those that it was
        trained at, 224, and 299 for Xception and InceptionV3. VGG16 takes no others.
    weights : {"imagenet"} or None
        None for random ones.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, (n, 1000) probabilities out.

    Raises
    ------
    ValueError
        If the network is unknown, or if it does not take images of that size.
    DataError
        If the weights cannot be had.

    Examples
    --------
    >>> full_network("efficientnet_lite0", weights=None).count_params()
    4694024
    """
    if network not in _FULL:
        raise ValueError(f"there is no network {network!r} with its head. Choose one of: {', '.join(_FULL)}.")
    check_weights(weights)
    usual = _FAMILIES[network].top_size if network in _FAMILIES else 224
    size = usual if size is None else size
    check_size(size, _LEAST[network], network)
    if network == "efficientnet_lite0":
        return efficientnet_lite0(image_size=size, weights=weights)
    if network == "vgg16" and size != usual:
        raise ValueError(f"size is {size}, but the head of vgg16 takes the maps of images of {usual} pixels only.")
    family = _FAMILIES[network]
    images = keras.Input((size, size, 3))
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

    Examples
    --------
    >>> probabilities = np.zeros((1, 1000))
    >>> probabilities[0, [281, 282]] = 0.75, 0.25
    >>> decode(probabilities, top=2)
    [[('tabby', 0.75), ('tiger cat', 0.25)]]
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
    if settings.profile() == "smoke":
        print("Backbone: the course's own small one, which is quick: a smoke test.")
        return _course(size, weights)
    try:
        model = efficientnet_lite0(top=False, image_size=size, weights=weights)
    except data.DataError:
        print(
            "Backbone: the course's own small one, trained on CIFAR-10: EfficientNet-Lite0's weights cannot be had. "
            "To see why: coursekit data fetch efficientnet_lite0"
        )
        return _course(size, weights)
    if weights:
        print("Backbone: EfficientNet-Lite0, trained on ImageNet.")
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
