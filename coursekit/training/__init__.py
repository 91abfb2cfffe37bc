"""Training: schedules, checks, checkpoints, recipes, recorded runs and trained weights.

Each name is loaded on first use: to read a recorded run, nobody waits for TensorFlow.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coursekit.training.balanced_accuracy import BalancedAccuracy
    from coursekit.training.checkpoints import Checkpoints
    from coursekit.training.divergence import DivergedError, StopWhenDiverged
    from coursekit.training.follow import train
    from coursekit.training.frozen_features import features
    from coursekit.training.layer_gradients import gradient_norms
    from coursekit.training.progress import ProgressBar
    from coursekit.training.raman_studies import answers_by_mouse, leakage, pca_lda, pooled_network
    from coursekit.training.range_test import RangeTest, learning_rate_range_test
    from coursekit.training.readiness import check_ready
    from coursekit.training.recipes import RECIPES, Recipe, recipe
    from coursekit.training.runs import Run, load_run, recorded_runs
    from coursekit.training.schedules import (
        LearningRate,
        constant,
        cosine,
        cycles,
        exponential,
        ladder,
        one_cycle,
        steps,
    )
    from coursekit.training.studies import STUDIES, load_study, make_study
    from coursekit.training.trained_networks import trained

_MODULES = {
    "BalancedAccuracy": "balanced_accuracy",
    "Checkpoints": "checkpoints",
    "DivergedError": "divergence",
    "LearningRate": "schedules",
    "ProgressBar": "progress",
    "RECIPES": "recipes",
    "STUDIES": "studies",
    "RangeTest": "range_test",
    "Recipe": "recipes",
    "Run": "runs",
    "StopWhenDiverged": "divergence",
    "answers_by_mouse": "raman_studies",
    "check_ready": "readiness",
    "constant": "schedules",
    "cosine": "schedules",
    "cycles": "schedules",
    "exponential": "schedules",
    "features": "frozen_features",
    "gradient_norms": "layer_gradients",
    "ladder": "schedules",
    "leakage": "raman_studies",
    "learning_rate_range_test": "range_test",
    "load_run": "runs",
    "load_study": "studies",
    "make_study": "studies",
    "one_cycle": "schedules",
    "pca_lda": "raman_studies",
    "pooled_network": "raman_studies",
    "recipe": "recipes",
    "recorded_runs": "runs",
    "steps": "schedules",
    "train": "follow",
    "trained": "trained_networks",
}

__all__ = [
    "RECIPES",
    "STUDIES",
    "BalancedAccuracy",
    "Checkpoints",
    "DivergedError",
    "LearningRate",
    "ProgressBar",
    "RangeTest",
    "Recipe",
    "Run",
    "StopWhenDiverged",
    "answers_by_mouse",
    "check_ready",
    "constant",
    "cosine",
    "cycles",
    "exponential",
    "features",
    "gradient_norms",
    "ladder",
    "leakage",
    "learning_rate_range_test",
    "load_run",
    "load_study",
    "make_study",
    "one_cycle",
    "pca_lda",
    "pooled_network",
    "recipe",
    "recorded_runs",
    "steps",
    "train",
    "trained",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'coursekit.training' has no attribute {name!r}. It has: {', '.join(__all__)}.")
    return getattr(importlib.import_module(f"coursekit.training.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
