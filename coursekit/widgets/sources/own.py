"""What a person handed to an explorer, in such a way that copied code finds it again."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import ArrayLike

from coursekit import settings
from coursekit.atomic_write import write_whole

# What can be held weakly goes with the explorers that show it; dictionaries and tuples cannot, and are small.
_HELD: WeakValueDictionary[str, Any] = WeakValueDictionary()
_SMALL: dict[str, Any] = {}


def given(label: str) -> Any:
    """Return what was handed to an explorer of this notebook: the code that an explorer lets copy asks for it.

    Parameters
    ----------
    label : str
        As the copied code says it, for example ``"mobilenet 1"``.

    Returns
    -------
    object
        The same model, arrays or histories, not a copy.

    Raises
    ------
    ValueError
        If nothing of that label was handed over since the kernel started.

    Examples
    --------
    >>> label = held({"loss": [2.0, 1.0]}, "history")
    >>> given(label)
    {'loss': [2.0, 1.0]}
    """
    found = _HELD.get(label, _SMALL.get(label))
    if found is None:
        raise ValueError(
            f"no explorer of this kernel holds {label!r}: it was restarted, or the code comes from another notebook. "
            "Run the explorer's cell again and copy its code anew."
        )
    return found


def held(thing: Any, name: str) -> str:
    """Return the label under which `given` finds something; the same thing has the same label.

    Examples
    --------
    >>> thing = np.zeros(3)
    >>> held(thing, "zeros") == held(thing, "zeros"), given(held(thing, "zeros")) is thing
    (True, True)
    """
    for label, other in (*_HELD.items(), *_SMALL.items()):
        if other is thing and label.rpartition(" ")[0] == name:
            return label
    number = 1 + sum(label.rpartition(" ")[0] == name for label in (*_HELD, *_SMALL))
    while (label := f"{name} {number}") in _HELD or label in _SMALL:
        number += 1
    try:
        _HELD[label] = thing
    except TypeError:
        _SMALL[label] = thing
    return label


def given_code(thing: Any, name: str) -> str:
    """Return the expression that gives something as it was handed over, in the notebook where that happened."""
    return f"ck.widgets.given({json.dumps(held(thing, name), ensure_ascii=False)})"


def array_code(values: ArrayLike) -> str:
    """Return the expression that gives an array of the person's own, which is kept as a file in the course's folder.

    Where that folder cannot be written, the array is to be found as long as the explorer is open, see `given`.

    Parameters
    ----------
    values : array
        An upload, or an image that was passed, as the explorer shows it.

    Examples
    --------
    >>> code = array_code(np.eye(3))
    >>> code.startswith("np.load("), eval(code).tolist() == np.eye(3).tolist()
    (True, True)
    """
    array = np.ascontiguousarray(values)
    name = hashlib.sha256(array.tobytes() + str((array.dtype.str, array.shape)).encode()).hexdigest()[:12]
    path = settings.home().absolute() / "own_images" / f"{name}.npy"
    try:
        if not path.exists():
            with write_whole(path) as unfinished:
                np.save(unfinished, array, allow_pickle=False)
    except OSError:
        return given_code(values, "image")
    return f"np.load({json.dumps(path.as_posix(), ensure_ascii=False)})"
