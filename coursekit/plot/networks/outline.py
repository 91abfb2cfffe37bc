"""The outline of a network: what an architecture diagram draws, as blocks in a row and shortcuts between them.

Three steps make long networks short, each only where it is needed: normalisation, activation and dropout count to the
layer before them; what lies between a fork and the place where its branches meet becomes one block; and equal blocks
that follow each other become one, with the number of times.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coursekit.networks.graph import layer_graph

if TYPE_CHECKING:
    import keras

MOST_BLOCKS = 40
_MOST_WITH_SHORTCUTS = 18
_MOST_LINES = 8
# How a layer is named when it counts to the one before it.
_FUSED = {"BatchNormalization": "BN", "LayerNormalization": "LN", "ReLU": "ReLU", "LeakyReLU": "LeakyReLU"}
_FUSED |= {"Activation": "", "Relu": "ReLU", "Dropout": "Dropout", "SpatialDropout2D": "Dropout"}


@dataclass(frozen=True)
class DiagramBlock:
    """One block of the diagram.

    Attributes
    ----------
    kind : str
        What stands above it.
    shape : tuple of int or None
        What it hands on, without the axis of the batch.
    parameters : int
        Of one of them, where it stands for several.
    notes : tuple of str
        Lines below it: what counts to it, what is inside.
    times : int
        How many equal ones in a row it stands for.
    around : bool
        Whether it holds branches, one of which leads around the rest of it.
    """

    kind: str
    shape: tuple[int | None, ...]
    parameters: int
    notes: tuple[str, ...] = ()
    times: int = 1
    around: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A way around some blocks: it leaves after block ``start`` and joins at block ``end``."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Outline:
    """Blocks in their order, and the shortcuts; ``folded``: layers were put together."""

    blocks: tuple[DiagramBlock, ...]
    shortcuts: tuple[Shortcut, ...] = ()
    folded: bool = False


def outline(model: keras.Model) -> Outline:
    """Return the outline of a Keras model, with as much detail as can be read.

    Parameters
    ----------
    model : keras.Model
        Built, with one input and one output.

    Returns
    -------
    Outline

    Raises
    ------
    ValueError
        If the model is not built, has several inputs or outputs, or is too long even when put together.

    Examples
    --------
    >>> from coursekit import networks
    >>> [(block.kind, block.times) for block in outline(networks.residual_cifar(16)).blocks][2:6]
    [('Residual block', 2), ('MaxPooling2D', 1), ('Residual block', 1), ('Residual block', 1)]
    """
    steps = _steps(model)
    if len(steps) <= MOST_BLOCKS and not _branches(steps):
        return Outline(tuple(step.block for step in steps))
    for candidate in (steps, _fused(steps)):
        found = _with_shortcuts(candidate)
        if found is not None:
            return found
    blocks = _repeats_counted(_folded(_fused(steps)))
    if len(blocks) > MOST_BLOCKS:
        raise ValueError(
            f"model {model.name!r} has {len(steps) - 1} layers, {len(blocks)} blocks when equal ones are put together: "
            f"more than {MOST_BLOCKS} cannot be read in one image. Draw a part, for example "
            "keras.Model(model.inputs, model.layers[20].output)."
        )
    return Outline(tuple(blocks), folded=True)


@dataclass(frozen=True)
class _Step:
    """A layer's call: its block, the steps whose output it takes, and its words inside a folded block."""

    block: DiagramBlock
    parents: tuple[int, ...]
    kind: str
    words: str
    layers: int = 1


def _steps(model: keras.Model) -> list[_Step]:
    """Return the input and every layer's call, in an order in which each comes after its parents."""
    graph = layer_graph(model)
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ValueError(
            f"model {model.name!r} has {len(graph.inputs)} inputs and {len(graph.outputs)} outputs: a row of blocks "
            "has one of each. Draw a part, keras.Model(one_input, one_output), or use model.summary()."
        )
    seen: set[int] = set()
    steps = []
    for call in graph.calls:
        layer = call.layer
        kind = "Input" if call.is_input else type(layer).__name__
        # A layer that is called twice has its parameters once.
        parameters = layer.count_params() if hasattr(layer, "count_params") and id(layer) not in seen else 0
        seen.add(id(layer))
        notes = _notes(layer, parameters)
        if hasattr(layer, "layers"):
            kind = layer.name
        shape = tuple(call.outputs[0].shape[1:])
        block = DiagramBlock(kind, shape, parameters, notes)
        steps.append(_Step(block, call.parents, type(layer).__name__, _words(layer, kind)))
    return steps


def _notes(layer: keras.Layer, parameters: int) -> tuple[str, ...]:
    """Say what a block has inside, and whether it learns."""
    inside = hasattr(layer, "layers")
    notes = []
    if inside:
        parts = layer._flatten_layers(include_self=False, recursive=True)
        count = sum(type(part).__name__ not in ("InputLayer", "Sequential", "Functional") for part in parts)
        notes.append(f"{count} layers")
    if parameters and not layer.trainable:
        notes.append("frozen")
    elif inside and parameters:
        trained = sum(math.prod(weight.shape) for weight in layer.trainable_weights)
        notes += [] if trained == parameters else [f"{trained:,} trained"] if trained else ["frozen"]
    return tuple(notes)


def _words(layer: keras.Layer, kind: str) -> str:
    """Name a layer in short: ``Conv 3×3, 64, stride 2``."""
    words = kind.replace("2D", "").replace("Pooling", "Pool")
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    if window is not None:
        words += f" {'×'.join(str(side) for side in _tuple(window))}"
        size = getattr(layer, "filters", None)
        words += f", {size}" if size else ""
        stride = max(_tuple(layer.strides))
        words += f", stride {stride}" if stride > 1 and hasattr(layer, "kernel_size") else ""
    elif hasattr(layer, "units"):
        words += f" {layer.units}"
    return words


