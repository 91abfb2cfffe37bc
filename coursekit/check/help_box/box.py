"""What a check shows where the answer is wrong or missing: the verdict, and buttons for hints and the solution."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

_HERE = Path(__file__).parent
_CODE = re.compile(r"`([^`]+)`")


class HelpBox(anywidget.AnyWidget):
    """The verdict, and what helps. The person changes ``hint_asked`` and ``solution_asked``, a press of a button each.

    Neither a hint nor the solution is in the page before it is asked for.

    Parameters
    ----------
    verdict : str
        HTML.
    hints : tuple of str
        All of them; what stands between backticks is code.
    seen : int
        How many of them the learner has seen before.
    ask_hint : callable () -> int
        Counts one more hint and returns how many the learner has seen by now.
    solution : callable () -> str, or None
        Notes that the solution was looked at and returns its code. Without it there is no such button.
    looked : bool
        Whether the solution was looked at before: then nothing is asked again.
    """

    _esm = _HERE / "box.js"
    _css = _HERE / "box.css"
    verdict = traitlets.Unicode().tag(sync=True)
    available = traitlets.Int().tag(sync=True)
    seen = traitlets.Int().tag(sync=True)
    shown = traitlets.List(traitlets.Unicode()).tag(sync=True)
    has_solution = traitlets.Bool(False).tag(sync=True)
    looked = traitlets.Bool(False).tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)
    hint_asked = traitlets.Int(0).tag(sync=True, echo_update=False)
    solution_asked = traitlets.Int(0).tag(sync=True, echo_update=False)

    def __init__(
        self,
        verdict: str,
        hints: tuple[str, ...],
        seen: int,
        ask_hint: Callable[[], int],
        solution: Callable[[], str] | None,
        looked: bool,
    ) -> None:
        self._hints, self._ask_hint, self._solution = hints, ask_hint, solution
        super().__init__(
            verdict=verdict, available=len(hints), seen=seen, has_solution=solution is not None, looked=looked
        )
        self.observe(self._hint, "hint_asked")
        self.observe(self._show, "solution_asked")

    def _hint(self, _change: object) -> None:
        self.seen = self._ask_hint()
        self.shown = [_as_html(hint) for hint in self._hints[: self.seen]]

    def _show(self, _change: object) -> None:
        if self._solution is not None:
            self.code = code_html(self._solution())
            self.looked = True


def code_html(code: str) -> str:
    """Return Python code as HTML, its words in classes that a style sheet can colour.

    Examples
    --------
    >>> '<span class="ck-k">return</span>' in code_html("return 1")
    True
    """
    return str(highlight(code, PythonLexer(), HtmlFormatter(nowrap=True, classprefix="ck-")))


def _as_html(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(text))
