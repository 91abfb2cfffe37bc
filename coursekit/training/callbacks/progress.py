"""A progress bar for training that leaves one line behind."""

from __future__ import annotations

import os
import sys
from typing import Any

import keras
from tqdm.auto import tqdm


class ProgressBar(keras.callbacks.Callback):  # type: ignore[misc]
    """Show the batches done and the time left while a model trains; then print the last epoch's metrics.

    The line that stays holds no times, so a notebook that runs twice looks the same twice. With ``TQDM_DISABLE=1``,
    under which stored outputs are made, there is no bar, only that line. Pass it as
    ``model.fit(..., verbose=0, callbacks=[ck.training.ProgressBar()])``.

    Examples
    --------
    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    >>> model.compile(optimizer="sgd", loss="mse")
    >>> _ = model.fit(np.zeros((8, 2)), np.zeros(8), verbose=0, callbacks=[ProgressBar()])
    after 1 epoch: loss 0.000
    """

    _events: Any = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the bar."""
        steps = self.params.get("steps")
        total = steps and steps * self.params["epochs"]
        self._when_the_cell_ends()
        # Its notebook form does not look at the variable itself.
        self._bar = tqdm(total=total, unit="batch", leave=False, disable=os.environ.get("TQDM_DISABLE") == "1")
        self._epochs_done = 0
        self._metrics: dict[str, Any] = {}

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Count the epochs of an earlier attempt as done, so that the time left is that of the rest."""
        if self._epochs_done == 0 and epoch > 0:
            self._bar.initial = self._bar.n = epoch * (self.params.get("steps") or 0)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar by one batch."""
        self._bar.update()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Show the epoch's metrics beside the bar."""
        self._epochs_done = epoch + 1
        self._metrics = dict(logs or {})
        self._bar.set_postfix({name: _short(value) for name, value in self._metrics.items()})

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the bar and print the line that stays."""
        self._close()
        metrics = ", ".join(
            f"{name.replace('val_', 'validation ')} {_short(value)}" for name, value in self._metrics.items()
        )
        print(f"after {self._epochs_done} epoch{'s' * (self._epochs_done != 1)}: {metrics}")

    def _close(self, *_result: object) -> None:
        """Close the bar, and let nobody call this again."""
        # A bar of a notebook that ends before its total stays, in red; training may stop early, or fail.
        self._bar.total = self._bar.n
        self._bar.close()
        if self._events is not None:
            self._events.unregister("post_run_cell", self._close)
            self._events = None

    def _when_the_cell_ends(self) -> None:
        """Close the bar at the end of the cell at the latest: where a training fails, Keras calls nobody."""
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython is not None else None
        if shell is not None:
            self._events = shell.events
            self._events.register("post_run_cell", self._close)


def _short(value: float) -> str:
    """Return a metric with three decimals; of a learning rate such as 0.0004 they would show nothing."""
    return f"{value:.1e}" if 0 < abs(value) < 1e-3 else f"{value:.3f}"
