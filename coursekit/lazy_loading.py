"""Packages whose names are loaded on first use, as their stub lists them (scientific Python's SPEC 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lazy_loader


def attach(package: str, file: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` of a package from the imports in its ``__init__.pyi``.

    Parameters
    ----------
    package : str
        The package's ``__name__``.
    file : str
        The package's ``__file__``; the stub lies beside it. Type checkers and editors read the same stub.

    Returns
    -------
    getattr : callable
        Loads a name; for an unknown one it raises an AttributeError that lists those there are.
    dir : callable
        Returns the names, for completion.
    all : list of str
        The names.

    Raises
    ------
    ValueError
        If there is no stub, or it imports from outside of the package.

    References
    ----------
    Scientific Python, SPEC 1, "Lazy loading of submodules and functions", https://scientific-python.org/specs/spec-0001.

    Examples
    --------
    >>> import coursekit
    >>> load, names, _ = attach("coursekit", coursekit.__file__)
    >>> load("convolution").output_size(28, kernel_size=3), "convolution" in names()
    (26, True)
    """
    load, names, public = lazy_loader.attach_stub(package, file)

    def named(name: str) -> Any:
        if name not in public:
            raise AttributeError(f"module {package!r} has no attribute {name!r}. It has: {', '.join(public)}.")
        return load(name)

    return named, names, public
