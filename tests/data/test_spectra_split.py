"""Splits of spectra: by mouse, normalised, in batches."""

import numpy as np
import pytest

from coursekit import spectra
from coursekit.data.spectra_dataset import NORMALISATIONS, normalised, splits_by_mouse
from coursekit.synthetic.spectra import draw

TABLE = draw(200)


def test_no_mouse_stands_in_two_parts_and_no_spectrum_is_lost():
    parts = splits_by_mouse(TABLE)
    mice = [set(part.mouse) for part in parts]
    assert not mice[0] & mice[1] | mice[0] & mice[2] | mice[1] & mice[2]
    assert sum(len(part) for part in parts) == len(TABLE)
    assert [part.name for part in parts] == ["train", "validation", "test"]


@pytest.mark.parametrize("name", NORMALISATIONS)
def test_each_normalisation_is_that_of_its_name(name):
    expected = {
        "raw": TABLE.spectra,
        "unit_length": spectra.unit_length(TABLE.spectra),
        "standard_normal_variate": spectra.standard_normal_variate(TABLE.spectra),
        "unit_band": spectra.unit_band(TABLE.spectra, TABLE.wavenumbers),
    }[name]
    values = normalised(TABLE, name)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values[..., 0], expected, rtol=1e-5)


def test_a_limit_keeps_the_classes_balanced():
    train, _, _ = splits_by_mouse(TABLE)
    few = train.limited(8)
    assert len(few) == len(few.spectra) == len(few.mouse) == 8
    assert np.ptp(np.bincount(few.labels)[np.unique(few.labels)]) <= 1
    assert train.limited(None) is train


def test_batches_hold_everything_once_and_each_epoch_has_its_order():
    train, _, _ = splits_by_mouse(TABLE)
    batches = train.batches(32, shuffle=True, seed=1)
    epochs = [np.concatenate([labels.numpy() for _, labels in batches]) for _ in range(2)]
    assert sorted(epochs[0]) == sorted(train.labels)
    assert (epochs[0] != epochs[1]).any()
    again = np.concatenate([labels.numpy() for _, labels in train.batches(32, shuffle=True, seed=1)])
    np.testing.assert_array_equal(again, epochs[0])
    np.testing.assert_array_equal(np.concatenate([s.numpy() for s, _ in train.batches(50)]), train.spectra)


def test_what_is_not_there_is_said():
    with pytest.raises(ValueError, match=r"no normalisation 'snv'.*standard_normal_variate"):
        normalised(TABLE, "snv")
    with pytest.raises(ValueError, match="at least one spectrum"):
        splits_by_mouse(TABLE)[0].limited(0)
