"""All methods side by side, each with its options for images of a given size and a given amount of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.registry import METHODS


@dataclass(frozen=True)
class Preset:
    """A method with its options, called as ``method(model, images, target)`` like the function itself.

    Attributes
    ----------
    function : str
        A key of `coursekit.explain.METHODS`, which has its title.
    idea : str
        What the heatmap says, in a few words.
    options : dict
        What is passed besides the defaults.
    variant : str
        What tells it from other presets of the same function, in its title.
    takes_layer : bool
        Whether a ``layer`` may be passed.
    about_mean : bool
        Whether each heatmap is given without its mean: for methods whose zero says nothing.
    reference : str
        The option that says what an image is compared with, such as ``"baseline"``; empty if there is none.
    per_channel : bool
        Whether the method gives each channel a number, and takes ``pooling``.
    """

    function: str
    idea: str
    options: Mapping[str, Any] = field(default_factory=dict)
    variant: str = ""
    takes_layer: bool = False
    about_mean: bool = False
    reference: str = ""
    per_channel: bool = False

    @property
    def title(self) -> str:
        """As the field writes it: "Grad-CAM", "LRP ε"."""
        return f"{METHODS[self.function].title} {self.variant}".rstrip()

    def __call__(self, model: keras.Model, images: ArrayLike, target: ArrayLike | None = None, **more: Any) -> Floats:
        """Return heatmaps (n, height, width); `more` are further options."""
        heatmaps = METHODS[self.function].explain(model, images, target, **{**self.options, **more})
        return heatmaps - heatmaps.mean(axis=(1, 2), keepdims=True) if self.about_mean else heatmaps

    def channels(self, model: keras.Model, images: ArrayLike, target: ArrayLike | None = None) -> Floats:
        """Return attributions (n, height, width, channels), of one channel where the method gives pixels a number.

        Parameters
        ----------
        model : keras.Model
            A classifier of one input and one output, of logits or probabilities.
        images : array (n, height, width, channels)
            In the values that the model takes.
        target : None, int or array (n,)
            The class to explain; None means the class predicted for each image.

        Returns
        -------
        array float32 (n, height, width, channels)
            One channel where the method gives each pixel one number.
        """
        if self.per_channel:
            return self(model, images, target, pooling=None)
        return self(model, images, target)[..., np.newaxis]

    def compared_with(self, twins: ArrayLike) -> Preset:
        """Return the method that compares each image with its own twin, array (n, height, width, channels).

        Parameters
        ----------
        twins : array (n, height, width, channels)
            An image for each of those to explain, in the same values.

        Returns
        -------
        Preset

        Raises
        ------
        ValueError
            If the method compares with nothing.
        """
        if not self.reference:
            raise ValueError(f"{self.title} takes no baseline: choose one of {', '.join(sorted(_REFERENCES))}.")
        own = np.asarray(twins)
        # SHAP takes several backgrounds for each image.
        given = own[:, np.newaxis] if self.function == "shap" else own
        return replace(self, options={**self.options, self.reference: given}, variant=f"{self.variant} (twin)".strip())

    def code(self, **more: Any) -> str:
        """Return the call as it would be typed, with `more` options. Arrays are written as ``twins``.

        Parameters
        ----------
        **more : any
            Further options by name.

        Returns
        -------
        str

        Examples
        --------
        >>> presets(64)["Grad-CAM"].code(layer="conv2")
        "heatmaps = ck.explain.grad_cam(model, images, target, layer='conv2')"
        """
        given = {**self.options, **more}
        options = "".join(
            f", {name}={'twins' if isinstance(value, np.ndarray) else repr(value)}" for name, value in given.items()
        )
        code = f"heatmaps = ck.explain.{self.function}(model, images, target{options})"
        return code + "\nheatmaps -= heatmaps.mean(axis=(1, 2), keepdims=True)" * self.about_mean


def presets(side: int, budget: int = 256) -> dict[str, Preset]:
    """Return the methods by title, from those that look at gradients to those that only ask the network.

    Parameters
    ----------
    side : int
        Pixels along the shorter side of the images: patches of occlusion are an eighth of it.
    budget : int
        Passes through the network that a method which samples may take for one image, 16 or more. The literature
        takes thousands: with few, RISE and LIME are noisy.

    Returns
    -------
    dict of str to Preset
        Each is called as ``preset(model, images, target)`` and returns heatmaps (n, height, width).

    Raises
    ------
    ValueError
        If the side is below 8 or the budget below 16.

    Examples
    --------
    >>> table = presets(64, budget=100)
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
        Preset("gradients", "how strongly the score reacts to each pixel"),
        Preset("gradient_x_input", "what each pixel adds, were the network linear"),
        Preset("smooth_grad", "mean gradient over noisy copies", {"samples": steps}),
        Preset("integrated_gradients", "sum of the way from black", {"steps": steps}),
        Preset("shap", "expected gradients over random ways from black", {"samples": steps}),
        Preset("guided_backpropagation", "gradient without what is negative"),
        Preset("taylor_decomposition", "first-order terms near a blurred image"),
        Preset("lrp", "score handed down in proportion", {"rule": "epsilon", "epsilon": 0.01}, variant="ε"),
        Preset("lrp", "score handed down, for and against apart", {"rule": "alpha_beta"}, variant="α2β1"),
        Preset("lrp", "score handed down, a rule for each depth", variant="composite"),
        Preset("deep_taylor", "score handed down, only what speaks for it"),
        Preset("cam", "last maps by the weights of the class"),
        Preset("grad_cam", "last maps by their mean gradient", takes_layer=True),
        Preset("grad_cam_plus_plus", "last maps by weighted positive gradients", takes_layer=True),
        Preset("layer_cam", "maps by the gradient at each place", takes_layer=True),
        Preset("score_cam", "last maps by the score of what they let through", takes_layer=True),
        Preset("fixations", "strongest units followed back to pixels"),
        Preset("occlusion", "how far the score falls under a black patch", dense),
        Preset("rise", "mean score where random masks show the pixel", {"masks": budget}, about_mean=True),
        Preset("lime", "a linear model of superpixels on and off", {"samples": budget}),
    )
    return {
        method.title: replace(
            method,
            per_channel=method.function in _PER_CHANNEL,
            reference=_REFERENCES.get(method.function, ""),
        )
        for method in found
    }