def _tuple(value: Any) -> tuple[int, ...]:
    return (value,) if isinstance(value, int) else tuple(value)


def _children(steps: Sequence[_Step]) -> Counter[int]:
    """Count how many steps take the output of each."""
    return Counter(parent for step in steps for parent in step.parents)


def _branches(steps: Sequence[_Step]) -> bool:
    return any(len(step.parents) > 1 for step in steps)


def _fused(steps: Sequence[_Step]) -> list[_Step]:
    """Let normalisation, activation and dropout count to the layer before them."""
    children = _children(steps)
    kept: list[_Step] = []
    place: dict[int, int] = {}
    for i, step in enumerate(steps):
        before = place[step.parents[0]] if len(step.parents) == 1 else None
        alone = before is not None and children[step.parents[0]] == 1 and kept[before].kind != "InputLayer"
        if step.kind in _FUSED and alone and before is not None:
            earlier = kept[before]
            block = replace(
                earlier.block,
                shape=step.block.shape,
                parameters=earlier.block.parameters + step.block.parameters,
                notes=_joined(earlier.block.notes, _FUSED[step.kind] or "activation"),
            )
            kept[before] = replace(earlier, block=block, layers=earlier.layers + step.layers)
            place[i] = before
        else:
            place[i] = len(kept)
            kept.append(replace(step, parents=tuple(place[parent] for parent in step.parents)))
    return kept


def _joined(notes: tuple[str, ...], word: str) -> tuple[str, ...]:
    if notes and notes[-1].startswith("+"):
        return (*notes[:-1], f"{notes[-1]} + {word}")
    return (*notes, f"+ {word}")


def _with_shortcuts(steps: Sequence[_Step]) -> Outline | None:
    """Draw the longest way as blocks and all others as shortcuts; None if that cannot be read."""
    main = _longest_way(steps, 0, len(steps) - 1)
    if len(main) > _MOST_WITH_SHORTCUTS or not _branches(steps):
        return None
    place = {step: i for i, step in enumerate(main)}
    children = _children(steps)
    shortcuts = []
    drawn = len(main)
    for end, step in enumerate(main):
        for parent in steps[step].parents:
            chain = []
            while parent not in place:
                if len(steps[parent].parents) != 1 or children[parent] != 1:
                    return None
                chain.append(steps[parent].words)
                parent = steps[parent].parents[0]
            drawn += len(chain)
            if chain or place[parent] != end - 1:
                shortcuts.append(Shortcut(place[parent], end, " · ".join(reversed(chain)) or "unchanged"))
    if drawn < len(steps):
        return None
    return Outline(tuple(steps[step].block for step in main), tuple(shortcuts))


def _longest_way(steps: Sequence[_Step], first: int, last: int) -> list[int]:
    """Return the steps on the longest way from one step to another; of equally long ones that with more parameters."""
    best: dict[int, tuple[int, int, list[int]]] = {first: (0, 0, [first])}
    for i in range(first + 1, last + 1):
        ways = [best[parent] for parent in steps[i].parents if parent in best]
        if ways:
            length, weight, way = max(ways, key=lambda found: found[:2])
            best[i] = (length + 1, weight + steps[i].block.parameters, [*way, i])
    return best[last][2]


def _folded(steps: Sequence[_Step]) -> list[DiagramBlock]:
    """Make one block of all that lies between a fork and the place where its branches meet."""
    # Nothing leads around a step if no edge jumps over it.
    reach = [0] * len(steps)
    for i, step in enumerate(steps):
        for parent in step.parents:
            reach[parent] = max(reach[parent], i)
    cuts = [i for i in range(len(steps)) if all(reach[earlier] <= i for earlier in range(i))]
    blocks = [steps[0].block]
    for first, last in itertools.pairwise(cuts):
        if len(steps[last].parents) == 1:
            blocks.append(steps[last].block)
        else:
            blocks.append(_one_block(steps, first, last))
    return blocks


def _one_block(steps: Sequence[_Step], first: int, last: int) -> DiagramBlock:
    inside = range(first + 1, last + 1)
    join = steps[last]
    main = _longest_way(steps, first, last)
    beside = [_way_back(steps, parent, first) for parent in join.parents if parent != main[-2]]
    lines = [steps[i].words for i in main[1:-1]]
    for way in beside:
        first_words, *others = [steps[i].words for i in way] or ["its input"]
        lines += [f"+ {first_words}", *(f"then {words}" for words in others)]
    if len(lines) > _MOST_LINES or sum(map(len, beside)) + len(main) - 1 < len(inside):
        lines = [f"{sum(steps[i].layers for i in inside)} layers", f"in {len(join.parents)} branches"]
    return DiagramBlock(
        "Residual block" if join.kind == "Add" else f"{join.kind} block",
        join.block.shape,
        sum(steps[i].block.parameters for i in inside),
        tuple(lines),
        around=True,
    )


def _way_back(steps: Sequence[_Step], step: int, first: int) -> list[int]:
    """Return the steps of a branch without branches of its own, in the order of the computation."""
    way: list[int] = []
    while step != first:
        way.append(step)
        step = steps[step].parents[0]
    return way[::-1]


def _repeats_counted(blocks: Sequence[DiagramBlock]) -> list[DiagramBlock]:
    """Put equal blocks that follow each other together."""
    kept: list[DiagramBlock] = []
    for block in blocks:
        if kept and replace(kept[-1], times=1) == block:
            kept[-1] = replace(block, times=kept[-1].times + 1)
        else:
            kept.append(block)
    return kept
