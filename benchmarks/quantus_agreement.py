"""How closely our measures agree with those of Quantus (A. Hedström et al. 2023, arXiv:2202.06861).

``python -m benchmarks.quantus_agreement`` prints the table. It needs Quantus, which the course does not:
``pip install quantus``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

import numpy as np

from coursekit.arrays import Floats

Pair = tuple[Floats, Floats]


def _maps_and_masks() -> tuple[Floats, Any]:
    rng = np.random.default_rng(0)
    return rng.random((6, 12, 10)), rng.random((6, 12, 10)) > 0.7


def _localisation(ours: str, theirs: str) -> Callable[[], Pair]:
    def compare() -> Pair:
        import quantus

        from coursekit.explain import evaluate

        maps, masks = _maps_and_masks()
        metric = getattr(quantus, theirs)(disable_warnings=True)
        batch = metric.evaluate_batch(a_batch=maps[:, np.newaxis], s_batch=masks[:, np.newaxis])
        return getattr(evaluate, ours)(maps, masks), np.asarray(batch, np.float64)

    return compare


def _imputation() -> Pair:
    from quantus.functions.perturb_func import noisy_linear_imputation

    from coursekit.explain import evaluate

    maps, removed = _maps_and_masks()
    images = maps[..., np.newaxis] * [1.0, 0.5, -2.0]
    theirs = [
        noisy_linear_imputation(image.transpose(2, 0, 1), np.flatnonzero(gone), noise=0.0).transpose(1, 2, 0)
        for image, gone in zip(images, removed, strict=True)
    ]
    return evaluate.noisy_linear_imputation(images, removed, noise=0), np.stack(theirs)


def _similarity() -> Pair:
    from quantus.functions.similarity_func import correlation_spearman

    from coursekit.explain import evaluate

    first, second = np.random.default_rng(1).random((2, 6, 12, 10))
    theirs = [correlation_spearman(a=a.ravel(), b=b.ravel()) for a, b in zip(first, second, strict=True)]
    return evaluate.rank_correlation(first, second), np.ravel(theirs).astype(np.float64)


AGREEMENT: Mapping[str, Callable[[], Pair]] = MappingProxyType(
    {
        "relevance_mass_accuracy · RelevanceMassAccuracy": _localisation(
            "relevance_mass_accuracy", "RelevanceMassAccuracy"
        ),
        "relevance_rank_accuracy · RelevanceRankAccuracy": _localisation(
            "relevance_rank_accuracy", "RelevanceRankAccuracy"
        ),
        "pointing_game · PointingGame": _localisation("pointing_game", "PointingGame"),
        "noisy_linear_imputation · noisy_linear_imputation (ROAD)": _imputation,
        "rank_correlation · correlation_spearman (MPRT)": _similarity,
    }
)
"""Ours and theirs, to two arrays that must be equal."""


def main() -> None:
    """Print the largest difference of each pair."""
    print(f"| ours · Quantus {version('quantus')} | largest difference |\n|---|---|")
    for name, compare in AGREEMENT.items():
        ours, theirs = compare()
        print(f"| {name} | {np.abs(ours - theirs).max():.0e} |")


if __name__ == "__main__":
    main()
