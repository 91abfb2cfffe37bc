"""The comparison explorer: two explanations of one answer, side by side, with what there is to say for each."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.data import Split
from coursekit.widgets.comparison.explanations import Explanations
from coursekit.widgets.comparison.images import ComparisonImages
from coursekit.widgets.comparison.networks import WITH_MASKS, Compared, compared, of_course, offered
from coursekit.widgets.comparison.view import ComparisonState, ComparisonView, view_of
from coursekit.widgets.sources.images import Images
from coursekit.widgets.sources.models import own_model
from coursekit.widgets.toolkit.explorer import Explorer

if TYPE_CHECKING:
    import keras

_PREDICTED = -1


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
        is given those; ``explorer.model`` takes images from 0 to 1. By default two to choose from: EfficientNet-Lite0
        with the photographs of the course, and the course's network that tells synthetic places with an animal from
        those without, with images whose ground-truth masks are known. It opens with the second, which is there sooner.
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
    if model is not None:
        named = own_model(model)
        return ComparisonExplorer({named.name: lambda: compared(model, named.code, images, classes)}, budget)
    if images is not None or classes is not None:
        chosen = of_course(WITH_MASKS)
        kept = chosen if images is None else replace(chosen, images=images, images_code=None)
        return ComparisonExplorer(
            {WITH_MASKS: lambda: compared(kept.model, kept.code, kept.images, classes, kept.images_code)},
            budget,
        )
    return ComparisonExplorer({name: partial(of_course, name) for name in offered()}, budget, WITH_MASKS)


class ComparisonExplorer(Explorer[ComparisonState, ComparisonView]):
    """The widget that `compare_explanations` returns."""

    def __init__(self, networks: Mapping[str, Callable[[], Compared]], budget: int, first: str | None = None) -> None:
        from coursekit import explain

        self._networks, self._budget, self._revealed = networks, budget, True
        self._entered: dict[str, tuple[Compared, Explanations]] = {}
        self._images = ComparisonImages()
        names = list(networks)
        entered, _ = self._enter(first or names[0])
        methods, other = list(explain.presets(min(entered.shape[:2]), budget)), "Guided backpropagation"
        asking = {
            "network": ipywidgets.Dropdown(options=names, value=first or names[0], description="Network"),
            "image": self._images,
            "target": ipywidgets.Dropdown(options=[("the predicted one", _PREDICTED)], description="Class"),
            "left": ipywidgets.Dropdown(options=methods, value="Grad-CAM", description="Left"),
            "right": ipywidgets.Dropdown(options=methods, value=other, description="Right"),
            "layer": ipywidgets.Dropdown(options=[("the last one", "")], description="Layer"),
            "weights": ipywidgets.Dropdown(options=[("trained", 0)], description="Weights"),
            "guess": ipywidgets.Checkbox(description="Guess first", indent=False),
        }

        def asked_anew(_value: Any) -> None:
            self._reveal(not self.guess.value)

        super().__init__(
            "comparison-explorer",
            self._state_of,
            asking | {"overlay": ipywidgets.Checkbox(description="Over the image", indent=False)},
            actions=dict.fromkeys(asking, asked_anew) | {"network": self._change_network},
            buttons={
                "reveal": ("Reveal", lambda: self.change(lambda: self._reveal(True))),
                "swap": ("Swap", lambda: self.change(self._swap)),
            },
            rows=[
                ["network"] * (len(names) > 1) + ["image", "target", "upload"],
                ["left", "right", "swap"],
                ["layer", "weights", "overlay", "guess"],
                ["reveal", "reset", "download"],
            ],
            figures=["figures", "table"],
        )

    @property
    def model(self) -> keras.Model:
        """The network whose answers are explained; it takes images from 0 to 1."""
        return self._entered[self.network.value][0].model

    @property
    def images(self) -> Split | Images | None:
        """The images that were passed with it; None for the photographs of the course."""
        return self._entered[self.network.value][0].images

    def prepare(self) -> None:
        """Offer the images, classes, layers and random weights of the network."""
        from coursekit import explain

        entered, explained = self._enter(self.network.value)
        self._images.enter(entered.shape, entered.images, entered.classes, entered.images_code, entered.first)
        self.target.options = [
            ("the predicted one", _PREDICTED),
            *((name, i) for i, name in enumerate(entered.classes)),
        ]
        layers = explain.spatial_layers(entered.model, np.zeros((1, *entered.shape), np.float32))
        self.layer.options = [("the last one", ""), *((name, name) for name in layers)]
        self.weights.options = explained.cascade()
        # The lists of two networks may be the same.
        self.target.value, self.layer.value, self.weights.value = _PREDICTED, "", 0

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
        (entered, explained), shown = self._entered[state.network], self._images.get(state.image)
        predicted, probability = self.remember((state.network, "answer", state.image), lambda: explained.answer(shown))
        target = predicted if state.target is None else state.target
        sides = tuple(explained.side(title, state, shown, target) for title in (state.left, state.right))
        names = entered.classes
        answer = f"the network says {names[predicted]} with probability {probability:.2f}"
        truth = "" if shown.label is None else f", it is {names[shown.label]}"
        return view_of(
            state,
            shown.values,
            shown.mask,
            (sides[0], sides[1]),
            subject=f'Why {names[target]}? Image "{state.image}": {answer}{truth}.',
            randomised=explained.in_words(state.random_layers),
            code=explained.code(state, shown, target, entered.code),
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

    def _enter(self, name: str) -> tuple[Compared, Explanations]:
        if name not in self._entered:
            entered = self._networks[name]()
            self._images.shape = entered.shape

            def remember(key: Hashable, compute: Callable[[], Any]) -> Any:
                return self.remember((name, key), compute)

            self._entered[name] = (
                entered,
                Explanations(entered.model, self._images, entered.classes, self._budget, remember),
            )
        return self._entered[name]

    def _change_network(self, _name: str) -> None:
        self.prepare()
        self._reveal(not self.guess.value)

    def _reveal(self, now: bool) -> None:
        self._revealed = now

    def _swap(self) -> None:
        self.left.value, self.right.value = self.right.value, self.left.value
