"""Set a part of a split aside, to validate on."""

from __future__ import annotations

from coursekit.data.dataset import Split
from coursekit.data.image_folder import stratified_parts


def hold_out(split: Split, share: float = 0.1, seed: int = 3) -> tuple[Split, Split]:
    """Divide a split at random into one to train on and one to validate on.

    Each class gives the same share, and no group (a patient, a mouse) stands in both.

    Parameters
    ----------
    split
        Usually ``dataset.train`` of a data set that has no validation part of its own.
    share
        How much is set aside, more than 0 and less than 1.
    seed
        Seed of the division, not negative.

    Returns
    -------
    train, validation
        Splits of those names. Together they are the whole.

    Raises
    ------
    ValueError
        If `share` leaves either part without a picture of some class.

    Examples
    --------
    >>> import numpy as np
    >>> whole = Split.from_arrays("train", np.zeros((40, 8, 8, 1), np.uint8), np.repeat([0, 1], 20))
    >>> train, validation = hold_out(whole, share=0.15)
    >>> len(train), np.bincount(validation.labels).tolist()
    (34, [3, 3])
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}, but it must be more than 0 and less than 1, for example 0.1.")
    parts = stratified_parts(split.labels, (1 - share, share), seed, split.groups)
    train, validation = split.take(parts == 0, "train"), split.take(parts == 1, "validation")
    classes = set(split.labels.tolist())
    for part in (train, validation):
        missing = classes - set(part.labels.tolist())
        if missing:
            raise ValueError(
                f"share={share} of {len(split)} pictures leaves {part.name} with none of class "
                f"{', '.join(map(str, sorted(missing)))}. Pass another share, or more pictures of that class."
            )
    return train, validation
