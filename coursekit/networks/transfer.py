"""Transfer learning: a new head on a pretrained backbone (lessons 05 to 08)."""

from __future__ import annotations

import keras
from keras import layers

from coursekit.networks.arguments import check_classes
from coursekit.networks.freezing import freeze
from coursekit.networks.pretrained import Weights, backbone


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
    Counts(total=53645, trainable=485, fixed=53160)
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
