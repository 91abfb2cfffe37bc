"""``coursekit train``: follow a recipe and keep the network and the record of its training."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "train a network of the course by its recipe"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="recipes and studies to follow; none lists them")
    parser.add_argument("--profile", choices=("quick", "lesson", "full"), default="full", help="default: full")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--precision",
        choices=("float32", "mixed_bfloat16"),
        default="float32",
        help="mixed_bfloat16 is up to twice as quick on some processors",
    )
    parser.add_argument("--output", type=Path, help="folder for models/ and runs/ (default: the course's cache folder)")


def run(arguments: argparse.Namespace) -> int:
    """Train, save, and print one line for each recipe."""
    from coursekit import backend, settings

    backend.import_keras()
    from coursekit import training
    from coursekit.training.model_files import save

    if not arguments.names:
        print(f"Recipes: {', '.join(training.RECIPES)}\nStudies: {', '.join(training.STUDIES)}")
        return 0
    for name in arguments.names:
        if name not in training.STUDIES:
            training.recipe(name)
    folder = arguments.output or settings.home() / "trained" / arguments.profile
    for name in arguments.names:
        if name in training.STUDIES:
            print(f"{name}: kept in {training.make_study(name, folder)}")
            continue
        model, record = training.train(name, arguments.profile, arguments.seed, precision=arguments.precision)
        save(folder, model, record)
        accuracy, low, high = (record.test[name] for name in ("accuracy", "accuracy_low", "accuracy_high"))
        things = "spectra" if isinstance(training.recipe(name), training.SpectraRecipe) else "images"
        print(
            f"{record.name}: {record.epochs} epochs on {record.images:,} {record.source} {things} in "
            f"{record.seconds:.0f} s, test accuracy {accuracy:.4f} (95 % interval {low:.4f} to {high:.4f}); "
            f"kept in {folder}"
        )
    return 0
