"""Features of a frozen backbone, computed once and cached: its head then trains in seconds."""

from __future__ import annotations

import hashlib

import filelock
import keras
import numpy as np
from numpy.typing import NDArray

from coursekit import settings
from coursekit.atomic_write import write_whole
from coursekit.data import Split
from coursekit.data.images.decoding import Fit


def features(
    backbone: keras.Model,
    split: Split,
    size: int | None = None,
    limit: int | None = None,
    fit: Fit = "stretch",
    batch_size: int = 32,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the output of a backbone for all images of a split, and their labels.

    They are kept in ``COURSEKIT_HOME/features`` and computed again when a weight, an image or a setting has changed.
    Images are not augmented: an image that is new in each epoch has no features that could be kept.

    Parameters
    ----------
    backbone : keras.Model
        Images with values from 0 to 1 in, anything out: maps, or one number a map.
    split : Split
        The images.
    size : int, optional
        Height and width in pixels that the images are scaled to; None leaves them as they are.
    limit : int, optional
        The most images, of each class as many as there can be; None is all of them.
    fit : {"stretch", "crop", "pad"}
        How an image that is not square becomes so: stretched, cut, or with black added.
    batch_size : int
        Images at a time: less needs less memory.

    Returns
    -------
    features : float32 array (n, ...)
    labels : int64 array (n,)

    Examples
    --------
    >>> mean = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.GlobalAveragePooling2D()])
    >>> white = Split.from_arrays("train", np.full((3, 8, 8, 1), 255, np.uint8), [0, 1, 0])
    >>> features(mean, white)[0].tolist()
    [[1.0], [1.0], [1.0]]
    """
    split = split.limited(limit)
    folder = settings.home() / "features"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{_fingerprint(backbone, split, size, fit)}.npy"
    with filelock.FileLock(kept.with_suffix(".lock")):
        if not kept.exists():
            found = backbone.predict(split.batches(batch_size, size=size, fit=fit), verbose=0)
            with write_whole(kept) as unfinished:
                np.save(unfinished, np.asarray(found, dtype=np.float32))
    return np.load(kept), split.labels


def _fingerprint(backbone: keras.Model, split: Split, *details: object) -> str:
    digest = hashlib.sha256(repr((backbone.name, backbone.output_shape, *details)).encode())
    for weight in backbone.get_weights():
        digest.update(weight.tobytes())
    digest.update(split.labels.tobytes())
    if split.images is not None:
        digest.update(split.images.tobytes())
    for path in split.paths or ():
        status = path.stat()
        digest.update(f"{path.parent.name}/{path.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]
