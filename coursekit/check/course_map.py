"""The course as a map of cards, one per lesson: its title, its time, what is done there, and a link that opens it."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit import settings
from coursekit.check import grading
from coursekit.check import progress as kept_progress
from coursekit.check.exercise import Exercises

CHAPTERS = {
    "How it works": ("00", "01", "02", "03", "04"),
    "Train it": ("05", "06", "07", "08", "09", "10"),
    "Explain it": ("11", "12"),
    "In frequency": ("13", "14"),
    "Play": ("15",),
}
"""The chapters of the course, and the numbers of their lessons."""

# Each can be told from a white and from a black ground.
_COLOURS = dict(zip(CHAPTERS, ("#2f7fc1", "#c2701c", "#8a62c9", "#1b8a84", "#c2477f"), strict=True))
_DONE = "#2a9355"
_FAINT = "rgba(128, 128, 128, 0.35)"
_TITLE = re.compile(r"^# \d\d · (.+)$", re.MULTILINE)
_TIME = re.compile(r"(\d+(?: to \d+)? (?:minutes|hours)|an hour) to work through")


@dataclass(frozen=True)
class Card:
    """One lesson of the map.

    Attributes
    ----------
    name, title, chapter : str
        ``"01_convolution_by_hand"``, ``"Convolution by hand"`` and ``"How it works"``.
    time : str
        How long it takes: ``"90 minutes"``; empty where the lesson does not say it.
    link : str
        The notebook, as seen from the folder of the notebook that runs; empty where there is none.
    exercises, solved : int
    asked, right : int
        Predictions whose answer was seen, and how many came true.
    scores : tuple of str
        A line per challenge.
    """

    name: str
    title: str
    chapter: str
    time: str
    link: str
    exercises: int
    solved: int
    asked: int = 0
    right: int = 0
    scores: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Whether every exercise is solved."""
        return self.solved == self.exercises

    @property
    def lines(self) -> list[str]:
        """What is done, guessed right and scored, a line each."""
        sign = "✔" if self.done else "◐" if self.solved else "○"
        lines = [f"{sign} {self.solved} of {self.exercises} exercises"]
        if self.asked:
            lines.append(f"◎ guessed right {self.right} of {self.asked}")
        return lines + list(self.scores)


class CourseMap:
    """What `progress` returns. It shows itself: cards in Jupyter, lines in a terminal.

    Parameters
    ----------
    cards : sequence of Card
    """

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = tuple(cards)

    @property
    def next(self) -> Card | None:
        """The first lesson that is not done; None where all are."""
        return next((card for card in self.cards if not card.done), None)

    def __repr__(self) -> str:
        lines = [f"{card.name[:2]} {card.title}: {', '.join(card.lines)}" for card in self.cards]
        return "\n".join([*lines, self._summary()])

    def _repr_html_(self) -> str:
        following = self.next
        cards = "\n".join(_card_html(card, card is following) for card in self.cards)
        style = (
            "display: grid; grid-template-columns: repeat(auto-fill, minmax(172px, 1fr)); gap: 10px; max-width: 880px"
        )
        head = f'<p style="margin: 0 0 8px">{html.escape(self._summary())} Click on a lesson to open it.</p>'
        return f'{head}\n<div style="{style}">\n{cards}\n</div>'

    def _summary(self) -> str:
        solved, exercises = (sum(getattr(card, name) for card in self.cards) for name in ("solved", "exercises"))
        summary = f"{solved} of {exercises} exercises solved"
        asked, right = (sum(getattr(card, name) for card in self.cards) for name in ("asked", "right"))
        if asked:
            summary += f", {right} of {asked} predictions came true"
        return f"{summary}."


