"""Embeddings of synthetic images that ship with the course: challenges are judged on them quickly, without Keras."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coursekit import settings


def synthetic_embeddings(name: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return what EfficientNet-Lite0 makes of synthetic images, and their classes.

    Parameters
    ----------
    name : {"synthetic_pets", "synthetic_flowers"}
        700 cats and dogs, or 500 flowers of five species, made by ``benchmarks/embeddings.py``.

    Returns
    -------
    embeddings : float64 array (images, 64) or (images, 128)
        The first principal components of its features, the one that varies most first.
    labels : int64 array (images,)

    Examples
    --------
    >>> embeddings, labels = synthetic_embeddings("synthetic_pets")
    >>> embeddings.shape, labels.shape
    ((700, 64), (700,))
    """
    with np.load(settings.course_folder() / "data" / "embeddings" / f"{name}.npz") as kept:
        return kept["embeddings"].astype(np.float64), kept["labels"].astype(np.int64)
