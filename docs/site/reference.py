"""The reference: a page for each public package with everything it exports, and one for the command line."""

from __future__ import annotations

import argparse
import importlib
import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path

import coursekit
from coursekit.cli import COMMANDS

_EXPORT = re.compile(r"^from \. import (\w+) as \1$", re.MULTILINE)
_NAME = re.compile(r"^from \.[\w.]+ import (\w+) as \1$", re.MULTILINE)


def packages() -> list[str]:
    """Return the packages that `import coursekit` offers, by its stub."""
    return _EXPORT.findall(_stub())


def _stub() -> str:
    return Path(coursekit.__file__).with_name("__init__.pyi").read_text(encoding="utf-8")


def write(course: Path, source: Path) -> int:
    """Write all pages and return how many names they document."""
    folder = source / "reference"
    folder.mkdir(parents=True)
    own = _NAME.findall(_stub())
    (folder / "coursekit.rst").write_text(_page("", coursekit, own), encoding="utf-8")
    count, rows = len(own), [f"   * - :doc:`coursekit`\n     - {', '.join(f'``ck.{name}``' for name in own)}"]
    for name in packages():
        module = importlib.import_module(f"coursekit.{name}")
        names = public_names(module)
        count += len(names)
        (folder / f"{name}.rst").write_text(_page(name, module, names), encoding="utf-8")
        rows.append(f"   * - :doc:`{name}`\n     - {_first_sentence(module)}")
    (folder / "commands.rst").write_text(_commands(), encoding="utf-8")
    table = "\n".join(
        [".. list-table::\n   :widths: 20 80\n", *rows, "   * - :doc:`commands`\n     - The command ``coursekit``."]
    )
    tree = "\n".join(f"   {name}" for name in ("coursekit", *packages(), "commands"))
    text = (
        f"{_title('Reference')}\n``import coursekit as ck`` gives these; everything is loaded when it is first used. "
        f"Shift-Tab in JupyterLab shows the same text.\n\n{table}\n\n.. toctree::\n   :hidden:\n\n{tree}\n"
    )
    (folder / "index.rst").write_text(text, encoding="utf-8")
    return count


def public_names(module: object) -> list[str]:
    """Return what a package or module exports, in its own order."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return list(listed)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__ and callable(value)
    ]


def _page(name: str, module: object, names: list[str]) -> str:
    full = f"coursekit.{name}".rstrip(".")
    parts = [_title(full), f".. currentmodule:: {full}\n", _introduction(module)]
    for one in names:
        value = getattr(module, one)
        path = f"{full}.{one}"
        if inspect.isclass(value):
            parts.append(f".. autoclass:: {path}\n   :members:\n")
        elif inspect.isroutine(value):
            parts.append(f".. autofunction:: {path}\n")
        elif inspect.ismodule(value):
            parts.append(f".. py:module:: {path}\n\n{_introduction(value)}")
        else:
            parts.append(f".. py:data:: {path}\n\n   {_about(value)}\n")
    returned = unexported(module, names)
    if returned:
        parts += ["Types that these take and return", "--------------------------------\n"]
        parts += [f".. autoclass:: {one.__module__}.{one.__qualname__}\n" for one in returned]
    return "\n".join(parts)


def unexported(module: object, names: list[str]) -> list[type]:
    """Return the course's classes in the annotations of what a package exports that it does not export itself."""
    exported = {id(getattr(module, name)) for name in names}
    found = {}
    for name in names:
        for annotation in _annotations(getattr(module, name)):
            for part in _parts(annotation):
                if part.__module__.startswith(f"{module.__name__}.") and id(part) not in exported:  # type: ignore[attr-defined]
                    found[part.__qualname__] = part
    return [found[name] for name in sorted(found)]


def _annotations(value: object) -> Iterator[object]:
    functions = (
        [value] if not inspect.isclass(value) else [one for one in vars(value).values() if inspect.isfunction(one)]
    )
    for function in (*functions, *([value] if inspect.isclass(value) else [])):
        try:
            yield from typing.get_type_hints(function).values()
        except (NameError, TypeError):  # Names that only a type checker imports.
            continue


def _parts(annotation: object) -> Iterator[type]:
    if inspect.isclass(annotation):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _parts(part)


def _about(value: object) -> str:
    if isinstance(value, dict) or hasattr(value, "keys"):
        return f"A table of {len(value)} entries: {', '.join(f'``{key}``' for key in value)}."  # type: ignore[arg-type, attr-defined]
    return f"A {type(value).__name__}."


def _introduction(module: object) -> str:
    from sphinx.ext.napoleon import Config, NumpyDocstring

    text = inspect.getdoc(module) or ""
    return str(NumpyDocstring(text, Config(napoleon_use_param=False), what="module")) + "\n"


def _first_sentence(module: object) -> str:
    return (inspect.getdoc(module) or "").split("\n\n")[0].replace("\n", " ")


def _title(text: str) -> str:
    return f"{text}\n{'=' * len(text)}\n"


def _commands() -> str:
    parts = [_title("The command coursekit"), "``coursekit COMMAND --help`` says the same.\n"]
    for name in COMMANDS:
        command = importlib.import_module(f"coursekit.commands.{name}")
        parser = argparse.ArgumentParser(prog=f"coursekit {name}", description=command.HELP, formatter_class=_Wide)
        command.add_arguments(parser)
        heading = f"coursekit {name}"
        said = "\n".join(f"   {line}".rstrip() for line in parser.format_help().splitlines())
        parts.append(f"{heading}\n{'-' * len(heading)}\n\n.. code-block:: text\n\n{said}\n")
    return "\n".join(parts)


class _Wide(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=88)
