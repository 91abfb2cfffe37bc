"""The catalogue: a module for each data set, with what is known of it, its reader, its layout and its sample."""

from __future__ import annotations

from coursekit.data.catalogue_entry import CatalogueEntry
from coursekit.data.sets.cats_dogs import CATS_DOGS
from coursekit.data.sets.cifar10 import CIFAR10
from coursekit.data.sets.flowers import FLOWERS
from coursekit.data.sets.imagenet import WEIGHTS
from coursekit.data.sets.mnist import MNIST
from coursekit.data.sets.raman_mice import RAMAN_MICE
from coursekit.data.sets.retina import RETINA, RETINA_BALANCED
from coursekit.data.sets.scenes import SCENES

CATALOGUE: dict[str, CatalogueEntry] = {
    data_set.name: data_set
    for data_set in (MNIST, CIFAR10, CATS_DOGS, FLOWERS, SCENES, RETINA, RETINA_BALANCED, RAMAN_MICE)
}
"""The data sets that `load` knows, by name."""

NAMES: tuple[str, ...] = (*CATALOGUE, *WEIGHTS)
"""All that can be fetched: data sets and weights."""


def entry(name: str) -> CatalogueEntry:
    """Return what is known of a data set, or of weights.

    Parameters
    ----------
    name : str
        One of `NAMES`.

    Returns
    -------
    CatalogueEntry

    Raises
    ------
    ValueError
        If nothing has that name.

    Examples
    --------
    >>> entry("mnist").counts["test"]
    10000
    """
    if name not in NAMES:
        raise ValueError(f"there is no data set {name!r}. Choose one of: {', '.join(NAMES)}.")
    return WEIGHTS[name] if name in WEIGHTS else CATALOGUE[name]
