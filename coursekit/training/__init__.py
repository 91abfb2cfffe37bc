"""Training: recipes, recorded runs, trained weights and a progress bar."""

from coursekit.training.balanced_accuracy import BalancedAccuracy
from coursekit.training.progress import ProgressBar
from coursekit.training.recipes import RECIPES, Recipe, recipe, train
from coursekit.training.runs import Run, load_run, recorded_runs
from coursekit.training.trained import trained

__all__ = [
    "RECIPES",
    "BalancedAccuracy",
    "ProgressBar",
    "Recipe",
    "Run",
    "load_run",
    "recipe",
    "recorded_runs",
    "train",
    "trained",
]
