"""How long the explainers take: over their lower limit, over plain code, and over other people's explainers.

    make bench
    python benchmarks/explainers.py --networks four_conv --batches 1 --seconds 5

Times are processor seconds of this process, which TensorFlow is told to run in one thread: on a calm machine these are
seconds on the clock, and on a busy one they stay what they are. Candidates of one row take turns, and the least time of
each counts. Memory is the most that a process of its own held, with Python and TensorFlow, which explains one batch.
``--write`` puts the table into coursekit/explain/README.md.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from peers import peers_of
from plain import Plain

from coursekit import explain
from coursekit.backend import import_keras

keras = import_keras()
README = Path(explain.__file__).with_name("README.md")
BEGIN, END = "<!-- times: written by make bench -->\n", "<!-- end of times -->"
OPTIONS = {
    "smooth_grad": {"samples": 10},
    "integrated_gradients": {"steps": 10},
    "occlusion": {"patch": 15},
    "rise": {"masks": 32},
    "lime": {"samples": 32},
    "shap": {"samples": 10},
    "score_cam": {"maps": None},
}


OURS = ("ours", "plain", "forward", "both")


def four_conv():
    """Return four convolutions for images of 150 x 150, as for cats and dogs, that return logits."""
    layers = keras.layers
    blocks = []
    for filters in (32, 64, 128, 128):
        blocks += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D(2)]
    end = [layers.Flatten(), layers.Dense(512, activation="relu"), layers.Dense(2)]
    chain = keras.Sequential([keras.Input((150, 150, 3)), *blocks, *end])
    # Functional: tf-explain needs `model.output`, which a Sequential model lacks before it is called.
    return keras.Model(chain.inputs, chain.outputs[0])


def mobile_net():
    """Return MobileNetV2 with random weights that returns logits."""
    return keras.applications.MobileNetV2(weights=None, classes=10, classifier_activation=None)


NETWORKS = {"four_conv": four_conv, "mobile_net": mobile_net}


def least_times(candidates: dict[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """Return the least processor time of each candidate in milliseconds; those that fail are left out.

    Candidates take turns until each has had three and so many seconds, or ten times as many seconds. The first turn, in
    which functions are traced, counts only if it is the only one.
    """
    times: dict[str, list[float]] = {name: [] for name in candidates}
    waiting = dict(candidates)
    while waiting:
        for name, run in list(waiting.items()):
            start = time.process_time()
            try:
                run()
            except Exception as error:  # a peer may fail in any way
                print(f"    {name} fails: {type(error).__name__}: {str(error).splitlines()[0][:100]}", file=sys.stderr)
                del waiting[name], times[name]
                continue
            times[name].append(time.process_time() - start)
            spent = sum(times[name])
            if spent > 10 * seconds or (len(times[name]) > 3 and spent - times[name][0] > seconds):
                del waiting[name]
    return {name: 1000 * min(taken[1:] or taken) for name, taken in times.items()}


def measured(network: str, batch: int, methods: list[str], seconds: float) -> list[str]:
    """Return the rows of the table for one network and batch."""
    keras.utils.set_random_seed(1)
    model = NETWORKS[network]()
    shape = model.inputs[0].shape[1:]
    images = np.random.default_rng(2).random((batch, *shape), dtype=np.float32)
    plain = Plain(model, explain.last_spatial_layer(model, images[:1]))
    passes = {"forward": lambda: plain.forward(images), "both": lambda: plain.both(images)}
    rows = []
    for name in methods:
        ours = functools.partial(explain.METHODS[name].explain, model, images, 1, **OPTIONS.get(name, {}))
        with warnings.catch_warnings(action="ignore"), open(os.devnull, "w") as nowhere:  # noqa: PTH123
            with explain.counted_passes() as counted:
                ours()
            candidates = {"ours": ours, **passes}
            if hasattr(plain, name):
                candidates["plain"] = functools.partial(getattr(plain, name), images, **OPTIONS.get(name, {}))
            candidates |= peers_of(name, plain, images, OPTIONS.get(name, {}))
            with contextlib.redirect_stdout(nowhere):
                times = least_times(candidates, seconds)
        rows.append(row(name, network, batch, times, counted))
        print(rows[-1], flush=True)
    return rows


def peak_memory(network: str, batch: int, name: str) -> float:
    """Return the gigabytes that a new process holds at most while it explains one batch."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_held, network, batch, name).result()


