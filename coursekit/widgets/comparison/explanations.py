"""What there is to compare: every method's heatmap of an answer, what it scores, and the same with random weights."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.comparison.images import ComparisonImage
from coursekit.widgets.comparison.view import ComparedMethod, ComparisonState, agreement
from coursekit.widgets.sources.images import ImageList
from coursekit.widgets.toolkit.code import quoted

if TYPE_CHECKING:
    import keras

_POINTS = 11


class Explanations:
    """The explanations of one model's answers to the images of a list.

    Parameters
    ----------
    model : keras.Model
        A classifier of images.
    images : ImageList of ComparisonImage
        As the model takes them.
    classes : sequence of str
        The name of each class.
    budget : int
        Passes through the network that a method which samples may take.
    remember : function
        Takes a key and a function, and returns what the function returned for that key before, or now.

    Attributes
    ----------
    methods : dict of str to Preset
        By title.
    """

    def __init__(
        self,
        model: keras.Model,
        images: ImageList[ComparisonImage],
        classes: Sequence[str],
        budget: int,
        remember: Callable[[Hashable, Callable[[], Any]], Any],
    ) -> None:
        from coursekit import explain
        from coursekit.explain.evaluate import layers_with_weights

        self.model, self._images, self._classes, self._remember = model, images, classes, remember
        self.methods = explain.presets(min(images.shape[:2]), budget)
        self._weighted = layers_with_weights(model)

    def side(self, title: str, state: ComparisonState, shown: ComparisonImage, target: int) -> ComparedMethod:
        """Explain by one method, and score it."""
        layer = state.layer if self.methods[title].takes_layer else None
        key = (title, state.image, target, layer)
        heatmap = self._remember(("map", *key, state.random_layers), lambda: self._heatmap(*key, state.random_layers))
        measures = self._remember(("scores", *key), lambda: self._scores(self._heatmap_of(key), shown, target))
        if state.random_layers:
            similar = agreement(heatmap, self._heatmap_of(key))
            return ComparedMethod(title, heatmap, {"similar to the trained network's map": similar})
        return ComparedMethod(title, heatmap, measures)

    def code(self, state: ComparisonState, shown: ComparisonImage, target: int, model_code: str) -> str:
        """Return the lines that compute and draw both heatmaps, below one that makes ``model``."""
        lines = [model_code]
        lines += [f"image = {shown.code}", "images, target = np.asarray(image)[np.newaxis], " + str(target)]
        if state.random_layers:
            lines.append(f"model = ck.explain.evaluate.randomised(model, images, layers={state.random_layers})")
        for side, title in (("left", state.left), ("right", state.right)):
            method = self.methods[title]
            options = {"layer": state.layer} if method.takes_layer and state.layer else {}
            lines += ["", f"# {title}", method.code(**options), f"{side} = heatmaps[0]"]
        heatmaps = (
            f"{{{quoted(state.left)}: left, {quoted('again: ' * (state.left == state.right) + state.right)}: right}}"
        )
        return "\n".join([*lines, "", f"axes = ck.plot.explanation_sheet(image, {heatmaps}, size=3)"])

    def _heatmap_of(self, key: tuple[str, str, int, str | None]) -> Floats:
        found: Floats = self._remember(("map", *key, 0), lambda: self._heatmap(*key, 0))
        return found

    def _heatmap(self, title: str, image: str, target: int, layer: str | None, random_layers: int) -> Floats:
        batch = self._images.get(image).values[np.newaxis]
        model = self._remember(("model", random_layers), lambda: self._with_random(random_layers, batch))
        options = {} if layer is None else {"layer": layer}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a map of zeros is said in the sentence
            found: Floats = self.methods[title](model, batch, target, **options)[0]
        return found

    def _scores(self, heatmap: Floats, shown: ComparisonImage, target: int) -> dict[str, float]:
        from coursekit.explain import evaluate

        batch, maps = shown.values[np.newaxis], heatmap[np.newaxis]
        measures = {
            name: float("nan")
            for name in ("hottest pixels on the ground-truth mask", "positive heat on the ground-truth mask")
        }
        if shown.mask is not None:
            masks = shown.mask[np.newaxis]
            measures = {
                "hottest pixels on the ground-truth mask": float(evaluate.relevance_rank_accuracy(maps, masks)[0]),
                "positive heat on the ground-truth mask": float(evaluate.relevance_mass_accuracy(maps, masks)[0]),
            }
        for name, curve in (("deletion", evaluate.deletion), ("insertion", evaluate.insertion)):
            better = "less" if name == "deletion" else "more"
            measures[f"{name} area ({better} is better)"] = float(
                curve(self.model, batch, maps, target, points=_POINTS).area[0]
            )
        return measures

    def answer(self, shown: ComparisonImage) -> tuple[int, float]:
        """Return the class that the model predicts, and its probability."""
        from coursekit import explain

        probabilities = explain.class_probabilities(self.model, shown.values[np.newaxis])[0]
        return int(probabilities.argmax()), float(probabilities.max())

    def _with_random(self, layers: int, batch: Floats) -> Any:
        from coursekit.explain.evaluate import randomised

        return randomised(self.model, batch, layers) if layers else self.model

    def cascade(self) -> list[tuple[str, int]]:
        """Return how many of the last layers can have random weights, each with its words."""
        count = len(self._weighted)
        steps = sorted({1, 2, *range(4, count, max(2, count // 6)), count} & set(range(1, count + 1)))
        return [("trained", 0), *((f"random: {self._span(step)}", step) for step in steps)]

    def _span(self, layers: int) -> str:
        if layers == len(self._weighted):
            return "all layers"
        return "the last layer" if layers == 1 else f"the last {layers} layers"

    def in_words(self, layers: int) -> str:
        """Return that so many of the last layers have random weights; "" where none has."""
        if not layers:
            return ""
        verb = "has" if layers == 1 else "have"
        return f"{self._span(layers).capitalize()} now {verb} random weights:"
