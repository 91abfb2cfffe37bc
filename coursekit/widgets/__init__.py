"""Interactive explorers: pictures and numbers that answer to the mouse and to the keyboard."""

from coursekit.widgets.augmentation_explorer import explore_augmentation
from coursekit.widgets.class_activation_explorer import explore_class_activation
from coursekit.widgets.comparison_explorer import compare_explanations
from coursekit.widgets.digit_pad import draw_digit
from coursekit.widgets.feature_map_explorer import explore_feature_maps
from coursekit.widgets.filter_explorer import explore_filters
from coursekit.widgets.fundus_explorer import explore_fundus
from coursekit.widgets.kernel_explorer import explore_kernel
from coursekit.widgets.metrics_explorer import explore_metrics
from coursekit.widgets.model_browser import browse_model
from coursekit.widgets.pooling_explorer import explore_pooling
from coursekit.widgets.prediction_browser import browse_predictions
from coursekit.widgets.receptive_field_explorer import explore_receptive_field
from coursekit.widgets.relevance_map_explorer import explore_relevance
from coursekit.widgets.run_explorer import explore_runs
from coursekit.widgets.spectra_explorer import explore_spectra
from coursekit.widgets.theorem_explorer import explore_convolution_theorem

__all__ = [
    "browse_model",
    "browse_predictions",
    "compare_explanations",
    "draw_digit",
    "explore_augmentation",
    "explore_class_activation",
    "explore_convolution_theorem",
    "explore_feature_maps",
    "explore_filters",
    "explore_fundus",
    "explore_kernel",
    "explore_metrics",
    "explore_pooling",
    "explore_receptive_field",
    "explore_relevance",
    "explore_runs",
    "explore_spectra",
]