def _held(network: str, batch: int, name: str) -> float:
    model = NETWORKS[network]()
    images = np.random.default_rng(2).random((batch, *model.inputs[0].shape[1:]), dtype=np.float32)
    with warnings.catch_warnings(action="ignore"):
        explain.METHODS[name].explain(model, images, 1, **OPTIONS.get(name, {}))
    # The peak that getrusage knows is handed down by the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**20


def row(name: str, network: str, batch: int, times: dict[str, float], counted: Any) -> str:
    """Return one row of the table."""
    # The class activation methods only go back through the head.
    backward = 0 if explain.METHODS[name].needs == "maps" else counted.backward
    limit = ((counted.forward - backward) * times["forward"] + backward * times["both"]) / batch
    others = [f"{peer} {times[peer] / times['ours']:.1f}" for peer in times if peer not in OURS]
    cells = [
        *(network, str(batch), name, f"{times['ours']:.0f}", f"{times['ours'] / limit:.2f}"),
        f"{times['ours'] / times['plain']:.2f}" if "plain" in times else "–",
        ", ".join(others) or "–",
        f"{peak_memory(network, batch, name):.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def filters(count: int, one_by_one: int) -> str:
    """Return how long filters of block3_conv1 of VGG16 take together and, some of them, one by one."""
    model = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
    layer, ascent = "block3_conv1", explain.Ascent(steps=20)
    explain.maximise_filters(model, layer, [0, 1], ascent=explain.Ascent(steps=1))
    start = time.process_time()
    explain.maximise_filters(model, layer, np.arange(count), ascent=ascent)
    together = (time.process_time() - start) / count
    upto = keras.Model(model.inputs, model.get_layer(layer).output)

    def step(image, number):
        with tf.GradientTape() as tape:
            tape.watch(image)
            loss = tf.reduce_mean(upto(image)[..., number])
        slope = tape.gradient(loss, image)
        return image + 0.1 * slope / tf.sqrt(tf.reduce_mean(slope**2) + 1e-8)

    # A function that is given the filter as a number of Python is traced anew for each.
    ways = {"in eager Keras": step, "each traced anew": tf.function(step)}
    alone = {}
    for way, ascend in ways.items():
        start = time.process_time()
        for number in range(one_by_one):
            image = tf.random.uniform((1, 64, 64, 3))
            for _ in range(20):
                image = ascend(image, number)
        alone[way] = (time.process_time() - start) / one_by_one
    others = ", ".join(f"{took:.2f} one by one {way} ({took / together:.1f} times)" for way, took in alone.items())
    return (
        "Filters of block3_conv1 of VGG16 at 64 pixels, 20 steps, processor seconds a filter: "
        f"{together:.2f} of {count} together, {others}."
    )


def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=NETWORKS)
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 16])
    known = [name for name in explain.METHODS if name != "cam"]
    parser.add_argument("--methods", nargs="+", default=known, choices=known)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each candidate of a row")
    parser.add_argument("--filters", nargs=2, type=int, metavar=("TOGETHER", "ONE_BY_ONE"), default=(256, 8))
    parser.add_argument("--write", action="store_true", help="put the table into coursekit/explain/README.md")
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    print(f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors", flush=True)
    rows = ["| network | batch | method | ms | over its limit | over plain code | others take, times as long | GB |"]
    rows.append("|---|---|---|---|---|---|---|---|")
    for network in arguments.networks:
        for batch in arguments.batches:
            rows += measured(network, batch, arguments.methods, arguments.seconds)
    text = "\n".join(rows)
    if all(arguments.filters):
        text += "\n\n" + filters(*arguments.filters)
        print(text.splitlines()[-1])
    if arguments.write:
        before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
