"""Pretrained weights: from the cache, an installed package, the mirror, or their public home."""

from __future__ import annotations

from pathlib import Path

from coursekit import settings
from coursekit.data.catalogue_entry import CatalogueEntry
from coursekit.data.errors import DataError, UnavailableError
from coursekit.data.fetching import cache, download
from coursekit.data.sets.imagenet import WEIGHTS

_INSTEAD = (
    "Without them, the course's own small backbone will do, which ships: "
    'ck.training.trained("cifar10_backbone").layers[0].'
)


def weights(name: str) -> Path:
    """Return the file with the weights of a network, for ``load_weights`` or the argument ``weights`` of Keras.

    Parameters
    ----------
    name : str
        ``"efficientnet_lite0"``, which is installed with the course, ``"mobilenet"``, and ``"vgg16_top"``,
        ``"resnet50_top"``, ``"inception_v3_top"`` and ``"xception_top"``: with the head that names the 1,000 classes of
        ImageNet. ``"mobilenet_v2"``, and the last four without ``_top``: without the head, as a backbone
        (``include_top=False``).

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If there are no weights of that name.
    DataError
        If they cannot be had, or if ``COURSEKIT_DATA=sample`` forbids to ask for them, unless they are installed.

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


def _fetched(entry: CatalogueEntry) -> cache.Cached:
    preference = settings.data_preference()
    if preference == "sample" and entry.installed is None:
        raise DataError(
            f"{entry.name} has no sample, and COURSEKIT_DATA=sample allows nothing else. Unset COURSEKIT_DATA to load "
            f"pretrained weights. {_INSTEAD}"
        )
    if preference == "real":
        download.forget_unreachable()
    try:
        return cache.find(entry.name) or cache.fetch(entry, installed_only=preference == "sample")
    except UnavailableError as error:
        raise DataError(
            f"The weights {entry.name} cannot be had: {error}. With a network or a classroom mirror "
            f"(COURSEKIT_MIRROR), get them with: coursekit data fetch {entry.name}. {_INSTEAD}"
        ) from error
