"""Is a heatmap right? Where it lies, whether the network uses what it shows, and what it does on a random network.

Names are those of the literature and of Quantus (A. Hedström et al. 2023, arXiv:2202.06861), where it has them.
"""

from coursekit.explain.evaluate.faithfulness import (
    completeness,
    deletion,
    insertion,
)
from coursekit.explain.evaluate.intervals import crossed_interval
from coursekit.explain.evaluate.localisation import (
    pointing_game,
    relevance_mass_accuracy,
    relevance_rank_accuracy,
)
from coursekit.explain.evaluate.network_scores import network_scores
from coursekit.explain.evaluate.randomisation import (
    Randomisation,
    layers_with_weights,
    model_randomisation,
    randomised,
)
from coursekit.explain.evaluate.recorded_scoreboards import (
    MEASURES,
    Scoreboard,
    recorded_scoreboard,
)
from coursekit.explain.evaluate.road import noisy_linear_imputation, road
from coursekit.explain.evaluate.scoreboard import (
    BASELINES,
    attributions,
    centre_blob,
    random_heatmaps,
    scoreboard,
)
from coursekit.explain.evaluate.similarity import rank_correlation

__all__ = [
    "BASELINES",
    "MEASURES",
    "Randomisation",
    "Scoreboard",
    "attributions",
    "centre_blob",
    "completeness",
    "crossed_interval",
    "deletion",
    "insertion",
    "layers_with_weights",
    "model_randomisation",
    "network_scores",
    "noisy_linear_imputation",
    "pointing_game",
    "random_heatmaps",
    "randomised",
    "rank_correlation",
    "recorded_scoreboard",
    "relevance_mass_accuracy",
    "relevance_rank_accuracy",
    "road",
    "scoreboard",
]
