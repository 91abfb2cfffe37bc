"""Transfer learning: a new head on a pretrained backbone, and the head cut off again, to train it alone."""

from __future__ import annotations

import keras
from keras import layers

from coursekit.networks.arguments import check_classes
from coursekit.networks.freezing import freeze
from coursekit.networks.pretrained import Weights, backbone

_HEAD_BEGINS = ("head_average", "head_flatten", "head_maximum", "head_maps")


def classifier(
    network: str | keras.Model,
    classes: int,
    size: int,
    hidden: int = 256,
    dropout: float = 0.0,
    flatten: bool = False,
    weights: Weights = "imagenet",
) -> keras.Model:
    """Return a frozen backbone with a new head: one hidden dense layer and an output layer.

    Input (size, size, 3) with values from 0 to 1. Output for two classes the probability of class 1 (one sigmoid
    unit), else one probability a class (softmax). VGG16 at 150 pixels, flattened, has 16,812,353 parameters, of which
    2,097,665 are trained. `unfreeze` lets the last blocks train too.

    Parameters
    ----------
    network : str or keras.Model
        Name of a `backbone`, or one that was built; it is frozen then.
    classes : int
        How many classes there are, 2 or more.
    size : int
        Height and width of the images in pixels.
    hidden : int
        Units of the hidden layer (ReLU); 0 leaves it out.
    dropout : float
        Share of the numbers before the output, 0 to below 1, that is switched off at random while training.
    flatten : bool
        Whether to flatten the maps, which keeps the places; else the mean of each map is taken, with far fewer
        parameters.
    weights : {"imagenet"} or None
        ``"imagenet"``, or None for random ones.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, (n, 1) probabilities of class 1 for
        two classes, else (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If there are fewer than two classes, or if the network does not take such images.
    DataError
        If the weights cannot be had.

    Examples
    --------
    >>> from coursekit.networks import parameter_counts
    >>> parameter_counts(classifier("course", classes=5, size=64, hidden=0))
    ParameterCounts(total=53645, trainable=485, fixed=53160)
    """
    check_classes(classes)
    if hidden < 0:
        raise ValueError(
            f"hidden is {hidden}: it is a number of units. Pass 0 for no hidden layer, or for example 256."
        )
    base = backbone(network, size, weights) if isinstance(network, str) else _checked(network, size)
    freeze(base)
    to_numbers = layers.Flatten(name="head_flatten") if flatten else layers.GlobalAveragePooling2D(name="head_average")
    numbers = to_numbers(base.output)
    if hidden:
        numbers = layers.Dense(hidden, activation="relu", name="head_hidden")(numbers)
    if dropout:
        numbers = layers.Dropout(dropout, name="head_dropout")(numbers)
    units, activation = (1, "sigmoid") if classes == 2 else (classes, "softmax")
    output = layers.Dense(units, activation=activation, name="head_output")
    return keras.Model(base.input, output(numbers), name=f"{base.name}_classifier")


def split_head(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Return the backbone and the head of a `classifier` or `retina_classifier` as two models.

    Both share their weights with the whole: what the head learns, the whole knows. A frozen first half gives the same
    numbers in every epoch, so they need to be computed only once (`coursekit.training.features`).

    Parameters
    ----------
    model : keras.Model
        Made by `classifier` or `retina_classifier`.

    Returns
    -------
    backbone : keras.Model
        Images (n, size, size, 3) from 0 to 1 in, features out.
    head : keras.Model
        These features in, probabilities out.

    Raises
    ------
    ValueError
        If the model was made by neither of them.

    Examples
    --------
    >>> backbone, head = split_head(classifier("course", classes=5, size=64, hidden=0))
    >>> backbone.output_shape, head.count_params()
    ((None, 96), 485)
    """
    names = [layer.name for layer in model.layers]
    cut = next((name for name in _HEAD_BEGINS if name in names), None)
    if cut is None:
        raise ValueError(
            f"{model.name} has no layer {' or '.join(_HEAD_BEGINS)}, where its head would begin. Build it with "
            "coursekit.networks.classifier or retina_classifier."
        )
    border = model.get_layer(cut).output
    numbers = answer = keras.Input(border.shape[1:])
    for layer in model.layers[names.index(cut) + 1 :]:
        answer = layer(answer)
    return keras.Model(model.input, border, name=f"{model.name}_features"), keras.Model(numbers, answer, name="head")


def _checked(base: keras.Model, size: int) -> keras.Model:
    if len(base.output_shape) != 4:
        raise ValueError(
            f"{base.name} returns numbers of shape {base.output_shape}, but a head needs maps (n, height, width, "
            "channels). Pass a backbone without its head and without pooling."
        )
    if tuple(base.input_shape[1:]) == (size, size, 3):
        return base
    if base.input_shape[1:3] == (None, None):
        images = keras.Input((size, size, 3))
        return keras.Model(images, base(images), name=base.name)
    raise ValueError(
        f"{base.name} takes images of shape {base.input_shape[1:]}, but size is {size}. Pass size="
        f"{base.input_shape[1]}, or build the backbone for images of {size} pixels."
    )
