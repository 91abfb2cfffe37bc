"""Heatmaps: zero keeps its colour, the map lies over the whole image, the box is where the map is high."""

import numpy as np
import pytest

from coursekit import plot

IMAGE = np.zeros((12, 16, 3))


def test_a_small_map_lies_over_the_whole_image():
    below, above = plot.overlay(IMAGE, np.eye(3), alpha=0.3).images
    assert above.get_extent() == below.get_extent()
    assert below.get_alpha() is None


def test_the_map_covers_the_image_in_proportion_to_its_heat():
    _, above = plot.overlay(IMAGE, [[0.0, -1.0, 2.0]], alpha=0.3).images
    np.testing.assert_allclose(above.get_alpha(), [[0, 0.15, 0.3]])
    _, limited = plot.overlay(IMAGE, [[0.0, 8.0]], alpha=0.3, limit=4).images
    np.testing.assert_allclose(limited.get_alpha(), [[0, 0.3]])
    assert not plot.overlay(IMAGE, np.zeros((2, 2))).images[1].get_alpha().any()


def test_signed_maps_diverge_around_zero_and_others_begin_there():
    _, signed = plot.overlay(IMAGE, [[-1.0, 0.5]]).images
    assert (signed.cmap.name, signed.norm(0)) == ("RdBu_r", 0.5)
    _, positive = plot.overlay(IMAGE, [[0.2, 0.5]]).images
    assert (positive.cmap.name, positive.get_clim()) == ("viridis", (0, 0.5))


def test_a_limit_makes_maps_comparable():
    _, above = plot.overlay(IMAGE, [[0.2, 0.5]], limit=2).images
    assert above.get_clim() == (0, 2)


def test_the_row_shows_image_map_and_both_with_one_scale():
    axes = plot.explanation_row(IMAGE, np.eye(3) / 2, box=(2, 3, 4, 5))
    assert [len(ax.images) for ax in axes] == [1, 1, 2]
    assert axes[1].images[0].get_clim() == axes[2].images[1].get_clim() == (0, 0.5)
    frame = axes[2].patches[-1]
    assert (frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height()) == (2.5, 1.5, 5, 4)


def test_images_of_the_row_are_equally_large():
    axes = plot.explanation_row(np.zeros((12, 12)), np.eye(3))
    axes[0].figure.canvas.draw()
    widths = [ax.get_window_extent().width for ax in axes]
    assert max(widths) - min(widths) < 2


def test_a_map_of_zeros_says_so():
    assert plot.explanation_row(IMAGE, np.zeros((3, 3)))[1].get_title(loc="left") == "heatmap: zero everywhere"


def test_the_box_holds_the_largest_part_above_the_share():
    heatmap = np.zeros((10, 12))
    heatmap[2:5, 3:8] = 0.5
    heatmap[8, 11] = 1.0
    assert plot.heatmap_box(heatmap, 0.5) == (2, 3, 3, 5)
    assert plot.heatmap_box(heatmap, 0.6) == (8, 11, 1, 1)
    assert plot.heatmap_box(np.ones((4, 5)), 1) == (0, 0, 4, 5)


@pytest.mark.parametrize(
    ("heatmap", "share", "words"),
    [
        (np.zeros((3, 3)), 0.2, "without any above zero there is no box"),
        (np.eye(3), 0, "share is 0: it must lie above 0"),
        (np.full((3, 3), np.nan), 0.2, "9 values that are not finite"),
        (np.zeros((1, 3, 3)), 0.2, "must have 2 axes"),
        (np.zeros((0, 3)), 0.2, "is empty"),
    ],
)
def test_maps_without_a_box_are_explained(heatmap, share, words):
    with pytest.raises(ValueError, match=words):
        plot.heatmap_box(heatmap, share)


def test_what_cannot_be_laid_over_is_explained():
    with pytest.raises(ValueError, match="alpha is 2"):
        plot.overlay(IMAGE, np.eye(3), alpha=2)
    with pytest.raises(ValueError, match=r"ck\.plot\.images"):
        plot.overlay(IMAGE[None], np.eye(3))
    with pytest.raises(ValueError, match="not finite"):
        plot.explanation_row(IMAGE, [[np.inf]])
