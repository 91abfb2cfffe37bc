"""Integrated gradients with so many images at once as fit the machine, with eight, and by plain code.

    python benchmarks/images_at_once.py

Processor milliseconds of one thread, least of several turns, in which all candidates follow each other.
"""

from __future__ import annotations

import argparse
import functools
import os
import platform
import re
from pathlib import Path

import numpy as np
import tensorflow as tf
from explainers import NETWORKS, OPTIONS, keras, least_times
from plain import Plain

from coursekit import explain, networks
from coursekit.explain.engine.batch_size import last_cache

STEPS = OPTIONS["integrated_gradients"]


def lite0():
    """Return EfficientNet-Lite0 for images of 160 x 160, with its weights, that returns logits."""
    full = networks.full_network("efficientnet_lite0", 160)
    full.layers[-1].activation = keras.activations.linear
    return keras.Model(full.inputs, full.layers[-1](full.layers[-2].output))


def processor() -> str:
    """Return the name of this machine's processor, and the size of its last cache."""
    information = Path("/proc/cpuinfo")
    told = information.read_text(encoding="utf-8") if information.exists() else ""
    name = re.search(r"model name\s*:\s*(.+)", told)
    return f"{name[1] if name else platform.processor()}, {last_cache() / 2**20:.0f} MB of cache"


def main() -> None:
    """Print a row a network and batch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 16])
    parser.add_argument("--seconds", type=float, default=2.0, help="for each candidate of a row")
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    print(f"{processor()}; load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors", flush=True)
    head = ("network", "images", "chosen, ms", "eight at once, ms", "plain code, ms", "chosen over plain")
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}", flush=True)
    for name, build in {**NETWORKS, "efficientnet_lite0, 160 px": lite0}.items():
        keras.utils.set_random_seed(1)
        model = build()
        for batch in arguments.batches:
            images = np.random.default_rng(2).random((batch, *model.inputs[0].shape[1:]), dtype=np.float32)
            plain = Plain(model, explain.last_spatial_layer(model, images[:1]))
            ours = functools.partial(explain.integrated_gradients, model, images, 1, **STEPS)
            times = least_times(
                {
                    "chosen": ours,
                    "eight": functools.partial(ours, batch_size=8),
                    "plain": functools.partial(plain.integrated_gradients, images, **STEPS),
                },
                arguments.seconds,
            )
            cells = [
                name,
                str(batch),
                *(f"{times[one]:.0f}" for one in times),
                f"{times['chosen'] / times['plain']:.2f}",
            ]
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
