"""Checkpoints: what a training that was cut off needs to go on.

A checkpoint is a folder ``epoch-0012`` with the weights, the optimiser's state and the history so far. It is written
under another name first and renamed when it is whole, so a crash in the middle leaves the one before.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from coursekit.atomic_write import remove_leftovers, write_whole

History = dict[str, list[float]]


@dataclass(frozen=True)
class TrainingProgress:
    """How far a training has come.

    Attributes
    ----------
    history : dict of str to list of float
        One value an epoch for each metric.
    seconds : float
        Wall-clock time so far.
    """

    history: History
    seconds: float

    @property
    def epochs(self) -> int:
        """How many epochs are done."""
        return max((len(values) for values in self.history.values()), default=0)


class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]
    """Keep the last epoch of a training, and the best one if a metric is monitored.

    Parameters
    ----------
    folder : Path
        Where the checkpoints are. One folder a training.
    monitor : str, optional
        The metric that decides which epoch is best: highest, or lowest if its name ends in ``loss``. None: the last.
    patience : int, optional
        Stop after so many epochs without a new best one. None: never.
    every : int
        Write a checkpoint after every so many epochs, and after the last. More than 1 only where no metric is
        monitored.
    stop_below_loss : float, optional
        Stop when the training loss is below it. None: never.

    Raises
    ------
    ValueError
        If `patience` is given without a metric to monitor, the monitored metric is not measured, or `every` would miss
        the best epoch.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile(optimizer="sgd", loss="mse")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     keeper = Checkpoints(Path(folder))
    ...     _ = model.fit(np.zeros((8, 2)), np.zeros(8), epochs=2, verbose=0, callbacks=[keeper])
    ...     Checkpoints(Path(folder)).resume(model).epochs
    2
    """

    def __init__(
        self,
        folder: Path,
        monitor: str | None = None,
        patience: int | None = None,
        every: int = 1,
        stop_below_loss: float | None = None,
    ) -> None:
        super().__init__()
        if patience is not None and monitor is None:
            raise ValueError("patience is given, but no metric to monitor. Pass for example monitor='val_loss'.")
        self._folder = folder
        self._monitor = monitor
        if every < 1 or (every > 1 and monitor is not None):
            raise ValueError(
                f"every is {every} and {monitor!r} is monitored: the best epoch may be any, so each needs a "
                "checkpoint. Pass every=1, or monitor no metric."
            )
        self._patience = patience
        self._every = every
        self._stop_below_loss = stop_below_loss
        self._history: History = {}
        self._seconds = 0.0

    def resume(self, model: keras.Model) -> TrainingProgress:
        """Give a model the weights and the optimiser's state of the last checkpoint, if there is one.

        Parameters
        ----------
        model : keras.Model
            Compiled, as it was when the checkpoint was written. Changed in place.

        Returns
        -------
        TrainingProgress
            Of no epochs if there is no checkpoint.
        """
        remove_leftovers(self._folder)
        kept = self._kept()
        if not kept:
            return TrainingProgress({}, 0.0)
        last = kept[-1]
        stored = json.loads((last / "progress.json").read_text(encoding="utf-8"))
        model.optimizer.build(model.trainable_variables)
        model.load_weights(last / "state.weights.h5")
        self._history = stored["history"]
        self._seconds = stored["seconds"]
        return self.progress

    @property
    def progress(self) -> TrainingProgress:
        """How far the training has come."""
        return TrainingProgress(self._history, self._seconds)

    def finished(self, epochs: int) -> bool:
        """Whether so many epochs are done, or patience has run out.

        Parameters
        ----------
        epochs : int
            How many epochs the training is to have.

        Returns
        -------
        bool
        """
        done = self.progress.epochs
        return done >= epochs or (done > 0 and self._may_stop())

    def best_epoch(self) -> int:
        """Return the number of the best epoch so far, from 1; the last one if no metric is monitored.

        Returns
        -------
        int
            From 1.
        """
        if self._monitor is None:
            return self.progress.epochs
        if self._monitor not in self._history:
            raise ValueError(
                f"{self._monitor!r} is to be monitored, but only these are measured: {', '.join(self._history)}."
            )
        values = self._history[self._monitor]
        return values.index((min if self._monitor.endswith("loss") else max)(values)) + 1

    def restore_best(self, model: keras.Model) -> None:
        """Give the model the weights of the best epoch.

        Parameters
        ----------
        model : keras.Model
            Changed in place.
        """
        model.load_weights(self._folder / f"epoch-{self.best_epoch():04d}" / "state.weights.h5")

    def remove(self) -> None:
        """Delete all checkpoints."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        self._clock = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a checkpoint, remove those that are neither the last nor the best, and stop if patience has run out."""
        for name, value in (logs or {}).items():
            self._history.setdefault(name, []).append(float(value))
        done = self.progress.epochs
        last = done >= self.params["epochs"] or self._may_stop()
        if last or done % self._every == 0:
            self._write(done)
        if self._may_stop():
            self.model.stop_training = True

    def _may_stop(self) -> bool:
        """Whether patience has run out, or the training loss is small enough."""
        if self._stop_below_loss is not None and self._history["loss"][-1] < self._stop_below_loss:
            return True
        return self._patience is not None and self.progress.epochs - self.best_epoch() >= self._patience

    def _write(self, done: int) -> None:
        written = self._folder / f"epoch-{done:04d}"
        with write_whole(written) as unfinished:
            unfinished.mkdir()
            self.model.save_weights(unfinished / "state.weights.h5")
            now = time.perf_counter()
            self._seconds, self._clock = self._seconds + now - self._clock, now
            progress = {"history": self._history, "seconds": self._seconds}
            (unfinished / "progress.json").write_text(json.dumps(progress), encoding="utf-8")
        needed = {written.name, f"epoch-{self.best_epoch():04d}"}
        for kept in self._kept():
            if kept.name not in needed:
                shutil.rmtree(kept)

    def _kept(self) -> list[Path]:
        return sorted(self._folder.glob("epoch-*"))
