"""Is a heatmap right? Where it lies, whether the network uses what it shows, and what it does on a random network."""

from coursekit.explain.evaluate.boards import (
    BASELINES,
    LESS_IS_BETTER,
    MEASURES,
    Board,
    mean_interval,
    network_scores,
    recorded_board,
    recorded_boards,
)
from coursekit.explain.evaluate.faithfulness import (
    Curve,
    completeness,
    deletion,
    insertion,
    instability,
    sensitivity_n,
)
from coursekit.explain.evaluate.localisation import (
    energy_inside,
    intersection_over_union,
    pointing_game,
    rank_accuracy,
)
from coursekit.explain.evaluate.randomisation import (
    layers_with_weights,
    model_randomisation,
    randomise,
    randomised,
)
from coursekit.explain.evaluate.scoreboard import Row, centre_blob, random_heatmaps, scoreboard

__all__ = [
    "BASELINES",
    "LESS_IS_BETTER",
    "MEASURES",
    "Board",
    "Curve",
    "Row",
    "centre_blob",
    "completeness",
    "deletion",
    "energy_inside",
    "insertion",
    "instability",
    "intersection_over_union",
    "layers_with_weights",
    "mean_interval",
    "model_randomisation",
    "network_scores",
    "pointing_game",
    "random_heatmaps",
    "randomise",
    "randomised",
    "rank_accuracy",
    "recorded_board",
    "recorded_boards",
    "scoreboard",
    "sensitivity_n",
]
