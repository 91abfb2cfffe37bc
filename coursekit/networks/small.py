"""A small network that every explainer of the course can explain (lesson 12)."""

from __future__ import annotations

import keras
from keras import layers

from coursekit.networks.arguments import check_classes, check_size


def small_convnet(size: int = 64, classes: int = 2, width: int = 16) -> keras.Sequential:
    """Return a network of four convolutions with pooling, global average pooling, and one dense layer.

    Input (size, size, 3) with values from 0 to 1, output one probability a class. 46,802 parameters. The maps before
    the average have an eighth of the image's height and width. Nothing but convolutions with ReLU, maximum pooling,
    an average and a dense layer: class activation maps are exact here, and relevance has a rule for every layer.

    Parameters
    ----------
    size : int
        Height and width of the images, 16 pixels or more.
    classes : int
        How many classes there are, 2 or more.
    width : int
        Filters of the first convolution; the others have two, three and four times as many.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If the images are too small, there are fewer than two classes, or no filters.

    Examples
    --------
    >>> small_convnet().count_params()
    46802
    """
    check_size(size, least=16, network="small_convnet")
    check_classes(classes)
    if width < 1:
        raise ValueError(f"width is {width}, but a convolution needs at least 1 filter. Pass for example width=16.")
    model = keras.Sequential([keras.Input((size, size, 3))], name="small_convnet")
    for stage in range(1, 5):
        if stage > 1:
            model.add(layers.MaxPooling2D(2))
        model.add(layers.Conv2D(stage * width, 3, padding="same", activation="relu", name=f"conv{stage}"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(classes, activation="softmax"))
    return model
