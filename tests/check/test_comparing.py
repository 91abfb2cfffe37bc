"""Lesson 12: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest
from scipy import stats

from coursekit.check import comparing


def energy(change=lambda heatmap: np.maximum(heatmap, 0), part=lambda mask: mask):
    def compute(heatmap, mask):
        heat = change(heatmap)
        return heat[part(mask)].sum() / heat.sum()

    return compute


def deletion(key=lambda heatmap: -heatmap, channels=slice(None), keep=False):
    def compute(image, heatmap, share):
        count = round(share * heatmap.size)
        order = np.argsort(key(heatmap), axis=None, kind="stable")
        rows, columns = np.unravel_index(order[count:] if keep else order[:count], heatmap.shape)
        changed = image.copy()
        changed[rows, columns, channels] = 0
        return changed

    return compute


def ranks(values):
    return np.argsort(np.argsort(values.ravel()))


def plus_plus(inside=False, positive=True, add=np.sum, unsummed=False):
    def compute(maps, gradients):
        cubes = gradients**3
        third = (maps if unsummed else maps.sum((0, 1))) * cubes
        third = (maps * cubes).sum((0, 1)) if inside else third
        below = 2 * gradients**2 + third
        alpha = np.divide(gradients**2, below, out=np.zeros_like(maps), where=(gradients != 0) & (below != 0))
        return add(alpha * (np.maximum(gradients, 0) if positive else gradients), axis=(0, 1))

    return compute


def scaled(heatmaps):
    largest = np.abs(heatmaps).max()
    return heatmaps / largest if largest else heatmaps


def by_own(heatmaps):
    own = np.abs(heatmaps).max(axis=(1, 2), keepdims=True)
    return heatmaps / np.where(own > 0, own, 1)


def stretched(heatmaps):
    return (heatmaps - heatmaps.min()) / max(np.ptp(heatmaps), 1e-9)


def gap(heatmap, score, baseline_score):
    return (heatmap.sum() - score + baseline_score) / abs(score - baseline_score)


RIGHT = [
    ("energy_on_evidence", energy()),
    ("energy_on_evidence", lambda h, m: np.clip(h, 0, None)[m].sum() / np.clip(h, 0, None).sum()),
    ("delete_hottest", deletion()),
    ("rank_agreement", lambda first, second: np.corrcoef(ranks(first), ranks(second))[0, 1]),
    ("rank_agreement", lambda first, second: stats.spearmanr(first.ravel(), second.ravel()).statistic),
    ("completeness_gap", gap),
    ("one_scale", scaled),
    ("plus_plus_weights", plus_plus()),
]
WRONG = [
    ("energy_on_evidence", energy(lambda heatmap: heatmap), "speaks *against* the class"),
    ("energy_on_evidence", energy(np.abs), "counts as heat"),
    ("energy_on_evidence", energy(part=lambda mask: ~mask), "*beside* the evidence"),
    ("energy_on_evidence", lambda heatmap, mask: np.maximum(heatmap, 0)[mask].sum(), "Divide it by all the heat"),
    ("energy_on_evidence", lambda heatmap, mask: mask.mean(), "does not depend on the heat"),
    ("energy_on_evidence", lambda heatmap, mask: 2.0, "wrong number"),
    ("delete_hottest", deletion(lambda heatmap: heatmap), "The coolest pixels are gone"),
    ("delete_hottest", deletion(lambda heatmap: -np.abs(heatmap)), "do not take `abs`"),
    ("delete_hottest", deletion(channels=slice(1)), "Only one channel"),
    ("delete_hottest", deletion(keep=True), "that is insertion"),
    ("delete_hottest", lambda image, heatmap, share: heatmap, "shape"),
    ("rank_agreement", lambda a, b: np.corrcoef(a.ravel(), b.ravel())[0, 1], "correlation of the values"),
    ("rank_agreement", lambda a, b: np.corrcoef(a.ravel().argsort(), b.ravel().argsort())[0, 1], "once more"),
    ("rank_agreement", lambda a, b: np.corrcoef(ranks(a), ranks(b)), "whole matrix"),
    ("rank_agreement", lambda a, b: abs(np.corrcoef(ranks(a), ranks(b))[0, 1]), "The sign is gone"),
    ("completeness_gap", lambda h, score, baseline_score: h.sum() - score + baseline_score, "as a share of what is"),
    ("completeness_gap", lambda h, score, baseline_score: (h.sum() - score) / abs(score), "not the whole score"),
    ("completeness_gap", lambda *three: -gap(*three), "wrong way round"),
    ("completeness_gap", lambda *three: abs(gap(*three)), "The sign is gone"),
    ("completeness_gap", lambda h, s, b: (h.sum() - (s - b)) / (s - b), "Where the score falls"),
    ("one_scale", by_own, "its own largest value"),
    ("one_scale", stretched, "The smallest value became 0"),
    ("one_scale", lambda heatmaps: heatmaps / max(heatmaps.max(), 1e-12), "without its sign"),
    ("one_scale", lambda heatmaps: np.abs(scaled(heatmaps)), "The signs are gone"),
    ("plus_plus_weights", plus_plus(inside=True), "In the formula it stands outside"),
    ("plus_plus_weights", plus_plus(unsummed=True), "The map is not summed"),
    ("plus_plus_weights", plus_plus(positive=False), "Negative gradients count too"),
    ("plus_plus_weights", plus_plus(add=np.mean), "mean over the pixels"),
    ("plus_plus_weights", lambda maps, gradients: gradients.mean((0, 1)), "That is Grad-CAM's weight"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(comparing, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "why"), WRONG)
def test_wrong_answers(name, answer, why):
    result = getattr(comparing, name)(answer)
    assert result.status == "incorrect"
    assert why in result.reason


@pytest.mark.parametrize("name", dir(comparing))
def test_the_stub_is_not_attempted(name):
    assert getattr(comparing, name)(lambda *arguments, **named: ...).status == "not attempted"


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in comparing.exercises.all)
