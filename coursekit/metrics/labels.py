"""Labels and predictions as they come from a user: checked, with errors that say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Classes = Sequence[int] | Sequence[str] | None


def as_classes(values: ArrayLike, name: str) -> Array:
    """Return classes as an array of whole numbers or names, one a sample.

    Parameters
    ----------
    values : array_like (n,)
    name : str
        What the error calls them.

    Returns
    -------
    int64 or str array (n,)

    Raises
    ------
    ValueError
        If there is none, they do not stand in one row, or anything is no class.

    Examples
    --------
    >>> as_classes([True, False], "labels"), as_classes([2.0, 1.0], "labels")
    (array([1, 0]), array([2, 1]))
    """
    array = np.asarray(values)
    if array.ndim != 1:
        cures = {1: f" Flatten it with {name}.ravel()."}
        cure = (
            cures.get(array.shape[1], f" Take the best column with {name}.argmax(axis=1).") if array.ndim == 2 else ""
        )
        raise ValueError(f"{name} has shape {array.shape}: it must be (n,), one class a sample.{cure}")
    if array.size == 0:
        raise ValueError(f"{name} is empty: there must be at least one sample.")
    if array.dtype.kind == "O" and all(isinstance(value, str) for value in array):
        return array.astype(np.str_)
    if array.dtype.kind == "U":
        return array
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name} holds {array.dtype} values: classes are whole numbers, booleans or names.")
    if array.dtype.kind == "f":
        broken = array[~np.isfinite(array) | (array % 1 != 0)]
        if broken.size:
            raise ValueError(
                f"{name} holds {broken[0].item()!r}: classes are whole numbers or names. Turn probabilities into "
                "classes first, by a threshold (probabilities >= 0.5) or argmax(axis=1)."
            )
    return array.astype(np.int64, copy=False)


def same_length(labels: Array, others: Array, name: str) -> None:
    """Raise ValueError unless there is one of the others for each label, and at least one label.

    Parameters
    ----------
    labels : array (n,)
        The true ones.
    others : array (n,) or (n, classes)
        What belongs to each label.
    name : str
        What a message calls the others.
    """
    if not labels.ndim or not others.ndim or len(labels) != len(others) or len(labels) == 0:
        raise ValueError(
            f"labels have shape {labels.shape} and {name} {others.shape}: "
            "there must be at least one sample, and both must be given for each."
        )


def pair(labels: ArrayLike, predictions: ArrayLike) -> tuple[Array, Array]:
    """Return labels and predictions as arrays of one kind and length, or raise ValueError.

    Parameters
    ----------
    labels, predictions : array_like (n,)
        Whole numbers, booleans or names.

    Returns
    -------
    (array (n,), array (n,))
    """
    true, predicted = as_classes(labels, "labels"), as_classes(predictions, "predictions")
    same_length(true, predicted, "predictions")
    if (true.dtype.kind == "U") != (predicted.dtype.kind == "U"):
        raise ValueError(
            f"labels are like {true[0].item()!r} and predictions like {predicted[0].item()!r}: "
            "both must be names or both numbers."
        )
    return true, predicted


def is_positive(classes: Array, positive: int | str) -> NDArray[np.bool_]:
    """Return which of the classes are the positive one; ValueError if it is a name and they are numbers.

    Parameters
    ----------
    classes : array (n,)
        Numbers or names.
    positive : int or str
        The class that is looked for.

    Returns
    -------
    bool array (n,)
    """
    if (classes.dtype.kind == "U") != isinstance(positive, str):
        raise ValueError(
            f"positive is {positive!r} but the labels are like {classes[0].item()!r}: pass the label of the class that "
            "is looked for."
        )
    return np.asarray(classes == positive)


def as_indices(labels: ArrayLike, predictions: ArrayLike, classes: Classes) -> tuple[list[str], Array, Array]:
    """Return the names of all classes, and labels and predictions as places in that list.

    Parameters
    ----------
    labels, predictions : array_like (n,)
    classes : sequence of int or of str, optional
        All classes; by default those in labels or predictions, sorted.

    Returns
    -------
    names : list of str
    labels, predictions : int array (n,)

    Raises
    ------
    ValueError
        If they are no classes, the lengths differ, or a label or a prediction is none of the classes.

    Examples
    --------
    >>> as_indices(["dog"], ["cat"], ["cat", "dog", "fox"])
    (['cat', 'dog', 'fox'], array([1]), array([0]))
    """
    true, predicted = pair(labels, predictions)
    if classes is not None and (np.ndim(classes) != 1 or not np.size(classes)):
        raise ValueError(
            f"classes is {classes!r}: pass all classes in a list, for example range(3) or dataset.classes."
        )
    known = np.union1d(true, predicted) if classes is None else as_classes(np.array(classes), "classes")
    names = [str(name) for name in known]
    if known.dtype.kind == "U" and true.dtype.kind != "U":
        known = np.arange(len(known))
    if (known.dtype.kind == "U") != (true.dtype.kind == "U"):
        raise ValueError(f"labels are names, like {true[0].item()!r}, but classes are numbers: pass the names.")
    order = np.argsort(known)
    if len(set(names)) < len(names):
        raise ValueError(f"classes are {', '.join(names)}: each may be named only once.")
    places = []
    for values, name in ((true, "labels"), (predicted, "predictions")):
        place = np.searchsorted(known, values, sorter=order).clip(max=len(known) - 1)
        strangers = known[order[place]] != values
        if strangers.any():
            raise ValueError(
                f"{name} hold {values[strangers][0].item()!r}, which is none of the {len(names)} classes "
                f"{', '.join(names[:10])}{' ...' * (len(names) > 10)}. Pass all classes, or leave classes out."
            )
        places.append(order[place])
    return names, places[0], places[1]


def finite(values: Array, name: str) -> Array:
    """Return numbers as floats; ValueError if one is not finite.

    Parameters
    ----------
    values : array
        Of any shape.
    name : str
        What a message calls them.

    Returns
    -------
    float64 array
        Of that shape.
    """
    if values.dtype.kind not in "buif":
        raise ValueError(f"{name} hold {values.dtype} values: they must be real numbers.")
    strange = np.count_nonzero(~np.isfinite(values))
    if strange:
        raise ValueError(
            f"{name} hold {strange} values that are not finite: no threshold can judge them. "
            "Find out where they come from, for example a training that diverged."
        )
    return values if values.dtype.kind == "f" else values.astype(np.float64)
