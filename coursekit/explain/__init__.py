"""Explainers: which pixels, and which feature maps, make a classifier answer as it does.

Every method is one function ``(model, pictures, target=None, **options)`` that returns heatmaps, float32
(n, height, width): one number a pixel, in the units of the score (the logit of the target class). They work on any
Keras classifier of one input and one output, two-dimensional or, for spectra (n, length, channels), one-dimensional.
"""

from coursekit.explain import evaluate
from coursekit.explain.answers import class_probabilities
from coursekit.explain.ascent import Ascent, maximise_classes, maximise_filters
from coursekit.explain.class_activation import cam, grad_cam, grad_cam_plus_plus, layer_cam, score_cam
from coursekit.explain.configured import Configured, configured, edges
from coursekit.explain.cost import counted_passes
from coursekit.explain.features import feature_maps
from coursekit.explain.fixation_maps import fixated_pixels, fixations
from coursekit.explain.gradients import (
    gradient_x_input,
    gradients,
    guided_backpropagation,
    integrated_gradients,
    smooth_grad,
)
from coursekit.explain.methods import METHODS, Method, method
from coursekit.explain.model import explained_classes, last_spatial_layer, scores, spatial_layers
from coursekit.explain.perturbation import occlusion, rise
from coursekit.explain.probe import Probe
from coursekit.explain.relevance import deep_taylor, lrp, relevance_totals
from coursekit.explain.shapley import shap
from coursekit.explain.surrogate import lime, superpixels
from coursekit.explain.taylor import root_points, taylor_decomposition
from coursekit.explain.together import class_activations

__all__ = [
    "METHODS",
    "Ascent",
    "Configured",
    "Method",
    "Probe",
    "cam",
    "class_activations",
    "class_probabilities",
    "configured",
    "counted_passes",
    "deep_taylor",
    "edges",
    "evaluate",
    "explained_classes",
    "feature_maps",
    "fixated_pixels",
    "fixations",
    "grad_cam",
    "grad_cam_plus_plus",
    "gradient_x_input",
    "gradients",
    "guided_backpropagation",
    "integrated_gradients",
    "last_spatial_layer",
    "layer_cam",
    "lime",
    "lrp",
    "maximise_classes",
    "maximise_filters",
    "method",
    "occlusion",
    "relevance_totals",
    "rise",
    "root_points",
    "score_cam",
    "scores",
    "shap",
    "smooth_grad",
    "spatial_layers",
    "superpixels",
    "taylor_decomposition",
]
