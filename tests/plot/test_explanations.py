"""Grids of methods and images, and the scores of methods: one scale rule, said in the figure."""

import numpy as np
import pytest

from coursekit import explain, plot
from coursekit.metrics.interval import Interval
from coursekit.plot.explanations import map_scale

IMAGES = np.zeros((2, 10, 12, 3))
MAPS = np.stack([np.eye(10, 12), 3 * np.eye(10, 12)])


def test_a_row_has_one_scale_so_that_a_weak_map_looks_weak():
    axes = plot.explanation_grid(IMAGES, {"found": MAPS, "signed": MAPS - 1}, titles=["a", "b"])
    assert axes.shape == (3, 2)
    assert [ax.images[0].get_clim() for ax in axes[1]] == [(0, 3), (0, 3)]
    assert [ax.images[0].cmap.name for ax in axes[:, 1]] == ["gray", "viridis", "RdBu_r"]
    assert axes[2, 0].images[0].norm(0) == 0.5
    assert [ax.get_title(loc="left") for ax in axes[0]] == ["a", "b"]
    assert axes[1, 0].get_ylabel() == "found\n0 to 3"


def test_one_wild_pixel_does_not_turn_all_others_pale():
    wild = np.full((1, 40, 40), 0.5)
    wild[0, 3, 4] = 1000
    assert map_scale(wild) == ("positive", 0.5)


def test_a_single_pixel_is_not_lost():
    lonely = np.zeros((1, 40, 40))
    lonely[0, 3, 4] = 2
    assert map_scale(lonely) == ("positive", 2)


def test_nothing_found_is_said_and_not_stretched():
    axes = plot.explanation_grid(IMAGES, {"nothing": np.zeros((2, 10, 12))})
    assert axes[1, 0].get_ylabel() == "nothing\nzero everywhere"
    assert (axes[1, 0].images[0].get_array() == 0).all()


def test_the_sheet_names_every_method_with_its_range():
    axes = plot.explanation_sheet(IMAGES[0], {f"m{i}": MAPS[0] - i % 2 for i in range(4)}, columns=3)
    assert axes.shape == (2, 3)
    titles = [ax.get_title(loc="left") for ax in axes.flat]
    assert titles == ["image", "m0\n0 to 1", "m1\n±1", "m2\n0 to 1", "m3\n±1", ""]


def test_scores_are_sorted_and_baselines_marked_by_more_than_colour():
    scores = {"A": Interval(0.2, 0.1, 0.3, 0.95), "B": Interval(0.5, np.nan, np.nan, 0.95)}
    ax = plot.method_scores(scores, "hits", baselines=["A"], chance=0.1)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["B", "A ◆"]
    assert {line.get_marker() for line in ax.lines} >= {"D", "o"}
    assert len(ax.collections) == 1  # only A has an interval
    ax = plot.method_scores(scores, less_is_better=True)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["A", "B"]


def test_two_ways_of_judging_differ_by_more_than_colour():
    scores = {"A": Interval(0.2, 0.1, 0.3, 0.95), "B": Interval(0.5, 0.4, 0.6, 0.95)}
    ax = plot.method_scores(scores, second=scores, legend=("sizes", "signed"))
    assert {line.get_marker() for line in ax.lines} >= {"s", "o"}
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["sizes", "signed"]
    with pytest.raises(ValueError, match="second has no score of A"):
        plot.method_scores(scores, second={"B": scores["B"]})


def test_the_map_of_families_names_every_method():
    shown = " ".join(text.get_text() for text in plot.method_families().texts)
    for method in explain.METHODS.values():
        assert method.title.removeprefix("Grad-CAM").split(" decomposition")[0] in shown


def test_score_cam_stands_where_no_gradient_is_needed():
    texts = {text.get_text(): text.get_position()[0] for text in plot.method_families().texts}
    (score_cam,) = (left for words, left in texts.items() if "Score-CAM" in words)
    assert score_cam == texts["runs the network forward only"]


@pytest.mark.parametrize(
    ("images", "heatmaps", "words"),
    [
        (IMAGES, {}, "0 methods"),
        (IMAGES[0], {"a": MAPS}, r"images have shape \(10, 12, 3\)"),
        (IMAGES, {"a": MAPS[:1]}, r"a has heatmaps of shape \(1, 10, 12\) for 2 images"),
        (IMAGES, {"a": MAPS * np.nan}, "a has heatmaps that are not finite"),
    ],
)
def test_what_does_not_fit_is_explained(images, heatmaps, words):
    with pytest.raises(ValueError, match=words):
        plot.explanation_grid(images, heatmaps)


def test_titles_and_scores_must_fit():
    with pytest.raises(ValueError, match="1 titles for 2 images"):
        plot.explanation_grid(IMAGES, {"a": MAPS}, titles=["a"])
    with pytest.raises(ValueError, match="no score to draw"):
        plot.method_scores({})
