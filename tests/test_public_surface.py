"""A public name is there for somebody: a lesson, an explorer, a command, a page of the instructors, a benchmark."""

import ast
import collections
import re
from pathlib import Path

import coursekit as ck
from coursekit import explain, settings

PACKAGE = Path(ck.__file__).parent
COURSE = settings.course_folder()
READERS = ("solutions/*.py", "docs/**/*.py", "docs/**/*.md", "notebooks/apps/*.ipynb", "benchmarks/*.py", "*.md")

# What nobody outside its package asks for by its name, and why it is offered all the same.
KEPT = {
    "training.step_decay": "one of the seven schedules: the recorded run `raman_step_decay` went along it",
}


def words(path):
    return set(re.findall(r"[A-Za-z_]\w*", path.read_text(encoding="utf-8")))


def offered():
    """Each name that a package takes from a module of its own and does not use itself, with that module."""
    for package in sorted(init.parent for init in PACKAGE.rglob("__init__.py")):
        stub = package / "__init__.pyi"
        tree = ast.parse((stub if stub.exists() else package / "__init__.py").read_text(encoding="utf-8"))
        path = ".".join(package.relative_to(PACKAGE).parts)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                module = package / f"{(node.module or '').removeprefix(f'coursekit.{path}.').replace('.', '/')}.py"
                yield from ((path, alias.name, module) for alias in node.names if alias.name not in used)


def test_every_function_that_a_package_offers_is_used():
    """By somebody else: another package, a lesson, an explorer, a page, a benchmark."""
    used = collections.defaultdict(set)
    inside = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
    for path in [*inside, *(path for pattern in READERS for path in COURSE.glob(pattern))]:
        for word in words(path):
            used[word].add(path)
    # A class is what a function returns or raises: its name need not be written to be met.
    idle = {
        f"{path}.{name}"
        for path, name, module in offered()
        if module.exists()
        and not any(PACKAGE.joinpath(*path.split(".")) not in one.parents for one in used[name])
        and f"class {name}" not in module.read_text(encoding="utf-8")
    }
    # What the table of methods offers is chosen there by its name.
    idle -= {f"explain.{name}" for name in explain.METHODS}
    assert idle == set(KEPT)
