"""Load a data set by its name: from the cache, the classroom mirror, its public home, or its sample."""

from __future__ import annotations

from typing import Literal, overload

from coursekit import settings
from coursekit.data import sets
from coursekit.data.catalogue_entry import CatalogueEntry, InstalledFile
from coursekit.data.dataset import Dataset, Splits
from coursekit.data.errors import DamagedError, DataError, UnavailableError
from coursekit.data.fetching import cache, download, installed, mirror
from coursekit.data.spectra_dataset import RamanDataset
from coursekit.spectra import RamanSpectra

State = Literal["cached", "installed", "mirror", "online", "sample", "not used"]
_told: set[str] = set()


@overload
def load(name: Literal["raman_mice"]) -> RamanDataset: ...  # type: ignore[overload-overlap]
@overload
def load(name: str) -> Dataset: ...
def load(name: str) -> Dataset | RamanDataset:
    """Return a data set.

    Where it comes from is set by ``COURSEKIT_DATA``. ``auto`` (default): the first of the cache, the classroom mirror
    (``COURSEKIT_MIRROR``), its public home and the sample, which is announced in one printed line. ``real``: never the
    sample. ``sample``: nothing else, and neither the network nor the mirror is touched.

    A place that cannot be reached is passed over; a fault that someone must mend (wrong files in the mirror, a cache
    that cannot be written, a full disk) is an error in ``auto`` too, for a sample would hide it.

    Parameters
    ----------
    name : str
        A name of the catalogue: ``"mnist"``, ``"cifar10"``, ``"cats_dogs"``, ``"flowers"``, ``"scenes"``,
        ``"retina"``, ``"retina_balanced"`` or ``"raman_mice"``.

    Returns
    -------
    Dataset or RamanDataset
        `RamanDataset` for ``"raman_mice"``, `Dataset` for all others.

    Raises
    ------
    ValueError
        If there is no data set of that name.
    DataError
        If the data cannot be had or used.

    Examples
    --------
    >>> load("mnist").train  # doctest: +SKIP
    Split('train', 60,000 images of 28x28x1)
    """
    if name not in sets.CATALOGUE:
        raise ValueError(f"there is no data set {name!r}. Choose one of: {', '.join(sets.CATALOGUE)}.")
    entry = sets.CATALOGUE[name]
    content, source, origin = _content(entry)
    if isinstance(content, RamanSpectra):
        return RamanDataset(
            name=name,
            title=entry.title,
            table=content,
            source=source,
            origin=origin,
            licence=entry.licence,
            citation=entry.citation,
        )
    assert isinstance(content, Splits)  # all sets but those of spectra
    return Dataset(
        name=name,
        title=entry.title,
        train=content.train,
        validation=content.validation,
        test=content.test,
        classes=entry.classes,
        source=source,
        origin=origin,
        licence=entry.licence,
        citation=entry.citation,
    )


def _content(entry: CatalogueEntry) -> tuple[object, Literal["real", "sample"], str]:
    name, preference = entry.name, settings.data_preference()
    assert entry.make_sample is not None  # every data set has one
    if preference == "sample":
        return entry.make_sample(), "sample", entry.sample
    if preference == "real":
        download.forget_unreachable()
    try:
        cached = cache.find(name) or cache.fetch(entry)
    except UnavailableError as error:
        if preference == "real":
            raise DataError(
                f"The real data of {name} cannot be had, and COURSEKIT_DATA=real allows no sample. Tried: it is not in "
                f"the cache {cache.folder(name)}; {error}. Connect to the network, set COURSEKIT_MIRROR to a "
                "classroom mirror, or unset COURSEKIT_DATA."
            ) from error
        if name not in _told:
            _told.add(name)
            print(
                f"{name}: this is the sample ({entry.sample}), for the real data are out of reach: {error}. "
                f"With a network or a mirror, get them with: coursekit data fetch {name}"
            )
        return entry.make_sample(), "sample", entry.sample
    try:
        return entry.read(cached.folder), "real", cached.origin
    except DamagedError as error:
        raise DataError(f"{error}, in the cache {cached.folder}. Mend it with: coursekit data fetch {name}") from error


def fetch(name: str) -> cache.Cached:
    """Get the real data of a data set (or weights) into the cache, or check the hashes of what is there.

    Parameters
    ----------
    name : str
        A data set, or weights.

    Returns
    -------
    Cached
        Its folder, and where it came from.

    Raises
    ------
    ValueError
        If there is nothing of that name.
    DataError
        If the data cannot be had, or if ``COURSEKIT_DATA=sample`` forbids to ask for them.
    """
    entry = sets.entry(name)
    samples_only = settings.data_preference() == "sample"
    if samples_only and entry.installed is None:
        raise DataError(f"COURSEKIT_DATA is sample, so {name} is not fetched. Unset COURSEKIT_DATA first.")
    download.forget_unreachable()
    return cache.fetch(entry, installed_only=samples_only)


def state(name: str) -> State:
    """Return where `load` would take a data set from now; ``"online"`` is said without asking the network.

    Parameters
    ----------
    name : str
        A data set, or weights.

    Returns
    -------
    str
        ``"cached"``, ``"installed"`` (a package of the course holds it), ``"mirror"``, ``"online"``, ``"sample"``, or
        ``"not used"`` for weights where only samples are allowed.

    Raises
    ------
    ValueError
        If there is nothing of that name.
    """
    entry = sets.entry(name)
    samples_only = settings.data_preference() == "sample"
    if samples_only and entry.installed is None:
        return "sample" if entry.sample else "not used"
    if cache.find(name) is not None:
        return "cached"
    if entry.installed is not None and _is_there(entry.installed):
        return "installed"
    if samples_only:
        return "not used"
    address = settings.mirror()
    if address is not None:
        try:
            mirror.locate(address, entry.mirror.files)
            return "mirror"
        except DataError:
            pass
    return "online" if entry.homes else "sample"


def _is_there(file: InstalledFile) -> bool:
    try:
        return all(installed.locate(file.package, one.address) for one in file.source.files)
    except UnavailableError:
        return False
