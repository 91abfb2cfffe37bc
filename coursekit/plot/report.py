"""The scores of a classifier, class by class, as a table."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

from numpy.typing import ArrayLike

from coursekit import metrics

_HEADS = ("precision", "recall", "F1", "support")


@dataclass(frozen=True, repr=False)
class ReportTable:
    """A `coursekit.metrics.Report` that shows itself: plain text in a terminal, a table in Jupyter.

    The classes with the best and the worst F1 score are marked in words.
    """

    report: metrics.Report

    @property
    def notes(self) -> tuple[str, ...]:
        """A word for each class: ``"best F1"``, ``"worst F1"``, ``"no image"`` or nothing."""
        rows = self.report.rows
        defined = [row.f1 for row in rows if not math.isnan(row.f1)]
        best, worst = (max(defined), min(defined)) if defined else (0.0, 0.0)
        words = {best: "best F1", worst: "worst F1"} if best > worst else {}
        return tuple(words.get(row.f1, "") if row.samples else "no image" for row in rows)

    def __repr__(self) -> str:
        head, *lines = str(self.report).splitlines()
        noted = [f"{line}   {note}".rstrip() for line, note in zip(lines, self.notes, strict=False)]
        return "\n".join([head, *noted, *lines[len(noted) :]])

    def _repr_html_(self) -> str:
        report = self.report
        lines = ['<table style="font-variant-numeric: tabular-nums">']
        lines.append(
            f"<caption>accuracy {_number(report.accuracy)}, balanced accuracy {_number(report.balanced_accuracy)}"
            "</caption>"
        )
        heads = "".join(f'<th scope="col" style="text-align: right">{head}</th>' for head in _HEADS)
        lines.append(f'<thead><tr><th scope="col">class</th>{heads}<th scope="col"></th></tr></thead>')
        body = [_row(row, note) for row, note in zip(report.rows, self.notes, strict=True)]
        averages = [_row(row, "") for row in (report.macro, report.weighted)]
        lines += ["<tbody>", *body, "</tbody>"]
        lines += ['<tbody style="border-top: 2px solid currentColor">', *averages, "</tbody></table>"]
        return "\n".join(lines)


def report_table(labels: ArrayLike, predictions: ArrayLike, classes: Sequence[str]) -> ReportTable:
    """Return precision, recall, F1 and support of every class and their averages, as a table that shows itself.

    Parameters
    ----------
    labels, predictions : array (n,)
        Numbers of the classes, from 0: the true ones and the answers.
    classes : sequence of str
        Names of all classes, in their order.

    Returns
    -------
    ReportTable
        Plain text in a terminal, a table in Jupyter.

    Raises
    ------
    ValueError
        As `coursekit.metrics.report`.

    Examples
    --------
    >>> report_table([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0], classes=["cat", "dog", "fox"])
                      precision     recall         f1    samples
    cat                   0.667      0.667      0.667          3
    dog                   0.667      1.000      0.800          2   best F1
    fox               undefined      0.000      0.000          1   worst F1
    <BLANKLINE>
    macro average         0.667      0.556      0.489          6
    weighted average      0.667      0.667      0.600          6
    <BLANKLINE>
    accuracy 0.667, balanced accuracy 0.556
    """
    return ReportTable(metrics.report(labels, predictions, classes))


def _row(scores: metrics.Scores, note: str) -> str:
    numbers = [_number(score) for score in (scores.precision, scores.recall, scores.f1)]
    cells = "".join(f'<td style="text-align: right">{cell}</td>' for cell in [*numbers, f"{scores.samples:,}"])
    name = html.escape(scores.name)
    return f'<tr><th scope="row" style="text-align: left">{name}</th>{cells}<td>{note}</td></tr>'


def _number(score: float) -> str:
    return "undefined" if math.isnan(score) else f"{score:.3f}"
