"""The families of explainers, as a map."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

_COLUMNS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "runs the network forward only",
        "#fff3e0",
        (
            ("Cover a patch", "Occlusion"),
            ("Show parts only", "RISE: at random\nScore-CAM: the last maps as masks"),
            ("Fit a line to parts on and off", "LIME"),
            ("Every order of the parts", "Shapley values, exact"),
        ),
    ),
    (
        "differentiates the score",
        "#e3f2fd",
        (
            ("Slope here", "Gradient"),
            ("Slopes nearby", "SmoothGrad"),
            ("Slope × difference", "Gradient × input · Taylor"),
            ("Slopes along a path", "Integrated gradients · SHAP"),
        ),
    ),
    (
        "goes back through the layers",
        "#e8f5e9",
        (
            ("Share out the score", "LRP ε, α2β1, composite · Deep Taylor"),
            ("Drop what is negative", "Guided backpropagation"),
            ("Weigh the last maps", "CAM · Grad-CAM, ++\nHiResCAM · LayerCAM"),
            ("Follow the strongest", "CNN fixations"),
        ),
    ),
)
_EQUAL = (
    "With many samples: SHAP (its GradientExplainer) with one black background = integrated gradients from black.",
    "As ε → 0, without biases, with ReLUs: LRP ε = gradient × input. Before a global average: CAM ∝ Grad-CAM without "
    "its ReLU.",
)


def method_families(ax: Axes | None = None) -> Axes:
    """Draw the course's explainers as twelve families, by what they need of the network.

    Parameters
    ----------
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    References
    ----------
    M. Ancona, E. Ceolini, C. Öztireli and M. Gross (2018), "Towards better understanding of gradient-based attribution
    methods for deep neural networks", ICLR, arXiv:1711.06104.

    Examples
    --------
    >>> method_families().get_title(loc="left")
    'Twelve families of methods, by what they need of the network'
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(9.6, 4.2))
    for column, (needs, colour, families) in enumerate(_COLUMNS):
        left = column * 3.3
        ax.text(left + 1.5, 4.25, needs, ha="center", fontsize=10.5, fontweight="bold")
        for row, (family, members) in enumerate(families):
            bottom = 3.2 - row
            box = FancyBboxPatch(
                (left, bottom), 3, 0.75, boxstyle="round,pad=0.03", facecolor=colour, edgecolor="#555555", linewidth=0.8
            )
            ax.add_patch(box)
            ax.text(left + 1.5, bottom + 0.56, family, ha="center", va="center", fontsize=10)
            ax.text(left + 1.5, bottom + 0.22, members, ha="center", va="center", fontsize=7.5, color="#333333")
    for row, words in enumerate(_EQUAL):
        ax.text(0, -0.25 - 0.35 * row, words, fontsize=8.5, va="center")
    ax.set(xlim=(-0.15, 9.75), ylim=(-0.8, 4.6))
    ax.set_axis_off()
    ax.set_title("Twelve families of methods, by what they need of the network", loc="left")
    return ax
