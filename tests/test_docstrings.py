"""Shift-Tab suffices: every public function says what each argument is, of which type, and what comes back."""

import importlib
import inspect
import re

import pytest

PACKAGES = [
    "data",
    "explain",
    "explain.evaluate",
    "fourier",
    "fourier.speed",
    "fundus",
    "metrics",
    "networks",
    "plot",
    "training",
    "widgets",
]


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
        elif inspect.isclass(value) and not issubclass(value, Exception):
            yield f"{package}.{name}", value
            inherited = {method for base in value.__mro__[1:] for method in vars(base)}
            for method, function in vars(value).items():
                # What a Keras callback or a metric is called with, their own pages say.
                if inspect.isfunction(function) and not method.startswith("_") and method not in inherited:
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


def entries_of(value):
    """The entries for arguments; those of a class may stand with the class that it extends."""
    classes = [base for base in value.__mro__ if base is not object] if inspect.isclass(value) else []
    titles = ["Parameters", *(["Attributes"] if classes else [])]
    return {
        name: kind
        for each in [*reversed(classes[1:]), value]
        for name, kind in section(inspect.getdoc(each) or "", *titles).items()
    }


def arguments(function):
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls") and name[0] != "_"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_argument_has_an_entry_with_its_type(function):
    entries = entries_of(function)
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
