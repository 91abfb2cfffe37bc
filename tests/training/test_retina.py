"""The recipes of the lesson on eyes: rotated copies, and figures for every grade."""

import dataclasses
import functools

import numpy as np
import pytest

from coursekit import data, metrics, networks, training
from coursekit.data import Split
from coursekit.training import recipes, retina_studies
from coursekit.training.quarter_turns import quarter_turned
from coursekit.training.retina_studies import _interval_by_patient, scores_by_patient, severe_study

SHIPPED = training.recorded_runs("retina")


@pytest.fixture(autouse=True)
def sample_data(monkeypatch, home_of_few):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")


def discs(count=6, side=32):
    rows, columns = np.ogrid[:side, :side]
    inside = (rows - 15.5) ** 2 + (columns - 15.5) ** 2 <= 15**2
    images = np.zeros((count, side, side, 3), np.uint8)
    images[:, inside] = 80
    images[:, 6:10, 14:18] = 250
    return Split.from_arrays("train", images, np.arange(count) % 2, groups=np.arange(count).astype(str))


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_every_image_is_turned_exactly_and_keeps_its_label(turns):
    split = discs()
    turned = quarter_turned(split, size=32, turns=turns)
    np.testing.assert_array_equal(turned.labels, split.labels)
    np.testing.assert_array_equal(turned.groups, split.groups)
    for image, original in zip(turned.images, split.images, strict=True):
        np.testing.assert_array_equal(image, np.rot90(original, turns))


@pytest.mark.slow
def test_a_head_is_trained_on_the_copies_too_and_judged_by_grade(monkeypatch, eagerly):
    small = dataclasses.replace(
        recipes.RECIPES["retina_rotated"],
        name="small",
        network=lambda: networks.retina_classifier("course", 1, size=32),
        size=32,
        rotated_copies=1,
        epochs={"quick": 2, "lesson": 2, "full": 2},
        limit={"quick": 40, "lesson": 40, "full": 40},
    )
    monkeypatch.setitem(recipes.RECIPES, "small", small)
    model, run = training.train("small", "quick")
    assert model.name == "course_backbone_eyes"
    assert (run.images, run.epochs, run.choices["rotation"]) == (40, 2, "three quarter turns")
    assert "val_balanced_accuracy" in run.history
    for name in ("quadratic_kappa", *(f"sensitivity_{grade}" for grade in range(5))):
        assert run.test[f"{name}_low"] <= run.test[name] <= run.test[f"{name}_high"]
    shares = [run.test[f"sensitivity_{grade}"] for grade in range(5)]
    np.testing.assert_allclose(np.mean(shares), run.test["balanced_accuracy"], atol=1e-4)


def test_every_recipe_of_the_family_is_recorded():
    assert sorted(name for name, recipe in training.RECIPES.items() if recipe.family == "retina") == SHIPPED


@pytest.mark.slow
def test_the_study_of_severe_eyes_judges_by_patient_and_in_turns(monkeypatch, eagerly):
    eyes = data.load("retina_balanced")
    monkeypatch.setattr(retina_studies, "_interval_by_patient", functools.partial(_interval_by_patient, repeats=50))
    rows = list(severe_study(eyes, "course", ("block1_relu", "block2_relu"), size=32))
    assert [row["turns"] for row in rows] == [1, 1, 1, 2, 4]
    assert rows[1]["numbers"] == "averages of block2_relu"
    for row in rows:
        assert row["eyes"] > row["patients"] > 20
        assert 0 <= row["area_low"] <= row["area"] <= row["area_high"] <= 1


def test_the_judge_of_severe_eyes_never_saw_the_patient():
    """Numbers that only name the patient say nothing of an unknown one."""
    patients = np.repeat(np.arange(60), 2)
    severe = np.random.default_rng(0).integers(0, 2, 60)[patients] == 1
    scores = scores_by_patient([np.eye(60, dtype=np.float32)[patients]], severe, patients)
    assert metrics.area_under_roc(severe, scores) < 0.65


def test_the_study_of_severe_eyes_ships_and_reaches_what_was_aimed_at():
    study = training.load_study("retina_severe")
    assert study["source"] == "real"
    assert {(row["eyes"], row["patients"]) for row in study["rows"]} == {(423, 319)}
    assert max(row["area"] for row in study["rows"]) > 0.90


@pytest.mark.parametrize("name", SHIPPED)
def test_the_recorded_runs_are_of_the_recipes_on_real_eyes(name):
    run, recipe = training.load_run(name), training.recipe(name)
    assert (run.source, run.dataset, run.profile, run.images) == ("real", "retina_balanced", "full", 501)
    assert run.epochs == recipe.epochs["full"]
    assert run.choices == recipe.choices
    assert 0 < run.test["quadratic_kappa"] < 1 or name == "retina_rate_1e-2"
    assert run.test["images"] == 111


@pytest.mark.slow
def test_grades_that_a_number_tells_are_found_for_patients_never_seen():
    generator = np.random.default_rng(0)
    grades = generator.integers(0, 5, 200)
    patients = (np.arange(200) // 2).astype(str)
    turned = [grades[:, np.newaxis] + generator.normal(0, 0.3, (200, 6)).astype(np.float32) for _ in range(2)]
    lazy, categorical, one, ordinal = retina_studies.graded_by_patient(turned, grades, patients)
    assert lazy["kappa"] == 0
    assert ordinal["kappa"] > 0.8
    assert ordinal["difference"] == pytest.approx(ordinal["kappa"] - categorical["kappa"], abs=1e-3)
    assert (one["turns"], ordinal["turns"], ordinal["patients"]) == (1, 2, 100)


@pytest.mark.slow
def test_a_head_is_trained_to_its_last_epoch_at_its_rate():
    from coursekit.training.rates.retina import head_rate

    generator = np.random.default_rng(0)
    grades = generator.integers(0, 3, 90)
    features = (grades[:, np.newaxis] == np.arange(3)).astype(np.float32)
    part = features, grades, np.arange(90).astype(str)
    row = head_rate(1e-2, 20, part, part, part)
    assert len(row["loss"]) == len(row["val_loss"]) == row["epochs"] == 20
    assert row["kappa"] == 1
    assert row["loss"][0] > row["loss"][-1]


def test_the_recorded_heads_are_those_of_the_rates_and_epochs_that_the_code_trains():
    from coursekit.training.rates.retina import RATES

    rows = training.load_study("retina_rates")["rows"]
    assert {row["rate"]: row["epochs"] for row in rows} == dict(RATES)
    assert all(len(row["val_loss"]) == row["epochs"] for row in rows)
