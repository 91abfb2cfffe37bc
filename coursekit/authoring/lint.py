"""The lesson lint: where a lesson strays from what all lessons share."""

from __future__ import annotations

from pathlib import Path

from coursekit.authoring.finding import Finding
from coursekit.authoring.pages import glossary_page
from coursekit.authoring.rules import anatomy, cell_lint, output_lint, prose, sizes, story_names
from coursekit.authoring.source import LessonSource

_LINTS = (
    anatomy.opening,
    anatomy.set_up,
    anatomy.exercises,
    sizes.sizes,
    anatomy.closing,
    cell_lint.code_length,
    cell_lint.text_length,
    cell_lint.introductions,
    cell_lint.figures,
    cell_lint.colour_maps,
    cell_lint.words,
    glossary_page.bold_terms,
    story_names.rebound_names,
    *prose.RULES,
    output_lint.executed,
    output_lint.changing_text,
    output_lint.alt_texts,
    output_lint.size,
)


def lint(source: LessonSource, course: Path) -> list[Finding]:
    """Return everything in a lesson that is not as it should be.

    Parameters
    ----------
    source : LessonSource
        The lesson with its outputs, as `coursekit.authoring.build.stored` gives it.
    course : Path
        The folder that holds ``notebooks/`` and ``solutions/``: links are followed from there.
    """
    return [finding for rule in _LINTS for finding in rule(source)] + list(cell_lint.links(source, course))
