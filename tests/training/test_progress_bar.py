"""The bar of a training is closed whatever becomes of the training: no dead bar stays under a cell."""

import numpy as np
import pytest
import tqdm.auto
from IPython.core.interactiveshell import InteractiveShell

from coursekit import training
from coursekit.backend import import_keras

keras = import_keras()

CELL = """
from coursekit import training
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
stop = keras.callbacks.LambdaCallback(on_train_batch_end=end)
model.fit(np.zeros((8, 2)), np.zeros(8), batch_size=2, verbose=0, callbacks=[training.ProgressBar(), stop])
"""


@pytest.fixture
def bars(monkeypatch):
    """Every bar that is opened."""
    opened = []

    def remembered(*args, **options):
        opened.append(tqdm.auto.tqdm(*args, **options))
        return opened[-1]

    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr("coursekit.training.callbacks.progress.tqdm", remembered)
    return opened


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def is_closed(bar):
    # What tqdm keeps of bars that are open.
    return bar not in type(bar)._instances and bar.total == bar.n


@pytest.mark.parametrize("error", [RuntimeError("the loss is nan"), KeyboardInterrupt()])
def test_a_bar_is_closed_when_its_training_raises(error, bars, shell):
    def end(batch, logs=None):
        if batch == 1:
            assert not is_closed(bars[0])
            raise error

    before = len(shell.events.callbacks["post_run_cell"])
    shell.push({"keras": keras, "np": np, "end": end})
    done = shell.run_cell(CELL)
    assert type(done.error_in_exec) is type(error)
    assert len(bars) == 1
    assert is_closed(bars[0])
    assert len(shell.events.callbacks["post_run_cell"]) == before
    # The next cell opens and closes one of its own.
    shell.push({"end": lambda batch, logs=None: None})
    assert shell.run_cell(CELL).success
    assert len(bars) == 2
    assert all(map(is_closed, bars))


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
def test_a_bar_is_closed_when_the_data_raise(bars, shell):
    def batches():
        for _ in range(5):  # Keras looks at some before it begins
            yield np.zeros((2, 2)), np.zeros(2)
        raise OSError("the disk is gone")

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    options = {"verbose": 0, "steps_per_epoch": 9, "callbacks": [training.ProgressBar()]}
    shell.push({"model": model, "batches": batches(), "options": options})
    assert not shell.run_cell("model.fit(batches, **options)").success
    assert len(bars) == 1
    assert is_closed(bars[0])
