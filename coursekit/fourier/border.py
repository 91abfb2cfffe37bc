"""Where networks with merged convolutions differ from Keras: on rings at the border, and how many.

With "same" padding each layer cuts its maps to the size of the image: what the kernels carried over the border is
lost, and the next layer meets zeros there. Merged convolutions cut once, at the end. So those pixels differ whose value
in a later layer depends on what is beyond the border: size // 2 rings for each layer but the first. With "valid"
padding nothing is lost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, checked_floats, checked_plane
from coursekit.fourier.plain_block import PlainBlock


def error_rings(block: PlainBlock) -> int:
    """Return how many rings of pixels at the border differ between Keras and merged convolutions.

    (layers - 1) * (kernel size // 2) for equal kernels and "same" padding.

    Parameters
    ----------
    block : PlainBlock
        With square kernels of odd size.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a kernel is not square or its size is even: then the four sides differ.

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.fourier import plain_block
    >>> error_rings(plain_block(networks.linear_fourier_net(filters=(2, 2, 2), hidden=2)))
    2
    """
    for layer in block.convolutions:
        if layer.size[0] != layer.size[1] or layer.size[0] % 2 == 0:
            raise ValueError(
                f"layer {layer.name!r} has kernels of {layer.size[0]}x{layer.size[1]}: rings are equally wide on all "
                "sides only for square kernels of odd size. Measure with border_error."
            )
    rings = 0
    cut = False
    for layer in block.convolutions:
        reach = layer.size[0] // 2
        if cut:
            # A "valid" layer also takes its reach away from what is left.
            rings += reach if layer.padding == "same" else 0
        cut = cut or (layer.padding == "same" and (reach > 0 or bool(layer.bias.any())))
    return rings


def border_error(maps: ArrayLike, reference: ArrayLike) -> Floats:
    """Return the largest difference at each pixel, as a fraction of the largest value of the reference.

    Parameters
    ----------
    maps, reference : arrays (n, height, width, channels)
        Of a network in frequency and of Keras, for the same images.

    Returns
    -------
    array (height, width)
        The largest over images and channels.

    Raises
    ------
    ValueError
        If the shapes differ, or the reference is zero everywhere.

    Examples
    --------
    >>> border_error([[[[1.0], [2.0]]]], [[[[1.5], [2.0]]]])
    array([[0.25, 0.  ]])
    """
    ours, theirs = checked_floats(maps, "maps", 4), checked_floats(reference, "reference", 4)
    if ours.shape != theirs.shape:
        raise ValueError(f"maps have shape {ours.shape} and reference {theirs.shape}: both must be of the same images.")
    largest = np.abs(theirs).max()
    if not largest:
        raise ValueError("reference is zero everywhere: pass images that are not black.")
    error: Floats = np.abs(ours - theirs).max(axis=(0, 3)) / largest
    return error


def rings_above(error: ArrayLike, tolerance: float = 1e-5) -> int:
    """Return how many rings from the border inwards the error is above a tolerance somewhere.

    Parameters
    ----------
    error : array (height, width)
        See `border_error`.
    tolerance : float
        The largest error that still counts as none, a share of the largest value.

    Returns
    -------
    int

    Examples
    --------
    >>> rings_above([[0.1, 0.1, 0.1], [0.1, 0.0, 0.1], [0.1, 0.1, 0.1]])
    1
    """
    values = checked_plane(error, "error")
    return max((ring + 1 for ring, largest in enumerate(ring_maxima(values)) if largest > tolerance), default=0)


def ring_maxima(error: ArrayLike) -> list[float]:
    """Return the largest error in each ring of pixels, from the border inwards.

    Parameters
    ----------
    error : array (height, width)
        See `border_error`.

    Returns
    -------
    list of float

    Examples
    --------
    >>> ring_maxima([[3, 1, 1], [1, 2, 1], [1, 1, 1]])
    [3.0, 2.0]
    """
    values = checked_plane(error, "error")
    rows, columns = (np.minimum(np.arange(size), np.arange(size)[::-1]) for size in values.shape)
    distance = np.minimum(rows[:, np.newaxis], columns)
    return [float(values[distance == ring].max()) for ring in range(int(distance.max()) + 1)]
