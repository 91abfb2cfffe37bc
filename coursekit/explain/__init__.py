"""Explainers: which pixels, and which feature maps, make a classifier answer as it does.

Every method is one function ``(model, images, target=None, **options)`` that returns heatmaps, float32
(n, height, width): one number a pixel, in the units of the score (the logit of the target class). They work on any
Keras classifier of one input and one output, two-dimensional or, for spectra (n, length, channels), one-dimensional.
Images come in the values that the model takes, and black, grey and white are those of the model: told by its own
preparation (``Rescaling(1 / 255)``), else by the images, else asked for.
"""

from coursekit.explain import evaluate
from coursekit.explain.class_activation_comparison import class_activations
from coursekit.explain.engine.feature_maps import feature_maps, last_spatial_layer, spatial_layers
from coursekit.explain.engine.pass_counter import counted_passes
from coursekit.explain.engine.probe import Probe
from coursekit.explain.engine.scores import class_probabilities, explained_classes, scores
from coursekit.explain.filter_images import recorded_filter_images
from coursekit.explain.methods.activation_maximization import Ascent, maximise_classes, maximise_filters
from coursekit.explain.methods.channel_pooling import pool_channels
from coursekit.explain.methods.class_activation import (
    cam,
    grad_cam,
    grad_cam_plus_plus,
    hires_cam,
    layer_cam,
    score_cam,
)
from coursekit.explain.methods.fixations import fixations
from coursekit.explain.methods.gradients import (
    gradient_x_input,
    gradients,
    guided_backpropagation,
    integrated_gradients,
    smooth_grad,
)
from coursekit.explain.methods.lime import lime
from coursekit.explain.methods.lrp import deep_taylor, lrp
from coursekit.explain.methods.occlusion import occlusion
from coursekit.explain.methods.rise import rise
from coursekit.explain.methods.shap import shap
from coursekit.explain.methods.taylor import root_points, taylor_decomposition, taylor_relevance
from coursekit.explain.presets import edges, presets
from coursekit.explain.registry import METHODS

__all__ = [
    "METHODS",
    "Ascent",
    "Probe",
    "cam",
    "class_activations",
    "class_probabilities",
    "counted_passes",
    "deep_taylor",
    "edges",
    "evaluate",
    "explained_classes",
    "feature_maps",
    "fixations",
    "grad_cam",
    "grad_cam_plus_plus",
    "gradient_x_input",
    "gradients",
    "guided_backpropagation",
    "hires_cam",
    "integrated_gradients",
    "last_spatial_layer",
    "layer_cam",
    "lime",
    "lrp",
    "maximise_classes",
    "maximise_filters",
    "occlusion",
    "pool_channels",
    "presets",
    "recorded_filter_images",
    "rise",
    "root_points",
    "score_cam",
    "scores",
    "shap",
    "smooth_grad",
    "spatial_layers",
    "taylor_decomposition",
    "taylor_relevance",
]
