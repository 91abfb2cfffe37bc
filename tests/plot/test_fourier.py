"""Figures of lesson 13."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from coursekit import plot


def noise(*shape):
    return np.random.default_rng(0).random(shape)


def test_the_theorem_shows_the_convolution_of_what_it_shows():
    image, kernel = noise(9, 12), noise(3, 4) - 0.5
    axes = plot.convolution_theorem(image, kernel)
    shown = [np.asarray(ax.images[0].get_array()) for ax in axes[0]]
    np.testing.assert_allclose(shown[1], kernel[::-1, ::-1])
    by_hand = sum(
        np.pad(kernel[::-1, ::-1][m, n] * image, ((m, 2 - m), (n, 3 - n))) for m in range(3) for n in range(4)
    )
    np.testing.assert_allclose(shown[2], by_hand, atol=1e-12)
    assert all(ax.images[0].get_array().shape == (11, 15) for ax in axes[1])


def test_a_black_image_is_drawn():
    axes = plot.convolution_theorem(np.zeros((5, 5)), np.ones((3, 3)))
    assert np.isfinite(axes[1, 0].images[0].get_array()).all()


def test_kernels_stand_above_their_spectra():
    kernels, magnitudes = noise(4, 7, 7), noise(4, 16, 16)
    axes = plot.kernel_spectra(kernels, magnitudes, list("abcd"))
    assert [ax.get_title(loc="left") for ax in axes[0]] == list("abcd")
    np.testing.assert_array_equal(axes[0, 2].images[0].get_array(), kernels[2])
    np.testing.assert_array_equal(axes[1, 2].images[0].get_array(), magnitudes[2])


def test_the_frame_lies_inside_of_the_rings():
    ax = plot.border_error(noise(10, 14), rings=3)
    frame = ax.patches[0]
    assert (frame.get_xy(), frame.get_width(), frame.get_height()) == ((2.5, 2.5), 8, 4)
    assert ax.figure.axes[1].get_ylabel() == "share of the largest value"


def test_figures_of_errors_share_one_colour_bar():
    figure, axes = plt.subplots(1, 3)
    for ax in axes:
        plot.border_error(noise(4, 4), ax=ax, bar=axes if ax is axes[-1] else [])
    assert [ax.get_ylabel() for ax in figure.axes] == ["", "", "", "share of the largest value"]


def test_negative_frequencies_have_a_minus_and_no_hyphen():
    axes = plot.kernel_spectra(noise(1, 7, 7), noise(1, 16, 16))
    assert [text.get_text() for text in axes[1, 0].get_xticklabels()] == ["−½", "0", "½"]


def test_an_error_of_zero_can_be_drawn_on_its_logarithmic_scale():
    shown = plot.border_error(np.zeros((4, 4))).images[0].get_array()
    assert (shown > 0).all()


def test_ways_differ_in_more_than_their_colour():
    seconds = {name: noise(3) + 0.1 for name in ("a", "b", "c", "d")}
    ax = plot.ways_compared([3, 5, 7], seconds, {"b overtakes": 4.2, "never": None})
    curves = ax.lines[:4]
    assert len({(line.get_marker(), line.get_linestyle()) for line in curves}) == 4
    np.testing.assert_allclose(curves[1].get_ydata(), seconds["b"] * 1000)
    assert [text.get_text().strip() for text in ax.texts] == ["4"]
    assert [text.get_text() for text in ax.get_legend().get_texts()][4:] == ["b overtakes: 4"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plot.convolution_theorem(np.ones((3, 3, 3)), np.ones((3, 3))), "image has shape"),
        (lambda: plot.kernel_spectra(np.ones((2, 3, 3)), np.ones((3, 8, 8))), "n titles or none"),
        (lambda: plot.kernel_spectra(np.ones((2, 3, 3)), np.ones((2, 8, 8)), ["one"]), "there are 1 titles"),
        (lambda: plot.border_error(-np.ones((4, 4))), "must be 0 or more"),
        (lambda: plot.border_error(np.ones((4, 4)), rings=2), "leave something of 4x4"),
        (lambda: plot.ways_compared([1, 2], {"a": [1]}, {}), "'a' has 1 times for 2 sizes"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
