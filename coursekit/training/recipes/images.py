"""Recipes of the lessons on images: digits, animals, flowers, CIFAR-10, scenes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras

from coursekit import networks
from coursekit.training import schedules
from coursekit.training.recipes.frozen_features_recipe import FrozenFeaturesRecipe
from coursekit.training.recipes.image_recipe import ImageRecipe


def _mnist(network: Callable[[], keras.Model]) -> ImageRecipe:
    return ImageRecipe(
        name=network.__name__,
        dataset="mnist",
        network=network,
        optimizer=lambda: keras.optimizers.RMSprop(1e-3),
        batch_size=64,
        epochs={"quick": 2, "lesson": 5, "full": 5},
        limit={"quick": 2_000, "lesson": None, "full": None},
        validation=None,
    )


_CATS_DOGS = partial(
    ImageRecipe,
    dataset="cats_dogs",
    batch_size=20,
    limit={"quick": 100, "lesson": 1_000, "full": None},
    size=150,
)
_FLOWERS = partial(
    ImageRecipe, dataset="flowers", batch_size=32, limit={"quick": 160, "lesson": 1_500, "full": None}, size=128
)
_SCENES = partial(ImageRecipe, dataset="scenes", batch_size=32, limit={"quick": 120, "lesson": 1_000, "full": None})
_STACK = partial(
    ImageRecipe,
    dataset="cifar10",
    optimizer=lambda: keras.optimizers.SGD(0.05, momentum=0.9, weight_decay=1e-4),
    batch_size=64,
    epochs={"quick": 1, "lesson": 2, "full": 8},
    limit={"quick": 512, "lesson": 2_500, "full": 5_000},
    augmentation=lambda: networks.augmentation(shift=0.125, flip=True),
    schedule=lambda epochs: schedules.one_cycle(0.05, epochs),
    note="5,000 images, 8 epochs and width 8, where the paper has 45,000, 182 and 16: two cores in minutes, not "
    "two graphics cards in hours.",
)

_HEAD = partial(
    FrozenFeaturesRecipe,
    optimizer=lambda: keras.optimizers.Adam(1e-3),
    batch_size=32,
    epochs={"quick": 2, "lesson": 30, "full": 30},
    limit={"quick": 100, "lesson": None, "full": None},
    monitor="val_loss",
    patience=5,
)


# The blocks before hold 2 % of the weights, answer to edges and colours, and have the largest maps to keep.
_FINE_TUNED = partial(
    ImageRecipe,
    family="lite0",
    optimizer=lambda: keras.optimizers.Adam(5e-5),
    batch_size=32,
    epochs={"quick": 1, "lesson": 2, "full": 6},
    limit={"quick": 60, "lesson": 500, "full": None},
    size=224,
    augmentation=lambda: networks.augmentation(rotation=15, shift=0.1, zoom=0.15, flip=True),
    schedule=lambda epochs: schedules.cosine(5e-5, epochs, warm_up=min(1.0, epochs / 2)),
    monitor="val_loss",
    unfreeze_from="block_5",
)


def _on_mobilenet(classes: int, size: int) -> Callable[[], keras.Model]:
    return lambda: networks.classifier("mobilenet_v2", classes=classes, size=size, hidden=0, dropout=0.2)


def _on_lite0(classes: int) -> Callable[[], keras.Model]:
    return lambda: networks.classifier("efficientnet_lite0", classes=classes, size=224, hidden=0, dropout=0.2)


IMAGE_RECIPES: tuple[ImageRecipe | FrozenFeaturesRecipe, ...] = (
    _mnist(networks.dense_baseline),
    _mnist(networks.mnist_convnet),
    _mnist(networks.mnist_gap_convnet),
    ImageRecipe(
        name="mnist_batch_norm_convnet",
        dataset="mnist",
        network=networks.mnist_batch_norm_convnet,
        optimizer=lambda: keras.optimizers.Adam(2e-3),
        batch_size=64,
        epochs={"quick": 1, "lesson": 5, "full": 15},
        limit={"quick": 2_000, "lesson": None, "full": None},
        augmentation=lambda: networks.augmentation(rotation=10, shift=0.08, zoom=0.1, fill_mode="constant"),
        schedule=lambda epochs: schedules.cosine(2e-3, epochs, warm_up=min(1.0, epochs / 2)),
        validation=None,
    ),
    ImageRecipe(
        name="cifar10_backbone",
        dataset="cifar10",
        network=networks.cifar10_backbone,
        optimizer=lambda: keras.optimizers.Adam(1e-3),
        batch_size=128,
        epochs={"quick": 1, "lesson": 3, "full": 10},
        limit={"quick": 1_000, "lesson": 10_000, "full": None},
        augmentation=lambda: networks.augmentation(shift=0.1, flip=True),
        schedule=lambda epochs: schedules.one_cycle(5e-3, epochs),
    ),
    _CATS_DOGS(
        name="cats_dogs_baseline",
        network=networks.cats_dogs_convnet,
        optimizer=lambda: keras.optimizers.RMSprop(1e-4),
        epochs={"quick": 1, "lesson": 10, "full": 30},
    ),
    _CATS_DOGS(
        name="cats_dogs_augmented",
        network=lambda: networks.cats_dogs_convnet(dropout=0.5),
        optimizer=lambda: keras.optimizers.RMSprop(1e-4),
        epochs={"quick": 1, "lesson": 10, "full": 100},
        schedule=lambda epochs: schedules.cycles((4e-4, 4e-4), (0.6 * epochs, 0.4 * epochs)),
        # Without Zhao's shear of 0.2: radians when it was written, degrees since, and then nothing to be seen.
        augmentation=lambda: networks.augmentation(rotation=40, shift=0.2, zoom=0.2, flip=True),
        monitor="val_accuracy",
        note="Two cycles of 60 and 40 epochs up to a rate of 4e-4, where Zhao has 100 epochs at a constant 1e-4.",
    ),
    _FLOWERS(
        name="flowers_baseline",
        network=networks.flower_convnet,
        optimizer=lambda: keras.optimizers.Adam(1e-3),
        epochs={"quick": 1, "lesson": 5, "full": 10},
    ),
    _FLOWERS(
        name="flowers_improved",
        network=lambda: networks.flower_convnet(dropout=0.2, l2=1e-4),
        optimizer=lambda: keras.optimizers.Adam(1e-3),
        epochs={"quick": 1, "lesson": 10, "full": 35},
        augmentation=lambda: networks.augmentation(rotation=15, zoom=0.2, flip=True, brightness=0.1, contrast=0.2),
        schedule=lambda epochs: schedules.cosine(1e-3, epochs),
        monitor="val_accuracy",
        note="L2 of 1e-4 and 35 epochs along a cosine. With the 1e-3 of the Beginner's Guide, stronger augmentation "
        "and a patience of 5 it stopped after 13 epochs with a test accuracy of 0.658.",
    ),
    ImageRecipe(
        name="cifar10_residual",
        dataset="cifar10",
        network=lambda: networks.residual_cifar(width=24),
        # Keras subtracts the decay from the weights themselves, where momentum does not multiply it by ten: 5e-3 here
        # is the 5e-4 of the literature.
        optimizer=lambda: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=5e-3),
        batch_size=128,
        epochs={"quick": 1, "lesson": 2, "full": 30},
        limit={"quick": 500, "lesson": 5_000, "full": None},
        augmentation=lambda: networks.augmentation(shift=0.1, flip=True),
        schedule=lambda epochs: schedules.one_cycle(0.1, epochs),
        flip_tta=True,
        note="Width 24 in place of 64: what two processor cores can train.",
    ),
    _STACK(name="plain_20", network=lambda: networks.cifar_stack(20, residual=False, width=8)),
    _STACK(name="plain_56", network=lambda: networks.cifar_stack(56, residual=False, width=8)),
    _STACK(name="residual_20", network=lambda: networks.cifar_stack(20, residual=True, width=8)),
    _STACK(name="residual_56", network=lambda: networks.cifar_stack(56, residual=True, width=8)),
    _SCENES(
        name="scenes_source",
        network=lambda: networks.scene_resnet(size=150),
        optimizer=lambda: keras.optimizers.Adam(1e-3),
        epochs={"quick": 1, "lesson": 1, "full": 3},
        size=150,
        validation=0.15,
        note="avatarbtd's network at 150 pixels, the images' own size; there they are scaled up to 256.",
    ),
    _SCENES(
        name="scenes_resnet18",
        network=lambda: networks.resnet18(size=128, width=32),
        optimizer=lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True, weight_decay=5e-4),
        epochs={"quick": 1, "lesson": 3, "full": 12},
        size=128,
        augmentation=lambda: networks.augmentation(rotation=5, shift=0.1, zoom=0.15, flip=True, brightness=0.1),
        schedule=lambda epochs: schedules.one_cycle(0.05, epochs),
        validation=0.15,
        note="Width 32 in place of 64, 128 pixels: what two processor cores can train.",
    ),
    _HEAD(name="cats_dogs_mobilenet", dataset="cats_dogs", size=160, network=_on_mobilenet(2, 160)),
    # Scaled up to the size that MobileNetV2 was trained at: its features are better there.
    _HEAD(name="flowers_mobilenet", dataset="flowers", size=224, network=_on_mobilenet(5, 224)),
    _HEAD(name="scenes_mobilenet", dataset="scenes", size=224, network=_on_mobilenet(6, 224), validation=0.15),
    ImageRecipe(
        name="cats_dogs_finetuned",
        dataset="cats_dogs",
        network=_on_mobilenet(2, 160),
        optimizer=lambda: keras.optimizers.Adam(1e-5),
        batch_size=20,
        epochs={"quick": 1, "lesson": 2, "full": 6},
        limit={"quick": 60, "lesson": 500, "full": None},
        size=160,
        augmentation=lambda: networks.augmentation(rotation=10, shift=0.1, zoom=0.1, flip=True),
        monitor="val_loss",
        initial_recipe="cats_dogs_mobilenet",
        unfreeze_from="block_15",
    ),
    _HEAD(name="cats_dogs_lite0", family="lite0", dataset="cats_dogs", size=224, network=_on_lite0(2)),
    _HEAD(name="flowers_lite0", family="lite0", dataset="flowers", size=224, network=_on_lite0(5)),
    _HEAD(name="scenes_lite0", family="lite0", dataset="scenes", size=224, network=_on_lite0(6), validation=0.15),
    _FINE_TUNED(
        name="cats_dogs_lite0_finetuned",
        dataset="cats_dogs",
        network=_on_lite0(2),
        initial_recipe="cats_dogs_lite0",
    ),
    _FINE_TUNED(
        name="flowers_lite0_finetuned",
        dataset="flowers",
        network=_on_lite0(5),
        initial_recipe="flowers_lite0",
    ),
    _FINE_TUNED(
        name="scenes_lite0_finetuned",
        dataset="scenes",
        network=_on_lite0(6),
        initial_recipe="scenes_lite0",
        validation=0.15,
    ),
)
