"""The graph of a Keras model: its layers' calls, in the order of the computation.

Keras offers no public way from a call to the calls that it depends on, so its private nodes are read here, and nowhere
else in the course.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One call of a layer; a layer that is used twice has two.

    Attributes
    ----------
    layer : keras.Layer or keras.Operation
        What is called: a layer, an operation such as ``x + y``, or a model inside the model.
    inputs, outputs : tuple of keras.KerasTensor
        What it takes, and what it returns.
    parents : tuple of int
        Positions, in `LayerGraph.calls`, of the calls whose outputs it takes; each once.
    is_input : bool
        Whether it only stands for an input of the model.
    """

    layer: Any
    inputs: tuple[keras.KerasTensor, ...]
    outputs: tuple[keras.KerasTensor, ...]
    parents: tuple[int, ...]
    is_input: bool


@dataclass(frozen=True, eq=False)
class LayerGraph:
    """A model as calls of layers.

    Attributes
    ----------
    inputs, outputs : tuple of keras.KerasTensor
        Those of the model.
    calls : tuple of LayerCall
        Each after its parents.
    """

    inputs: tuple[keras.KerasTensor, ...]
    outputs: tuple[keras.KerasTensor, ...]
    calls: tuple[LayerCall, ...]


def layer_graph(model: keras.Model) -> LayerGraph:
    """Return the graph of a Keras model.

    Parameters
    ----------
    model : keras.Model
        Functional, or Sequential and built. A model inside it is one call; read its own graph to look into it.

    Returns
    -------
    LayerGraph

    Raises
    ------
    ValueError
        If the model has no graph: a Sequential model that is not built, or a model of an own class.

    Examples
    --------
    >>> from coursekit import networks
    >>> graph = layer_graph(networks.mnist_convnet())
    >>> [type(call.layer).__name__ for call in graph.calls[:3]], graph.calls[2].parents
    (['InputLayer', 'Conv2D', 'MaxPooling2D'], (1,))
    """
    functional = _functional(model)
    by_depth = functional._nodes_by_depth
    nodes = [node for depth in sorted(by_depth, reverse=True) for node in by_depth[depth]]
    place = {id(node): i for i, node in enumerate(nodes)}
    calls = tuple(
        LayerCall(
            layer=node.operation,
            inputs=tuple(node.input_tensors),
            outputs=tuple(node.output_tensors),
            parents=tuple(dict.fromkeys(place[id(parent)] for parent in node.parent_nodes)),
            is_input=node.is_input,
        )
        for node in nodes
    )
    return LayerGraph(tuple(functional.inputs), tuple(functional.outputs), calls)


def layer_at(model: keras.Model, path: str) -> Any:
    """Return the layer or operation of a path.

    Parameters
    ----------
    model : keras.Model
        Functional, or Sequential and built.
    path : str
        A layer's name; ``"inner/name"`` for one in a model inside the model.

    Returns
    -------
    keras.Layer or keras.Operation

    Raises
    ------
    ValueError
        If the model has no graph, or no such layer.

    Examples
    --------
    >>> import keras
    >>> inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, name="first")], name="inner")
    >>> layer_at(keras.Sequential([keras.Input((4,)), inner]), "inner/first").units
    2
    """
    found: Any = model
    for name in path.split("/"):
        inside = {operation.name: operation for operation in _functional(found).operations}
        if name not in inside:
            raise ValueError(f"{found.name!r} has no layer {name!r}. It has: {', '.join(inside)}.")
        found = inside[name]
    return found


def _functional(model: Any) -> Any:
    # A Sequential model keeps its graph in an inner functional model once it is built.
    functional = getattr(model, "_functional", model)
    if not hasattr(functional, "_nodes_by_depth"):
        raise ValueError(
            f"{getattr(model, 'name', model)!r} is a {type(model).__name__} without a graph of layers: pass a "
            "Sequential model that starts with keras.Input(shape), or a functional model."
        )
    return functional
