"""The learning-rate explorer: a slider that trains a small network anew, and shows where its rate stands."""

from __future__ import annotations

from typing import Any

import ipywidgets
from numpy.typing import NDArray

from coursekit.training.rates.small_network import Optimizer, SmallTraining
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.learning_rate.view import HIGHEST, LOWEST, RateState, RateView, rate_of, view_of
from coursekit.widgets.toolkit.explorer import Explorer

_OPTIMIZERS: list[tuple[str, Optimizer]] = [("SGD", "sgd"), ("Adam", "adam")]
_INPUTS = [("from 0 to 1", 1.0), ("from 0 to 255", 255.0)]


def explore_learning_rate() -> LearningRateExplorer:
    """Choose a learning rate and see at once how a small network learns 1,000 handwritten digits with it.

    Returns
    -------
    LearningRateExplorer
        Put it on the last line of a cell. Its ``training`` can be used in later cells.

    Examples
    --------
    >>> explorer = explore_learning_rate()
    >>> explorer.rate.value = -5
    >>> print(explorer.view.sentence.partition(".")[0])
    SGD at learning rate 1e-05, inputs from 0 to 1: too small
    """
    return LearningRateExplorer()


class LearningRateExplorer(Explorer[RateState, RateView]):
    """The widget that `explore_learning_rate` returns."""

    def __init__(self) -> None:
        super().__init__(
            "learning-rate-explorer",
            lambda rate, optimizer, scale: RateState(rate_of(rate), optimizer, scale),
            {
                "rate": Slider(
                    description="Learning rate", min=LOWEST, max=HIGHEST, step=0.25, value=-2, power_of_ten=True
                ),
                "optimizer": ipywidgets.Dropdown(options=_OPTIMIZERS, description="Optimiser"),
                "scale": ipywidgets.Dropdown(options=_INPUTS, description="Inputs"),
            },
            rows=[["rate", "optimizer", "scale"], ["reset", "download"]],
            figures=["curves"],
        )

    @property
    def training(self) -> SmallTraining:
        """The training that is shown: the loss of each batch, and the accuracy after each epoch."""
        return self.view.training

    def compute(self, state: RateState) -> RateView:
        """Return what is shown in this state."""
        return view_of(state)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the numbers of the training that is shown."""
        return {"losses": self.training.losses, "accuracies": self.training.accuracies}
