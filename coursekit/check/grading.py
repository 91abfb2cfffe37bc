"""What is different where nbgrader runs a notebook: points are earned, and never left lying about.

nbgrader gives a check cell all its points unless the cell raises or writes to standard error. So here it is the other
way round: a cell that calls a check counts as failed until that check, as the course wrote it, has said "correct"
while the cell ran. What the cell shows is replaced by the verdict, so that a warning costs nothing, and a result is not
taken for a number of points.
"""

from __future__ import annotations

import os
import re
import sys
import types
from typing import Any

import psutil

from coursekit import settings

_VARIABLE = "NBGRADER_EXECUTION"
_CALL = re.compile(r"\bck\.check\.(\w+)\.(\w+)\(")


def _nbgrader_runs_this() -> bool:
    if os.environ.get(_VARIABLE):
        return True
    try:
        # As the process was started: a notebook may have changed `os.environ` before it imported this.
        return bool(psutil.Process().environ().get(_VARIABLE))
    except (psutil.Error, OSError, NotImplementedError):
        return False


GRADED = _nbgrader_runs_this()
"""Whether nbgrader autogrades or validates in this process. Read once."""

STRICT = GRADED or settings.strict()
"""Whether a check raises unless it says "correct". Read once: a notebook cannot switch it off by a variable."""


class Grader:
    """Judges each cell after it has run, by what the checks said meanwhile.

    Attributes
    ----------
    passed : set of str
        The checks that said "correct" since this cell began: ``"ck.check.convolution.correlate2d"``.
    """

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self._without_points: frozenset[str] = frozenset()
        self._untouched: dict[tuple[str, str], tuple[Any, ...]] = {}

    def install(self, shell: Any, without_points: frozenset[str] = frozenset()) -> None:
        """Watch the cells of this IPython shell, and remember what the checks are made of.

        Parameters
        ----------
        shell : IPython.core.interactiveshell.InteractiveShell
        without_points : frozenset of str
            The challenges, which are called like checks: ``"ck.check.pooling.least_change"``.
        """
        self._without_points = without_points
        self._untouched = _parts()
        shell.events.register("pre_run_cell", self._before)
        shell.events.register("post_run_cell", self._after)

    def verdict(self, source: str) -> tuple[bool, str] | None:
        """Return whether a cell has earned its points, with a sentence, or None where it calls no check.

        Parameters
        ----------
        source : str
            The cell's code.

        Returns
        -------
        (bool, str) or None
        """
        named = [f"ck.check.{lesson}.{name}" for lesson, name in _CALL.findall(source)]
        called = [path for path in named if path not in self._without_points]
        if not called:
            return None
        now = _parts()
        changed = [".".join(place) for place, parts in self._untouched.items() if not _same(parts, now.get(place))]
        if changed:
            return False, f"○ no points: this notebook changes the course itself ({', '.join(sorted(changed)[:3])})."
        missing = [path for path in called if path not in self.passed]
        if missing:
            return False, f"○ no points: {', '.join(missing)} did not say that the answer is correct."
        return True, f"✔ correct: {', '.join(path.rpartition('.')[2] for path in called)}"

    def _before(self, info: Any) -> None:
        self.passed.clear()

    def _after(self, result: Any) -> None:
        found = self.verdict(result.info.raw_cell)
        if found is None:
            return
        from IPython.display import clear_output

        earned, sentence = found
        # An error that the cell raised is put back by nbgrader, from the kernel's reply.
        clear_output()  # type: ignore[no-untyped-call]
        print(sentence, file=sys.stdout if earned else sys.stderr)


GRADER = Grader()


def begin(without_points: frozenset[str]) -> None:
    """Watch this notebook, if nbgrader runs it in a kernel; the challenges have no points, see `Grader.install`.

    Parameters
    ----------
    without_points : frozenset of str
        The names of the challenges.
    """
    if not GRADED:
        return
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        GRADER.install(shell, without_points)


def _parts() -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return what each function, class and exercise of the loaded course consists of: (module, name) to its parts."""
    found: dict[tuple[str, str], tuple[Any, ...]] = {}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "coursekit":
            for key, value in list(vars(module).items()):
                parts = _parts_of(value)
                if parts:
                    found[name, key] = parts
    return found


def _parts_of(value: object) -> tuple[Any, ...]:
    if isinstance(value, types.ModuleType):
        return (value,)
    if isinstance(value, types.FunctionType):
        return _function_parts(value)
    if isinstance(value, type):
        held = vars(value) if value.__module__.startswith("coursekit") else {}
    else:
        held = getattr(value, "__dict__", {}) if type(value).__module__.startswith("coursekit") else {}
    functions = [one for one in held.values() if isinstance(one, types.FunctionType)]
    return (value, *(part for one in functions for part in _function_parts(one))) if functions else ()


def _function_parts(function: types.FunctionType) -> tuple[Any, ...]:
    return function, function.__code__, function.__defaults__, function.__kwdefaults__


def _same(before: tuple[Any, ...], now: tuple[Any, ...] | None) -> bool:
    return now is not None and len(before) == len(now) and all(a is b for a, b in zip(before, now, strict=True))
