"""Pretrained weights of Keras' networks and the names of ImageNet's classes: from the cache, the mirror, or Keras."""

from __future__ import annotations

from pathlib import Path

from coursekit import settings
from coursekit.data.catalogue_entry import CatalogueEntry
from coursekit.data.errors import DataError, UnavailableError
from coursekit.data.fetching import cache, download
from coursekit.data.sets.imagenet import CLASS_INDEX, WEIGHTS, read_class_index

_INSTEAD = (
    "Without them, the course's own small backbone will do, which ships: "
    'ck.training.trained("cifar10_backbone").layers[0].'
)


def weights(name: str) -> Path:
    """Return the file with the weights of a network, for ``load_weights`` or the argument ``weights`` of Keras.

    Parameters
    ----------
    name : str
        ``"mobilenet_v2"``, ``"vgg16"``, ``"resnet50"``, ``"inception_v3"`` or ``"xception"``: without the head, as a
        backbone (``include_top=False``). ``"mobilenet"``, and the last four with ``_top`` behind: with the head that
        names the 1,000 classes of ImageNet.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If there are no weights of that name.
    DataError
        If they cannot be had, or if ``COURSEKIT_DATA=sample`` forbids to ask for them.

    Examples
    --------
    >>> backbone = keras.applications.MobileNetV2(
    ...     include_top=False, weights=weights("mobilenet_v2")
    ... )  # doctest: +SKIP
    """
    if name not in WEIGHTS:
        raise ValueError(f"there are no weights {name!r}. Choose one of: {', '.join(WEIGHTS)}.")
    folder = _fetched(WEIGHTS[name]).folder
    return next(folder.glob("*.h5"))


def imagenet_classes() -> tuple[str, ...]:
    """Return the names of the 1,000 classes of ImageNet, in the order of a network's outputs.

    Returns
    -------
    tuple of str

    Raises
    ------
    DataError
        If they cannot be had, or if ``COURSEKIT_DATA=sample`` forbids to ask for them.

    Examples
    --------
    >>> imagenet_classes()[281]  # doctest: +SKIP
    'tabby'
    """
    return read_class_index(_fetched(CLASS_INDEX).folder)


def _fetched(entry: CatalogueEntry) -> cache.Cached:
    preference = settings.data_preference()
    if preference == "sample":
        raise DataError(
            f"{entry.name} has no sample, and COURSEKIT_DATA=sample allows nothing else. Unset COURSEKIT_DATA to load "
            f"pretrained weights. {_INSTEAD}"
        )
    if preference == "real":
        download.forget_unreachable()
    try:
        return cache.find(entry.name) or cache.fetch(entry)
    except UnavailableError as error:
        raise DataError(
            f"The weights {entry.name} cannot be had: {error}. With a network or a classroom mirror "
            f"(COURSEKIT_MIRROR), get them with: coursekit data fetch {entry.name}. {_INSTEAD}"
        ) from error
