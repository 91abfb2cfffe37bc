"""How long one epoch of three lessons' networks takes with oneDNN and without: what a learner gets, and what tests use.

python benchmarks/onednn.py

Each setting trains in a process of its own, in turns; the images are noise of the right shape, for what they show takes
no time. The least of the epochs after the first counts, which also traces the network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

EPOCHS, TURNS = 3, 2
# Network, its image shape and classes, images in an epoch, batch.
CASES = {
    "MNIST convnet": ("mnist_convnet", (28, 28, 1), 10, 4_000, 128),
    "cats and dogs convnet, 96 px": ("cats_dogs_convnet", (96, 96, 3), 2, 320, 20),
    "CIFAR-10 residual, width 16": ("residual_cifar", (32, 32, 3), 10, 1_000, 32),
}


def seconds_of_epochs(case: str) -> float:
    """Return the least seconds of an epoch, in this process."""
    import numpy as np

    from coursekit import networks
    from coursekit.backend import import_keras

    keras = import_keras()
    name, shape, classes, count, batch = CASES[case]
    arguments = {"cats_dogs_convnet": (96,), "residual_cifar": (16,)}.get(name, ())
    keras.utils.set_random_seed(0)
    model = getattr(networks, name)(*arguments)
    loss = "binary_crossentropy" if model.output_shape[-1] == 1 else "sparse_categorical_crossentropy"
    model.compile("rmsprop", loss)
    rng = np.random.default_rng(0)
    images, labels = rng.random((count, *shape), np.float32), rng.integers(0, classes, count)
    found = []
    for _ in range(EPOCHS):
        start = time.perf_counter()
        model.fit(images, labels, batch_size=batch, verbose=0)
        found.append(time.perf_counter() - start)
    return min(found[1:])


def main() -> None:
    """Print a row for each network."""
    print(f"{'one epoch, seconds':32} {'without':>8} {'with oneDNN':>12} {'ratio':>6}")
    for case in CASES:
        least = {"0": float("inf"), "1": float("inf")}
        for _ in range(TURNS):
            for setting in least:
                command = [sys.executable, __file__, case]
                environment = os.environ | {"TF_ENABLE_ONEDNN_OPTS": setting}
                ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
                least[setting] = min(least[setting], float(ended.stdout.split()[-1]))
        print(f"{case:32} {least['0']:8.2f} {least['1']:12.2f} {least['0'] / least['1']:6.2f}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(seconds_of_epochs(sys.argv[1]))
    else:
        main()
