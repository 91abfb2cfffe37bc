"""Is this a good data set? Counts, sizes, balance, duplicates, broken files and images that are worth a look.

Near duplicates are found in two steps. A perceptual hash (Zauner, Implementation and benchmarking of perceptual image
hash functions, 2010) of each image is compared with all others, and gives candidates. Two candidates are duplicates
if they are far more alike than either is to the rest of the data set; for where all images look alike (digits, eyes),
being alike says little.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn
from scipy.ndimage import gaussian_filter

from coursekit.data.dataset import Dataset, Split
from coursekit.data.images import decoding

# Thresholds, found by looking at what they flag in photographs of flowers, landscapes, pets and eyes.
_HASH_BITS_APART = 10  # of 63
_LEAST_LIKENESS = 0.6
_NEARER_THAN_OTHERS = 0.55
_NEARER_THAN_OTHERS_TINY = 0.1  # images of digits or icons have no detail that could tell them apart
_TINY = 48  # pixels
_BLANK = 0.02  # standard deviation of the brightness, which is between 0 and 1
_DARK, _BRIGHT = 0.06, 0.92  # mean brightness
_LONGEST_ASPECT = 3.0
_SMALL = 0.4  # of the median height or width
_ODD_COLOURS = 8.0  # in robust standard deviations of the class
_COLOURLESS, _RARELY = 0.01, 0.05  # difference between the channels; share of the class

_SIDE = 64  # images are compared at this size
_CHUNK = 512
_SHOWN = 10  # lines that a report prints of each kind


@dataclass(frozen=True)
class DatasetImage:
    """An image of a data set.

    Attributes
    ----------
    split : str
        ``"train"``, ``"validation"`` or ``"test"``.
    position : int
        Its position in that split, from 0.
    class_name : str
        The name of its class.
    path : Path or None
        Its file, if it has one.
    """

    split: str
    position: int
    class_name: str
    path: Path | None

    def __str__(self) -> str:
        return f"{self.split}/{self.class_name}/{self.path.name if self.path else self.position}"


@dataclass(frozen=True)
class ImagePair:
    """Two images that are the same or nearly so.

    Attributes
    ----------
    first : DatasetImage
        The image that comes first in the data set.
    second : DatasetImage
        The other one.
    likeness : float
        1 for the same pixels, and about 0 for two images that have nothing in common.
    """

    first: DatasetImage
    second: DatasetImage
    likeness: float

    @property
    def across_splits(self) -> bool:
        """Whether a network may be tested on what it was trained on."""
        return self.first.split != self.second.split

    @property
    def across_classes(self) -> bool:
        """Whether the two have different labels: one of them is wrong, or both belong."""
        return self.first.class_name != self.second.class_name

    def __str__(self) -> str:
        notes = [("two splits", self.across_splits), ("two classes", self.across_classes)]
        said = ", ".join(note for note, holds in notes if holds)
        return f"{self.first} = {self.second}" + (f"  ({said})" if said else "")


@dataclass(frozen=True)
class Suspect:
    """An image that is worth a look, and why.

    Attributes
    ----------
    image : DatasetImage
        Which image.
    reason : str
        Why it is worth a look, in words.
    """

    image: DatasetImage
    reason: str

    def __str__(self) -> str:
        return f"{self.image}: {self.reason}"


@dataclass(frozen=True, repr=False)
class QualityReport:
    """What `quality` found. Printed, it is a table of text.

    Attributes
    ----------
    title : str
        Name of the data set.
    counts : mapping of str to mapping of str to int
        For each split the number of images of each class.
    sizes : mapping of str to int64 array (3, 2)
        For each split the smallest, median and largest height and width in pixels.
    identical : tuple of ImagePair
        Pairs with the same bytes or the same pixels.
    near_duplicates : tuple of ImagePair
        Pairs of the same photograph: scaled, re-encoded, in other colours, slightly cut, or taken a moment later.
        Those across splits come first.
    broken : tuple of Path
        Files that cannot be decoded.
    suspects : tuple of Suspect
        Images that are blank, very long, much smaller than the others, very dark or bright, of odd colours for their
        class, or grey among coloured ones; in this order, each once.
    left_out : mapping of Path to str
        Files that are no images of a class, and why.
    """

    title: str
    counts: Mapping[str, Mapping[str, int]]
    sizes: Mapping[str, NDArray[np.int64]]
    identical: tuple[ImagePair, ...]
    near_duplicates: tuple[ImagePair, ...]
    broken: tuple[Path, ...]
    suspects: tuple[Suspect, ...]
    left_out: Mapping[Path, str] = field(default_factory=dict)

    @property
    def imbalance(self) -> float:
        """How many times as many images the largest class has as the smallest, all splits together."""
        totals = self._class_totals()
        return max(totals.values()) / max(1, min(totals.values()))

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        totals = self._class_totals()
        rows = [("", *self.counts, "all")]
        rows += [
            (name, *(f"{split[name]:,}" for split in self.counts.values()), f"{total:,}")
            for name, total in totals.items()
        ]
        sums = [sum(split.values()) for split in self.counts.values()]
        rows.append(("all", *(f"{count:,}" for count in sums), f"{sum(sums):,}"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [f"Quality of {self.title}", ""]
        for row in rows:
            cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join([row[0].ljust(widths[0]), *cells]))
        lines += ["", f"Balance: the largest class has {self.imbalance:.1f} times as many images as the smallest"]
        for name, sizes in self.sizes.items():
            smallest, median, largest = map(_times, sizes)
            lines.append(f"Sizes, {name}: {smallest} to {largest} pixels (height x width), median {median}")
        left_out = [f"{'/'.join(path.parts[-2:])}: {reason}" for path, reason in self.left_out.items()]
        for title, items in (
            ("Identical images", self.identical),
            ("Near duplicates", self.near_duplicates),
            ("Broken files", ["/".join(path.parts[-2:]) for path in self.broken]),
            *([("Left out", left_out)] if left_out else []),
            ("Worth a look", self.suspects),
        ):
            lines.append(f"{title}: {len(items) or 'none'}")
            lines += [f"  {item}" for item in items[:_SHOWN]]
            if len(items) > _SHOWN:
                lines.append(f"  and {len(items) - _SHOWN:,} more")
        return "\n".join(lines)

    def _class_totals(self) -> dict[str, int]:
        names = next(iter(self.counts.values()))
        return {name: sum(split[name] for split in self.counts.values()) for name in names}


@dataclass(frozen=True)
class _Measured:
    """What is kept of each image, in the order of the splits: a small grey version and a few numbers."""

    grey: NDArray[np.uint8]  # (n, 64, 64)
    brightness: NDArray[np.float64]  # (n,) mean
    contrast: NDArray[np.float64]  # (n,) standard deviation of the brightness
    colour: NDArray[np.float64]  # (n, 4) mean and standard deviation of red - green and of yellow - blue
    digest: NDArray[np.bytes_]  # (n,) hash of the bytes


def quality(dataset: Dataset) -> QualityReport:
    """Look for what is wrong with a data set before a network learns from it.

    Parameters
    ----------
    dataset : Dataset
        A data set of images.

    Returns
    -------
    QualityReport
        A report to print, or to work with. Nothing in it is proven: the duplicates and suspects are to be looked at.

    Examples
    --------
    >>> from coursekit.data.dataset import Dataset, Split
    >>> noise = np.random.default_rng(0).integers(0, 256, (8, 60, 60, 3), dtype=np.uint8)
    >>> train, test = Split.from_arrays("train", noise[:6], [0, 1] * 3), Split.from_arrays("test", noise[5:], [1, 0, 1])
    >>> data = Dataset("noise", "Noise", train, None, test, ("a", "b"), "sample", "drawn", "CC0", "")
    >>> quality(data).identical[0].across_splits
    True
    """
    splits = [split for split in (dataset.train, dataset.validation, dataset.test) if split is not None]
    members = [
        DatasetImage(split.name, position, dataset.classes[label], split.paths[position] if split.paths else None)
        for split in splits
        for position, label in enumerate(split.labels)
    ]
    labels = np.concatenate([split.labels for split in splits])
    sizes = np.concatenate([split.sizes for split in splits])
    measured = _measure(splits)
    identical, near = _duplicates(splits, measured, sizes)
    pairs = [[ImagePair(members[i], members[j], likeness) for i, j, likeness in found] for found in (identical, near)]
    for found in pairs:
        found.sort(key=lambda pair: (not pair.across_splits, not pair.across_classes, -pair.likeness))
    return QualityReport(
        title=dataset.title,
        counts={
            split.name: {
                name: int(np.count_nonzero(split.labels == label)) for label, name in enumerate(dataset.classes)
            }
            for split in splits
        },
        sizes={
            split.name: np.quantile(split.sizes, (0, 0.5, 1), axis=0).astype(np.int64) for split in splits if len(split)
        },
        identical=tuple(pairs[0]),
        near_duplicates=tuple(pairs[1]),
        broken=tuple(path for split in splits for path in split.broken),
        suspects=tuple(Suspect(members[i], reason) for i, reason in _suspects(measured, sizes, labels)),
        left_out={path: reason for split in splits for path, reason in split.left_out.items()},
    )


def _perceptual_hash(grey: NDArray[np.floating]) -> NDArray[np.uint64]:
    """Return 63 bits an image that change little when it is scaled, re-encoded, or made lighter or darker.

    They say which of the low frequencies of its cosine transform are above their median.

    Parameters
    ----------
    grey : float array (n, side, side)
        Brightness on any scale, with a side of at least 8 pixels.

    Returns
    -------
    uint64 array (n,)
        Images are alike where few bits differ: ``np.bitwise_count(a ^ b)``.

    Examples
    --------
    >>> image = np.random.default_rng(0).random((1, 32, 32))
    >>> (_perceptual_hash(image) == _perceptual_hash(0.5 * image + 0.2)).all().item()
    True
    """
    # The first of the 64 is the mean brightness, which is left out.
    low = dctn(grey, axes=(1, 2), norm="ortho")[:, :8, :8].reshape(-1, 64)[:, 1:]
    bits = low > np.median(low, axis=1, keepdims=True)
    hashes: NDArray[np.uint64] = np.packbits(np.pad(bits, ((0, 0), (0, 1))), axis=1).view(np.uint64)[:, 0]
    return hashes


def _measure(splits: list[Split]) -> _Measured:
    grey, brightness, contrast, colour, digests = [], [], [], [], []
    for split in splits:
        for chunk in _chunks(len(split)):
            small = _small(split, chunk)
            values = small.astype(np.float32) / 255
            light = values.mean(axis=3)
            red_green = values[..., 0] - values[..., 1]
            yellow_blue = (values[..., 0] + values[..., 1]) / 2 - values[..., 2]
            grey.append(np.round(light * 255).astype(np.uint8))
            brightness.append(light.mean(axis=(1, 2)))
            contrast.append(light.std(axis=(1, 2)))
            colour.append(
                np.stack(
                    [part for plane in (red_green, yellow_blue) for part in (plane.mean((1, 2)), plane.std((1, 2)))], 1
                )
            )
        for position in range(len(split)):
            content = split.paths[position].read_bytes() if split.paths else _stored(split)[position].tobytes()
            digests.append(hashlib.sha256(content).digest())
    return _Measured(
        np.concatenate(grey),
        np.concatenate(brightness).astype(float),
        np.concatenate(contrast).astype(float),
        np.concatenate(colour).astype(float),
        np.array(digests, dtype="S32"),
    )


def _small(split: Split, chunk: slice) -> NDArray[np.uint8]:
    if split.paths:
        return decoding.decode_all(split.paths[chunk], (_SIDE, _SIDE))
    small = decoding.resize_all(_stored(split)[chunk], (_SIDE, _SIDE))
    return small if small.shape[3] == 3 else np.repeat(small[..., :1], 3, axis=3)


def _stored(split: Split) -> NDArray[np.uint8]:
    assert split.images is not None  # a split without files has them
    return split.images


def _duplicates(
    splits: list[Split], measured: _Measured, sizes: NDArray[np.int64]
) -> tuple[list[tuple[int, int, float]], list[tuple[int, int, float]]]:
    """Return positions and likeness of identical pairs and of near duplicates, over all splits."""
    _, group, copies = np.unique(measured.digest, return_inverse=True, return_counts=True)
    identical = []
    for value in np.flatnonzero(copies > 1):
        identical += [(int(i), int(j), 1.0) for i, j in pairwise(np.flatnonzero(group == value))]
    near = []
    tiny = bool(np.median(sizes) < _TINY)
    for i, j, likeness in _alike(measured.grey, _NEARER_THAN_OTHERS_TINY if tiny else _NEARER_THAN_OTHERS, tiny):
        if group[i] == group[j]:
            continue
        same = likeness > 0.999 and (sizes[i] == sizes[j]).all()
        if same and (_full(splits, i) == _full(splits, j)).all():
            identical.append((i, j, 1.0))
        else:
            near.append((i, j, likeness))
    return identical, near


def _alike(grey: NDArray[np.uint8], nearer: float, tiny: bool) -> Iterator[tuple[int, int, float]]:
    # What all images of the data set share (the round rim of an eye) must not count: its mean is taken off.
    rng = np.random.default_rng(0)
    sample = np.sort(rng.permutation(len(grey))[:2000])
    # Of a handful of images the mean says nothing.
    shared = grey[sample].astype(np.float32) if len(grey) >= 30 else np.full((2, _SIDE, _SIDE), 128, np.float32)
    coarse_mean, coarse_scale = _half(shared).mean(axis=0), _half(shared).std(axis=0) + 8
    detail_mean, detail_scale = _detail(shared).mean(axis=0), _detail(shared).std(axis=0) + 4

    def signatures(members: NDArray[np.intp]) -> NDArray[np.float32]:
        parts = []
        for chunk in _chunks(len(members)):
            light = grey[members[chunk]].astype(np.float32)
            coarse = _unit((_half(light) - coarse_mean) / coarse_scale)
            detail = [] if tiny else [_unit((_detail(light) - detail_mean) / detail_scale)]
            parts.append(np.concatenate([coarse, *detail], axis=1) / np.float32(np.sqrt(1 + len(detail))))
        return np.concatenate(parts)

    hashes = np.concatenate(
        [
            _perceptual_hash((_half(grey[chunk].astype(np.float32)) - coarse_mean) / coarse_scale)
            for chunk in _chunks(len(grey))
        ]
    )
    first, second = _close(hashes)
    if len(first) == 0:
        return
    candidates, places = np.unique(np.concatenate([first, second]), return_inverse=True)
    left, right = places[: len(first)], places[len(first) :]
    signature = signatures(candidates)
    likeness = np.concatenate(
        [np.einsum("ij,ij->i", signature[left[chunk]], signature[right[chunk]]) for chunk in _chunks(len(first))]
    )
    keep = likeness > _LEAST_LIKENESS
    if len(grey) >= 30:
        others = signatures(sample)
        # How like the nearest hundredth of the data set is, itself and a few copies aside: what "alike" means here.
        share = 1 - max(0.01, 5 / len(sample))
        usual = np.concatenate(
            [np.quantile(signature[chunk] @ others.T, share, axis=1) for chunk in _chunks(len(candidates))]
        )
        keep &= 1 - likeness < nearer * (1 - np.maximum(usual[left], usual[right]))
    for i, j, value in zip(first[keep], second[keep], likeness[keep], strict=True):
        yield int(i), int(j), float(value)


def _close(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of positions, the lower one first, whose hashes differ in few bits."""
    rows, columns = [], []
    for chunk in _chunks(len(hashes)):
        apart = np.bitwise_count(hashes[chunk, np.newaxis] ^ hashes[np.newaxis, chunk.start :])
        row, column = np.nonzero(np.triu(apart <= _HASH_BITS_APART, 1))
        rows.append(row + chunk.start)
        columns.append(column + chunk.start)
    return np.concatenate(rows), np.concatenate(columns)


