"""All methods side by side, each with its options for pictures of a given size and a given amount of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.methods import METHODS


@dataclass(frozen=True)
class Configured:
    """A method with its options, called as ``method(model, pictures, target)`` like the function itself.

    Attributes
    ----------
    title : str
    function : str
        A key of `coursekit.explain.METHODS`.
    options : dict
        What is passed besides the defaults.
    idea : str
        What the heatmap says, in a few words.
    takes_layer : bool
        Whether a ``layer`` may be passed.
    about_mean : bool
        Whether each heatmap is given without its mean: for methods whose zero says nothing.
    """

    title: str
    function: str
    idea: str
    options: Mapping[str, Any] = field(default_factory=dict)
    takes_layer: bool = False
    about_mean: bool = False

    def __call__(self, model: Any, pictures: ArrayLike, target: Any = None, **more: Any) -> Floats:
        """Return heatmaps (n, height, width); `more` are further options."""
        heatmaps = METHODS[self.function].explain(model, pictures, target, **{**self.options, **more})
        return heatmaps - heatmaps.mean(axis=(1, 2), keepdims=True) if self.about_mean else heatmaps

    def code(self, **more: Any) -> str:
        """Return the call as it would be typed, with `more` options.

        Examples
        --------
        >>> configured(64)["Grad-CAM"].code(layer="conv2")
        "heatmaps = ck.explain.grad_cam(model, pictures, target, layer='conv2')"
        """
        options = "".join(f", {name}={value!r}" for name, value in {**self.options, **more}.items())
        code = f"heatmaps = ck.explain.{self.function}(model, pictures, target{options})"
        return code + "\nheatmaps -= heatmaps.mean(axis=(1, 2), keepdims=True)" * self.about_mean


def configured(side: int, budget: int = 256) -> dict[str, Configured]:
    """Return the methods by title, from those that look at gradients to those that only ask the network.

    Parameters
    ----------
    side : int
        Pixels along the shorter side of the pictures: patches of occlusion are an eighth of it.
    budget : int
        Passes through the network that a method which samples may take for one picture, 16 or more. The literature
        takes thousands: with few, RISE and LIME are noisy.

    Raises
    ------
    ValueError
        If the side is below 8 or the budget below 16.

    Examples
    --------
    >>> table = configured(64, budget=100)
    >>> table["RISE"].options, table["Occlusion"].options
    ({'masks': 100}, {'patch': 8})
    """
    at_least_one(side, "side")
    if side < 8 or budget < 16:
        raise ValueError(f"side is {side} and budget {budget}: pass a side of 8 pixels or more, and 16 passes or more.")
    patch = side // 8
    dense = {"patch": patch, "stride": max(1, patch // 2)} if budget >= 225 else {"patch": patch}
    steps = max(8, budget // 10)
    found = (
        Configured("Gradient", "gradients", "how strongly the score reacts to each pixel"),
        Configured("Gradient × input", "gradient_x_input", "what each pixel adds, were the network linear"),
        Configured("SmoothGrad", "smooth_grad", "mean gradient over noisy copies", {"samples": steps}),
        Configured("Integrated gradients", "integrated_gradients", "sum of the way from black", {"steps": steps}),
        Configured("SHAP", "shap", "expected gradients over random ways from black", {"samples": steps}),
        Configured("Guided backpropagation", "guided_backpropagation", "gradient without what is negative"),
        Configured("Taylor decomposition", "taylor_decomposition", "first-order terms near a blurred picture"),
        Configured("LRP ε", "lrp", "score handed down in proportion", {"rule": "epsilon", "epsilon": 0.01}),
        Configured("LRP α2β1", "lrp", "score handed down, for and against apart", {"rule": "alpha_beta"}),
        Configured("LRP composite", "lrp", "score handed down, a rule for each depth"),
        Configured("Deep Taylor", "deep_taylor", "score handed down, only what speaks for it"),
        Configured("CAM", "cam", "last maps by the weights of the class"),
        Configured("Grad-CAM", "grad_cam", "last maps by their mean gradient", takes_layer=True),
        Configured("Grad-CAM++", "grad_cam_plus_plus", "last maps by weighted positive gradients", takes_layer=True),
        Configured("LayerCAM", "layer_cam", "maps by the gradient at each place", takes_layer=True),
        Configured("Score-CAM", "score_cam", "last maps by the score of what they let through", takes_layer=True),
        Configured("CNN fixations", "fixations", "strongest units followed back to pixels"),
        Configured("Occlusion", "occlusion", "how far the score falls under a black patch", dense),
        Configured("RISE", "rise", "mean score where random masks show the pixel", {"masks": budget}, about_mean=True),
        Configured("LIME", "lime", "a linear model of superpixels on and off", {"samples": budget}),
    )
    return {method.title: method for method in found}


def edges(model: Any, pictures: ArrayLike, target: Any = None) -> Floats:
    """Return where brightness changes: an edge detector that knows no network, to compare with.

    Examples
    --------
    >>> pictures = np.zeros((1, 4, 4, 3))
    >>> pictures[:, :, 2:] = 1
    >>> edges(None, pictures)[0, 1]
    array([0., 4., 4., 0.], dtype=float32)
    """
    brightness = np.asarray(pictures, np.float32).mean(axis=-1)
    found = [np.hypot(*(ndimage.sobel(one, axis, mode="nearest") for axis in (0, 1))) for one in brightness]
    return np.asarray(found, np.float32)
