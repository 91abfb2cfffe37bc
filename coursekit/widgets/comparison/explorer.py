"""The comparison explorer: two explanations of one answer, side by side, with what there is to say for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.data import Split
from coursekit.widgets.comparison.explanations import Explanations
from coursekit.widgets.comparison.images import comparison_images, image_shape
from coursekit.widgets.comparison.view import ComparisonState, ComparisonView, view_of
from coursekit.widgets.sources.images import Images
from coursekit.widgets.sources.models import own_model
from coursekit.widgets.toolkit.explorer import Explorer

if TYPE_CHECKING:
    import keras

_PREDICTED = -1
_DEFAULT = "small_pets"


def compare_explanations(
    model: keras.Model | None = None,
    images: Split | Images | None = None,
    classes: Sequence[str] | None = None,
    budget: int = 128,
) -> ComparisonExplorer:
    """Compare two explanations of one answer: any model, any two methods, trained or random weights.

    Parameters
    ----------
    model : keras.Model, optional
        Any classifier of images (height, width, 1 or 3). One whose first layers are made for other values than 0 to 1
        is given those; ``explorer.model`` takes images from 0 to 1. By default the course's network that
        tells synthetic places with an animal from those without, with images whose ground-truth masks are known.
    images : Split, array (n, height, width, channels), sequence of images, or None
        Brought to the model's size. A split keeps its classes and its masks: with masks each explanation is scored. By
        default the photographs of the course.
    classes : sequence of str, optional
        Names of the classes.
    budget : int
        Passes through the network that a method which samples may take.

    Returns
    -------
    ComparisonExplorer
        Put it on the last line of a cell. Its ``heatmaps``, ``image`` and ``view`` can be used in later cells.

    Raises
    ------
    ValueError
        If the model is no classifier of images, or there is no image.

    Examples
    --------
    >>> import keras
    >>> compare_explanations(keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)], name="flat"))
    Traceback (most recent call last):
    ValueError: the model 'flat' takes (5,): it must take images (height, width, 1 or 3) of a known size.
    """
    import_keras()
    images_code = None
    if model is not None:
        model_code = own_model(model).code
    else:
        from coursekit import data, training

        model, model_code = training.trained(_DEFAULT), f'model = ck.training.trained("{_DEFAULT}")'
        if images is None:
            images, classes = data.ground_truth("pets", count=12), classes or ("no animal", "animal")
            images_code = 'ck.data.ground_truth("pets", count=12).arrays()[0]'
    return ComparisonExplorer(model, images, classes, budget, model_code, images_code)


class ComparisonExplorer(Explorer[ComparisonState, ComparisonView]):
    """The widget that `compare_explanations` returns."""

    def __init__(
        self,
        model: keras.Model,
        images: Split | Images | None,
        classes: Sequence[str] | None,
        budget: int,
        model_code: str,
        images_code: str | None,
    ) -> None:
        from coursekit import explain
        from coursekit.networks.own.value_range import taking_0_to_1

        shape, model = image_shape(model), taking_0_to_1(model)
        self.model, self.images = model, images
        self._model_code, self._revealed = model_code, True
        blank = np.zeros((1, *shape), np.float32)
        count = int(np.prod(model(blank, training=False).shape[1:]))
        self._classes = tuple(map(str, classes or range(max(2, count))))
        if len(self._classes) != max(2, count):
            raise ValueError(f"there are {len(self._classes)} names for the {max(2, count)} classes of the model.")
        self._images = comparison_images(shape, images, self._classes, images_code)
        self._explained = Explanations(model, self._images, self._classes, budget, self.remember)
        named = [("the predicted one", _PREDICTED), *((name, i) for i, name in enumerate(self._classes))]
        layers = [("the last one", ""), *((name, name) for name in explain.spatial_layers(model, blank))]
        methods, other = list(self._explained.methods), "Guided backpropagation"
        asking = {
            "image": self._images,
            "target": ipywidgets.Dropdown(options=named, description="Class"),
            "left": ipywidgets.Dropdown(options=methods, value="Grad-CAM", description="Left"),
            "right": ipywidgets.Dropdown(options=methods, value=other, description="Right"),
            "layer": ipywidgets.Dropdown(options=layers, description="Layer"),
            "weights": ipywidgets.Dropdown(options=self._explained.cascade(), description="Weights"),
            "guess": ipywidgets.Checkbox(description="Guess first", indent=False),
        }
        super().__init__(
            "comparison-explorer",
            self._state_of,
            asking | {"overlay": ipywidgets.Checkbox(description="Over the image", indent=False)},
            actions={name: lambda _value: self._reveal(not self.guess.value) for name in asking},
            buttons={
                "reveal": ("Reveal", lambda: self.change(lambda: self._reveal(True))),
                "swap": ("Swap", lambda: self.change(self._swap)),
            },
            rows=[
                ["image", "target", "upload"],
                ["left", "right", "swap"],
                ["layer", "weights", "overlay", "guess"],
                ["reveal", "reset", "download"],
            ],
            figures=["figures", "table"],
        )

    @property
    def image(self) -> Floats:
        """The image shown, as the model takes it: (height, width, channels)."""
        return self.view.image

    @property
    def heatmaps(self) -> dict[str, Floats]:
        """Both heatmaps (height, width) by the titles of their methods."""
        return {side.title: side.heatmap for side in self.view.sides}

    def compute(self, state: ComparisonState) -> ComparisonView:
        """Return what is shown in this state."""
        if state.hidden:
            state = replace(state, overlay=False)
        shown = self._images.get(state.image)
        predicted, probability = self.remember(("answer", state.image), lambda: self._explained.answer(shown))
        target = predicted if state.target is None else state.target
        sides = tuple(self._explained.side(title, state, shown, target) for title in (state.left, state.right))
        names = self._classes
        answer = f"the network says {names[predicted]} with probability {probability:.2f}"
        truth = "" if shown.label is None else f", it is {names[shown.label]}"
        return view_of(
            state,
            shown.values,
            shown.mask,
            (sides[0], sides[1]),
            subject=f'Why {names[target]}? Image "{state.image}": {answer}{truth}.',
            randomised=self._explained.in_words(state.random_layers),
            code=self._explained.code(state, shown, target, self._model_code),
        )

    def show(self, view: ComparisonView) -> None:
        """Put what was computed into the widgets."""
        self.reveal_button.disabled = not view.state.hidden
        super().show(view)

    def arrays(self) -> dict[str, Floats]:
        """Return the image and both heatmaps."""
        left, right = self.view.sides
        return {"image": self.image, "left": left.heatmap, "right": right.heatmap}

    def _state_of(self, target: int, layer: str, weights: int, guess: bool, **says: Any) -> ComparisonState:
        return ComparisonState(
            target=None if target == _PREDICTED else target,
            layer=layer or None,
            random_layers=weights,
            hidden=not self._revealed,
            **says,
        )

    def _reveal(self, now: bool) -> None:
        self._revealed = now

    def _swap(self) -> None:
        self.left.value, self.right.value = self.right.value, self.left.value
