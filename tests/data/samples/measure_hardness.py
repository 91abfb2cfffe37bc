"""How hard are the synthetic samples, beside the real data? A linear model and a small convnet on each; prints a table.

Run by hand (some minutes): ``python tests/data/samples/measure_hardness.py cats_dogs flowers``. With a mirror or a
network the real data are measured too. What it printed stands in ``data/README.md``.
"""

from __future__ import annotations

import os
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import coursekit as ck
from coursekit.backend import import_keras

TRAIN, TEST, EPOCHS = 1_600, 600, 12
# What a class is told by must be seen: microaneurysms are smaller than a pixel at 64 by 64.
SIZES = {"cifar10": 32, "retina": 128}


def linear_accuracy(train, test):
    """Logistic regression on the pixels of 32 by 32 images."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1e-3, max_iter=300))
    (images, labels), (test_images, test_labels) = (
        split.arrays(limit=limit, size=32) for split, limit in ((train, TRAIN), (test, TEST))
    )
    model.fit(images.reshape(len(images), -1), labels)
    return model.score(test_images.reshape(len(test_images), -1), test_labels)


def convnet_accuracy(train, test, classes, size):
    """Three convolutional layers with pooling, then a small dense one; images are flipped at random."""
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(0)
    blocks = []
    for filters in (32, 64, 64):
        blocks += [layers.Conv2D(filters, 3, padding="same", activation="relu"), layers.MaxPooling2D(2)]
    model = keras.Sequential(
        [
            keras.Input((size, size, 3)),
            layers.RandomFlip("horizontal"),
            *blocks,
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(64, activation="relu"),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    images, labels = train.arrays(limit=TRAIN, size=size)
    model.fit(images, labels, batch_size=32, epochs=EPOCHS, verbose=0)
    test_images, test_labels = test.arrays(limit=TEST, size=size)
    return np.mean(model.predict(test_images, verbose=0).argmax(1) == test_labels)


def main(names):
    """Print one row for each data set and source."""
    print(f"{'data':12} {'source':7} {'classes':>7} {'linear':>7} {'convnet':>8}")
    for name in names:
        for preference in ("sample", "auto"):
            os.environ["COURSEKIT_DATA"] = preference
            dataset = ck.data.load(name)
            if preference == "auto" and dataset.source == "sample":
                continue
            size = SIZES.get(name, 64)
            linear = linear_accuracy(dataset.train, dataset.test)
            convnet = convnet_accuracy(dataset.train, dataset.test, len(dataset.classes), size)
            print(f"{name:12} {dataset.source:7} {len(dataset.classes):7} {linear:7.3f} {convnet:8.3f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["cats_dogs", "cifar10", "flowers", "scenes", "retina"])
