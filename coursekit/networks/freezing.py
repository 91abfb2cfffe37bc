"""Freezing and unfreezing a pretrained network block by block, and counting what is trained.

The backbone ends, and the head begins, at the first layer that flattens or averages the maps. A backbone may stand in
a model as one layer (nested) or layer by layer. Compile a model anew after freezing or unfreezing: Keras looks at
``trainable`` when it compiles.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import keras
from keras import layers

# Of VGG16, Xception and the course's own; EfficientNet-Lite0, MobileNetV2; MobileNet; ResNet50.
_NUMBERED = re.compile(r"(block_?\d+)_|conv_(?:dw|pw|pad)_(\d+)|(conv[2-5])_block")
_INCEPTION = re.compile(r"mixed\d+$")


@dataclass(frozen=True)
class ParameterCounts:
    """Numbers of parameters of a model.

    Attributes
    ----------
    total : int
        All.
    trainable : int
        Those that training changes.
    fixed : int
        Those that it leaves: frozen ones, and the running means and variances of batch normalisation.
    """

    total: int
    trainable: int
    fixed: int


@dataclass(frozen=True)
class Block:
    """A block of a backbone.

    Attributes
    ----------
    name : str
    layers : int
        How many layers it has.
    parameters : int
        How many parameters these have.
    trainable : int
        How many parameters training changes.
    """

    name: str
    layers: int
    parameters: int
    trainable: int


def parameter_counts(model: keras.Model) -> ParameterCounts:
    """Return how many parameters a model has, and how many of them are trained.

    Parameters
    ----------
    model : keras.Model
        Built.

    Returns
    -------
    ParameterCounts

    Examples
    --------
    >>> parameter_counts(keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.BatchNormalization()]))
    ParameterCounts(total=16, trainable=12, fixed=4)
    """
    total, trainable = _size(model.weights), _size(model.trainable_weights)
    return ParameterCounts(total, trainable, total - trainable)


def blocks(model: keras.Model) -> tuple[Block, ...]:
    """Return the blocks of the backbone in a model, from the images to the head.

    EfficientNet-Lite0 has stem, block_0 ... block_15 and last, MobileNetV2 stem, block_0 ... block_16 and last;
    MobileNet stem and block_1 ... block_13; VGG16 block1 ... block5, Xception block1 ... block14, the course's own
    block1 ... block3; ResNet50 stem and conv2 ... conv5; InceptionV3 stem and mixed0 ... mixed10.

    Parameters
    ----------
    model : keras.Model
        A network of `backbone`, alone or in a model.

    Returns
    -------
    tuple of Block

    Raises
    ------
    ValueError
        If there is no backbone of a known kind in it.

    Examples
    --------
    >>> from coursekit.networks import backbone
    >>> [block.name for block in blocks(backbone("course", size=32))]
    ['block1', 'block2', 'block3']
    """
    grouped = _grouped(model)
    return tuple(
        Block(
            name,
            len(members),
            sum(_size(member.weights) for member in members),
            sum(_size(member.trainable_weights) for member in members),
        )
        for name, members in grouped.items()
    )


def freeze(model: keras.Model) -> None:
    """Freeze all layers of the backbone in a model; its head, if it has one, stays as it is.

    A frozen batch normalisation also uses its stored means and variances while the rest trains.

    Parameters
    ----------
    model : keras.Model
        A network of `backbone`, alone or in a model. Changed in place.

    Examples
    --------
    >>> from coursekit.networks import backbone
    >>> network = backbone("course", size=32)
    >>> freeze(network)
    >>> parameter_counts(network).trainable
    0
    """
    for layer in _backbone_layers(_owner(model)):
        layer.trainable = False


def unfreeze(model: keras.Model, from_block: str | None = None, batch_normalization: bool = False) -> None:
    """Unfreeze the backbone in a model from a block on, to fine-tune it; the blocks before are frozen.

    Batch normalisation stays frozen: it keeps the means and variances of ImageNet. With the statistics of small batches
    in their place, and with its running means dragged along, the features that the next layers were trained on would
    change at the first step. Fine-tune only after the new head has been trained, with a small learning rate: large
    gradients of a random head would destroy what the block has learned.

    Parameters
    ----------
    model : keras.Model
        A network of `backbone`, alone or in a model. Changed in place.
    from_block : str, optional
        Name of the first block to train; see `blocks`. None trains all.
    batch_normalization : bool
        Whether to train the batch normalisations of these blocks too.

    Raises
    ------
    ValueError
        If the backbone has no such block.

    Examples
    --------
    >>> from coursekit.networks import backbone
    >>> network = backbone("course", size=32)
    >>> unfreeze(network, from_block="block3")
    >>> parameter_counts(network)
    ParameterCounts(total=53160, trainable=41472, fixed=11688)
    """
    grouped = _grouped(model)
    names = list(grouped)
    if from_block is not None and from_block not in names:
        raise ValueError(f"there is no block {from_block!r}. {model.name} has: {', '.join(names)}.")
    trained = names[names.index(from_block) if from_block is not None else 0 :]
    # A model that is switched off trains none of its layers, and switching it on switches all of them on: hence first.
    for owner in _owners(model):
        if not owner.trainable:
            owner.trainable = True
    freeze(model)
    for name in trained:
        for layer in grouped[name]:
            layer.trainable = batch_normalization or not isinstance(layer, layers.BatchNormalization)


def _grouped(model: keras.Model) -> dict[str, list[layers.Layer]]:
    """Return the layers of each block, in order; the preparation of the images belongs to none."""
    members = list(_backbone_layers(_owner(model)))
    named = _inception_names(members) if any(layer.name == "mixed10" for layer in members) else _names(members)
    grouped: dict[str, list[layers.Layer]] = {}
    for layer, name in zip(members, named, strict=True):
        if name:
            grouped.setdefault(name, []).append(layer)
    if not any(name not in ("stem", "last") for name in grouped):
        raise ValueError(
            f"{model.name} has no backbone whose blocks are known. Blocks are known for the networks of "
            "coursekit.networks.backbone, alone or in a model."
        )
    return grouped


def _names(members: list[layers.Layer]) -> Iterator[str]:
    """Yield the name of each layer's block. A layer whose name tells nothing belongs to the block before it."""
    current = ""
    for layer in members:
        if match := _NUMBERED.match(layer.name):
            current = match[1] or match[3] or f"block_{match[2]}"
        elif re.match("expanded_conv", layer.name):
            current = "block_0"
        elif re.match("conv1|Conv1|stem_", layer.name):
            current = "stem"
        elif re.match("Conv_1$|last_", layer.name):
            current = "last"
        yield current


