"""The table of all methods: their titles, what each needs of a model and what its map means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from coursekit.arrays import Floats
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
from coursekit.explain.methods.taylor import taylor_decomposition

Needs = Literal["scores", "gradients", "ReLUs", "maps", "global average pooling", "known layers"]


@dataclass(frozen=True)
class Method:
    """An explainer.

    Attributes
    ----------
    title : str
        As the field writes it.
    explain : function (model, images, target=None, **options) -> heatmaps
    needs : str
        Of the model: ``"scores"``, no more than its answers; ``"gradients"`` by the pixels; ``"ReLUs"`` besides;
        ``"maps"``, a convolution; ``"global average pooling"`` before one dense layer; ``"known layers"``, only
        those that have a rule.
    signed : bool
        Whether the map of the default options tells for from against; draw it diverging around 0.
    """

    title: str
    explain: Callable[..., Floats]
    needs: Needs
    signed: bool


METHODS: dict[str, Method] = {
    "gradients": Method("Gradient", gradients, "gradients", signed=False),
    "gradient_x_input": Method("Gradient × input", gradient_x_input, "gradients", signed=True),
    "smooth_grad": Method("SmoothGrad", smooth_grad, "gradients", signed=False),
    "integrated_gradients": Method("Integrated gradients", integrated_gradients, "gradients", signed=True),
    "guided_backpropagation": Method("Guided backpropagation", guided_backpropagation, "ReLUs", signed=False),
    "taylor_decomposition": Method("Taylor decomposition", taylor_decomposition, "gradients", signed=True),
    "shap": Method("SHAP", shap, "gradients", signed=True),
    "cam": Method("CAM", cam, "global average pooling", signed=True),
    "grad_cam": Method("Grad-CAM", grad_cam, "maps", signed=False),
    "grad_cam_plus_plus": Method("Grad-CAM++", grad_cam_plus_plus, "maps", signed=False),
    "hires_cam": Method("HiResCAM", hires_cam, "maps", signed=True),
    "layer_cam": Method("LayerCAM", layer_cam, "maps", signed=False),
    "score_cam": Method("Score-CAM", score_cam, "maps", signed=False),
    "occlusion": Method("Occlusion", occlusion, "scores", signed=True),
    "rise": Method("RISE", rise, "scores", signed=False),
    "lime": Method("LIME", lime, "scores", signed=True),
    "lrp": Method("LRP", lrp, "known layers", signed=True),
    "deep_taylor": Method("Deep Taylor", deep_taylor, "known layers", signed=False),
    "fixations": Method("CNN fixations", fixations, "known layers", signed=False),
}
"""By the names of the functions in `coursekit.explain`."""
