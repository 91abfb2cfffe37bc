"""``coursekit start``: a copy of a lesson to work in, so that updates of the course never touch the learner's work."""

from __future__ import annotations

import argparse

HELP = "copy a lesson to the folder work/, to solve it there"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("lessons", nargs="+", metavar="NN", help="lessons to copy, by number")


def run(arguments: argparse.Namespace) -> int:
    """Copy what is not there yet, and print where each lesson is."""
    from pathlib import Path

    from coursekit import settings
    from coursekit.authoring.lesson_names import choose, lesson_names

    notebooks = settings.course_folder() / "notebooks"
    work = Path.cwd() / "work"
    for name in choose(arguments.lessons, lesson_names(notebooks, ".ipynb")):
        content = (notebooks / f"{name}.ipynb").read_bytes()
        work.mkdir(exist_ok=True)
        copy = work / f"{name}.ipynb"
        try:
            with copy.open("xb") as file:
                file.write(content)
        except FileExistsError:
            print(f"{copy} is there already and stays as it is. To begin again, rename it first.")
        else:
            print(f"{copy} is yours to work in.")
    # The course's own folder is what the lab shows, but for an installed copy, which is nobody's to write in.
    if settings.is_installed_copy() or Path.cwd().is_relative_to(settings.course_folder()):
        print("Open it: coursekit lab, from this folder.")
    else:
        print(f"Open it: jupyter lab {work}")
    return 0
