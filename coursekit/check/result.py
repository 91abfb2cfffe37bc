"""What a check says: a sign, a word, and the smallest input on which an attempt went wrong."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["correct", "incorrect", "not attempted"]

SIGNS: dict[Status, str] = {"correct": "✔", "incorrect": "✘", "not attempted": "○"}

# (text, background): both are set, so that a dark theme changes neither; the contrast is above 7 to 1.
_COLOURS: dict[Status, tuple[str, str]] = {
    "correct": ("#0b4f20", "#e3f4e8"),
    "incorrect": ("#7a150e", "#fdebe9"),
    "not attempted": ("#2c3846", "#edf0f4"),
}


class CheckFailed(AssertionError):  # noqa: N818 - not an error in the program: the answer is wrong
    """Raised by a check that did not say "correct", under nbgrader and while ``COURSEKIT_STRICT`` is 1."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the verdict, without the course's own lines."""
        return str(self).split("\n")


@dataclass(frozen=True, repr=False)
class Result:
    """The outcome of a check. It shows itself, in Jupyter and in a terminal.

    Attributes
    ----------
    exercise : str
    status : {"correct", "incorrect", "not attempted"}
    reason : str
        One sentence that says what is wrong.
    example : str
        The smallest input that shows it, what came, and what was expected.
    box : callable, optional
        From this result's HTML to a widget that shows it with buttons that help: where a notebook's kernel runs.

    Examples
    --------
    >>> Result("correlate2d", "correct")
    ✔ correct: correlate2d
    """

    exercise: str
    status: Status
    reason: str = ""
    example: str = ""
    box: Callable[[str], Any] | None = field(default=None, compare=False)

    def __repr__(self) -> str:
        title = f"{SIGNS[self.status]} {self.status}: {self.exercise}"
        return "\n".join(part for part in (title, self.reason, self.example) if part)

    def _repr_html_(self) -> str:
        lines = [f"<strong>{SIGNS[self.status]} {self.status}</strong>: {html.escape(self.exercise)}"]
        if self.reason:
            lines.append(f"<br>{html.escape(self.reason)}")
        if self.example:
            style = f"{_style(self.status)}; margin: 0.5em 0 0; padding: 0"
            lines.append(f'<pre style="{style}">{html.escape(self.example)}</pre>')
        return coloured_box(self.status, "\n".join(lines))

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        """Show the buttons beside text and HTML, which stay where no widget can be shown, or none is stored."""
        if self.box is None:
            return {}
        bundle = self.box(self._repr_html_())._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle or {}
        return {kind: value for kind, value in data.items() if not kind.startswith("text/")}


def coloured_box(status: Status, content: str) -> str:
    """Return HTML in the box of an outcome: its colours, and a bar on the left."""
    box = f"{_style(status)}; border-left: 5px solid {_COLOURS[status][0]}; padding: 0.5em 0.8em; max-width: 60em"
    return f'<div style="{box}">\n{content}\n</div>'


def _style(status: Status) -> str:
    text, background = _COLOURS[status]
    return f"color: {text}; background: {background}"


@dataclass(frozen=True, repr=False)
class Note:
    """A hint or a solution. It shows itself: plain text in a terminal, Markdown in Jupyter.

    Examples
    --------
    >>> Note("Hint 1 of 2: the image is an array.")
    Hint 1 of 2: the image is an array.
    """

    text: str
    markdown: str = ""

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.markdown or self.text
