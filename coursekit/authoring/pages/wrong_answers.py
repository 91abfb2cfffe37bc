"""What the checks say to typical wrong answers, read from the checks themselves: a guide for instructors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from coursekit.authoring.pages.lesson_facts import all_facts

_HEAD = """# Typical wrong answers, and what to say

The checks of the course know typical wrong answers. This is what they say to each, exercise by exercise, read from the
checks by `coursekit build`; "…" stands for what depends on the answer. After them come the exercise's hints, in
order: say the first before the second.
"""
_CHECKS = "coursekit/check/lessons"


def page(course: Path) -> str:
    """Return the whole page, in Markdown.

    Parameters
    ----------
    course : Path
        The folder that holds ``solutions/`` and ``coursekit/``.
    """
    by_lesson = {}
    for path in sorted((course / _CHECKS).glob("*.py")):
        found = exercises(path.read_text(encoding="utf-8"))
        if found is not None:
            by_lesson[found[0]] = found[1]
    parts = [_HEAD]
    for lesson in all_facts(course):
        parts.append(f"## {lesson.number} · {lesson.title}\n")
        parts += [_section(one, lesson.points.get(one.name, 0)) for one in by_lesson.get(lesson.name, [])]
    return "\n".join(parts)


def exercises(source: str) -> tuple[str, list[ast.FunctionDef]] | None:
    """Return the lesson of a module of checks and the functions that judge its exercises; None where it has none.

    Parameters
    ----------
    source : str
        The module's text.
    """
    tree = ast.parse(source)
    names = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "Exercises" and isinstance(node.args[0], ast.Constant)
    ]
    if not names:
        return None
    judges = [node for node in tree.body if isinstance(node, ast.FunctionDef) and _hints(node)]
    return str(names[0]), judges


def messages(function: ast.FunctionDef) -> list[str]:
    r"""Return what a check says to wrong answers, in its order; ``"…"`` stands for what depends on the answer.

    Examples
    --------
    >>> messages(ast.parse("def side(attempt):\n    raise WrongAnswerError(f'{answer} is too large.')").body[0])
    ['… is too large.']
    """
    found = [text for node in ast.walk(function) for text in _texts(node)]
    return list(dict.fromkeys(text for text in found if text.strip("… .")))


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and _called(node) == "WrongAnswerError" and node.args:
        yield _text(node.args[0])
    elif isinstance(node, ast.Call) and _called(node) in ("refuse", "must_use") and len(node.args) > 1:
        yield _text(node.args[1])
    elif isinstance(node, ast.Dict):
        # Only the tables of known mistakes hold sentences: as keys, or as values where an answer is the key.
        for one in (part for pair in zip(node.keys, node.values, strict=True) for part in pair if part is not None):
            text = _text(one)
            if text.endswith((".", "?", "!")) and " " in text:
                yield text


def _section(function: ast.FunctionDef, points: int) -> str:
    task = (ast.get_docstring(function) or "").split("\n\n")[0].replace("\n", " ")
    lines = [f"### `{function.name}`, {points} point{'' if points == 1 else 's'}\n", f"{task}\n"]
    said = messages(function)
    if said:
        lines += [*(f"- {_cell(text)}" for text in said), ""]
    else:
        lines += ["The check shows the first input for which the answer is wrong, and what was expected.\n"]
    hints = " ".join(f"({number}) {_cell(text)}" for number, text in enumerate(_hints(function), start=1))
    return "\n".join([*lines, f"Hints: {hints}\n"])


def _hints(function: ast.FunctionDef) -> list[str]:
    return [
        _text(hint)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and _called(decorator) == "add"
        for hint in decorator.args
    ]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    return "…"


def _cell(text: str) -> str:
    """Return a sentence as Markdown shows it unchanged; what is code in it stays code."""
    words = " ".join(text.split())
    if "`" in words:
        return words
    return re.sub(r"([*_|])", r"\\\1", words).replace("<", "&lt;")
