"""``coursekit scoreboard``: score every explainer where the truth is known, over several trainings of one network."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

HELP = "score the explainers on synthetic images with ground-truth masks"

_MASKED = {"pets": "the animal", "tagged_pets": "the tag", "eyes": "the lesions"}
_COSTLY = ("shap", "score_cam", "fixations", "occlusion", "rise", "lime")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(_MASKED)} (default: all)")
    parser.add_argument("--profile", choices=("quick", "lesson", "full"), default="full", help="default: full")
    parser.add_argument("--seeds", type=int, default=5, help="trainings of the network (default: 5)")
    parser.add_argument("--images", type=int, default=100, help="images explained for each (default: 100)")
    parser.add_argument(
        "--costly",
        type=int,
        nargs=2,
        default=(2, 20),
        metavar=("SEEDS", "IMAGES"),
        help="the first so many, for methods of hundreds of passes (default: 2 20)",
    )
    parser.add_argument(
        "--road",
        type=int,
        nargs=2,
        default=(1, 10),
        metavar=("SEEDS", "IMAGES"),
        help="the first so many, for ROAD (default: 1 10)",
    )
    parser.add_argument("--budget", type=int, default=256, help="passes of a sampling method (default: 256)")
    parser.add_argument("--output", type=Path, help="folder for scoreboards/ (default: the course's cache folder)")


def run(arguments: argparse.Namespace) -> int:
    """Train where needed, score, save, and print the three best methods of each scoreboard."""
    from coursekit import backend, settings

    backend.import_keras()
    from coursekit.explain.evaluate import MEASURES

    names = arguments.names or list(_MASKED)
    for name in names:
        if name not in _MASKED:
            raise ValueError(f"there is no scoreboard {name!r}. Choose from {', '.join(_MASKED)}.")
    for option in ("seeds", "images"):
        if getattr(arguments, option) < 1:
            raise ValueError(f"--{option} is {getattr(arguments, option)}: pass 1 or more.")
    folder = arguments.output or settings.home()
    for name in names:
        board = _board(name, arguments)
        board.save(folder / "scoreboards" / f"{name}.json")
        for measure in ("rank_sum", "rank_norm"):
            best = ", ".join(
                f"{method} {board.interval(method, measure).value:.3f}" for method in board.ranked(measure)[:3]
            )
            print(f"{name}: {MEASURES[measure]}, most first: {best}")
    return 0


@dataclass(frozen=True, eq=False)
class _Truth:
    """Images (n, height, width, 3), their masks, labels and twins, and which of them are explained."""

    images: Any
    masks: Any
    labels: Any
    twins: Any
    shown: Any


def _board(name: str, arguments: argparse.Namespace) -> Any:
    import platform
    from importlib.metadata import version

    import numpy as np

    from coursekit import data, explain, training
    from coursekit.explain.evaluate import Scoreboard
    from coursekit.training.recipe_training import trained_with_seed

    candidates = 4 * arguments.images
    split, twins = data.ground_truth(name, count=candidates), data.ground_truth_twins(name, count=candidates)
    images, labels = split.arrays()
    assert split.masks is not None
    trained = [trained_with_seed(f"small_{name}", arguments.profile, seed) for seed in range(arguments.seeds)]
    chosen = split.masks.any(axis=(1, 2))
    for model, _ in trained:
        # Only where every network is right: elsewhere it may go by something outside of the mask.
        chosen &= explain.explained_classes(model, images) == labels
    shown = np.flatnonzero(chosen)[: arguments.images]
    if not len(shown):
        raise ValueError(f"there is no image that all networks of {name} get right: train them longer.")
    table = explain.presets(images.shape[1], arguments.budget)
    truth = _Truth(images, split.masks, labels, twins, shown)
    found: dict[str, Any] = {}
    passes: dict[str, list[float]] = {}
    # All networks are one model whose weights change: a method is traced once for all of them.
    model = training.recipe(f"small_{name}").network()
    for seed, (network, _) in enumerate(trained):
        model.set_weights(network.get_weights())
        for title, scored in _network(name, seed, arguments, model, truth):
            passes.setdefault(title, scored["passes"])
            for measure, values in scored["scores"].items():
                found.setdefault(title, {}).setdefault(measure, []).append(values)
        print(f"{name}: network {seed} scored", flush=True)
    return Scoreboard(
        name=name,
        masked=_MASKED[name],
        area=round(float(split.masks[shown].mean()), 4),
        seeds=list(range(arguments.seeds)),
        accuracy=[record.test["accuracy"] for _, record in trained],
        scores=found,
        passes=passes,
        calls={title: method.code() for title, method in table.items()},
        versions={"python": platform.python_version()}
        | {package: version(package) for package in ("keras", "tensorflow", "numpy", "shap", "scikit-image")},
        note="Black stands for nothing wherever a baseline is needed, but for the methods with (twin).",
    )


def _network(
    name: str, seed: int, arguments: argparse.Namespace, model: keras.Model, truth: _Truth
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each method's scores on one network; what was scored before a run was cut off is read again."""
    from coursekit import explain, settings
    from coursekit.atomic_write import write_whole
    from coursekit.explain import evaluate

    table = explain.presets(truth.images.shape[1], arguments.budget)
    options = (arguments.profile, arguments.images, arguments.budget, *arguments.costly, *arguments.road)
    kept = settings.home() / "scoreboards" / "unfinished" / f"{name}-{'-'.join(map(str, options))}-{seed}.json"
    done: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    road = arguments.road[1] if seed < arguments.road[0] else 0

    def scored(title: str, method: Any, rows: Any, random: int | None = seed) -> tuple[str, dict[str, Any]]:
        if title not in done:
            scores, passes = evaluate.network_scores(
                model,
                truth.images[rows],
                truth.masks[rows],
                {title: method},
                truth.labels[rows],
                seed=random,
                road_images=road,
            )
            done[title] = {"scores": scores[title], "passes": passes[title]}
            with write_whole(kept) as unfinished:
                unfinished.write_text(json.dumps(done), "utf-8")
        return title, done[title]

    blind = {"edges": explain.edges, "random": evaluate.random_heatmaps, "centre blob": evaluate.centre_blob}
    for title, method in blind.items():
        yield scored(title, method, truth.shown)
    for preset in table.values():
        costly = preset.function in _COSTLY
        if costly and seed >= arguments.costly[0]:
            continue
        rows = truth.shown[: arguments.costly[1]] if costly else truth.shown
        yield scored(preset.title, preset, rows)
        if preset.reference and seed < arguments.costly[0]:
            # The map cannot leave the mask, so a few images tell as much as many.
            rows = rows[: arguments.costly[1]]
            twin = preset.compared_with(truth.twins[rows])
            # It has the twins of these images: similarity is measured without.
            yield scored(twin.title, twin, rows, random=None)
