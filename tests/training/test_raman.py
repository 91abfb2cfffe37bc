"""Recipes, runs and studies on spectra."""

import dataclasses

import numpy as np
import pytest

from coursekit import networks, training
from coursekit.commands import train as command
from coursekit.data.spectra_dataset import normalised
from coursekit.synthetic.spectra import draw
from coursekit.training import raman_studies, studies
from coursekit.training.model_files import save

TABLE = draw(120)
SPECTRA = normalised(TABLE, "standard_normal_variate")


@pytest.fixture(autouse=True)
def sample_data(monkeypatch, home_of_few):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    monkeypatch.setenv("COURSEKIT_PROFILE", "quick")


@pytest.mark.slow
def test_a_recipe_on_spectra_is_followed_recorded_and_kept_with_its_family(monkeypatch, tmp_path, eagerly):
    narrow = dataclasses.replace(training.recipe("raman_pooled"), network=lambda: networks.raman_pooled(width=4))
    monkeypatch.setitem(training.RECIPES, narrow.name, narrow)
    model, run = training.train("raman_pooled")
    assert (run.dataset, run.source, run.images, run.epochs) == ("raman_mice", "sample", 100, 1)
    assert set(run.history) == {
        *(f"{part}{name}" for part in ("", "val_") for name in ("loss", "accuracy", "balanced_accuracy")),
        "learning_rate",
    }
    assert run.history["learning_rate"] == [1e-3]
    assert run.choices["learning rate"] == "1e-3"
    save(tmp_path, model, run)
    assert training.Run.read(tmp_path / "runs" / "raman" / "raman_pooled.json") == run


def test_the_runs_of_the_family_are_those_of_its_recipes_on_real_data():
    recipes = [name for name, recipe in training.RECIPES.items() if recipe.family == "raman"]
    assert len(recipes) == 8
    assert sorted(recipes) == training.recorded_runs("raman")
    for name in recipes:
        run = training.load_run(name)
        assert (run.source, run.profile) == ("real", "full")
        assert run.choices == dict(training.recipe(name).choices)
        assert run.epochs == len(run.history["val_balanced_accuracy"])


def test_the_recorded_curves_are_as_the_lesson_describes_them():
    history = {name: training.load_run(name).history for name in training.recorded_runs("raman")}
    too_large, too_small = history["raman_rate_1e-2"], history["raman_rate_1e-6"]
    assert too_large["loss"][0] > 10
    for validated in (too_large["val_balanced_accuracy"][:2], too_small["val_balanced_accuracy"]):
        assert validated == pytest.approx([0.25] * len(validated), abs=0.01)
    for name in ("raman_rate_1e-3", "raman_rate_1e-4", "raman_exponential", "raman_step_decay", "raman_pooled"):
        assert history[name]["loss"][-1] < 0.01
    assert len(history["raman_rate_1e-4"]["loss"]) > 3 * len(history["raman_rate_1e-3"]["loss"])


def test_every_mouse_is_answered_for_by_a_model_that_does_not_know_it():
    seen = []

    def method(train, labels, test, seed):
        seen.append({row.tobytes() for row in train} & {row.tobytes() for row in test})
        return np.full(len(test), len(seen))

    answers = raman_studies.answers_by_mouse(method, SPECTRA, TABLE.labels, TABLE.mouse, seed=0, folds=3)
    assert seen == [set(), set(), set()]
    for mouse in np.unique(TABLE.mouse):
        assert len(set(answers[TABLE.mouse == mouse])) == 1


def test_who_knows_the_mice_gains_by_a_random_split():
    """A method that remembers: it answers with the label of the nearest spectrum."""

    def nearest(train, labels, test, seed):
        return labels[((test[:, None, :, 0] - train[None, :, :, 0]) ** 2).sum(axis=2).argmin(axis=1)]

    mouse = np.repeat(np.arange(40), 3)
    labels = np.random.default_rng(0).integers(0, 2, 40)[mouse]
    spectra = np.random.default_rng(1).normal(size=(40, 8))[mouse] + np.random.default_rng(2).normal(0, 0.01, (120, 8))
    found = raman_studies.leakage(nearest, spectra[..., np.newaxis], labels, mouse, seed=0)
    assert found["random_accuracy"] > 0.9
    assert found["by_mouse_accuracy"] < 0.8


