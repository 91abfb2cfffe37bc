"""Scoreboards over several networks: recorded ones, their intervals, and how one network is scored."""

import dataclasses

import numpy as np
import pytest
from scipy import ndimage

from coursekit import data, explain, networks
from coursekit.explain import evaluate
from coursekit.explain.evaluate import Scoreboard
from coursekit.explain.evaluate.recorded_scoreboards import recorded_scoreboards
from tests.explain.conftest import may_be_flat
from tests.quick import quick_only

PRESETS = explain.presets(16, budget=16)


@pytest.fixture(scope="module")
def board():
    scores = {
        "A": {"rank_norm": [[0.5, 0.7], [0.6, 0.8], [0.7, 0.9]], "seconds": [[0.2], [0.2], [0.5]]},
        "B": {"rank_norm": [[0.4], [0.5]], "seconds": [[0.1], [0.1]]},
    }
    passes = {"A": [1.0, 1.0], "B": [0.0, 0.0]}
    return Scoreboard("pets", "the animal", 0.3, [0, 1, 2], [0.9, 0.9, 0.8], scores, passes, {"A": "a()"}, {}, "")


def test_intervals_hold_networks_and_images(board):
    found = board.interval("A")
    assert found.value == pytest.approx(0.7)
    assert 0.5 < found.low < 0.65
    assert 0.75 < found.high < 0.9


def test_methods_are_compared_where_both_were_scored(board):
    lead = board.difference("A", "B")
    assert (lead.value, lead.low, lead.high) == pytest.approx((0.1, 0.1, 0.1))
    assert (board.size("A"), board.size("B")) == ((3, 2), (2, 1))


def test_the_table_says_how_many_networks_and_images(board):
    lines = str(board).splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["A", "B"]
    assert lines[2].endswith("1+1     3 × 2")
    assert " 0.70 " in lines[2]
    assert "–" in lines[3]


def test_the_two_poolings_are_compared_image_by_image(board):
    both = dataclasses.replace(board, scores={"A": {"rank_sum": [[0.1, 0.2]], "rank_norm": [[0.4, 0.6]]}})
    change = both.difference_of_poolings("A")
    assert (change.value, change.low, change.high) == pytest.approx((0.35, 0.3, 0.4))


def test_less_is_better_where_it_is(board):
    assert board.ranked() == ["A", "B"]
    assert board.ranked("seconds") == ["B", "A"]


def test_a_board_survives_a_round_trip(board, tmp_path):
    board.save(tmp_path / "pets.json")
    assert Scoreboard.read(tmp_path / "pets.json") == board
    (tmp_path / "pets.json").write_text("{}")
    with pytest.raises(ValueError, match="Make it again: coursekit scoreboard pets"):
        Scoreboard.read(tmp_path / "pets.json")


def test_what_is_not_there_is_explained(board):
    with pytest.raises(ValueError, match=r"has no method .C.\. It has: A, B"):
        board.interval("C")
    with pytest.raises(ValueError, match=r"has no measure .x. of A\. It has: rank_norm, seconds"):
        board.interval("A", "x")
    with pytest.raises(ValueError, match="there is no recorded scoreboard 'cats'"):
        evaluate.recorded_scoreboard("cats")


def test_a_network_is_scored_by_every_measure():
    split = data.ground_truth("pets", count=4)
    images, labels, masks = *(array[::2] for array in split.arrays()), split.masks[::2]
    methods = {"Gradient": explain.presets(64)["Gradient"], "edges": explain.edges}
    model = networks.small_convnet(width=2)
    before = model.get_weights()
    scores, passes = evaluate.network_scores(model, images, masks, methods, labels, seed=1, road_images=1)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert set(scores) == {"Gradient", "edges"}
    assert set(scores["Gradient"]) == set(evaluate.MEASURES)
    assert {len(values) for values in scores["Gradient"].values()} == {1, len(images)}
    assert passes == {"Gradient": [1, 1], "edges": [0, 0]}
    assert scores["edges"]["similarity_sum"] == pytest.approx([1, 1])


@pytest.mark.parametrize(
    "title", quick_only([title for title, preset in PRESETS.items() if preset.reference], ["Integrated gradients"])
)
def test_from_its_twin_an_image_owes_nothing_outside_the_mask(title):
    split, twins = data.ground_truth("pets", count=4), data.ground_truth_twins("pets", count=4)[::2]
    images, masks = split.arrays()[0][::2], split.masks[::2]
    method = PRESETS[title].compared_with(twins)
    found = method.channels(networks.small_convnet(width=2), images, 1)
    assert "twins" in method.code()
    if title == "Occlusion":  # a patch is wider than a rim
        masks = ndimage.binary_dilation(masks, np.ones((1, 7, 7)))
    assert np.abs(found).sum() > 0
    np.testing.assert_allclose(found[~masks], 0, atol=1e-6)


def test_a_method_without_baseline_has_no_twin():
    with pytest.raises(ValueError, match="Gradient takes no baseline"):
        PRESETS["Gradient"].compared_with(np.zeros((1, 16, 16, 3)))


@pytest.mark.slow
@may_be_flat
@pytest.mark.parametrize("title", quick_only(PRESETS, list(PRESETS)[::3]))
def test_every_preset_explains_an_image(title):
    model, image = networks.small_convnet(16, width=2), np.random.default_rng(0).random((1, 16, 16, 3), np.float32)
    method = PRESETS[title]
    heatmaps = method(model, image, 1)
    assert (heatmaps.shape, np.isfinite(heatmaps).all()) == ((1, 16, 16), True)
    names = {"ck": type("Course", (), {"explain": explain}), "model": model, "images": image, "target": 1}
    exec(method.code(), names)
    np.testing.assert_allclose(names["heatmaps"], heatmaps, atol=1e-5)


def test_options_are_too_small():
    with pytest.raises(ValueError, match="side is 4 and budget 256"):
        explain.presets(4)


@pytest.mark.parametrize("layers", [0, 2, None])
def test_so_many_layers_are_random_counted_from_the_last(layers):
    model, image = networks.small_convnet(16, width=2), np.ones((1, 16, 16, 3))
    copy = evaluate.randomised(model, image, layers)
    changed = [not np.array_equal(a, b) for a, b in zip(model.get_weights()[::2], copy.get_weights()[::2], strict=True)]
    assert changed == [number >= 5 - (5 if layers is None else layers) for number in range(5)]
    with pytest.raises(ValueError, match="has 5 layers with weights"):
        evaluate.randomised(model, image, 6)


@pytest.mark.parametrize("name", recorded_scoreboards())
def test_recorded_boards_hold_every_method_under_both_poolings(name):
    recorded = evaluate.recorded_scoreboard(name)
    presets = explain.presets(64)
    twins = {f"{title} (twin)" for title, preset in presets.items() if preset.reference}
    assert set(recorded.scores) == set(recorded.passes) == {*presets, *twins, *evaluate.BASELINES}
    for method, measures in recorded.scores.items():
        assert {"rank_sum", "rank_norm", "mass_sum", "mass_norm", "pointing_sum", "pointing_norm"} <= set(measures)
        networks, images = recorded.size(method)
        assert networks <= len(recorded.seeds)
        assert images >= 5, method
