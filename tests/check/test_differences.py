"""Words for what is different."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from coursekit.check.differences import difference, in_short

FINITE = st.floats(-1e6, 1e6)


@given(arrays.arrays(np.float64, arrays.array_shapes(max_dims=3), elements=FINITE))
def test_an_array_equals_itself_in_single_precision(expected):
    assert difference(expected.astype(np.float32), expected) is None


@given(arrays.arrays(np.float64, (2, 3), elements=FINITE), st.integers(0, 5))
def test_one_wrong_number_is_found(expected, index):
    answer = expected.copy()
    answer.flat[index] += 1 + abs(answer.flat[index])
    assert difference(answer, expected) == "Wrong numbers: 1 of 6."


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_named(value):
    assert "number" in difference(value, 0.5)
    assert difference([0, value], np.zeros(2)).endswith("at [1].")


def test_large_whole_numbers_must_be_exact():
    assert difference(407_051, 407_050) == "It returns a wrong number."


@settings(max_examples=50)
@given(st.recursive(st.none() | st.text() | st.complex_numbers() | st.binary(), st.lists))
def test_any_value_can_be_judged_and_shown(value):
    assert isinstance(difference(value, 1.5), str)
    assert in_short(value)
