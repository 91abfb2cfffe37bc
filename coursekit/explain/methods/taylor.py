"""Taylor decomposition: the score shared out among the pixels by a straight line from a root point."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from coursekit.arrays import Floats
from coursekit.explain.engine.flat_maps import warn_of_flat_maps
from coursekit.explain.engine.inputs import checked_baseline, checked_pictures
from coursekit.explain.engine.run import explained_classes, scores
from coursekit.explain.methods.gradients import gradient_pictures

_FLAT = "the picture is its own root point there, or no pixel changes the score (dead ReLUs)."


Root = ArrayLike | Literal["blur", "sharpen"]
Slope = Literal["root", "picture", "mean"]


@overload
def taylor_decomposition(
    model: Any,
    pictures: ArrayLike,
    target: Any = None,
    *,
    root: Root = ...,
    strength: float = ...,
    slope: Slope = ...,
    remainder: Literal[False] = ...,
    batch_size: int = ...,
) -> Floats: ...
@overload
def taylor_decomposition(
    model: Any,
    pictures: ArrayLike,
    target: Any = None,
    *,
    root: Root = ...,
    strength: float = ...,
    slope: Slope = ...,
    remainder: Literal[True],
    batch_size: int = ...,
) -> tuple[Floats, Floats]: ...
def taylor_decomposition(
    model: Any,
    pictures: ArrayLike,
    target: Any = None,
    *,
    root: Root = "blur",
    strength: float = 1.0,
    slope: Slope = "root",
    remainder: bool = False,
    batch_size: int = 8,
) -> Floats | tuple[Floats, Floats]:
    """Return the first term of the score's Taylor series around a root point: ``g * (x - root)``, channels summed.

    A root point ought to score 0 and lie near. A blurred picture does not score 0, so what is explained is the
    difference, and which root is taken decides what the map shows: chosen well, it can justify any map (Sixt and
    Landgraf 2022). Ask for the remainder to see how much is left over.

    Parameters
    ----------
    model : keras.Model
    pictures : array (n, height, width, channels) or (n, length, channels)
    target : None, int or array (n,)
        Class to explain; None means the predicted class of each picture.
    root : {"blur", "sharpen"} or array that broadcasts to the pictures
        The picture without its details, with twice its details, or given: a picture of another class, or a number.
    strength : float
        Standard deviation in pixels of the Gaussian that tells details from the rest, above 0.
    slope : {"root", "picture", "mean"}
        Where g is taken: at the root, as in a Taylor series; at the picture; or the mean of both, which halves the
        remainder.
    remainder : bool
        Return also ``S(x) - S(root) - sum of the heatmap``, (n,): what the straight line misses.
    batch_size : int
        Pictures at once.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed.
    array (n,)
        If asked for, the remainder.

    Raises
    ------
    ValueError
        If an option is out of its range or the root does not fit the pictures.

    References
    ----------
    G. Montavon, S. Lapuschkin, A. Binder, W. Samek and K.-R. Müller (2017), "Explaining nonlinear classification
    decisions with deep Taylor decomposition", Pattern Recognition 65, 211-222, arXiv:1512.02479.
    L. Sixt and T. Landgraf (2022), "A rigorous study of the deep Taylor decomposition", TMLR, arXiv:2211.08425.

    Examples
    --------
    >>> from coursekit import networks
    >>> pictures = np.random.default_rng(0).random((2, 28, 28, 1))
    >>> taylor_decomposition(networks.mnist_convnet(), pictures).shape
    (2, 28, 28)
    """
    if slope not in ("root", "picture", "mean"):
        raise ValueError(f'slope is {slope!r}: it must be "root", "picture" or "mean".')
    checked = checked_pictures(model, pictures)
    start = root_points(checked, root, strength)
    classes = explained_classes(model, checked, target, batch_size=batch_size)
    ends = {"root": [start], "picture": [checked], "mean": [start, checked]}[slope]
    slopes = [gradient_pictures(model, end, classes, batch_size=batch_size) for end in ends]
    heatmaps: Floats = ((checked - start) * np.mean(slopes, axis=0)).sum(axis=-1).astype(np.float32)
    warn_of_flat_maps(heatmaps, _FLAT)
    if not remainder:
        return heatmaps
    above, below = (scores(model, end, classes, batch_size=batch_size) for end in (checked, start))
    return heatmaps, above - below - heatmaps.reshape(len(heatmaps), -1).sum(axis=1)


def root_points(pictures: Floats, root: Root = "blur", strength: float = 1.0) -> Floats:
    """Return the root points that `taylor_decomposition` takes, in the pictures' shape.

    Parameters
    ----------
    pictures : array float (n, height, width, channels) or (n, length, channels)
    root, strength
        As in `taylor_decomposition`.

    Examples
    --------
    >>> float(root_points(np.ones((1, 4, 4, 1)), root=0.5).max())
    0.5
    """
    if not isinstance(root, str):
        return checked_baseline(root, pictures)
    if not 0 < strength < np.inf:
        raise ValueError(f"strength is {strength!r}: it is the width of a blur in pixels, above 0.")
    spread = (0, *[strength] * (pictures.ndim - 2), 0)
    blurred: Floats = ndimage.gaussian_filter(pictures, spread, mode="nearest")
    if root == "blur":
        return blurred
    if root == "sharpen":
        return 2 * pictures - blurred
    raise ValueError(f'root is {root!r}: it must be "blur", "sharpen", or pictures of the given shape.')
