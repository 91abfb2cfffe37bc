"""Load a data set by its name: from the cache, the classroom mirror, its public home, or its sample."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeVar, overload

from coursekit import settings
from coursekit.data import catalogue, cifar10, drawn, image_folder, mirror, mnist, raman, retina, store, transfer
from coursekit.data.catalogue import Entry
from coursekit.data.dataset import Dataset, Splits
from coursekit.data.errors import DamagedError, DataError, UnavailableError
from coursekit.data.raman import RamanSpectra
from coursekit.data.raman_dataset import RamanDataset
from coursekit.data.weights import CLASS_INDEX, WEIGHTS
from coursekit.data.weights import reader as weights_reader

State = Literal["cached", "mirror", "online", "sample", "not used"]
Content = TypeVar("Content")
_told: set[str] = set()


@dataclass(frozen=True)
class _Maker(Generic[Content]):
    read: Callable[[Path], Content]
    sample: Callable[[], Content]


def _read_retina(folder: Path) -> Splits:
    try:
        return image_folder.class_folders(folder, retina.CLASSES, (0.7, 0.15, 0.15), group_of=retina.patient_of)
    except ValueError as error:
        raise DamagedError(f"{folder.name} holds no eyes ({error})") from error


def _drawn_spectra() -> RamanSpectra:
    from coursekit.data.samples import spectra

    return spectra.draw()


_PICTURES = {
    "mnist": _Maker(mnist.read, mnist.sample),
    "cifar10": _Maker(cifar10.read, functools.partial(drawn.sample, "cifar10")),
    "cats_dogs": _Maker(
        functools.partial(image_folder.split_folders, classes=catalogue.CATS_DOGS.classes),
        functools.partial(drawn.sample, "cats_dogs"),
    ),
    "flowers": _Maker(
        functools.partial(image_folder.class_folders, classes=catalogue.FLOWERS.classes),
        functools.partial(drawn.sample, "flowers"),
    ),
    "scenes": _Maker(
        functools.partial(image_folder.split_folders, classes=catalogue.SCENES.classes, splits=("train", "test")),
        functools.partial(drawn.sample, "scenes"),
    ),
    "retina": _Maker(_read_retina, functools.partial(drawn.sample, "retina")),
    "retina_balanced": _Maker(_read_retina, functools.partial(drawn.sample, "retina")),
}
_RAMAN = _Maker(raman.read, _drawn_spectra)
# Of all that can be fetched: data sets, weights, and the names of ImageNet's classes.
NAMES: tuple[str, ...] = (*catalogue.CATALOGUE, *WEIGHTS, CLASS_INDEX.name)


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
    name
        A name of the catalogue: ``"mnist"``, ``"cifar10"``, ``"cats_dogs"``, ``"flowers"``, ``"scenes"``,
        ``"retina"``, ``"retina_balanced"`` or ``"raman_mice"``.

    Raises
    ------
    ValueError
        If there is no data set of that name.
    DataError
        If the data cannot be had or used.
    """
    known = catalogue.entry(name)
    if name == catalogue.RAMAN_MICE.name:
        table, source, origin = _content(known, _RAMAN)
        return RamanDataset(
            name=name,
            title=known.title,
            table=table,
            source=source,
            origin=origin,
            licence=known.licence,
            citation=known.citation,
        )
    splits, source, origin = _content(known, _PICTURES[name])
    return Dataset(
        name=name,
        title=known.title,
        train=splits.train,
        validation=splits.validation,
        test=splits.test,
        classes=known.classes,
        source=source,
        origin=origin,
        licence=known.licence,
        citation=known.citation,
    )


def _content(known: Entry, maker: _Maker[Content]) -> tuple[Content, Literal["real", "sample"], str]:
    name, preference = known.name, settings.data_preference()
    if preference == "sample":
        return maker.sample(), "sample", known.sample
    if preference == "real":
        transfer.forget_unreachable()
    try:
        stored = store.find(name) or store.fetch(known, maker.read)
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
                f"{name}: this is the sample ({known.sample}), for the real data are out of reach: {error}. "
                f"With a network or a mirror, get them with: coursekit data fetch {name}"
            )
        return maker.sample(), "sample", known.sample
    try:
        return maker.read(stored.folder), "real", stored.origin
    except DamagedError as error:
        raise DataError(f"{error}, in the cache {stored.folder}. Mend it with: coursekit data fetch {name}") from error


def entry(name: str) -> Entry:
    """Return what is known of a data set, or of weights.

    Raises
    ------
    ValueError
        If neither has that name.
    """
    if name not in NAMES:
        raise ValueError(f"there is no data set {name!r}. Choose one of: {', '.join(NAMES)}.")
    if name == CLASS_INDEX.name:
        return CLASS_INDEX
    return WEIGHTS[name] if name in WEIGHTS else catalogue.entry(name)


def reader(name: str) -> store.Check:
    """Return what reads (or for weights, checks) what `fetch` gets, from a folder.

    Raises
    ------
    ValueError
        If there is nothing of that name.
    """
    if entry(name).name == catalogue.RAMAN_MICE.name:
        return _RAMAN.read
    return _PICTURES[name].read if name in _PICTURES else weights_reader(name)


def fetch(name: str) -> store.Stored:
    """Get the real data of a data set (or weights) into the cache, or check the hashes of what is there.

    Raises
    ------
    ValueError
        If there is nothing of that name.
    DataError
        If the data cannot be had, or if ``COURSEKIT_DATA=sample`` forbids to ask for them.
    """
    wanted = entry(name)
    if settings.data_preference() == "sample":
        raise DataError(f"COURSEKIT_DATA is sample, so {name} is not fetched. Unset COURSEKIT_DATA first.")
    transfer.forget_unreachable()
    return store.fetch(wanted, reader(name))


def state(name: str) -> State:
    """Return where `load` would take a data set from now; ``"online"`` is said without asking the network.

    Raises
    ------
    ValueError
        If there is nothing of that name.
    """
    wanted = entry(name)
    if settings.data_preference() == "sample":
        return "sample" if wanted.sample else "not used"
    if store.find(name) is not None:
        return "cached"
    address = settings.mirror()
    if address is not None:
        try:
            mirror.locate(address, wanted.mirror.files)
            return "mirror"
        except DataError:
            pass
    return "online" if wanted.homes else "sample"
