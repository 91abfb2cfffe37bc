"""A training that is cut off goes on."""

import dataclasses
import json
import os
import signal
import subprocess
import sys

import keras
import numpy as np
import pytest

from coursekit.training import RECIPES, ProgressBar, recipe, recipe_training, train
from coursekit.training.callbacks.checkpoints import Checkpoints


def compiled_model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(2, "softmax")])
    # Eagerly: to trace a model takes longer than its few steps.
    adam, loss = keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy"
    model.compile(optimizer=adam, loss=loss, metrics=["accuracy"], run_eagerly=True)
    return model


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    images = rng.normal(size=(64, 3)).astype("float32")
    return images, (images.sum(axis=1) > 0).astype(int)


def fit(model, keeper, data, epochs, first=0):
    return model.fit(
        *data,
        batch_size=64,
        validation_data=data,
        validation_batch_size=64,
        epochs=epochs,
        initial_epoch=first,
        shuffle=False,
        verbose=0,
        callbacks=[keeper],
    )


def test_weights_optimiser_and_history_go_on_exactly(tmp_path, data):
    whole = compiled_model()
    reference = fit(whole, Checkpoints(tmp_path / "whole"), data, epochs=6).history

    fit(compiled_model(), Checkpoints(tmp_path / "cut"), data, epochs=3)
    again, keeper = compiled_model(), Checkpoints(tmp_path / "cut")
    again.set_weights([np.zeros_like(weight) for weight in again.get_weights()])
    assert keeper.resume(again).epochs == 3
    fit(again, keeper, data, epochs=6, first=3)

    assert keeper.progress.history["loss"] == pytest.approx(reference["loss"], rel=1e-6)
    for one, other in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_the_best_epoch_is_kept_beside_the_last(tmp_path, data):
    model, keeper = compiled_model(), Checkpoints(tmp_path, monitor="val_loss")
    weights = []
    spy = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: weights.append(model.get_weights()))
    worsen = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: setattr(model.optimizer, "learning_rate", 0.05 if epoch < 3 else 50.0)
    )
    model.fit(*data, validation_data=data, epochs=6, verbose=0, callbacks=[worsen, spy, keeper])
    assert keeper.best_epoch() == int(np.argmin(keeper.progress.history["val_loss"])) + 1
    assert len(list(tmp_path.iterdir())) <= 2
    keeper.restore_best(model)
    for restored, best in zip(model.get_weights(), weights[keeper.best_epoch() - 1], strict=True):
        np.testing.assert_array_equal(restored, best)


def test_patience_stops_and_is_remembered_after_a_break(tmp_path, data):
    model = compiled_model()
    model.optimizer.learning_rate = 1e-12  # no epoch is better than the first
    keeper = Checkpoints(tmp_path, monitor="val_accuracy", patience=2)
    fit(model, keeper, data, epochs=10)
    assert keeper.progress.epochs == 3
    again = Checkpoints(tmp_path, monitor="val_accuracy", patience=2)
    again.resume(compiled_model())
    assert again.finished(epochs=10)


def test_a_half_written_checkpoint_is_passed_over(tmp_path, data):
    fit(compiled_model(), Checkpoints(tmp_path), data, epochs=2)
    broken = tmp_path / ".unfinished-1" / "epoch-0003"
    broken.mkdir(parents=True)
    (broken / "state.weights.h5").write_bytes(b"half")
    assert Checkpoints(tmp_path).resume(compiled_model()).epochs == 2
    assert not broken.exists()


def test_a_metric_that_is_not_measured_is_named(tmp_path, data):
    with pytest.raises(ValueError, match=r"'val_kappa'.*val_accuracy"):
        fit(compiled_model(), Checkpoints(tmp_path, monitor="val_kappa"), data, epochs=1)
    with pytest.raises(ValueError, match="no metric to monitor"):
        Checkpoints(tmp_path, patience=3)


class CutOff(ProgressBar):
    """Ends the training in the middle of the second epoch."""

    end = None

    def on_train_batch_end(self, batch, logs=None):
        super().on_train_batch_end(batch, logs)
        if self._epochs_done == 1 and batch == 2:
            type(self).end()


def interrupted():
    raise KeyboardInterrupt


