"""Shift-Tab suffices: every public function says what each argument is, of which type, and what comes back."""

import importlib
import inspect
import re

import pytest

PACKAGES = ["explain", "explain.evaluate", "fourier", "fourier.speed", "plot"]


def public(package):
    """The functions and classes that a package offers, and the public methods of the classes."""
    module = importlib.import_module(f"coursekit.{package}")
    names = getattr(module, "__all__", None) or [
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__
    ]
    for name in names:
        value = getattr(module, name)
        if inspect.isfunction(value) and not name.startswith("_"):
            yield f"{package}.{name}", value
        elif inspect.isclass(value):
            yield f"{package}.{name}", value
            for method, function in vars(value).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    yield f"{package}.{name}.{method}", function


FUNCTIONS = [pytest.param(function, id=name) for package in PACKAGES for name, function in public(package)]


def section(docstring, *titles):
    """The entries of a section: name to type, as NumPy's convention writes them."""
    for title in titles:
        found = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n-{{3,}}\n|\Z)", docstring, re.DOTALL | re.MULTILINE)
        if found:
            entries = re.findall(r"^([^\s:][^:\n]*?)(?: : ([^\n]+))?$", found[1], re.MULTILINE)
            return {name.strip().lstrip("*"): kind for names, kind in entries for name in names.split(",")}
    return {}


def arguments(function):
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_argument_has_an_entry_with_its_type(function):
    docstring = inspect.getdoc(function) or ""
    entries = section(docstring, "Parameters", *(["Attributes"] if inspect.isclass(function) else []))
    assert [name for name in arguments(function) if not entries.get(name)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_comes_back_is_described(function):
    returned = None if inspect.isclass(function) else inspect.signature(function).return_annotation
    if returned not in (None, "None"):
        assert section(inspect.getdoc(function) or "", "Returns", "Yields")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_entry_sends_the_reader_elsewhere(function):
    docstring = inspect.getdoc(function) or ""
    assert not re.search(r"\bas in `[^`]|^Parameters and result as", docstring, re.IGNORECASE | re.MULTILINE)
