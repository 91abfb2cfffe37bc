"""A name means one thing: a module is no function, and a class stands in one place."""

import ast
import collections
import subprocess
import sys
from pathlib import Path

import pytest

import coursekit as ck

PACKAGE = Path(ck.__file__).parent
PACKAGES = sorted(init.parent for init in PACKAGE.rglob("__init__.py"))

# A file that holds one function and what serves it may bear the function's name, where the package imports it at once:
# `coursekit.plot.images` is then the function, in whatever order things are imported (the test below). In a package
# that loads on first use, only a guard of lazy_loader sees to that: there no module bears a public name.
FILE_OF_THE_FUNCTION = {
    "data.ground_truth",
    "data.imagenet_classes",
    "data.quality",
    "data.weights",
    "explain.evaluate.network_scores",
    "explain.evaluate.road",
    "explain.evaluate.scoreboard",
    "explain.presets",
    "fourier.measured",
    "fourier.plain_block",
    "metrics.counts",
    "metrics.grade_thresholds",
    "metrics.report",
    "plot.images",
    "plot.numbers",
}


def named(package):
    return ".".join(("coursekit", *package.relative_to(PACKAGE).parts))


def offered(package):
    """What a package imports from its modules, by name: from its stub where it has one."""
    stub = package / "__init__.pyi"
    tree = ast.parse((stub if stub.exists() else package / "__init__.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        # `from . import metrics`, or the same by its full name, offers a module, not what is in it.
        if isinstance(node, ast.ImportFrom) and node.module not in (None, named(package)):
            yield from (alias.asname or alias.name for alias in node.names)


def modules(package):
    return {path.stem for path in package.glob("*.py")} | {path.parent.name for path in package.glob("*/__init__.py")}


def hidden(packages):
    """The modules whose name their package gives to something else."""
    return {
        f"{named(package)}.{name}".removeprefix("coursekit.")
        for package in packages
        for name in set(offered(package)) & modules(package)
    }


def test_no_public_name_is_that_of_a_module_but_where_the_file_is_the_functions():
    assert hidden(PACKAGES) == FILE_OF_THE_FUNCTION


def test_where_names_are_loaded_on_first_use_none_is_that_of_a_module():
    assert hidden([package for package in PACKAGES if (package / "__init__.pyi").exists()]) == set()


@pytest.mark.slow
def test_a_file_of_a_function_never_takes_its_place():
    """Not even where the module is asked for before its package was used, in a process of its own."""
    lines = ["import importlib, sys"]
    for path in sorted(FILE_OF_THE_FUNCTION):
        package, _, name = f"coursekit.{path}".rpartition(".")
        lines.append(f"importlib.import_module('{package}.{name}')")
        lines.append(f"print(callable(sys.modules['{package}'].{name}))")
    shown = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["True"] * len(FILE_OF_THE_FUNCTION)


def test_a_class_is_defined_once_under_its_name():
    places = collections.defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(path.relative_to(PACKAGE).as_posix())
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_no_other_module_calls_something_else_by_the_name_of_a_class():
    """``Scale = Literal[...]`` in one module and ``class Scale`` in another would be two things to a reader."""
    classes, others = {}, []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            place = path.relative_to(PACKAGE).as_posix()
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name] = place
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                others += [(target.id, place) for target in targets if isinstance(target, ast.Name)]
    # Lessons write `Layer(3)` for a window that slides; to an explainer a layer is a name, a place or Keras' own.
    assert {name for name, _ in others if name in classes} == {"Layer"}
