"""Timing the ways to compute convolutions."""

import itertools

import numpy as np
import pytest

from coursekit.fourier import measured, speed


def test_every_way_is_timed_and_the_fastest_repeat_counts():
    ticks = itertools.cycle([0.0, 5.0, 5.0, 7.0, 7.0, 16.0])
    found = speed.measure(10, 3, filters=(2, 3), repeats=3, clock=lambda: next(ticks))
    assert found == dict.fromkeys(speed.WAYS, 2.0)


@pytest.mark.parametrize("sizes", [[1, 2, 4, 8], [3, 5, 7, 11]])
def test_powers_cross_where_they_must(sizes):
    slow, fast = [size**2 for size in sizes], [3.7 * size for size in sizes]
    assert speed.crossover(sizes, slow, fast) == pytest.approx(3.7, rel=0.01)


def test_the_last_crossing_counts():
    assert speed.crossover([1, 2, 3], [2, 1, 4], [1, 2, 1]) > 2
    assert speed.crossover([1, 2, 3], [2, 2, 2], [1, 1, 1]) == 1
    assert speed.crossover([1, 2, 3], [1, 1, 1], [1, 1, 1]) is None


def test_the_recorded_measurement_covers_the_sizes_of_the_lesson():
    table = measured("speed")
    assert table["kernels"]["sizes"][0] == 3
    assert table["kernels"]["sizes"][-1] == 31
    assert (table["images"]["sizes"][0], table["images"]["sizes"][-1]) == (28, 256)
    for what in ("kernels", "images"):
        assert set(table[what]["seconds"]) == set(speed.WAYS)
        for values in table[what]["seconds"].values():
            assert len(values) == len(table[what]["sizes"])
            assert np.min(values) > 0


def test_unknown_ways_are_named():
    with pytest.raises(ValueError, match="choose among direct"):
        speed.measure(8, 3, ways=("guessing",))
