"""Compare an answer with what was expected, and say in words what is different."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

WRONG_NUMBER = "It returns a wrong number."

# float32 arithmetic is good enough for any answer.
_TOLERANCE = 1e-5
_LARGEST_SHOWN = 60
_LONGEST_SHOWN = 200


def difference(answer: object, expected: object) -> str | None:
    """Return a sentence that says how an answer differs from what was expected, or None where it does not.

    Kind, shape, values that are no numbers, and wrong values are told apart. Whole numbers must be equal; others may
    differ by 1 in 100,000.

    Parameters
    ----------
    answer : object
        Anything.
    expected : number or array

    Returns
    -------
    str or None

    Examples
    --------
    >>> difference(0.30000001, 0.3) is None
    True
    >>> difference([[1, 2, 3]], np.zeros((2, 3)))
    'It returns an array of shape (1, 3); the shape must be (2, 3).'
    """
    wanted = np.asarray(expected)
    given = numbers(answer)
    if given is None:
        return f"It returns {_kind(answer)}, but it must return {'an array of numbers' if wanted.ndim else 'a number'}."
    if given.shape != wanted.shape:
        if wanted.ndim == 0:
            return f"It returns an array of shape {given.shape}, but it must return a single number."
        if given.ndim == 0:
            return f"It returns a single number, but it must return an array of shape {wanted.shape}."
        return f"It returns an array of shape {given.shape}; the shape must be {wanted.shape}."
    if not np.isfinite(given).all():
        return _not_finite(given)
    if _equal(given, wanted):
        if wanted.dtype.kind in "iu" and given.dtype.kind == "f":
            return "The value is right but a float. Such a count is a whole number: return an int."
        return None
    if wanted.ndim == 0:
        return WRONG_NUMBER
    if given.dtype.kind in "iu" and _equal(given, np.trunc(wanted)):
        return f"The fractions are cut off, because the array that it returns holds whole numbers ({given.dtype})."
    close = np.isclose(given, wanted, rtol=_TOLERANCE, atol=_TOLERANCE)
    return f"Wrong numbers: {np.count_nonzero(~close)} of {wanted.size}."


def counter_example(arguments: Mapping[str, object], answer: object, expected: object) -> str:
    """Return lines that show an input, what came, and what was expected.

    Parameters
    ----------
    arguments : mapping of str to object
        What the function was called with.
    answer, expected : object

    Returns
    -------
    str

    Examples
    --------
    >>> print(counter_example({"image": np.eye(2), "rings": 0}, 7, np.ones((2, 1))))
    With
      image = [[1, 0],
               [0, 1]]
      rings = 0
    it returns
      7
    expected is
      [[1],
       [1]]
    """
    return "\n".join([call_shown(arguments), "it returns", indented(answer), "expected is", indented(expected)])


def call_shown(arguments: Mapping[str, object]) -> str:
    """Return lines that show the arguments of a call.

    Parameters
    ----------
    arguments : mapping of str to object

    Returns
    -------
    str
    """
    if not arguments:
        return "Without arguments"
    return "\n".join(["With", *(indented(value, f"{name} = ") for name, value in arguments.items())])


def indented(value: object, label: str = "") -> str:
    """Return a value as text, moved to the right, with all its lines below each other."""
    first = f"  {label}"
    return first + in_short(value).replace("\n", "\n" + " " * len(first))


def in_short(value: object) -> str:
    """Return a short text for any value: small arrays in full, large ones by their shape.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> in_short(np.array([0.5, -0.0]))
    '[0.5, 0. ]'
    >>> in_short(np.zeros((128, 128)))
    'an array of shape (128, 128)'
    """
    array = numbers(value)
    if array is not None:
        if array.size > _LARGEST_SHOWN:
            return f"an array of shape {array.shape}"
        whole = array.dtype.kind == "f" and bool((np.isfinite(array) & (array == np.round(array))).all())
        # 0 without a sign: -0 is a rounding artefact that only raises questions.
        shown = array.astype(np.int64) if whole and (np.abs(array) < 2**53).all() else array + 0
        return np.array2string(shown, separator=", ", precision=6)
    try:
        text = repr(value)
    except Exception:  # A learner's class may do anything in its __repr__.
        return _kind(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + " …"


def numbers(value: object) -> NDArray[Any] | None:
    """Return a value as an array of real numbers, or None if it is none.

    Parameters
    ----------
    value : any
        What a function of the learner returned.

    Returns
    -------
    array or None
        Of any shape.
    """
    try:
        array = np.asarray(value)
    except Exception:  # Lists of unequal lengths, symbolic tensors, and whatever else defines __array__.
        return None
    return array if array.dtype.kind in "iuf" else None


def _equal(given: NDArray[Any], wanted: NDArray[Any]) -> bool:
    if wanted.dtype.kind in "iu":
        return np.array_equal(given, wanted)
    return np.allclose(given, wanted, rtol=_TOLERANCE, atol=_TOLERANCE)


def _kind(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    return f"a value of type {type(value).__name__}"


def _not_finite(given: NDArray[Any]) -> str:
    places = np.argwhere(~np.isfinite(given))
    first = tuple(int(index) for index in places[0])
    name = "NaN (not a number)" if np.isnan(given[first]) else "an infinite number"
    return f"It returns {name}" + (f" at {list(first)}." if first else ".")
