"""Scoreboards over several networks: recorded ones, their intervals, and how one network is scored."""

import dataclasses

import numpy as np
import pytest

from coursekit import data, explain, networks
from coursekit.explain import evaluate
from coursekit.explain.evaluate import Scoreboard
from coursekit.explain.evaluate.recorded_scoreboards import mean_interval
from tests.explain.conftest import may_be_flat, quick_only

PRESETS = explain.presets(16, budget=16)


@pytest.fixture(scope="module")
def board():
    scores = {"A": {"ranking": [0.5, 0.6, 0.7], "deletion": [0.2, 0.2, 0.5]}, "B": {"ranking": [0.4, 0.5, 0.6]}}
    scores["B"]["deletion"] = [0.1, 0.1, 0.1]
    passes = {"A": [1.0, 1.0], "B": [0.0, 0.0]}
    return Scoreboard("pets", "the animal", 5, 0.3, [0, 1, 2], [0.9, 0.9, 0.8], scores, passes, {"A": "a()"}, {}, "")


def test_intervals_are_students(board):
    found = board.interval("A")
    # mean 0.6, standard deviation 0.1, t = 4.303 with two degrees of freedom
    assert (found.value, found.low, found.high) == pytest.approx((0.6, 0.6 - 0.2484, 0.6 + 0.2484), abs=1e-4)


def test_networks_are_compared_one_by_one(board):
    lead = board.difference("A", "B")
    assert (lead.value, lead.low, lead.high) == pytest.approx((0.1, 0.1, 0.1))


def test_less_is_better_where_it_is(board):
    assert board.ranked() == ["A", "B"]
    assert board.ranked("deletion") == ["B", "A"]


def test_one_network_has_no_interval():
    found = mean_interval([0.4])
    assert found.value == 0.4
    assert np.isnan([found.low, found.high]).all()


def test_a_board_survives_a_round_trip(board, tmp_path):
    board.save(tmp_path / "pets.json")
    assert Scoreboard.read(tmp_path / "pets.json") == board
    (tmp_path / "pets.json").write_text("{}")
    with pytest.raises(ValueError, match="Make it again: coursekit scoreboard pets"):
        Scoreboard.read(tmp_path / "pets.json")


def test_what_is_not_there_is_explained(board):
    with pytest.raises(ValueError, match=r"has no method .C.\. It has: A, B"):
        board.interval("C")
    with pytest.raises(ValueError, match=r"has no measure .x. of A\. It has: ranking, deletion"):
        board.interval("A", "x")
    with pytest.raises(ValueError, match="there is no recorded scoreboard 'cats'"):
        evaluate.recorded_scoreboard("cats")


def test_a_network_is_scored_by_every_measure():
    split = data.ground_truth("pets", count=4)
    images, labels, masks = *(array[::2] for array in split.arrays()), split.masks[::2]
    methods = {"Gradient": explain.presets(64)["Gradient"], "edges": explain.edges}
    model = networks.small_convnet(width=2)
    untrained = evaluate.randomised(model, images, seed=1)
    scores, passes = evaluate.network_scores(model, images, masks, methods, labels, untrained=untrained, points=3)
    assert set(scores) == {"Gradient", "edges", "random", "centre blob"}
    assert set(scores["Gradient"]) == set(evaluate.MEASURES)
    assert passes == {"Gradient": [1, 1], "edges": [0, 0], "random": [0, 0], "centre blob": [0, 0]}
    assert scores["edges"]["similarity"] == pytest.approx(1)


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


@pytest.mark.parametrize("name", evaluate.recorded_scoreboards())
def test_recorded_boards_hold_every_method_and_three_networks(name):
    recorded = evaluate.recorded_scoreboard(name)
    assert set(recorded.scores) == {*explain.presets(64), *evaluate.BASELINES}
    for method, measures in recorded.scores.items():
        assert {len(values) for values in measures.values()} == {len(recorded.seeds)}, method
        assert {"ranking", "pointing", "energy", "overlap", "deletion", "insertion"} <= set(measures)
    assert set(dataclasses.asdict(recorded)["passes"]) == set(recorded.scores)
