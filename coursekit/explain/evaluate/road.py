"""Remove and debias: pixels replaced by what their neighbours suggest, so that no black speckles fool the network."""

from __future__ import annotations

import functools
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import linalg

from coursekit.arrays import Floats
from coursekit.docstrings import entries_from
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.run import run, target_classes
from coursekit.explain.evaluate.faithfulness import Curve, deletion, probability_body, ranks

SHARES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Of the pixels, replaced one after the other."""

_NEIGHBOURS = {(0, 1): 1 / 6, (1, 0): 1 / 6, (1, 1): 1 / 12, (1, -1): 1 / 12}


@entries_from(deletion)
def road(
    model: keras.Model,
    images: ArrayLike,
    heatmaps: ArrayLike,
    target: ArrayLike | None = None,
    *,
    order: Literal["morf", "lerf"] = "morf",
    shares: ArrayLike = SHARES,
    noise: float = 0.01,
    seed: int = 0,
    batch_size: int | None = None,
) -> Curve:
    """Follow the probability while pixels are replaced by noisy means of their neighbours: ROAD.

    The most relevant first (MoRF): the lower the curve, the better. The least relevant first (LeRF): the higher, the
    better. Black pixels are objects of their own, and their outline gives away what was removed; a mean of the
    neighbours does not.

    Parameters
    ----------
    {model}
    images : array (n, height, width, channels)
        In the values that the model takes, for example 0 to 1.
    heatmaps : array (n, height, width)
        One for each image, in any units, the hotter the higher.
    {target}
    order : {"morf", "lerf"}
        Whether the hottest or the coolest pixels go first.
    shares : array (k,)
        Of the pixels, above 0 and below 1.
    noise : float
        Standard deviation of what is added to each mean, as a share of the image's range.
    {seed}
    {batch_size}

    Returns
    -------
    Curve
        It starts with the whole image, 0 replaced.

    Raises
    ------
    ValueError
        If shapes do not fit, a share is out of range, or there is no such order.

    References
    ----------
    Y. Rong, T. Leemann, V. Borisov, G. Kasneci and E. Kasneci (2022), "A consistent and efficient evaluation strategy
    for attribution methods", ICML, arXiv:2202.00449.

    Examples
    --------
    >>> from coursekit import networks
    >>> images = np.random.default_rng(0).random((2, 28, 28, 1))
    >>> road(networks.mnist_convnet(), images, images[..., 0], target=3, shares=[0.5]).probability.shape
    (2, 2)
    """
    if order not in ("morf", "lerf"):
        raise ValueError(f'order is {order!r}: it must be "morf", most relevant first, or "lerf".')
    parts = np.atleast_1d(np.asarray(shares, np.float64))
    if not ((parts > 0) & (parts < 1)).all():
        raise ValueError(f"shares are {parts.tolist()}: each must be above 0 and below 1, or no neighbour is left.")
    inputs = Inputs.of(model, images)
    signed = np.asarray(heatmaps, np.float64) * (1 if order == "morf" else -1)
    places = ranks(signed, inputs.images, seed)
    classes = target_classes(inputs, target, batch_size=batch_size)
    probability = np.empty((len(inputs), len(parts) + 1))
    for column, share in enumerate([0.0, *parts]):
        removed = places < round(share * places[0].size)
        shown = inputs.with_images(noisy_linear_imputation(inputs.images, removed, noise=noise, seed=seed))
        probability[:, column] = run(shown, classes, probability_body, batch_size=batch_size)[0]
    return Curve(np.array([0.0, *parts]), probability)


def noisy_linear_imputation(images: ArrayLike, removed: ArrayLike, *, noise: float = 0.01, seed: int = 0) -> Floats:
    """Replace removed pixels by weighted means of their eight neighbours, all at once, and add a little noise.

    Each of the four next neighbours counts one sixth, each of the diagonal ones one twelfth; removed neighbours count
    with their own new value, so a system of linear equations is solved.

    Parameters
    ----------
    images : array float (n, height, width, channels)
    removed : bool array (n, height, width)
        Not all pixels of an image.
    noise : float
        Standard deviation of the noise, as a share of the image's range.
    seed : int
        Of the noise.

    Returns
    -------
    array (n, height, width, channels), in the precision of the images

    Raises
    ------
    ValueError
        If all pixels of an image are removed.

    Examples
    --------
    >>> image = np.arange(3.0).repeat(3).reshape(1, 3, 3, 1)
    >>> middle = np.zeros((1, 3, 3), bool)
    >>> middle[0, 1, 1] = True
    >>> bool(np.isclose(noisy_linear_imputation(image, middle, noise=0)[0, 1, 1, 0], 1.0))
    True
    """
    filled, gone = np.array(images), np.asarray(removed, bool)
    if gone.reshape(len(gone), -1).all(axis=1).any():
        raise ValueError("all pixels of an image are removed: leave some to impute from.")
    weights, sums = _neighbourhood(filled.shape[1:3])
    for number, (image, mask) in enumerate(zip(filled, gone.reshape(len(gone), -1), strict=True)):
        inner, outer = np.flatnonzero(mask), np.flatnonzero(~mask)
        if not len(inner):
            continue
        spread = noise * float(np.ptp(image))
        pixels = image.reshape(len(mask), -1)
        system = sparse.diags(sums[inner]) - weights[inner][:, inner]
        known = weights[inner][:, outer] @ pixels[outer].astype(np.float64)
        added = np.random.default_rng((seed, number)).normal(0, spread, known.shape) if spread else 0.0
        # The system is symmetric and its diagonal the largest: three times quicker than the general way.
        solver = linalg.splu(
            system.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )
        pixels[inner] = solver.solve(known) + added
    return filled


@functools.lru_cache(maxsize=4)
def _neighbourhood(shape: tuple[int, int]) -> tuple[Any, NDArray[np.float64]]:
    """Return the weight of each pixel in the mean of each other, (pixels, pixels), and the sums of its rows."""
    numbers = np.arange(shape[0] * shape[1]).reshape(shape)
    total = sparse.csr_matrix((numbers.size, numbers.size))
    for (down, right), weight in _NEIGHBOURS.items():
        first = numbers[: shape[0] - down, max(0, -right) : shape[1] - max(0, right)].ravel()
        second = numbers[down:, max(0, right) : shape[1] + min(0, right)].ravel()
        one_way = sparse.coo_matrix((np.full(len(first), weight), (first, second)), shape=total.shape)
        total = total + one_way + one_way.T
    return total.tocsr(), np.asarray(total.sum(axis=1)).ravel()
