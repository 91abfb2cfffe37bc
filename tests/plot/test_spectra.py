"""Figures of spectra: what stands on them, and what they refuse."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import plot
from coursekit.spectra import wavenumber_axis
from coursekit.synthetic.spectra import draw

AXIS = wavenumber_axis()


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_each_class_has_its_mean_and_its_spread():
    table = draw(120)
    ax = plot.spectra_by_class(table.spectra, table.labels, AXIS, table.classes)
    present = np.unique(table.labels)
    assert len(ax.lines) == len(ax.collections) == len(present)
    first = table.spectra[table.labels == present[-1]].mean(axis=0)
    np.testing.assert_allclose(ax.lines[-1].get_ydata(), first, rtol=1e-4)
    assert len({line.get_linestyle() for line in ax.lines}) == len(present)


def test_a_class_without_spectra_is_left_out():
    ax = plot.spectra_by_class(np.ones((2, 3)), [2, 2], [1, 2, 3], ["a", "b", "c"])
    assert [text.get_text() for text in ax.texts] == ["c (2)"]


def test_bars_are_counted_for_each_part():
    ax = plot.class_histogram({"train": [0, 0, 2], "test": [1]}, ["a", "b", "c"])
    assert [bar.get_height() for bar in ax.patches] == [2, 0, 1, 0, 1, 0]
    assert ax.get_legend() is not None
    assert len({bar.get_hatch() for bar in ax.patches}) == 2


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
        (lambda: plot.spectra_by_class(np.ones((2, 3)), [0], [1, 2, 3], ["a"]), "one each is needed"),
        (lambda: plot.spectra_by_class(np.ones((2, 3)), [0, 0], [1, 2], ["a"]), "one wavenumber a point"),
        (lambda: plot.class_histogram({}, ["a"]), "no part to count"),
        (lambda: plot.class_histogram({"train": [0, 4]}, ["a", "b"]), "names of all classes"),
        (lambda: plot.spectrum_heatmap(np.ones(4), np.ones(3), [1, 2, 3, 4]), "one number a point"),
    ],
)
def test_what_does_not_fit_is_refused(draw_it, words):
    with pytest.raises(ValueError, match=words):
        draw_it()
