"""The measurements that ship: whole, and as the lessons describe them."""

import numpy as np
import pytest

from coursekit.fourier import measured


def test_the_table_of_derivatives_is_the_same_by_every_way_and_ours_needs_a_twentieth():
    derivative = measured("relevance")["derivative"]
    assert max(derivative["largest difference"].values()) < 1e-4
    assert derivative["megabytes"]["Fourier, peak"] * 20 <= derivative["megabytes"]["table"]
    seconds = derivative["seconds"]
    assert seconds["table: one bright pixel after the other"] > 20 * seconds["Fourier"]


def test_shares_are_thirty_times_as_fast_as_the_naive_loop_and_equal_to_it():
    selection = measured("relevance")["selection"]
    assert selection["images"] == 500
    assert selection["seconds"]["naive loop"] > 30 * selection["seconds"]["shares"]
    assert selection["largest difference"] < 1e-5


@pytest.mark.parametrize(("name", "maps"), [("fourier_mnist", 128), ("fourier_mnist_narrow", 32)])
def test_approximate_networks_come_closer_with_every_map(name, maps):
    network = measured("relevance")["networks"][name]
    counts = [row["maps"] for row in network["kept"]]
    assert {1, 5, 10, 20} < set(counts)
    assert counts[-1] == maps
    assert (np.diff([row["error"] for row in network["kept"]]) < 0).all()
    assert network["kept"][-1]["same"] == 1
    assert network["needed"]["median"] <= network["needed"]["most"] <= maps


def test_unknown_measurements_are_named():
    with pytest.raises(ValueError, match="There are: speed, relevance"):
        measured("weight")
