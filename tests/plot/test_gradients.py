"""Gradients per layer: the sizes are drawn as they are, and those of zero are not lost."""

import numpy as np
import pytest

from coursekit import plot


def test_sizes_are_drawn_from_the_first_layer_on():
    plain, residual = plot.gradient_norms(
        {"plain": {"conv": 1e-6, "dense": 1e-2}, "residual": [1e-2, 1e-2, 1e-2]}
    ).lines
    assert (list(plain.get_xdata()), list(plain.get_ydata())) == ([1, 2], [1e-6, 1e-2])
    assert list(residual.get_xdata()) == [1, 2, 3]
    assert plain.get_marker() != residual.get_marker()
    assert plain.get_linestyle() != residual.get_linestyle()


def test_layers_without_gradient_have_a_cross():
    ax = plot.gradient_norms({"dead": [0.0, 0.0, 0.1]})
    assert list(ax.lines[1].get_xdata()) == [1, 2]
    assert ax.lines[1].get_label() == "dead: no gradient at all"


def test_the_sentence_compares_first_and_last():
    assert "plain: 1e-06 in the first of 2 layers, 0.01 in the last." in plot.gradient_sentence({"plain": [1e-6, 1e-2]})


@pytest.mark.parametrize(
    ("norms", "words"),
    [
        ({}, "no network to draw"),
        ({"net": []}, r"have shape \(0,\)"),
        ({"net": [[1.0]]}, r"have shape \(1, 1\)"),
        ({"net": [1.0, np.nan]}, "size nan in layer 2"),
        ({"net": [-1.0]}, "size -1.0 in layer 1"),
    ],
)
def test_sizes_that_cannot_be_drawn_are_explained(norms, words):
    with pytest.raises(ValueError, match=words):
        plot.gradient_norms(norms)