def progress() -> CourseMap:
    """Return a map of the course: per lesson its time, what you have solved, guessed right and scored, and a link.

    Where points are given, and where the outputs of lessons are made to be stored, it shows the progress of nobody.

    Examples
    --------
    >>> progress().cards[1].title
    'Convolution by hand'
    """
    from coursekit.check import LESSONS

    kept = kept_progress.Progress() if grading.STRICT else kept_progress.read()
    return CourseMap([_card(lesson, kept) for lesson in LESSONS])


def _card(lesson: Exercises, kept: kept_progress.Progress) -> Card:
    entries = kept.exercises.get(lesson.lesson, {})
    guesses = [one for one in kept.predictions.get(lesson.lesson, {}).values() if one.outcome != "open"]
    scores = []
    for name, challenge in lesson.challenges.items():
        found = kept.challenges.get(lesson.lesson, {}).get(name)
        goal = challenge.goal
        asked = str(goal) if goal.unit else f"a score of {goal}"
        if found and found.best:
            asked = f"best {goal.written(found.best[0])}, goal {goal}"
        sign = "★" if found and found.goal_met else "☆"
        scores.append(f"{sign} challenge: {asked}")
    text, link = _notebook(lesson.lesson)
    title, time = _TITLE.search(text), _TIME.search(text)
    return Card(
        name=lesson.lesson,
        title=title[1].strip() if title else lesson.lesson[3:].replace("_", " "),
        chapter=next(chapter for chapter, numbers in CHAPTERS.items() if lesson.lesson[:2] in numbers),
        time=time[1] if time else "",
        link=link,
        exercises=len(lesson.all),
        solved=sum(name in entries and entries[name].status == "correct" for name in lesson.all),
        asked=len(guesses),
        right=sum(one.outcome == "right" for one in guesses),
        scores=tuple(scores),
    )


def _notebook(name: str) -> tuple[str, str]:
    """Return the first cell of a lesson's notebook and its path from here; both empty where there is none.

    The one beside the running notebook comes first: that may be a learner's own copy, or the solution.
    """
    here = Path.cwd()
    for folder in (here, settings.course_folder() / "notebooks"):
        path = folder / f"{name}.ipynb"
        try:
            first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        except (OSError, ValueError, LookupError, TypeError):
            continue
        try:
            link = Path(os.path.relpath(path, here)).as_posix()
        except ValueError:  # Windows: on another drive.
            link = ""
        return "".join(first), link
    return "", ""


def _card_html(card: Card, following: bool) -> str:
    """Return a card. Its colours are the theme's own, or such as both themes bear."""
    share = 100 * card.solved / max(card.exercises, 1)
    small = "font-size: 12px; line-height: 1.4; display: block"
    bar = (
        f'<span style="display: block; height: 5px; margin: 6px 0; background: {_FAINT}">'
        f'<span style="display: block; height: 5px; width: {share:.0f}%; background: {_DONE}"></span></span>'
    )
    top, minutes = f"{card.name[:2]} · {card.chapter}", html.escape(card.time.replace("minutes", "min"))
    inside = [
        f'<span style="{small}">{html.escape(top)}</span>',
        f'<strong style="display: block; font-size: 14px; line-height: 1.3">{html.escape(card.title)}</strong>',
        f'<span style="{small}">{minutes}{" · <strong>next</strong>" if following else ""}</span>',
        bar,
        *(f'<span style="{small}">{html.escape(line)}</span>' for line in card.lines),
    ]
    edge = f"1px solid {_FAINT}"
    style = (
        f"display: block; padding: 8px 10px; color: inherit; text-decoration: none; border: {edge}; "
        f"border-top: 4px solid {_COLOURS[card.chapter]}; border-radius: 4px; background: {_ground(card, following)}"
    )
    if not card.link:
        return f'<div style="{style}">{"".join(inside)}</div>'
    return f'<a href="{html.escape(card.link, quote=True)}" style="{style}">{"".join(inside)}</a>'


def _ground(card: Card, following: bool) -> str:
    if card.done:
        return "rgba(42, 147, 85, 0.14)"
    return "rgba(128, 128, 128, 0.14)" if following else "transparent"
