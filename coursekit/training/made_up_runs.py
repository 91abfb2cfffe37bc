"""Four made-up trainings, one for each of the shapes that learning curves take."""

from __future__ import annotations

import numpy as np

_EPOCHS = 30
_WIGGLE = 0.012


def example_histories() -> dict[str, dict[str, list[float]]]:
    """Return the accuracies of four made-up trainings, for a learner to tell apart.

    Returns
    -------
    dict of str to dict
        "A" to "D"; each like the ``history`` of ``fit``, with ``"accuracy"`` and ``"val_accuracy"`` for 30 epochs. A
        overfits, B should train longer, C learns nothing, D is healthy: its training is made harder, by dropout say.

    Examples
    --------
    >>> histories = example_histories()
    >>> overfits = histories["A"]
    >>> round(overfits["accuracy"][-1] - overfits["val_accuracy"][-1], 1)
    0.3
    """
    epochs = np.arange(1, _EPOCHS + 1)
    soon, late = 1 - np.exp(-epochs / 4), 1 - np.exp(-epochs / 9)
    curves = {
        "A": (0.5 + 0.5 * late, 0.5 + 0.23 * soon),
        "B": (0.5 + 0.006 * epochs, 0.5 + 0.0055 * epochs),
        "C": (0.5 + 0 * epochs, 0.5 + 0 * epochs),
        "D": (0.5 + 0.28 * soon, 0.5 + 0.32 * soon),
    }
    wiggle = np.random.default_rng(0).normal(0, _WIGGLE, size=(len(curves), 2, _EPOCHS))
    return {
        name: {
            "accuracy": list(map(float, training + noise[0])),
            "val_accuracy": list(map(float, validation + noise[1])),
        }
        for (name, (training, validation)), noise in zip(curves.items(), wiggle, strict=True)
    }
