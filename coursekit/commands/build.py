"""``coursekit build``: from the lessons' sources to their notebooks."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "build the notebooks from the lessons' sources (for authors)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lessons to build, by number (default: all)")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--check", action="store_true", help="write nothing; list what is out of step, exit status 1")
    either.add_argument("--execute", action="store_true", help="execute even where the code has not changed")
    either.add_argument(
        "--report",
        action="store_true",
        help="write nothing; the prose of each lesson in numbers, and where it needs another look",
    )
    either.add_argument(
        "--claims",
        action="store_true",
        help="write nothing; each statement with a figure or a comparison, and what carries it",
    )
    parser.add_argument("--overwrite", action="store_true", help="write over a notebook that was edited by hand too")


def run(arguments: argparse.Namespace) -> int:
    """Build or check, and print one line for each lesson or difference."""
    from coursekit import settings
    from coursekit.authoring import prose_report
    from coursekit.authoring.build import build, out_of_step, strays
    from coursekit.authoring.lesson_names import choose, lesson_names
    from coursekit.authoring.pages import generated, glossary_page
    from coursekit.authoring.source import read
    from coursekit.gallery import notebooks as gallery

    course = settings.course_folder()
    lessons = choose(arguments.lessons, lesson_names(course / "solutions", ".py"))
    if arguments.report:
        print(prose_report.report([read(course / "solutions" / f"{name}.py") for name in lessons]))
        return 0
    if arguments.claims:
        return _print_claims(lessons, course)
    if not arguments.check:
        for name in lessons:
            print(f"{name}: {build(name, course, fresh=arguments.execute, overwrite=arguments.overwrite)}", flush=True)
        if not arguments.lessons:
            print(f"{glossary_page.PAGE}: {'written' if glossary_page.write(course) else 'in step'}")
            print(f"{gallery.FOLDER}: {', '.join(gallery.write(course)) or 'in step'}")
        # A lesson's title, minutes, needs and checks stand in the pages too.
        print(f"pages: {', '.join(generated.write(course)) or 'in step'}")
        return 0
    found = {name: out_of_step(name, course) for name in lessons}
    messages = [message for name in lessons for message in found[name]]
    if not arguments.lessons:
        messages += [*strays(course), *glossary_page.out_of_step(course), *gallery.out_of_step(course)]
        messages += generated.out_of_step(course)
    print("\n".join(messages) or f"{len(lessons)} lessons are in step with their sources.")
    behind = [name[:2] for name in lessons if found[name]]
    if behind:
        print(f"Run: coursekit build {' '.join(behind)}")
    return 1 if messages else 0


def _print_claims(lessons: list[str], course: Path) -> int:
    """Print the claims of the lessons with what carries each, and return 0."""
    from coursekit.authoring.claims import as_text, claims_of
    from coursekit.authoring.notebook_file import read_notebook
    from coursekit.authoring.source import read
    from coursekit.source_register import read_register

    register = read_register(course / "data" / "sources.toml")
    for name in lessons:
        solution = read_notebook(course / "solutions" / f"{name}.ipynb")
        found = claims_of(read(course / "solutions" / f"{name}.py"), solution, register, course / "data")
        print(f"{name}\n{as_text(found)}\n")
    return 0
