"""Cut a classifier where its head begins, to train the head alone."""

from __future__ import annotations

import keras

_HEAD_BEGINS = ("head_average", "head_flatten", "head_maximum", "head_maps")


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
    >>> from coursekit.networks import classifier
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