def test_the_network_of_the_studies_answers_with_classes(eagerly):
    answers = raman_studies.pooled_network(SPECTRA[:64], TABLE.labels[:64], SPECTRA[:9], seed=1, epochs=1)
    assert answers.shape == (9,)
    assert set(answers) <= set(range(4))


def test_studies_ship_and_are_of_real_data():
    for name in ("raman_leakage", "raman_by_mouse"):
        study = training.load_study(name)
        assert study["source"] == "real"
        assert {row["method"] for row in study["rows"]} == set(raman_studies.CLASSIFIERS)


def test_a_study_is_made_by_the_command(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(raman_studies, "CLASSIFIERS", {"PCA + LDA": training.pca_lda})
    path = training.make_study("raman_leakage", tmp_path)
    assert path == tmp_path / "studies" / "raman_leakage.json"
    assert "random_accuracy" in path.read_text()
    assert capsys.readouterr().out.count("PCA + LDA") == 5


def test_an_unknown_study_lists_the_known_ones(tmp_path):
    for call in (studies.load_study, lambda name: studies.make_study(name, tmp_path)):
        with pytest.raises(ValueError, match=r"no study 'mice'.*raman_leakage"):
            call("mice")


def test_the_command_lists_studies_beside_recipes(capsys):
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert command.run(parser.parse_args([])) == 0
    assert "raman_by_mouse" in capsys.readouterr().out


def test_the_majority_of_a_mouse_is_what_most_of_its_spectra_say():
    mouse = np.array(["b", "a", "b", "b", "a", "a"])
    labels, answers = np.array([1, 0, 1, 1, 0, 2]), np.array([1, 3, 0, 1, 3, 2])
    true, said = training.majority_by_mouse(mouse, labels, answers)
    # Mouse a has tissue of the classes 0 and 2: two cases.
    assert true.tolist() == [0, 2, 1]
    assert said.tolist() == [3, 2, 1]


@pytest.mark.slow
def test_the_study_of_rates_tests_each_mouse_once_and_goes_on_where_it_was_cut_off(tmp_path, monkeypatch):
    from coursekit.training.rates import raman

    trained = []

    def quick(table, setting, fold):
        trained.append(fold)
        return whole(table, setting, fold, epochs=10)

    whole = raman.trained_fold
    monkeypatch.setattr(raman, "trained_fold", quick)
    monkeypatch.setattr(raman, "NETWORKS", {"net 2": (lambda points: networks.raman_pooled(points, width=1), 32)})
    names = ("net 2, 1e-3 to 1e-4", "net 2, constant 1e-3")
    first, second = raman.rate_study(TABLE, tmp_path, names=names)
    assert trained == [0, 1, 2, 0, 1, 2]
    assert (first["spectra"], first["mice"]) == (len(TABLE), len(np.unique(TABLE.mouse)))
    gained = first["balanced_accuracy"] - second["balanced_accuracy"]
    assert first["difference"] == pytest.approx(gained, abs=2e-4)  # both are rounded
    assert first["difference_low"] <= first["difference"] <= first["difference_high"]
    assert next(raman.rate_study(TABLE, tmp_path, names=names)) == first
    assert len(trained) == 6


def test_the_recorded_study_of_rates_is_of_the_settings_that_the_code_trains():
    from coursekit.training.rates import raman

    study = training.load_study("raman_rates")
    assert study["source"] == "real"
    for row, (name, setting) in zip(study["rows"], raman.SETTINGS.items(), strict=True):
        assert (row["setting"], row["network"], row["against"]) == (name, setting.network, setting.against)
        assert (row["epochs"], row["spectra"], row["mice"]) == (raman.EPOCHS, 753, 144)
        assert len(row["history"]["loss"]) == raman.EPOCHS // raman.VALIDATED_EVERY
