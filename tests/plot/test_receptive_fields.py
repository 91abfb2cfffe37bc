"""Receptive fields as frames over an image and as a pyramid."""

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from coursekit import plot
from coursekit.receptive_field import Layer, of_chain

CHAIN = {"conv1": Layer(3), "pool1": Layer(2, stride=2), "conv2": Layer(3)}


def fields(chain=CHAIN, shape=(28, 20)):
    return dict(zip(chain, of_chain(chain.values(), shape), strict=True))


def corners(patch):
    return patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()


def test_the_frames_hold_the_pixels_that_are_seen():
    ax = plot.receptive_fields(np.zeros((28, 20)), fields(), around=(0, 0))
    # Whole numbers are the middles of pixels, so frames begin half a pixel before.
    for patch, size in zip(ax.patches, (3, 4, 8), strict=True):
        assert corners(patch) == pytest.approx((-0.5, -0.5, size, size), abs=0.31)


def test_units_are_looked_for_around_a_pixel():
    (first,) = plot.receptive_fields(np.zeros((28, 20)), fields({"conv": Layer(3)}), around=(14, 6)).patches
    assert corners(first) == pytest.approx((4.65, 12.65, 2.7, 2.7))


def test_frames_that_share_an_edge_do_not_cover_each_other():
    conv, pool, _ = plot.receptive_fields(np.zeros((28, 20)), fields(), around=(0, 0)).patches
    assert abs(conv.get_x() - pool.get_x()) > 0.2


def test_colour_is_not_the_only_sign():
    ax = plot.receptive_fields(np.zeros((28, 20)), fields())
    assert len({patch.get_linestyle() for patch in ax.patches}) == 3


def test_a_layer_has_one_colour_in_all_figures():
    """With poolings below it or without, drawn as a frame or as a pyramid."""
    plain = {"conv1": Layer(3), "conv2": Layer(3)}
    frames = [plot.receptive_fields(np.zeros((28, 20)), fields(chain)).patches for chain in (plain, CHAIN)]
    by_name = [{one.get_label().split(":")[0]: one.get_edgecolor() for one in patches} for patches in frames]
    lines = [{one.get_label().split(":")[0]: one.get_linestyle() for one in patches} for patches in frames]
    assert lines[0]["conv2"] == lines[1]["conv2"] != lines[1]["conv1"]
    assert by_name[0]["conv2"] == by_name[1]["conv2"] != by_name[1]["conv1"]
    assert len(set(by_name[1].values())) == 3
    *_, unit = [line for line in plot.receptive_field_pyramid(CHAIN).lines if line.get_marker() == "o"]
    assert to_rgba(unit.get_color()) == by_name[0]["conv2"]


def test_the_legend_fits_into_the_figure():
    ax = plot.receptive_fields(np.zeros((28, 28)), fields(shape=(28, 28)))
    ax.figure.canvas.draw()
    assert ax.get_legend().get_window_extent().x1 <= ax.figure.bbox.x1


def test_the_pyramid_counts_units_down_to_the_pixels():
    ax = plot.receptive_field_pyramid(CHAIN)
    assert [text.get_text() for text in ax.texts] == ["8 pixels", "conv1: 6 units", "pool1: 3 units", "conv2: 1 unit"]
    assert ax.get_title(loc="left") == "One unit of conv2 sees 8 pixels"


def test_dilation_leaves_pixels_out():
    ax = plot.receptive_field_pyramid({"conv": Layer(3, dilation=4)})
    assert ax.texts[0].get_text() == "3 pixels"


def test_what_cannot_be_drawn_is_explained():
    with pytest.raises(ValueError, match="no field to draw"):
        plot.receptive_fields(np.zeros((8, 8)), {})
    with pytest.raises(ValueError, match="no layer to draw"):
        plot.receptive_field_pyramid({})
    with pytest.raises(ValueError, match=r"sees 61 pixels.*ck\.plot\.receptive_fields"):
        plot.receptive_field_pyramid({"conv": Layer(61)})
