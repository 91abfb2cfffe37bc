"""How well two boxes agree."""

from __future__ import annotations

Box = tuple[int, int, int, int]


def box_overlap(first: Box, second: Box) -> float:
    """Return intersection over union: the area that two boxes share, over the area that they cover together.

    Parameters
    ----------
    first, second : (int, int, int, int)
        Row and column of the upper left corner, height and width, in pixels.

    Returns
    -------
    float
        1 for equal boxes, 0 for boxes apart. From 0.5 on a box is usually counted as right.

    Raises
    ------
    ValueError
        If a box has no area.

    References
    ----------
    M. Everingham et al. (2010), "The PASCAL visual object classes (VOC) challenge", International Journal of Computer
    Vision 88, 303-338, doi:10.1007/s11263-009-0275-4.

    Examples
    --------
    >>> box_overlap((0, 0, 4, 4), (2, 0, 4, 4))
    0.3333333333333333
    """
    (r1, c1, h1, w1), (r2, c2, h2, w2) = first, second
    if min(h1, w1, h2, w2) <= 0:
        raise ValueError(f"the boxes are {first} and {second}: height and width, the last two, must be above 0.")
    height = max(0, min(r1 + h1, r2 + h2) - max(r1, r2))
    width = max(0, min(c1 + w1, c2 + w2) - max(c1, c2))
    shared = height * width
    return shared / (h1 * w1 + h2 * w2 - shared)
