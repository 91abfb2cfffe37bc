"""Which of its maps does a network need? Switch each off, rank them, and add them back.

The first dense layer sums over all maps, so what it gets is a sum of shares, one a map. They are computed once; a map
is switched off by leaving its share out, and only the small layers behind run again. One forward pass then tells what
would take one pass a map.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from sklearn.feature_selection import f_classif

from coursekit.arrays import Floats, at_least_one, checked_floats
from coursekit.docstrings import entries_from
from coursekit.fourier.plain_block import Dense, Tail

Indices = NDArray[np.intp]

# Images at once: a share is (maps, units) numbers an image, 131 kB for 128 maps and 256 units.
_AT_ONCE = 50


@dataclass(frozen=True, eq=False)
class Selection:
    """How the maps of a network rank, image by image.

    Attributes
    ----------
    relevance : array (n, maps)
        Mean absolute change of the logits when that map is switched off.
    order : array (n, maps)
        The maps of each image, the most relevant first.
    errors : array (n, maps + 1)
        The error of the logits with none, the first one, two, ... of them: mean absolute error as a share of the mean
        absolute logit; nan where all logits are 0.
    logits : array (n, classes)
        With all maps.
    """

    relevance: Floats
    order: Indices
    errors: Floats
    logits: Floats

    def needed(self, tolerance: float = 0.3) -> Indices:
        """Return how many maps each image needs until the error is first below the tolerance, (n,).

        Parameters
        ----------
        tolerance : float
            The largest error that is small enough, as a share.

        Returns
        -------
        int array (n,)
            1 to all maps.
        """
        if not tolerance > 0:
            raise ValueError(f"tolerance is {tolerance!r}: it must be above 0, for example 0.3 for 30 %.")
        below = self.errors < tolerance
        # With all maps only rounding is left, but a tolerance may be finer than that.
        needed: Indices = np.where(below.any(axis=1), below.argmax(axis=1), self.order.shape[1])
        return needed

    def times_needed(self, tolerance: float = 0.3) -> Indices:
        """Return for how many images each map is among those needed, (maps,).

        Parameters
        ----------
        tolerance : float
            The largest error that is small enough, as a share.

        Returns
        -------
        int array (maps,)
            0 to n.
        """
        among = np.arange(self.order.shape[1]) < self.needed(tolerance)[:, np.newaxis]
        return np.bincount(self.order[among], minlength=self.order.shape[1])

    def ranking(self, tolerance: float = 0.3) -> Indices:
        """Return all maps, the one needed for most images first; equals by their mean relevance.

        Parameters
        ----------
        tolerance : float
            The largest error that is small enough, as a share.

        Returns
        -------
        int array (maps,)
            Their numbers.
        """
        return np.lexsort((-self.relevance.mean(axis=0), -self.times_needed(tolerance)))

    def halves(self, seed: int = 0) -> tuple[Selection, Selection]:
        """Return the selections of a random half of the images, and of the other half.

        Random, because images are often stored in an order: every second one may be of the same class.

        Parameters
        ----------
        seed : int
            Which half: it fixes the draw.

        Returns
        -------
        (Selection, Selection)
            Of n // 2 images, and of the rest.
        """
        mixed = np.random.default_rng(seed).permutation(len(self.order))
        parts = [
            Selection(self.relevance[half], self.order[half], self.errors[half], self.logits[half])
            for half in (mixed[::2], mixed[1::2])
        ]
        return parts[0], parts[1]


def select(maps: ArrayLike, tail: Tail) -> Selection:
    """Switch each map off, rank them by how much the logits change, and add them back from the most relevant.

    Parameters
    ----------
    maps : array (n, height, width, maps)
        Behind the last convolution, as ``FourierNet3.maps`` or the Keras model computes them.
    tail : Tail
        Flattening, then dense layers with ReLU between them.

    Returns
    -------
    Selection

    Raises
    ------
    ValueError
        If the tail has other layers or does not fit the maps.

    Examples
    --------
    >>> from coursekit import fourier, networks
    >>> net = fourier.FourierNet3(networks.linear_fourier_net(filters=(4, 8), hidden=32))
    >>> chosen = select(net.maps(np.random.default_rng(0).random((5, 28, 28, 1))), net.tail)
    >>> chosen.relevance.shape, chosen.errors.shape, bool(np.allclose(chosen.errors[:, -1], 0, atol=1e-5))
    ((5, 8), (5, 9), True)
    """
    dense = tail.dense_layers()
    parts = [_selected(shares, dense) for shares in _shares(maps, dense)]
    columns = zip(*parts, strict=True)
    relevance, order, errors, logits = (np.concatenate(column) for column in columns)
    return Selection(relevance, order, errors, logits)


def logits_without_each(maps: ArrayLike, tail: Tail) -> Floats:
    """Return the logits with each map switched off, one at a time, (n, maps, classes).

    Parameters
    ----------
    maps : array (n, height, width, maps)
        What the block hands on.
    tail : Tail
        What follows it.

    Returns
    -------
    array (n, maps, classes)
        Before a softmax or sigmoid.
    """
    dense = tail.dense_layers()
    return np.concatenate([_without_each(shares, dense) for shares in _shares(maps, dense)])


@entries_from(select)
def logits_with(maps: ArrayLike, tail: Tail, channels: Sequence[int] | Indices) -> Floats:
    """Return the logits with only some of the maps, the others being 0: an approximate network.

    Parameters
    ----------
    {maps}
    {tail}
    channels : sequence of int
        The maps to keep.

    Returns
    -------
    array (n, classes)
    """
    x = checked_floats(maps, "maps", 4)
    kept = np.zeros_like(x)
    chosen = np.asarray(channels, dtype=np.intp)
    kept[..., chosen] = x[..., chosen]
    return tail(kept)


@entries_from(select)
def stochastic_relevance(maps: ArrayLike, tail: Tail, subsets: int = 256, share: float = 0.5, seed: int = 0) -> Floats:
    """Return how much each map matters in random company: random subsets of maps are switched off, again and again.

    A map's relevance is the mean absolute error of the logits over the subsets that lack it, minus that over those that
    have it. It sees maps that stand in for each other: switched off alone, none of them is missed.

    Parameters
    ----------
    {maps}
    {tail}
    subsets : int
        How many random subsets; the same ones for every image.
    share : float
        Share of the maps that a subset keeps, between 0 and 1.
    seed : int
        Of the random subsets.

    Returns
    -------
    array (n, maps)
        In units of the logits; may be negative.

    Examples
    --------
    >>> from coursekit import fourier, networks
    >>> net = fourier.FourierNet3(networks.linear_fourier_net(filters=(4, 8), hidden=4))
    >>> stochastic_relevance(net.maps(np.ones((2, 28, 28, 1))), net.tail, subsets=16).shape
    (2, 8)
    """
    at_least_one(subsets, "subsets")
    if not 0 < share < 1:
        raise ValueError(f"share is {share!r}: it must lie between 0 and 1, for example 0.5.")
    dense = tail.dense_layers()
    count = checked_floats(maps, "maps", 4).shape[3]
    on = np.random.default_rng(seed).random((subsets, count)) < share
    # A map that no subset has, or none lacks, could not be judged.
    on[0], on[-1] = True, False
    kept = on.astype(np.float32)
    with_map, without = kept / kept.sum(axis=0), (1 - kept) / (1 - kept).sum(axis=0)
    found = []
    for shares in _shares(maps, dense):
        logits = _behind(shares.sum(axis=1) + dense[0].bias, dense)
        errors = np.abs(_behind(np.matmul(kept, shares) + dense[0].bias, dense) - logits[:, np.newaxis]).mean(axis=2)
        found.append(errors @ (without - with_map))
    return np.concatenate(found)


def data_relevance(maps: ArrayLike, labels: ArrayLike) -> dict[str, Floats]:
    """Return how much the mean of each map tells about the class, by four classical measures, each (maps,).

    They ask the data, not the network: a map can tell the classes apart well and still be hardly used.

    Parameters
    ----------
    maps : array (n, height, width, maps)
        Of any layer, one set for each image.
    labels : array (n,)
        Two classes or, for the F value, more.

    Returns
    -------
    dict
        ``"Pearson"``, ``"ANOVA F"``, ``"Spearman"``, ``"Kendall"``: absolute correlations, and the F value. A map
        without any spread has 0.

    Raises
    ------
    ValueError
        If there is not one label an image, or only one class.

    Examples
    --------
    >>> found = data_relevance(np.random.default_rng(0).random((20, 8, 8, 3)), np.arange(20) % 2)
    >>> list(found), found["ANOVA F"].shape
    (['Pearson', 'ANOVA F', 'Spearman', 'Kendall'], (3,))
    """
    x = checked_floats(maps, "maps", 4)
    classes = np.asarray(labels)
    if classes.shape != (len(x),) or len(np.unique(classes)) < 2:
        raise ValueError(
            f"labels have shape {classes.shape} and {len(np.unique(classes))} different values: one an image is "
            f"needed, ({len(x)},), and two classes at least."
        )
    means = x.mean(axis=(1, 2), dtype=np.float64)
    moving = np.ptp(means, axis=0) > 0
    measures = {"Pearson": stats.pearsonr, "Spearman": stats.spearmanr, "Kendall": stats.kendalltau}
    found: dict[str, Floats] = {name: np.zeros(x.shape[3]) for name in ("Pearson", "ANOVA F", "Spearman", "Kendall")}
    for name, measure in measures.items():
        found[name][moving] = [abs(measure(column, classes)[0]) for column in means[:, moving].T]
    found["ANOVA F"][moving] = f_classif(means[:, moving], classes)[0]
    return found


def _shares(maps: ArrayLike, dense: Sequence[Dense]) -> Iterator[Floats]:
    """Yield what each map adds to each unit of the first dense layer, (images, maps, units), in parts."""
    x = checked_floats(maps, "maps", 4)
    count = x.shape[3]
    weights = dense[0].weights
    if len(weights) != np.prod(x.shape[1:]):
        raise ValueError(
            f"maps have shape {x.shape}, {np.prod(x.shape[1:]):,} numbers an image, but the first dense layer takes "
            f"{len(weights):,}: pass the maps of the network that the tail belongs to."
        )
    by_map = weights.reshape(-1, count, weights.shape[1]).swapaxes(0, 1)
    for start in range(0, len(x), _AT_ONCE):
        part = x[start : start + _AT_ONCE]
        # One matrix product a map: its places times their weights. Copied: a fast product needs rows that lie together.
        places = np.ascontiguousarray(part.reshape(len(part), -1, count).transpose(2, 0, 1))
        yield np.matmul(places, by_map).swapaxes(0, 1)


def _selected(shares: Floats, dense: Sequence[Dense]) -> tuple[Floats, Indices, Floats, Floats]:
    none = np.broadcast_to(dense[0].bias, (len(shares), 1, shares.shape[2]))
    logits = _behind(shares.sum(axis=1) + dense[0].bias, dense)[:, np.newaxis]
    relevance = np.abs(_without_each(shares, dense) - logits).mean(axis=2)
    order = np.argsort(-relevance, axis=1, kind="stable")
    growing = np.take_along_axis(shares, order[:, :, np.newaxis], axis=1).cumsum(axis=1) + dense[0].bias
    difference = np.abs(_behind(np.concatenate([none, growing], axis=1), dense) - logits).mean(axis=2)
    size = np.abs(logits).mean(axis=2)
    errors = np.divide(difference, size, out=np.full_like(difference, np.nan), where=size > 0)
    return relevance, order, errors, logits[:, 0]


def _without_each(shares: Floats, dense: Sequence[Dense]) -> Floats:
    return _behind(shares.sum(axis=1, keepdims=True) - shares + dense[0].bias, dense)


def _behind(sums: Floats, dense: Sequence[Dense]) -> Floats:
    """Return the logits that sums of the first dense layer lead to; the last axis becomes the classes."""
    for layer in dense[1:]:
        sums = layer(np.maximum(sums, 0))
    return sums
