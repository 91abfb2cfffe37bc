"""Probabilities as a table with bars."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike


def probability_bars_html(
    classes: Sequence[str],
    probabilities: ArrayLike,
    marks: Mapping[int, str],
    caption: str = "Probabilities",
    decimals: int = 2,
) -> str:
    """Return one row a class: its name, a bar, its probability, and a word that marks it.

    Parameters
    ----------
    classes : sequence of str
    probabilities : array (classes,)
        From 0 to 1; NaN where there is no answer.
    marks : mapping of int to str
        What is written behind the classes that stand out. They are also in bold.
    caption : str
    decimals : int

    Examples
    --------
    >>> table = probability_bars_html(["cat", "dog"], [0.25, 0.75], {1: "most likely"})
    >>> "<td>0.75</td><td>most likely</td>" in table
    True
    """
    rows = []
    for index, (name, probability) in enumerate(zip(classes, np.asarray(probabilities, np.float64), strict=True)):
        known, mark = not np.isnan(probability), html.escape(marks.get(index, ""))
        rows.append(
            f'<tr{" class=ck-best" if index in marks else ""}><th scope="row">{html.escape(name)}</th>'
            f'<td><div style="width:{100 * probability if known else 0:.1f}%"></div></td>'
            f"<td>{f'{probability:.{decimals}f}' if known else '–'}</td><td>{mark}</td></tr>"
        )
    return f'<table class="ck-bars"><caption>{html.escape(caption)}</caption>{"".join(rows)}</table>'
