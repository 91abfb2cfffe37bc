"""Stop a training that has gone wrong, and say why it probably did."""

from __future__ import annotations

import math
from typing import Any

import keras


class DivergedError(RuntimeError):
    """The loss became infinite or not a number; the message names the likely causes."""


class TerminateOnNaN(keras.callbacks.Callback):  # type: ignore[misc]
    """Stop at the first batch whose loss is not a finite number.

    Raises
    ------
    DivergedError
        At that batch. The network's weights are of no use then: build it again.

    Examples
    --------
    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile(optimizer="sgd", loss="mse")
    >>> model.fit(np.full((8, 2), np.nan), np.zeros(8), verbose=0, callbacks=[TerminateOnNaN()])
    Traceback (most recent call last):
    coursekit.training.callbacks.terminate_on_nan.DivergedError: the loss is nan at batch 1 of epoch 1. ...
    """

    def __init__(self) -> None:
        super().__init__()
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember which epoch it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the loss."""
        loss = float((logs or {}).get("loss", 0.0))
        if not math.isfinite(loss):
            rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
            raise DivergedError(
                f"the loss is {loss} at batch {batch + 1} of epoch {self._epoch + 1}. Likely causes, in this order: "
                f"the learning rate ({rate:g}) is too large, try a tenth of it; images are not between 0 and 1; "
                "there are NaN values in the data. Build the network again before you go on: its weights are lost."
            )