def _inception_names(members: list[layers.Layer]) -> list[str]:
    """Return the name of each layer's block: it ends where its branches are joined."""
    names: list[str] = []
    current = ""
    for layer in reversed(members):
        if _INCEPTION.match(layer.name):
            current = layer.name
        elif current == "mixed0" and isinstance(layer, layers.MaxPooling2D):
            current = "stem"
        elif isinstance(layer, layers.Rescaling | layers.InputLayer):
            current = ""
        names.append(current)
    return names[::-1]


def _owners(model: keras.Model) -> list[keras.Model]:
    """Return the model and the models inside it down to the one that holds the convolutions."""
    for layer in model.layers:
        if isinstance(layer, keras.Model) and _convolves(layer):
            return [model, *_owners(layer)]
    return [model]


def _convolves(model: keras.Model) -> bool:
    return any(
        isinstance(layer, layers.Conv2D) or (isinstance(layer, keras.Model) and _convolves(layer))
        for layer in model.layers
    )


def _owner(model: keras.Model) -> keras.Model:
    return _owners(model)[-1]


def _backbone_layers(owner: keras.Model) -> Iterator[layers.Layer]:
    for layer in owner.layers:
        if isinstance(layer, layers.Flatten | layers.GlobalAveragePooling2D):
            return
        yield layer


def _size(variables: list[keras.Variable]) -> int:
    return sum(math.prod(variable.shape) for variable in variables)
