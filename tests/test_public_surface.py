"""A public name is there for somebody: a lesson, an explorer, a command, a page of the instructors, a benchmark."""

import ast
import collections
import re
from pathlib import Path

import coursekit as ck
from coursekit import settings

PACKAGE = Path(ck.__file__).parent
COURSE = settings.course_folder()
READERS = ("solutions/*.py", "docs/**/*.py", "docs/**/*.md", "notebooks/apps/*.ipynb", "benchmarks/*.py", "*.md")

# What nobody asks for by its name, and why it is offered all the same.
KEPT = {
    "explain.relevance_totals": "says at which layer relevance is lost; the tests of conservation stand on it",
    "explain.evaluate.recorded_scoreboards": "the names that `recorded_scoreboard` takes",
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
    used = collections.defaultdict(set)
    inside = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
    for path in [*inside, *(path for pattern in READERS for path in COURSE.glob(pattern))]:
        for word in words(path):
            used[word].add(path)
    # A class is what a function returns or raises: its name need not be written to be met.
    idle = {
        f"{path}.{name}"
        for path, name, module in offered()
        if module.exists() and not used[name] - {module} and f"class {name}" not in module.read_text(encoding="utf-8")
    }
    assert idle == set(KEPT)