def test_a_recipe_that_is_interrupted_goes_on_where_it_was(monkeypatch, course_home, capsys):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    small = dataclasses.replace(recipe("dense_baseline"), limit={"quick": 640}, epochs={"quick": 3})
    monkeypatch.setitem(RECIPES, "dense_baseline", small)
    with monkeypatch.context() as patch:
        patch.setattr(CutOff, "end", interrupted)
        patch.setattr(recipe_training, "ProgressBar", CutOff)
        with pytest.raises(KeyboardInterrupt):
            train("dense_baseline", "quick")
    checkpoints = course_home / "trained" / "quick" / "checkpoints" / "dense_baseline-0"
    (kept,) = checkpoints.iterdir()
    done = json.loads((kept / "progress.json").read_text())["history"]["loss"]
    assert (kept.name, len(done)) == ("epoch-0001", 1)

    _, run = train("dense_baseline", "quick")
    assert "1 epochs were done before" in capsys.readouterr().out
    assert run.epochs == len(run.history["loss"]) == 3
    assert run.history["loss"][:1] == pytest.approx(done, rel=1e-4)
    assert run.history["loss"][-1] < run.history["loss"][0]
    assert not checkpoints.exists()


KILLED = """
import os, signal
from coursekit.cli import main
from coursekit.training import recipe_training as training

class Killed(training.ProgressBar):
    def on_train_batch_end(self, batch, logs=None):
        if self._epochs_done == 2 and batch == 5:
            os.kill(os.getpid(), signal.SIGKILL)

training.ProgressBar = Killed
main(["train", "mnist_gap_convnet", "--profile", "lesson"])
"""


@pytest.mark.slow
def test_a_recipe_that_is_killed_goes_on_where_it_was(tmp_path):
    """kill -9 in the middle of an epoch, then the same command again."""
    environment = os.environ | {
        "COURSEKIT_HOME": str(tmp_path),
        "COURSEKIT_DATA": "sample",
        "COURSEKIT_PROFILE": "lesson",
    }
    killed = subprocess.run([sys.executable, "-c", KILLED], env=environment, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    checkpoints = tmp_path / "trained" / "lesson" / "checkpoints" / "mnist_gap_convnet-0"
    command = [sys.executable, "-m", "coursekit", "train", "mnist_gap_convnet", "--profile", "lesson"]
    done = json.loads((sorted(checkpoints.glob("epoch-*[0-9]"))[-1] / "progress.json").read_text())["history"]["loss"]

    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert f"{len(done)} epochs were done before" in again.stdout
    run = json.loads((tmp_path / "trained" / "lesson" / "runs" / "mnist_gap_convnet.json").read_text())
    assert run["epochs"] == len(run["history"]["loss"]) == 5
    assert run["history"]["loss"][: len(done)] == pytest.approx(done, rel=1e-4)
    assert run["history"]["loss"][-1] < run["history"]["loss"][0]
    assert not checkpoints.exists()


@pytest.mark.slow
def test_few_checkpoints_are_written_where_that_is_asked_for(tmp_path, data):
    keeper = Checkpoints(tmp_path, every=2)
    fit(compiled_model(), keeper, data, epochs=5)
    assert [path.name for path in tmp_path.iterdir()] == ["epoch-0005"]
    assert keeper.finished(5)
    fit(compiled_model(), Checkpoints(tmp_path / "cut", every=2), data, epochs=3)
    again, later = compiled_model(), Checkpoints(tmp_path / "cut", every=2)
    assert later.resume(again).epochs == 3


@pytest.mark.slow
def test_a_training_that_knows_its_data_by_heart_stops(tmp_path, data):
    keeper = Checkpoints(tmp_path, every=50, stop_below_loss=0.5)
    history = fit(compiled_model(), keeper, data, epochs=100).history["loss"]
    assert len(history) < 100
    assert history[-1] < 0.5 <= min(history[:-1])
    assert keeper.finished(100)
    again = compiled_model()
    assert Checkpoints(tmp_path, stop_below_loss=0.5).resume(again).epochs == len(history)


def test_every_needs_no_metric_to_monitor(tmp_path):
    with pytest.raises(ValueError, match="each needs a checkpoint"):
        Checkpoints(tmp_path, monitor="val_loss", every=2)
