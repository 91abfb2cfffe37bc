"""Freezing block by block: the blocks are all of the network, what is frozen stays, batch normalisation too."""

import keras
import numpy as np
import pytest

from coursekit import networks
from coursekit.networks import freezing
from tests.quick import quick_only

BLOCKS = {
    "efficientnet_lite0": ["stem", *(f"block_{number}" for number in range(16)), "last"],
    "vgg16": [f"block{number}" for number in range(1, 6)],
    "mobilenet": ["stem", *(f"block_{number}" for number in range(1, 14))],
    "mobilenet_v2": ["stem", *(f"block_{number}" for number in range(17)), "last"],
    "resnet50": ["stem", "conv2", "conv3", "conv4", "conv5"],
    "inception_v3": ["stem", *(f"mixed{number}" for number in range(11))],
    "xception": [f"block{number}" for number in range(1, 15)],
}


def trained(model):
    """Train one step; return the names of the layers whose weights, running means included, have changed."""
    owners = [layer for layer in model.layers if isinstance(layer, keras.Model) and layer.weights] or [model]
    weighted = [layer for layer in (*owners[0].layers, *model.layers) if layer.weights and layer not in owners]
    before = {layer.name: layer.get_weights() for layer in weighted}
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", run_eagerly=True)
    size = model.input_shape[1]
    images = np.random.default_rng(6).random((8, size, size, 3), np.float32)
    model.fit(images, np.arange(8) % 3, batch_size=8, verbose=0)
    return {
        layer.name
        for layer in weighted
        if any(not np.array_equal(*pair) for pair in zip(before[layer.name], layer.get_weights(), strict=True))
    }


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)  # of four hidden units all may be dead from the start
    return networks.classifier("course", classes=3, size=16, hidden=16, weights=None)


LARGE = ("resnet50", "inception_v3", "xception")


@pytest.mark.parametrize(
    "network", [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in BLOCKS]
)
def test_blocks_are_all_of_the_network(random_backbone, network):
    found = networks.blocks(random_backbone(network))
    assert [block.name for block in found] == BLOCKS[network]
    assert sum(block.parameters for block in found) == random_backbone(network).count_params()
    assert all(block.layers and block.parameters for block in found)


def test_blocks_hold_the_layers_that_they_are_known_for(random_backbone):
    (last,) = [block for block in networks.blocks(random_backbone("vgg16")) if block.name == "block5"]
    assert (last.layers, last.parameters) == (4, 3 * (3 * 3 * 512 * 512 + 512))


@pytest.mark.parametrize("network", quick_only(["inception_v3", "xception"], ["xception"]))
def test_blocks_follow_each_other(random_backbone, network):
    """No layer feeds a layer of an earlier block, so freezing up to a block cuts the network in two."""
    members_of_blocks = list(freezing._grouped(random_backbone(network)).values())
    place = {layer.name: number for number, members in enumerate(members_of_blocks) for layer in members}
    for members in members_of_blocks:
        for layer in members:
            for node in layer._inbound_nodes:
                for parent in node.parent_nodes:
                    assert place.get(parent.operation.name, -1) <= place[layer.name]


def test_only_the_head_of_a_frozen_network_trains(model):
    assert trained(model) == {"head_hidden", "head_output"}


def test_fine_tuning_trains_from_a_block_on_and_leaves_batch_normalisation(model):
    networks.unfreeze(model, from_block="block2")
    assert trained(model) == {"block2_conv", "block3_conv", "head_hidden", "head_output"}


def test_batch_normalisation_trains_if_asked_to(model):
    networks.unfreeze(model, from_block="block3", batch_normalization=True)
    assert trained(model) == {"block3_conv", "block3_bn", "head_hidden", "head_output"}


def test_unfreezing_anew_forgets_what_was_unfrozen_before(model):
    networks.unfreeze(model)
    networks.unfreeze(model, from_block="block3")
    assert [block.trainable > 0 for block in networks.blocks(model)] == [False, False, True]
    networks.freeze(model)
    assert not any(block.trainable for block in networks.blocks(model))


@pytest.mark.parametrize("augmented", [False, True], ids=["backbone inside", "augmentation before"])
def test_backbones_inside_other_models(augmented):
    """As lessons nest them; also where the whole backbone was switched off by hand."""
    if augmented:
        inner = networks.classifier("course", classes=3, size=16, hidden=0, weights=None)
        model = keras.Sequential([keras.Input((16, 16, 3)), networks.augmentation(flip=True), inner])
        head = {"head_output"}
    else:
        inner = networks.backbone("course", 16, weights=None)
        answer = keras.layers.Dense(3, activation="softmax", name="answer")
        model = keras.Sequential([keras.Input((16, 16, 3)), inner, keras.layers.Flatten(), answer])
        head = {"answer"}
    networks.freeze(model)
    assert trained(model) == head
    inner.trainable = False
    networks.unfreeze(model, from_block="block3")
    assert trained(model) == {"block3_conv", *head}


def test_counts(model):
    counts = networks.parameter_counts(model)
    assert counts.total == model.count_params()
    assert counts.trainable == (96 * 16 + 16) + (16 * 3 + 3)
    assert counts.fixed == 53_160


def test_an_unknown_block(model):
    with pytest.raises(ValueError, match=r"no block 'block9'\. .* block1, block2, block3"):
        networks.unfreeze(model, from_block="block9")


def test_a_network_without_known_blocks():
    with pytest.raises(ValueError, match="flower_convnet has no backbone whose blocks are known"):
        networks.unfreeze(networks.flower_convnet(22))
