"""Figures of spectra: what stands on them, and what they refuse."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import plot
from coursekit.spectra import wavenumber_axis

AXIS = wavenumber_axis()


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_the_line_is_widest_where_the_heat_is():
    heat = np.zeros(696)
    heat[300:303] = 2.0
    ax = plot.spectrum_heatmap(np.sin(AXIS / 50), heat, AXIS)
    widths = ax.collections[0].get_linewidths()
    assert int(np.argmax(widths)) in (300, 301)
    assert min(widths) == 1
    marked = [text.get_text().split("\n")[0] for text in ax.texts]
    assert marked == ["1002", "1448", "1658"]


def test_a_legend_says_what_speaks_for_the_class_and_what_against():
    ax = plot.spectrum_heatmap(np.ones(4), [0, 1, -1, 0], [1, 2, 3, 4])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["for", "against"]


def test_heat_of_zeros_is_drawn_as_nothing():
    ax = plot.spectrum_heatmap(np.ones(4), np.zeros(4), [1, 2, 3, 4])
    assert set(ax.collections[0].get_linewidths()) == {1.0}
    assert not ax.texts


@pytest.mark.parametrize(
    ("draw_it", "words"),
    [
        (lambda: plot.spectrum_heatmap(np.ones(4), np.ones(3), [1, 2, 3, 4]), "one number a point"),
    ],
)
def test_what_does_not_fit_is_refused(draw_it, words):
    with pytest.raises(ValueError, match=words):
        draw_it()
