"""Is a heatmap right? Where it lies, whether the network uses what it shows, and what it does on a random network."""

from coursekit.explain.evaluate.faithfulness import (
    completeness,
    deletion,
    insertion,
)
from coursekit.explain.evaluate.localisation import (
    intersection_over_union,
    pointing_game,
    relevance_mass_accuracy,
    relevance_rank_accuracy,
)
from coursekit.explain.evaluate.randomisation import (
    layers_with_weights,
    model_randomisation,
    randomise,
    randomised,
)
from coursekit.explain.evaluate.recorded_scoreboards import (
    BASELINES,
    LESS_IS_BETTER,
    MEASURES,
    Scoreboard,
    network_scores,
    recorded_scoreboard,
    recorded_scoreboards,
)
from coursekit.explain.evaluate.scoreboard import centre_blob, random_heatmaps, scoreboard

__all__ = [
    "BASELINES",
    "LESS_IS_BETTER",
    "MEASURES",
    "Scoreboard",
    "centre_blob",
    "completeness",
    "deletion",
    "insertion",
    "intersection_over_union",
    "layers_with_weights",
    "model_randomisation",
    "network_scores",
    "pointing_game",
    "random_heatmaps",
    "randomise",
    "randomised",
    "recorded_scoreboard",
    "recorded_scoreboards",
    "relevance_mass_accuracy",
    "relevance_rank_accuracy",
    "scoreboard",
]