_REFERENCES: Mapping[str, str] = MappingProxyType(
    {"integrated_gradients": "baseline", "shap": "background", "taylor_decomposition": "root", "occlusion": "baseline"}
)
_PER_CHANNEL = frozenset(
    {
        "gradients",
        "gradient_x_input",
        "smooth_grad",
        "integrated_gradients",
        "shap",
        "guided_backpropagation",
        "taylor_decomposition",
        "lrp",
        "deep_taylor",
    }
)


def edges(model: keras.Model, images: ArrayLike, target: ArrayLike | None = None) -> Floats:
    """Return where brightness changes: an edge detector that knows no network, to compare with.

    Parameters
    ----------
    model : keras.Model or None
        It is not looked at.
    images : array (n, height, width, channels)
        In the values that the model takes, for example 0 to 1.
    target : None, int or array (n,)
        It is not looked at.

    Returns
    -------
    array float32 (n, height, width)
        0 or more: brightness per pixel, times 8.

    Examples
    --------
    >>> images = np.zeros((1, 4, 4, 3))
    >>> images[:, :, 2:] = 1
    >>> edges(None, images)[0, 1]
    array([0., 4., 4., 0.], dtype=float32)
    """
    brightness = np.asarray(images, np.float32).mean(axis=-1)
    found = [np.hypot(*(ndimage.sobel(one, axis, mode="nearest") for axis in (0, 1))) for one in brightness]
    return np.asarray(found, np.float32)
