"""A model traced once: all its feature maps and its answer, also with other kernels, and the model left as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.inputs import Inputs, checked_images
from coursekit.explain.engine.layer_calls import layer_paths
from coursekit.explain.engine.layer_selection import names, spatial
from coursekit.explain.engine.model_state import model_state, settled, unchanged
from coursekit.explain.engine.scores import probability_body
from coursekit.explain.engine.tracing import Body

_WITH_KERNEL = (keras.layers.Conv1D, keras.layers.Conv2D, keras.layers.DepthwiseConv2D)


@dataclass(frozen=True)
class Seen:
    """What a `Probe` saw in one run.

    Attributes
    ----------
    probabilities : array (n, classes), or None
        None if the model is no classifier.
    """

    probabilities: Floats | None
    _maps: Mapping[str, Any]

    def maps(self, layer: str) -> Floats:
        """Return the maps of a layer.

        Parameters
        ----------
        layer : str
            One of the `Probe.layers`.

        Returns
        -------
        array float32 (n, h, w, K)
        """
        found: Floats = as_float(self._maps[layer]).numpy().astype(np.float32, copy=False)
        return found


class Probe:
    """A model, ready to be asked again and again for maps and answers, with its own kernels or with others.

    Other kernels are arguments of the traced function: the model is not copied, and not one of its weights is changed,
    not even for a moment. All that is not replaced is taken as the model has it at the time of the call.

    Parameters
    ----------
    model : keras.Model
        Any of one input, a classifier or not.
    shape : (height, width, channels)
        Of the images it will be asked about.

    Attributes
    ----------
    layers : tuple of str
        The layers with maps, in the order of the computation.
    kernels : tuple of str
        Those whose kernels may be replaced.

    Raises
    ------
    ValueError
        If the model does not take such images.

    Examples
    --------
    >>> from coursekit import networks
    >>> model, image = networks.mnist_convnet(), np.ones((1, 28, 28, 1))
    >>> probe = Probe(model, (28, 28, 1))
    >>> first = probe.layers[0]
    >>> probe(image, {first: 0 * probe.kernel(first)}).maps(first).max()
    np.float32(0.0)
    >>> probe(image).maps(first).max() > 0  # the model is as it was
    np.True_
    """

    def __init__(self, model: keras.Model, shape: tuple[int, ...]) -> None:
        self._model = model
        self._shape = shape
        self._trace()

    def _trace(self) -> None:
        model = self._model
        inputs = Inputs.of(model, np.zeros((1, *self._shape)))
        try:
            self._probabilities: Body | None = probability_body(inputs)
        except ValueError:
            self._probabilities = None
        self._variables = {
            path: layer.kernel for path, layer in layer_paths(model).items() if isinstance(layer, _WITH_KERNEL)
        }
        self._names: list[str] = []
        signature = [tf.TensorSpec((None, *self._shape), inputs.images.dtype)]
        kernels = [tf.TensorSpec(one.shape, one.dtype) for one in self._variables.values()]
        self._function = tf.function(self._run, autograph=False).get_concrete_function(*signature, kernels)
        self._state = settled(inputs.state, model_state(model))
        self.layers = tuple(self._names)
        self.kernels = tuple(name for name in self.layers if name in self._variables)

    def kernel(self, layer: str) -> Floats:
        """Return a copy of a layer's kernel as the model has it now.

        Parameters
        ----------
        layer : str
            One of `kernels`.

        Returns
        -------
        array (rows, columns, channels in, filters)

        Raises
        ------
        ValueError
            If the layer has none.
        """
        self._must_have_kernel(layer)
        found: Floats = self._variables[layer].numpy()
        return found.copy()

    def __call__(self, images: ArrayLike, kernels: Mapping[str, ArrayLike] | None = None) -> Seen:
        """Run the model on images, with other kernels for some layers.

        Parameters
        ----------
        images : array (n, height, width, channels)
            In the values that the model takes, for example 0 to 1.
        kernels : dict of str to array, optional
            New kernels (rows, columns, channels in, filters) by the names of their layers, which are among `kernels`.

        Returns
        -------
        Seen
            The maps of every layer, and the probabilities.

        Raises
        ------
        ValueError
            If a layer has no kernel, or a kernel has another shape or a number that is not finite.
        """
        checked = checked_images(self._model, images)
        if not unchanged(self._state, model_state(self._model)):
            self._trace()
        taken = {name: variable.value for name, variable in self._variables.items()}
        for layer, kernel in (kernels or {}).items():
            taken[layer] = self._checked(layer, kernel)
        maps, probabilities = self._function(tf.constant(checked), list(taken.values()))
        return Seen(probabilities[0].numpy() if probabilities else None, dict(zip(self.layers, maps, strict=True)))

    def _run(self, images: Any, kernels: list[Any]) -> tuple[list[Any], list[Any]]:
        replaced = list(zip(self._variables.values(), kernels, strict=True))
        with keras.StatelessScope(state_mapping=replaced):
            forward = Forward.of(self._model, images, None)
        steps = spatial(forward.steps, images, keras.tree.flatten(forward.outputs))
        by_name = {step.name: step.output for step in steps}
        self._names = names(steps)
        probabilities = self._probabilities(forward) if self._probabilities else []
        return [by_name[name] for name in self._names], probabilities

    def _checked(self, layer: str, kernel: ArrayLike) -> NDArray[Any]:
        self._must_have_kernel(layer)
        variable, values = self._variables[layer], np.asarray(kernel, np.float64)
        if values.shape != tuple(variable.shape) or not np.isfinite(values).all():
            raise ValueError(
                f"the kernel for layer {layer!r} has shape {values.shape}: pass {tuple(variable.shape)} finite "
                f"numbers, for example a changed copy of probe.kernel({layer!r})."
            )
        return values.astype(variable.dtype)

    def _must_have_kernel(self, layer: str) -> None:
        if layer not in self._variables:
            having = ", ".join(self._variables) or "none has one"
            raise ValueError(f"layer {layer!r} has no kernel to replace. These have: {having}.")
