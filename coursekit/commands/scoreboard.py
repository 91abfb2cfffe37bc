"""``coursekit scoreboard``: score every explainer where the truth is known, over several trainings of one network."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

HELP = "score the explainers on synthetic images whose evidence is known"

_EVIDENCE = {"pets": "the animal", "tagged_pets": "the tag", "eyes": "the lesions"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(_EVIDENCE)} (default: all)")
    parser.add_argument("--profile", choices=("quick", "lesson", "full"), default="full", help="default: full")
    parser.add_argument("--seeds", type=int, default=3, help="trainings of the network (default: 3)")
    parser.add_argument("--images", type=int, default=30, help="images explained for each (default: 30)")
    parser.add_argument("--budget", type=int, default=256, help="passes of a sampling method (default: 256)")
    parser.add_argument("--output", type=Path, help="folder for scoreboards/ (default: the course's cache folder)")


def run(arguments: argparse.Namespace) -> int:
    """Train where needed, score, save, and print the three best methods of each board."""
    from coursekit import backend, settings

    backend.import_keras()
    from coursekit.explain.evaluate.recorded_scoreboards import LESS_IS_BETTER, MEASURES

    names = arguments.names or list(_EVIDENCE)
    for name in names:
        if name not in _EVIDENCE:
            raise ValueError(f"there is no scoreboard {name!r}. Choose from {', '.join(_EVIDENCE)}.")
    for option in ("seeds", "images"):
        if getattr(arguments, option) < 1:
            raise ValueError(f"--{option} is {getattr(arguments, option)}: pass 1 or more.")
    folder = arguments.output or settings.home()
    for name in names:
        board = _board(name, arguments)
        board.save(folder / "scoreboards" / f"{name}.json")
        for measure in ("ranking", "deletion"):
            best = ", ".join(
                f"{method} {board.interval(method, measure).value:.3f}" for method in _best(board, measure)
            )
            order = "least" if measure in LESS_IS_BETTER else "most"
            print(f"{name}: {MEASURES[measure]}, {order} first: {best}")
    return 0


def _best(board: Any, measure: str) -> list[str]:
    methods: list[str] = board.ranked(measure)[:3]
    return methods


def _board(name: str, arguments: argparse.Namespace) -> Any:
    import platform
    from importlib.metadata import version

    import numpy as np

    from coursekit import data, explain, training
    from coursekit.explain.evaluate.recorded_scoreboards import Scoreboard, network_scores
    from coursekit.explain.presets import edges, presets
    from coursekit.training.train import trained_with_seed

    split = data.ground_truth(name, count=4 * arguments.images)
    images, labels = split.arrays()
    assert split.masks is not None
    shown = split.masks.any(axis=(1, 2))
    table = presets(images.shape[1], arguments.budget)
    accuracy, found, used, area = [], [], 0, []
    passes: dict[str, list[float]] = {}
    # All networks are one model whose weights change: a method is traced once for all of them.
    model, untrained = (training.recipe(f"small_{name}").network() for _ in range(2))
    for seed in range(arguments.seeds):
        trained, record = trained_with_seed(f"small_{name}", arguments.profile, seed)
        model.set_weights(trained.get_weights())
        explain.evaluate.randomise(untrained, seed=seed)
        accuracy.append(record.test["accuracy"])
        right = explain.explained_classes(model, images) == labels
        # Only where the network is right: elsewhere it may have found other evidence.
        chosen = np.flatnonzero(shown & right)[: arguments.images]
        if not len(chosen):
            raise ValueError(f"network {seed} of {name} gets no image right: train it longer.")
        scored, passes = network_scores(
            model,
            images[chosen],
            split.masks[chosen],
            {**table, "edges": edges},
            labels[chosen],
            untrained=untrained,
        )
        found.append(scored)
        used = len(chosen)
        area.append(float(split.masks[chosen].mean()))
        print(f"{name}: network {seed} scored")
    return Scoreboard(
        name=name,
        evidence=_EVIDENCE[name],
        images=used,
        area=round(float(np.mean(area)), 4),
        seeds=list(range(arguments.seeds)),
        accuracy=accuracy,
        scores={
            method: {measure: [scored[method][measure] for scored in found] for measure in found[0][method]}
            for method in found[0]
        },
        passes=passes,
        calls={title: method.code() for title, method in table.items()},
        versions={"python": platform.python_version()}
        | {package: version(package) for package in ("keras", "tensorflow", "numpy", "shap", "scikit-image")},
        note="Black stands for nothing wherever a baseline is needed, also in the deletion and insertion curves.",
    )
