"""What an answer takes from elsewhere: the modules, functions and classes that its code names.

The code is read, not run: a branch that a check does not enter hides nothing. Names that are put together while the
answer runs (``eval``, ``sys.modules``) are not seen.
"""

from __future__ import annotations

import dis
import functools
import importlib
import inspect
import sys
import types
from collections.abc import Iterator

_COURSE = "coursekit"


def borrowed(function: object) -> Iterator[object]:
    """Yield what an answer takes from outside the notebook: modules, functions and classes.

    Functions that the learner wrote are followed into what they name in their turn.

    Parameters
    ----------
    function : object
        The answer.

    Yields
    ------
    object

    Examples
    --------
    >>> list(borrowed(len))
    [<built-in function len>]
    """
    answer = _unwrapped(function)
    notebook = answer.__globals__ if isinstance(answer, types.FunctionType) else None
    waiting, seen = [function], set[int]()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        value = _unwrapped(value)
        if isinstance(value, types.FunctionType) and not from_course(value):
            if value.__globals__ is notebook or not _imported(value):
                waiting += _named(value)
            else:
                yield value
        elif isinstance(value, type) and not _imported(value):
            waiting += [one for one in vars(value).values() if isinstance(one, types.FunctionType)]
        elif isinstance(value, types.ModuleType | type) or callable(value):
            yield value


def from_course(value: object) -> str | None:
    """Return the name that something has in the course's package, or None where it is from elsewhere.

    Examples
    --------
    >>> from coursekit import convolution
    >>> from_course(convolution.pad2d), from_course(len)
    ('coursekit.convolution.pad2d', None)
    """
    module = value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", None)
    if not isinstance(module, str) or module.partition(".")[0] != _COURSE:
        return None
    return module if isinstance(value, types.ModuleType) else f"{module}.{getattr(value, '__qualname__', '')}"


def _unwrapped(value: object) -> object:
    while isinstance(value, functools.partial | types.MethodType):
        value = value.func if isinstance(value, functools.partial) else value.__func__
    if isinstance(value, types.FunctionType):
        return inspect.unwrap(value)
    if isinstance(value, type):
        return value
    called = inspect.getattr_static(type(value), "__call__", None)
    return called if isinstance(called, types.FunctionType) else value


def _imported(value: object) -> bool:
    """Return whether a function or class lives in a package or a module of a library, not in a notebook or a script."""
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    return hasattr(module, "__path__") or bool(getattr(module, "__package__", ""))


def _named(function: types.FunctionType) -> list[object]:
    """Return what the names in a function's code stand for: each chain of attributes of a module to its end."""
    found: list[object] = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    codes = [function.__code__]
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    while codes:
        code = codes.pop()
        codes += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        chain: object = None
        imported: object = None
        for step in dis.get_instructions(code):
            name = str(step.argval)
            if step.opname in ("LOAD_ATTR", "LOAD_METHOD") and isinstance(chain, types.ModuleType):
                chain = getattr(chain, name, None)
                continue
            if step.opname == "IMPORT_FROM":
                found.append(getattr(imported, name, imported))
            else:
                found.append(chain)
            chain = None
            if step.opname == "IMPORT_NAME":
                chain = imported = _module(name)
            elif step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                chain = function.__globals__.get(name)
            elif step.opname in ("LOAD_DEREF", "LOAD_CLASSDEREF") and name in cells:
                chain = _content(cells[name])
    return [one for one in found if one is not None]


def _module(name: str) -> object:
    try:
        importlib.import_module(name)
    except Exception:  # Whatever a learner imports: its own error is told when the answer runs.
        return None
    return sys.modules.get(name)


def _content(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # Not filled yet.
        return None
