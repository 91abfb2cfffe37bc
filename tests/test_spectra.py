"""Spectra: the axis, the normalisations against scikit-learn, SciPy and NumPy, and splits that keep groups whole."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from sklearn.preprocessing import normalize

from coursekit.spectra import (
    crop,
    split_by_group,
    standard_normal_variate,
    unit_band,
    unit_length,
    wavenumber_axis,
)

AXIS = wavenumber_axis()


@pytest.fixture(params=[np.float32, np.float64])
def spectra(request) -> np.ndarray:
    return np.random.default_rng(0).normal(30, 10, (7, len(AXIS))).astype(request.param)


def test_axis_of_the_mouse_spectra():
    assert AXIS[[0, 1, -1]].tolist() == [400, 402, 1790]
    assert len(AXIS) == 696


@pytest.mark.parametrize(("first", "last", "step"), [(400, 1791, 2), (400, 300, 2), (400, 500, 0), (400, 500, -1)])
def test_steps_that_do_not_lead_to_the_end_are_refused(first, last, step):
    with pytest.raises(ValueError, match="do not lead from"):
        wavenumber_axis(first, last, step)


def test_crop_keeps_both_ends(spectra):
    kept, axis = crop(spectra, AXIS, 600, 1000)
    assert axis[[0, -1]].tolist() == [600, 1000]
    np.testing.assert_array_equal(kept, spectra[:, 100:301])


def test_crop_outside_of_the_axis_is_refused(spectra):
    with pytest.raises(ValueError, match="no point lies between 2000 and 3000"):
        crop(spectra, AXIS, 2000, 3000)


def test_unit_length_is_what_scikit_learn_computes(spectra):
    np.testing.assert_allclose(unit_length(spectra), normalize(spectra), rtol=1e-5)


def test_standard_normal_variate_is_what_scipy_computes(spectra):
    np.testing.assert_allclose(standard_normal_variate(spectra), scipy.stats.zscore(spectra, axis=1), atol=1e-4)


def test_unit_band_gives_each_spectrum_the_same_area_there(spectra):
    band = (AXIS >= 1630) & (AXIS <= 1690)
    normalised = unit_band(spectra, AXIS)
    np.testing.assert_allclose(np.trapezoid(normalised[:, band], AXIS[band]), 1, rtol=1e-5)
    # A factor for each spectrum, and nothing else.
    np.testing.assert_allclose(np.ptp(normalised / spectra, axis=1), 0, atol=1e-6)


def test_other_band_and_uneven_axis():
    axis = np.array([0.0, 1, 4, 5])
    np.testing.assert_allclose(unit_band([[9, 2, 4, 9]], axis, 1, 4), [[1, 2 / 9, 4 / 9, 1]])


@pytest.mark.parametrize("normalise", [unit_length, standard_normal_variate, lambda spectra: unit_band(spectra, AXIS)])
class TestEachNormalisation:
    def test_does_not_see_a_factor(self, normalise, spectra):
        np.testing.assert_allclose(normalise(spectra * 3), normalise(spectra), atol=1e-4)

    def test_keeps_the_type_and_the_argument(self, normalise, spectra):
        before = spectra.copy()
        assert normalise(spectra).dtype == spectra.dtype
        np.testing.assert_array_equal(spectra, before)

    def test_spectrum_of_zeros_stays_zero(self, normalise):
        np.testing.assert_array_equal(normalise(np.zeros((2, 696))), np.zeros((2, 696)))

    def test_nan_is_named(self, normalise, spectra):
        spectra[3, 5] = np.nan
        with pytest.raises(ValueError, match="1 values that are not finite, the first in spectrum 3 at point 5"):
            normalise(spectra)

    @pytest.mark.parametrize("shape", [(696,), (2, 696, 1), (0, 696)])
    def test_other_shapes_are_refused(self, normalise, shape):
        with pytest.raises(ValueError, match=r"a table \(n, points\) is needed"):
            normalise(np.zeros(shape))

    def test_text_is_refused(self, normalise):
        with pytest.raises(ValueError, match="real numbers"):
            normalise([["a"] * 696])


@pytest.mark.parametrize("level", [1e-30, 0.1, 1e30])
def test_constant_spectrum_becomes_zeros_not_rounding_noise(level):
    np.testing.assert_array_equal(standard_normal_variate(np.full((1, 696), level)), np.zeros((1, 696)))


def test_band_whose_parts_cancel_is_not_blown_up():
    spectra = np.where(AXIS < 1660, 0.1, -0.1)[np.newaxis].copy()
    spectra[0, np.abs(AXIS - 1660).argmin()] = 0
    np.testing.assert_array_equal(unit_band(spectra, AXIS), spectra)


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (1700, 1800, "band from 1700 to 1800 1/cm is not on the axis"),
        (300, 500, "not on the axis"),
        (1690, 1630, "lower limit first"),
        (1631, 1631.5, "holds 0 points"),
        (1630, 1631, "holds 1 points"),
    ],
)
def test_band_without_an_integral_is_refused(low, high, message, spectra):
    with pytest.raises(ValueError, match=message):
        unit_band(spectra, AXIS, low, high)


@pytest.mark.parametrize("axis", [AXIS[::-1], AXIS[:, np.newaxis], np.full(696, np.nan), []])
def test_axis_that_does_not_rise_is_refused(axis, spectra):
    with pytest.raises(ValueError, match="one rising row"):
        unit_band(spectra, axis)


def test_axis_of_another_length_is_refused(spectra):
    with pytest.raises(ValueError, match="696 points but there are 695 wavenumbers"):
        unit_band(spectra, AXIS[:-1])


@pytest.fixture(scope="module")
def mice() -> tuple[np.ndarray, np.ndarray]:
    """800 spectra of 120 mice of uneven size, with classes that depend on the mouse."""
    generator = np.random.default_rng(5)
    weights = generator.pareto(2, 120) + 0.2
    groups = generator.choice(120, 800, p=weights / weights.sum())
    labels = np.where(generator.random(800) < 0.6, groups % 4, 0)
    return np.char.add("M", groups.astype(str)), labels


@pytest.mark.parametrize("fractions", [(0.7, 0.15, 0.15), (0.5, 0.5), (0.8, 0.1, 0.05, 0.05)])
def test_no_group_in_two_parts_and_nothing_lost(mice, fractions):
    groups, labels = mice
    parts = split_by_group(groups, labels, fractions, seed=2)
    assert sorted(np.concatenate(parts)) == list(range(800))
    assert sum(len(np.unique(groups[part])) for part in parts) == len(np.unique(groups))
    np.testing.assert_allclose([len(part) / 800 for part in parts], fractions, atol=0.03)


def test_classes_have_like_shares_in_each_part(mice):
    groups, labels = mice
    shares = [np.bincount(labels[part], minlength=4) / len(part) for part in split_by_group(groups, labels, seed=2)]
    np.testing.assert_allclose(shares, [np.bincount(labels) / 800] * 3, atol=0.06)


def test_split_follows_from_the_seed(mice):
    first, again, other = (split_by_group(*mice, seed=seed)[2].tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_each_part_has_a_group_even_where_one_is_huge():
    groups = np.array(["A"] * 97 + ["B", "C", "D"])
    parts = split_by_group(groups, np.zeros(100), (0.4, 0.3, 0.2, 0.1))
    assert sorted("".join(np.unique(groups[part])) for part in parts) == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("groups", "labels", "fractions", "message"),
    [
        (["A", "B"], [0, 1], (0.7, 0.15, 0.15), "2 groups for 3 parts"),
        (["A", "B"], [0], (0.5, 0.5), "one of each is needed"),
        (["A", "B"], [0, 1], (0.5, 0.6), "make 1 together"),
        (["A", "B"], [0, 1], (1.5, -0.5), "must be positive"),
    ],
)
def test_split_that_cannot_be_made_is_refused(groups, labels, fractions, message):
    with pytest.raises(ValueError, match=message):
        split_by_group(groups, labels, fractions)
