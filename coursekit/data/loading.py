"""Load a data set by its name: from the cache, the classroom mirror, its public home, or its sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coursekit import settings
from coursekit.data import catalogue, mirror, mnist, store, transfer
from coursekit.data.catalogue import Entry
from coursekit.data.dataset import Dataset, Splits
from coursekit.data.errors import DamagedError, DataError, UnavailableError

State = Literal["cached", "mirror", "online", "sample"]


@dataclass(frozen=True)
class _Maker:
    read: Callable[[Path], Splits]
    sample: Callable[[], Splits]


_MAKERS = {"mnist": _Maker(mnist.read, mnist.sample)}
_told: set[str] = set()


def load(name: str) -> Dataset:
    """Return a data set.

    Where it comes from is set by ``COURSEKIT_DATA``. ``auto`` (default): the first of the cache, the classroom mirror
    (``COURSEKIT_MIRROR``), its public home and the sample, which is announced in one printed line. ``real``: never the
    sample. ``sample``: nothing else, and neither the network nor the mirror is touched.

    A place that cannot be reached is passed over; a fault that someone must mend (wrong files in the mirror, a cache
    that cannot be written, a full disk) is an error in ``auto`` too, for a sample would hide it.

    Parameters
    ----------
    name
        A name of the catalogue: ``"mnist"``.

    Raises
    ------
    ValueError
        If there is no data set of that name.
    DataError
        If the data cannot be had or used.
    """
    entry, maker, preference = catalogue.entry(name), _MAKERS[name], settings.data_preference()
    if preference == "sample":
        return _dataset(entry, maker.sample(), "sample", entry.sample)
    if preference == "real":
        transfer.forget_unreachable()
    try:
        stored = store.find(name) or store.fetch(entry, maker.read)
    except UnavailableError as error:
        if preference == "real":
            raise DataError(
                f"The real data of {name} cannot be had, and COURSEKIT_DATA=real allows no sample. Tried: it is not in "
                f"the cache {store.folder(name)}; {error}. Connect to the network, set COURSEKIT_MIRROR to a "
                "classroom mirror, or unset COURSEKIT_DATA."
            ) from error
        if name not in _told:
            _told.add(name)
            print(
                f"{name}: this is the sample ({entry.sample}), for the real data are out of reach: {error}. "
                f"With a network or a mirror, get them with: coursekit data fetch {name}"
            )
        return _dataset(entry, maker.sample(), "sample", entry.sample)
    try:
        splits = maker.read(stored.folder)
    except DamagedError as error:
        raise DataError(f"{error}, in the cache {stored.folder}. Mend it with: coursekit data fetch {name}") from error
    return _dataset(entry, splits, "real", stored.origin)


def fetch(name: str) -> store.Stored:
    """Get the real data of a data set into the cache, or check the hashes of what is there.

    Raises
    ------
    ValueError
        If there is no data set of that name.
    DataError
        If the data cannot be had, or if ``COURSEKIT_DATA=sample`` forbids to ask for them.
    """
    entry = catalogue.entry(name)
    if settings.data_preference() == "sample":
        raise DataError(f"COURSEKIT_DATA is sample, so {name} is not fetched. Unset COURSEKIT_DATA first.")
    transfer.forget_unreachable()
    return store.fetch(entry, _MAKERS[name].read)


def state(name: str) -> State:
    """Return where `load` would take a data set from now; ``"online"`` is said without asking the network.

    Raises
    ------
    ValueError
        If there is no data set of that name.
    """
    entry = catalogue.entry(name)
    if settings.data_preference() == "sample":
        return "sample"
    if store.find(name) is not None:
        return "cached"
    address = settings.mirror()
    if address is not None:
        try:
            mirror.locate(address, entry.mirror)
        except DataError:
            return "online"
        return "mirror"
    return "online"


def _dataset(entry: Entry, splits: Splits, source: Literal["real", "sample"], origin: str) -> Dataset:
    return Dataset(
        name=entry.name,
        title=entry.title,
        train=splits.train,
        validation=splits.validation,
        test=splits.test,
        classes=entry.classes,
        source=source,
        origin=origin,
        licence=entry.licence,
        citation=entry.citation,
    )
