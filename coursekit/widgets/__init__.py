"""Interactive explorers: images and numbers that answer to the mouse and to the keyboard."""

from coursekit.widgets.augmentation.explorer import explore_augmentation
from coursekit.widgets.class_activation.explorer import explore_class_activation
from coursekit.widgets.comparison.explorer import compare_explanations
from coursekit.widgets.convolution_theorem.explorer import explore_convolution_theorem
from coursekit.widgets.descent.explorer import explore_descent
from coursekit.widgets.digit.explorer import draw_digit
from coursekit.widgets.feature_maps.explorer import explore_feature_maps
from coursekit.widgets.filters.explorer import explore_filters
from coursekit.widgets.fundus.explorer import explore_fundus
from coursekit.widgets.kernel.explorer import explore_kernel
from coursekit.widgets.kernel_spectra.explorer import explore_spectra
from coursekit.widgets.learning_rate.explorer import explore_learning_rate
from coursekit.widgets.metrics.explorer import explore_metrics
from coursekit.widgets.model.explorer import browse_model
from coursekit.widgets.pooling.explorer import explore_pooling
from coursekit.widgets.predictions.explorer import browse_predictions
from coursekit.widgets.receptive_field.explorer import explore_receptive_field
from coursekit.widgets.relevance.explorer import explore_relevance
from coursekit.widgets.sources.own import given as given  # for copied code, not an explorer
from coursekit.widgets.training_curves.explorer import explore_runs

__all__ = [
    "browse_model",
    "browse_predictions",
    "compare_explanations",
    "draw_digit",
    "explore_augmentation",
    "explore_class_activation",
    "explore_convolution_theorem",
    "explore_descent",
    "explore_feature_maps",
    "explore_filters",
    "explore_fundus",
    "explore_kernel",
    "explore_learning_rate",
    "explore_metrics",
    "explore_pooling",
    "explore_receptive_field",
    "explore_relevance",
    "explore_runs",
    "explore_spectra",
]
