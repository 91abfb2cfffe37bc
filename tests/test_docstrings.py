"""Shift-Tab suffices: what a person calls says what each argument is, of which type, and what comes back.

Two measures. What is offered has an entry for every argument and for what comes back. What only the package itself
calls has its types in its annotations, to which mypy holds it; these cannot say how large an array is, so its docstring
does.
"""

import importlib
import inspect
import pkgutil
import re

import pytest

import coursekit

MODULES = [
    module
    for module in pkgutil.walk_packages(coursekit.__path__, "coursekit.")
    if not module.name.endswith("__main__") and ".check.lessons." not in module.name
]
ARRAY = re.compile(r"\b(ArrayLike|Floats|NDArray|Pixels|ImageArray)\b")
# (n,), (height, width), (..., 3), (n, height // 8, width // 8, 96)
SHAPE = re.compile(r"\((?:\.\.\.|…|\d+|[a-z_]\w*(?: [-+*/\w]+){0,6})(?:,(?: [\w.…][\w .…+*/-]*)?)+\)|of any shape")
# An entry may also say whose shape it is.
SHAPED = re.compile(
    r"\([^()]*,[^()]*\)|\(\.\.\.\)|of any shape|of the (same )?shape|broadcasts|of (three|five) matplotlib axes"
)


def is_offered(module):
    """What has `__all__`, and what stands alone: ``coursekit.pooling``, ``coursekit.synthetic.pets``."""
    name = module.name.removeprefix("coursekit.")
    listed = module.ispkg and hasattr(importlib.import_module(module.name), "__all__")
    return listed or (not module.ispkg and ("." not in name or re.fullmatch(r"synthetic\.\w+", name)))


def public(module):
    """The functions and classes of a module, and the public methods of the classes."""
    loaded = importlib.import_module(module.name)
    names = getattr(loaded, "__all__", None) or [
        name for name, value in vars(loaded).items() if getattr(value, "__module__", "") == loaded.__name__
    ]
    for name in names:
        value, path = getattr(loaded, name), f"{module.name}.{name}".removeprefix("coursekit.")
        if inspect.isfunction(value) and not name.startswith("_"):
            yield path, value
        elif inspect.isclass(value) and not issubclass(value, Exception) and not name.startswith("_"):
            yield path, value
            inherited = {method for base in value.__mro__[1:] for method in vars(base)}
            for method, function in vars(value).items():
                # What a Keras callback, a metric or an explorer is called with, the page of their base says.
                if inspect.isfunction(function) and not method.startswith("_") and method not in inherited:
                    yield f"{path}.{method}", function


OFFERED = dict(pair for module in MODULES if is_offered(module) for pair in public(module))
known = set(map(id, OFFERED.values()))
INTERNAL = {
    name: value
    for module in MODULES
    if not is_offered(module)
    for name, value in public(module)
    # The engine's arrays are those of `Inputs`, whose docstring has their shapes.
    if id(value) not in known and inspect.isfunction(value) and ".explain.engine." not in module.name
}
FUNCTIONS = [pytest.param(value, id=name) for name, value in OFFERED.items()]


def section(docstring, *titles, whole=False):
    """The entries of a section: name to type, as NumPy's convention writes them; or, whole, their first lines."""
    for title in titles:
        found = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n-{{3,}}\n|\Z)", docstring, re.DOTALL | re.MULTILINE)
        if found:
            if whole:
                return re.findall(r"^\S.*$", found[1], re.MULTILINE)
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
def test_every_array_in_an_entry_has_its_shape(function):
    returned = list(section(inspect.getdoc(function) or "", "Returns", "Yields", whole=True))
    kinds = [f"{name} : {kind}" for name, kind in entries_of(function).items()] + returned
    assert [kind for kind in kinds if re.search(r"\barrays?\b|\barray_like\b", kind) and not SHAPED.search(kind)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_number_in_an_entry_is_explained(function):
    """A float has a unit or a range, or is a share: a type alone says none of these."""
    docstring = inspect.getdoc(function) or ""
    bare = re.findall(r"^(\w[\w, ]*) : float\n(?! {4}\S)", f"{docstring}\n", re.MULTILINE)
    assert bare == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_entry_sends_the_reader_elsewhere(function):
    docstring = inspect.getdoc(function) or ""
    assert not re.search(r"\bas in `[^`]|^Parameters and result as", docstring, re.IGNORECASE | re.MULTILINE)


def unmeasured(function):
    """The arrays that come in and go out and of which neither an entry nor the text says the shape."""
    docstring = (inspect.getdoc(function) or "").partition("\nExamples\n---")[0]
    entries = entries_of(function) | {"return": section(docstring, "Returns", "Yields")}
    text = re.split(r"^\w+\n-{3,}\n", docstring, maxsplit=1, flags=re.MULTILINE)[0]
    arrays = [
        name
        for name, kind in inspect.get_annotations(function).items()
        if name[0] != "_" and ARRAY.search(str(kind)) and not entries.get(name)
    ]
    return arrays if not SHAPE.search(text) else []


def test_of_what_stays_inside_each_array_has_its_shape():
    assert {name: arrays for name, function in INTERNAL.items() if (arrays := unmeasured(function))} == {}


def test_an_array_without_a_shape_is_found():
    def bare(image: "Floats", size: int) -> "Pixels":  # noqa: F821
        """Return the image in another size."""

    def told(image: "Floats", size: int) -> "Pixels":  # noqa: F821
        """Return an image (height, width) in another size."""

    assert (unmeasured(bare), unmeasured(told)) == (["image", "return"], [])
