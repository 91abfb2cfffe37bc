"""``coursekit progress``: which exercises are solved, which predictions came true, and the best scores."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursekit.check.challenge import Goal
    from coursekit.check.progress import ChallengeScores, Entry, Guess

HELP = "show what is solved, guessed right and scored"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--reset", action="store_true", help="forget all progress (with --yes)")
    parser.add_argument("--yes", action="store_true", help="do not ask again")


def run(arguments: argparse.Namespace) -> int:
    """Print one line for each lesson, exercise and challenge, or forget them."""
    from coursekit.check import progress

    if not arguments.reset:
        _print_table()
        return 0
    if not arguments.yes:
        raise ValueError(f"--reset deletes {progress.path()}, and with it all progress. Add --yes to do it.")
    progress.forget()
    print(f"Progress forgotten: {progress.path()} is deleted.")
    return 0


def _print_table() -> None:
    from coursekit import check
    from coursekit.check import progress

    kept = progress.read()
    width = max(len(name) for lesson in check.LESSONS for name in lesson.names())
    for lesson in check.LESSONS:
        entries = {name: kept.exercises.get(lesson.lesson, {}).get(name, progress.Entry()) for name in lesson.all}
        guesses = kept.predictions.get(lesson.lesson, {}).values()
        scores = {name: kept.challenges.get(lesson.lesson, {}).get(name) for name in lesson.challenges}
        print(f"{lesson.lesson}: {_summary(entries.values(), guesses)}")
        for name, entry in entries.items():
            print(f"  {_exercise_line(name, entry, width)}".rstrip())
        for name, found in scores.items():
            print(f"  {_challenge_line(name, lesson.challenges[name].goal, found, width)}")
    solved = [kept.exercises.get(lesson.lesson, {}).get(name) for lesson in check.LESSONS for name in lesson.all]
    entries_in_all = [entry or progress.Entry() for entry in solved]
    guesses_in_all = [guess for lesson in check.LESSONS for guess in kept.predictions.get(lesson.lesson, {}).values()]
    used = sum(entry.hints for entry in entries_in_all)
    print(f"Together: {_summary(entries_in_all, guesses_in_all)}, hints used: {used}. Kept in {progress.path()}")


def _summary(entries: Collection[Entry], guesses: Collection[Guess]) -> str:
    solved = sum(entry.status == "correct" for entry in entries)
    summary = f"{solved} of {len(entries)} correct"
    revealed = [guess for guess in guesses if guess.outcome != "open"]
    if guesses:
        right = sum(guess.outcome == "right" for guess in revealed)
        summary += f", guessed right {right} of {len(revealed)}"
    return summary


def _exercise_line(name: str, entry: Entry, width: int) -> str:
    from coursekit.check.result import SIGNS

    used = [f"hints: {entry.hints}"] * bool(entry.hints) + ["solution seen"] * entry.looked
    return "  ".join([f"{SIGNS[entry.status]} {name:<{width}}  {entry.status:<13}", *used])


def _challenge_line(name: str, goal: Goal, scores: ChallengeScores | None, width: int) -> str:
    if scores is None:
        return f"○ {name:<{width}}  no score, goal {goal}"
    return f"{'✔' if scores.goal_met else '○'} {name:<{width}}  best {goal.written(scores.best[0])}, goal {goal}"