def _suspects(measured: _Measured, sizes: NDArray[np.int64], labels: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
    short, long = sizes.min(axis=1), sizes.max(axis=1)
    # Dark is what is dark for its class too: a thin digit on black is mostly black.
    light = np.zeros(len(labels))
    for label in np.unique(labels):
        light[labels == label] = np.median(measured.brightness[labels == label])
    told = np.zeros(len(labels), dtype=bool)
    for reason, holds in (
        ("blank", measured.contrast < _BLANK),
        ("long", long > _LONGEST_ASPECT * short),
        ("small", short < _SMALL * np.median(short)),
        ("dark", measured.brightness < np.minimum(_DARK, light / 3)),
        ("bright", measured.brightness > np.maximum(_BRIGHT, (2 + light) / 3)),
        ("odd colours for its class", _odd_colours(measured.colour, labels) > _ODD_COLOURS),
        ("grey in a class of coloured images", _colourless(measured.colour, labels)),
    ):
        for i in np.flatnonzero(holds & ~told):
            yield int(i), f"{reason}, {_times(sizes[i])} pixels" if reason in ("long", "small") else reason
        told |= holds


def _odd_colours(colour: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far each image's colours are from the usual ones of its class, in robust standard deviations."""
    far = np.zeros(len(labels))
    for label in np.unique(labels):
        members = labels == label
        if np.count_nonzero(members) >= 20:
            distance = np.abs(colour[members] - np.median(colour[members], axis=0))
            # 1.4826 times the median distance estimates the standard deviation; below 0.02 the eye sees no difference.
            far[members] = (distance / np.maximum(1.4826 * np.median(distance, axis=0), 0.02)).max(axis=1)
    return far


def _colourless(colour: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    grey: NDArray[np.bool_] = np.abs(colour).max(axis=1) < _COLOURLESS
    for label in np.unique(labels):
        members = labels == label
        if grey[members].mean() > _RARELY:
            grey[members] = False
    return grey


def _full(splits: list[Split], position: int) -> NDArray[np.uint8]:
    for split in splits:
        if position < len(split):
            return decoding.decode(split.paths[position]) if split.paths else _stored(split)[position]
        position -= len(split)
    raise IndexError(position)


def _chunks(count: int) -> Iterator[slice]:
    return (slice(start, min(start + _CHUNK, count)) for start in range(0, count, _CHUNK))


def _half(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    halved: NDArray[np.float32] = grey.reshape(-1, _SIDE // 2, 2, _SIDE // 2, 2).mean(axis=(2, 4))
    return halved


def _detail(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    blurred: NDArray[np.float32] = gaussian_filter(grey, (0, 2, 2))
    return grey - blurred


def _unit(images: NDArray[np.float32]) -> NDArray[np.float32]:
    flat = images.reshape(len(images), -1)
    centred = flat - flat.mean(axis=1, keepdims=True)
    return np.asarray(centred / (np.linalg.norm(centred, axis=1, keepdims=True) + 1e-6), dtype=np.float32)


def _times(size: NDArray[np.int64]) -> str:
    return "x".join(str(int(side)) for side in size)
